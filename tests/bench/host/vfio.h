/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening a device by VFIO, for the programs that use one without QEMU. */
#ifndef BENCH_VFIO_H
#define BENCH_VFIO_H

#include <linux/vfio.h>

typedef struct VfioFiles {
    int group;
    int container;
    int fd;                     /* the device's */
} VfioFiles;

/*
 * By its NAME in /sys/bus/{platform,amba}/devices. 0, or the errno of what
 * failed, of which stderr is told; nothing is open then, and all files are -1.
 */
int vfio_open(const char *name, VfioFiles *files);
void vfio_close(VfioFiles *files);

#endif
