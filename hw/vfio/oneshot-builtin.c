// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device as a part of QEMU itself, built inside its tree: compiled
 * together, so that it fits.
 */
#include "qemu/osdep.h"
#include "vfio-platform-oneshot.h"
#include "qemu/module.h"

bool vpo_fits_realize(VpoDevice *s, Error **errp)
{
    return true;
}

type_init(vpo_register_types)
