/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How QEMU's VFIO core is told of regions without asking a kernel.
 */
#ifndef HW_VFIO_ONESHOT_FAKE_COMPAT_H
#define HW_VFIO_ONESHOT_FAKE_COMPAT_H

#include "oneshot-fake.h"

#if VPO_QEMU_FROM(10, 2)

/* The core keeps what it was told, and asks once. */
static inline void fake_compat_attach(VFIODevice *vb, const VpoFakeHost *h)
{
    vb->num_initial_regions = h->n_regions;
    vb->reginfo = g_new0(struct vfio_region_info *, h->n_regions);
    for (unsigned int i = 0; i < h->n_regions; i++) {
        vb->reginfo[i] = g_new0(struct vfio_region_info, 1);
        *vb->reginfo[i] = fake_region_info(h, i);
    }
}

static inline void fake_compat_detach(VFIODevice *vb)
{
    for (unsigned int i = 0; i < vb->num_initial_regions; i++) {
        g_free(vb->reginfo[i]);
    }
    g_clear_pointer(&vb->reginfo, g_free);
}

static inline int fake_compat_region_setup(VpoDevice *s, const VpoFakeHost *h,
                                           unsigned int i, const char *name)
{
    return vpo_kernel.region_setup(s, i, name);
}

#else

static inline void fake_compat_attach(VFIODevice *vb, const VpoFakeHost *h)
{
    vb->num_regions = h->n_regions;
}

static inline void fake_compat_detach(VFIODevice *vb)
{
}

/* What vfio_region_setup() makes of the kernel's answer. */
static inline int fake_compat_region_setup(VpoDevice *s, const VpoFakeHost *h,
                                           unsigned int i, const char *name)
{
    struct vfio_region_info info = fake_region_info(h, i);
    VFIORegion *region = &s->regions[i];

    region->vbasedev = &s->vbasedev;
    region->flags = info.flags;
    region->size = info.size;
    region->fd_offset = info.offset;
    region->nr = i;
    if (!region->size) {
        return 0;
    }
    region->mem = g_new0(MemoryRegion, 1);
    memory_region_init_io(region->mem, OBJECT(s), &vfio_region_ops, region,
                          name, region->size);
    if (!s->vbasedev.no_mmap && (info.flags & VFIO_REGION_INFO_FLAG_MMAP)) {
        region->nr_mmaps = 1;
        region->mmaps = g_new0(VFIOMmap, 1);
        region->mmaps[0].size = region->size;
    }
    return 0;
}

#endif
#endif
