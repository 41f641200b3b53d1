/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that differs between QEMU 7.2 and 10.0.
 *
 * Include after qemu/osdep.h and before any other QEMU header that moved.
 */
#ifndef HW_VFIO_ONESHOT_COMPAT_H
#define HW_VFIO_ONESHOT_COMPAT_H

#include "exec/address-spaces.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "hw/vfio/vfio-common.h"
#include "hw/vfio/vfio-platform-oneshot.h"
#if QEMU_VERSION_MAJOR >= 10
#include "system/kvm.h"
#include "system/reset.h"
#include "system/runstate.h"
#else
#include "sysemu/kvm.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"
#endif

/* iommufd= and fd=: from 9.0, where the build has CONFIG_IOMMUFD. */
#if QEMU_VERSION_MAJOR >= 10
#include CONFIG_DEVICES
#endif
#if QEMU_VERSION_MAJOR >= 10 && defined(CONFIG_IOMMUFD)
#include "system/iommufd.h"
#define VPO_HAVE_IOMMUFD 1
#define VPO_PROPERTY_IOMMUFD(type, field)                               \
    DEFINE_PROP_LINK("iommufd", type, field, TYPE_IOMMUFD_BACKEND,      \
                     IOMMUFDBackend *),
#else
#define VPO_HAVE_IOMMUFD 0
#define VPO_PROPERTY_IOMMUFD(type, field)
#endif

#if QEMU_VERSION_MAJOR >= 10
#define VPO_PROPERTIES static const Property
#define VPO_PROPERTIES_END
#define VPO_PROPERTY_TYPE(t) .type = (t)
#else
#define VPO_PROPERTIES static Property
#define VPO_PROPERTIES_END DEFINE_PROP_END_OF_LIST(),
#define VPO_PROPERTY_TYPE(t) .name = (t)
#endif

#if VPO_HAVE_IOMMUFD
static inline void vpo_compat_set_fd(Object *obj, const char *str,
                                     Error **errp)
{
    vfio_device_set_fd(&VFIO_PLATFORM_ONESHOT(obj)->vbasedev, str, errp);
}
#endif

static inline bool vpo_compat_has_iommufd(const VFIODevice *vbasedev)
{
#if VPO_HAVE_IOMMUFD
    return vbasedev->iommufd;
#else
    return false;
#endif
}

static inline void vpo_compat_add_fd(ObjectClass *oc)
{
#if VPO_HAVE_IOMMUFD
    object_class_property_add_str(oc, "fd", NULL, vpo_compat_set_fd);
#endif
}

/*
 * Attach @vbasedev, whose name, sysfsdev, dev and ops are set, to @group_id
 * (ignored where the VFIO core finds it itself).
 */
static inline bool vpo_compat_attach(VFIODevice *vbasedev, int group_id,
                                     Error **errp)
{
#if QEMU_VERSION_MAJOR >= 10
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
#if QEMU_VERSION_MAJOR >= 10
    vfio_detach_device(vbasedev);
#else
    VFIOGroup *group = vbasedev->group;

    vfio_put_base_device(vbasedev);
    vfio_put_group(group);
#endif
}

static inline unsigned int vpo_compat_props(const DeviceClass *dc)
{
#if QEMU_VERSION_MAJOR >= 10
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
