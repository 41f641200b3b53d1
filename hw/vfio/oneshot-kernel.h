/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call that the device makes to the host's kernel goes through one
 * table, so that a test can stand in for the host and have any call fail.
 */
#ifndef HW_VFIO_ONESHOT_KERNEL_H
#define HW_VFIO_ONESHOT_KERNEL_H

#include "qemu/event_notifier.h"
#include "oneshot-resample.h"

typedef struct VpoDevice VpoDevice;

/* What KVM can do here; nothing without VPO_KVM_IN_USE. */
typedef enum VpoKvm {
    VPO_KVM_IN_USE = 1 << 0,
    VPO_KVM_IRQFD = 1 << 1,
    VPO_KVM_RESAMPLEFD = 1 << 2,
    VPO_KVM_READONLY_MEM = 1 << 3,
} VpoKvm;

/*
 * All ops are mandatory, and are called under the big QEMU lock. An op that
 * returns int gives 0, or a negative errno and has then changed nothing.
 */
typedef struct VpoKernelOps {
    /*
     * Where the file is that has the absolute name @name on the host, in
     * sysfs, the live device tree or /dev. Free with g_free().
     */
    char *(*path)(const VpoDevice *s, const char *name);
    /* open() for reading and writing: a file descriptor, or negative errno. */
    int (*open)(const VpoDevice *s, const char *path);

    /*
     * Make the VFIO core open the device, whose name and directory are known:
     * by its IOMMU group @group, or by the file descriptor that it has. Says
     * why not through @errp; undone by detach.
     */
    bool (*attach)(VpoDevice *s, int group, Error **errp);
    void (*detach)(VpoDevice *s);
    /* A VFIO_DEVICE_* request on the open device. */
    int (*ioctl)(VpoDevice *s, unsigned long request, void *arg);
    /* pread(); all of @bytes, or it failed. */
    int (*read)(VpoDevice *s, void *buf, size_t bytes, off_t offset);
    /* Have the VFIO core ask for region @i, and map what of it can be. */
    int (*region_setup)(VpoDevice *s, unsigned int i, const char *name);
    int (*region_mmap)(VpoDevice *s, unsigned int i);

    /* An eventfd; undone by event_notifier_cleanup(). */
    int (*eventfd)(VpoDevice *s, EventNotifier *notifier);

    /* A set of VpoKvm. */
    unsigned int (*kvm)(const VpoDevice *s);
    /* Bind @trigger to the level or edge of @gsi; @resample may be NULL. */
    int (*irqfd_add)(VpoDevice *s, EventNotifier *trigger,
                     EventNotifier *resample, int gsi);
    int (*irqfd_remove)(VpoDevice *s, EventNotifier *trigger, int gsi);
    /* vpo_resample_try(). */
    VpoResample (*resample_try)(const VpoDevice *s, char **why);
} VpoKernelOps;

/* The kernel itself. */
extern const VpoKernelOps vpo_kernel;

#endif
