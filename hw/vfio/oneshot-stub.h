/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stub assumes of every QEMU; each object checks it when it is built.
 */
#ifndef HW_VFIO_ONESHOT_STUB_H
#define HW_VFIO_ONESHOT_STUB_H

/* include/qemu/module.h: MODULE_INIT_QOM */
#define STUB_MODULE_INIT_QOM 3

#endif
