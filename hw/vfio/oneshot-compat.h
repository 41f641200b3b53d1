/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that differs between QEMU 7.2, 10.0 and 10.2.
 *
 * Include after qemu/osdep.h and before any other QEMU header that moved.
 */
#ifndef HW_VFIO_ONESHOT_COMPAT_H
#define HW_VFIO_ONESHOT_COMPAT_H

#define VPO_QEMU_FROM(major, minor)         \
    (QEMU_VERSION_MAJOR > (major) ||        \
     (QEMU_VERSION_MAJOR == (major) && QEMU_VERSION_MINOR >= (minor)))

#include <linux/vfio.h>
#include "qapi/error.h"
#include "hw/platform-bus.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#if VPO_QEMU_FROM(10, 2)
#include "system/address-spaces.h"
#include "hw/vfio/vfio-device.h"
#include "hw/vfio/vfio-region.h"
#else
#include "exec/address-spaces.h"
#include "hw/vfio/vfio-common.h"
#endif
#if VPO_QEMU_FROM(10, 0)
#include "system/kvm.h"
#include "system/reset.h"
#include "system/runstate.h"
#else
#include "sysemu/kvm.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"
#endif

/* iommufd= and fd=: from 9.0, where the build has CONFIG_IOMMUFD. */
#if VPO_QEMU_FROM(10, 0)
#include CONFIG_DEVICES
#endif
#if VPO_QEMU_FROM(10, 0) && defined(CONFIG_IOMMUFD)
#include "system/iommufd.h"
#define VPO_HAVE_IOMMUFD 1
#define VPO_PROPERTY_IOMMUFD(type, field)                               \
    DEFINE_PROP_LINK("iommufd", type, field, TYPE_IOMMUFD_BACKEND,      \
                     IOMMUFDBackend *),
#else
#define VPO_HAVE_IOMMUFD 0
#define VPO_PROPERTY_IOMMUFD(type, field)
#endif

#if VPO_QEMU_FROM(10, 0)
#define VPO_PROPERTY_CONST const
#define VPO_PROPERTIES_END
#define VPO_PROPERTY_TYPE(t) .type = (t)
#else
#define VPO_PROPERTY_CONST
#define VPO_PROPERTIES_END DEFINE_PROP_END_OF_LIST(),
#define VPO_PROPERTY_TYPE(t) .name = (t)
#endif

/* The argument of a class_init function. */
#if VPO_QEMU_FROM(10, 2)
typedef const void VpoClassData;
#else
typedef void VpoClassData;
#endif

static inline bool vpo_compat_has_iommufd(const VFIODevice *vbasedev)
{
#if VPO_HAVE_IOMMUFD
    return vbasedev->iommufd;
#else
    return false;
#endif
}

static inline void vpo_compat_set_fd(VFIODevice *vbasedev, const char *str,
                                     Error **errp)
{
#if VPO_HAVE_IOMMUFD
    vfio_device_set_fd(vbasedev, str, errp);
#endif
}

/* When the device object is created, before its properties are set. */
static inline void vpo_compat_init(VFIODevice *vbasedev, VFIODeviceOps *ops,
                                   DeviceState *dev)
{
#if VPO_QEMU_FROM(10, 2)
    vfio_device_init(vbasedev, VFIO_DEVICE_TYPE_UNUSED, ops, dev, false);
#else
    vbasedev->type = VFIO_DEVICE_TYPE_PLATFORM;
    vbasedev->ops = ops;
    vbasedev->dev = dev;
    vbasedev->fd = -1;
#endif
}

/*
 * Attach @vbasedev, whose name and sysfsdev are set, to @group_id (ignored
 * where the VFIO core finds it itself).
 */
static inline bool vpo_compat_attach(VFIODevice *vbasedev, int group_id,
                                     Error **errp)
{
#if VPO_QEMU_FROM(10, 2)
    return vfio_device_attach(vbasedev->name, vbasedev,
                              &address_space_memory, errp);
#elif VPO_QEMU_FROM(10, 0)
    return vfio_attach_device(vbasedev->name, vbasedev,
                              &address_space_memory, errp);
#else
    VFIOGroup *group = vfio_get_group(group_id, &address_space_memory, errp);
    VFIODevice *other;

    if (!group) {
        return false;
    }
    QLIST_FOREACH(other, &group->device_list, next) {
        if (!strcmp(other->name, vbasedev->name)) {
            error_setg(errp, "the device is assigned to this guest already");
            vfio_put_group(group);
            return false;
        }
    }
    if (vfio_get_device(group, vbasedev->name, vbasedev, errp)) {
        vfio_put_group(group);
        return false;
    }
    return true;
#endif
}

static inline void vpo_compat_detach(VFIODevice *vbasedev)
{
#if VPO_QEMU_FROM(10, 2)
    vfio_device_detach(vbasedev);
#elif VPO_QEMU_FROM(10, 0)
    vfio_detach_device(vbasedev);
#else
    VFIOGroup *group = vbasedev->group;

    vfio_put_base_device(vbasedev);
    vfio_put_group(group);
#endif
}

static inline unsigned int vpo_compat_regions(const VFIODevice *vbasedev)
{
#if VPO_QEMU_FROM(10, 2)
    return vbasedev->num_initial_regions;
#else
    return vbasedev->num_regions;
#endif
}

static inline VMChangeStateEntry *
vpo_compat_add_vm_state(DeviceState *dev, VMChangeStateHandler *cb,
                        void *opaque)
{
#if VPO_QEMU_FROM(10, 2)
    return qdev_add_vm_change_state_handler(dev, cb, NULL, opaque);
#else
    return qdev_add_vm_change_state_handler(dev, cb, opaque);
#endif
}

static inline unsigned int vpo_compat_props(const DeviceClass *dc)
{
#if VPO_QEMU_FROM(10, 0)
    return dc->props_count_;
#else
    unsigned int n = 0;

    while (dc->props_ && dc->props_[n].name) {
        n++;
    }
    return n;
#endif
}

#endif
