// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host device as VFIO gives it: attach, detach, interrupt ioctls.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

static void host_compute_needs_reset(VFIODevice *vbasedev)
{
    /* The VFIO core's own reset is for PCI buses; ours is in oneshot-run.c. */
    vbasedev->needs_reset = false;
}

static int host_hot_reset_multi(VFIODevice *vbasedev)
{
    return -ENOSYS;
}

/* The VFIO core calls this after every trapped access, without a NULL check. */
static void host_accessed(VFIODevice *vbasedev)
{
    vpo_lines_accessed(container_of(vbasedev, VpoDevice, vbasedev));
}

static VFIODeviceOps host_ops = {
    .vfio_compute_needs_reset = host_compute_needs_reset,
    .vfio_hot_reset_multi = host_hot_reset_multi,
    .vfio_eoi = host_accessed,
};

void vpo_host_init(VpoDevice *s)
{
    vpo_compat_init(&s->vbasedev, &host_ops, DEVICE(s));
}

static bool host_group_id(const VpoDevice *s, int *id, Error **errp)
{
    g_autofree char *link = g_build_filename(s->path, "iommu_group", NULL);
    g_autofree char *target = g_file_read_link(link, NULL);
    g_autofree char *base = target ? g_path_get_basename(target) : NULL;

    if (!base || qemu_strtoi(base, NULL, 10, id)) {
        error_setg(errp, "the device has no IOMMU group (%s)", link);
        return false;
    }
    return true;
}

static bool host_check(const VpoDevice *s, Error **errp)
{
    const VFIODevice *vb = &s->vbasedev;
    unsigned int regions = vpo_compat_regions(vb);

    if (!(vb->flags & (VFIO_DEVICE_FLAGS_PLATFORM | VFIO_DEVICE_FLAGS_AMBA))) {
        error_setg(errp, "the driver does not say that this is a platform "
                   "device (VFIO device flags 0x%x)", vb->flags);
        return false;
    }
    if (regions > VPO_DT_MAX_REGIONS || vb->num_irqs > VPO_DT_MAX_IRQS) {
        error_setg(errp, "the driver claims %u regions and %u interrupts; "
                   "at most %u and %u can be handled", regions, vb->num_irqs,
                   VPO_DT_MAX_REGIONS, VPO_DT_MAX_IRQS);
        return false;
    }
    return true;
}

/* What a user has left behind is what the next one finds. */
static bool host_check_reset(const VpoDevice *s, Error **errp)
{
    static const char cannot[] =
        "the host cannot reset the device: the guest finds it as its last "
        "user has left it, also after a reset of its own";

    if (s->vbasedev.reset_works || s->require_reset == ON_OFF_AUTO_OFF) {
        return true;
    }
    if (s->require_reset == ON_OFF_AUTO_ON) {
        error_setg(errp, "%s, and require-reset=on", cannot);
        error_append_hint(errp, "It has no reset line of its own. Tell the "
                          "host's driver how to reset it: parameter 'reset' "
                          "of the module vfio-platform-oneshot.\n");
        return false;
    }
    warn_report("%s: %s: %s. Parameter 'reset' of the host's module "
                "vfio-platform-oneshot can say how; require-reset=off takes "
                "the device as it is.", TYPE_VFIO_PLATFORM_ONESHOT,
                vpo_name(s), cannot);
    return true;
}

bool vpo_host_realize(VpoDevice *s, Error **errp)
{
    ERRP_GUARD();
    VFIODevice *vb = &s->vbasedev;
    int group_id = -1;

    /* A file descriptor that was handed over needs no group. */
    if (vb->fd < 0 && !host_group_id(s, &group_id, errp)) {
        return false;
    }
    if (!s->kernel->attach(s, group_id, errp)) {
        vpo_find_explain(s, errp);
        return false;
    }
    s->attached = true;
    trace_vpo_host_realize(vpo_name(s), vpo_compat_regions(vb), vb->num_irqs);
    return host_check(s, errp) && host_check_reset(s, errp);
}

/* The group cannot be given back while a region is mapped. */
void vpo_host_finalize(VpoDevice *s)
{
    if (s->attached) {
        s->kernel->detach(s);
        s->attached = false;
    }
}

static int host_irq_set(VpoDevice *s, struct vfio_irq_set *set)
{
    int ret = s->kernel->ioctl(s, VFIO_DEVICE_SET_IRQS, set);

    if (ret < 0) {
        s->lines[set->index].irq.failed =
            set->flags & VFIO_IRQ_SET_ACTION_MASK
                ? "VFIO_DEVICE_SET_IRQS, mask" :
            set->flags & VFIO_IRQ_SET_ACTION_UNMASK
                ? "VFIO_DEVICE_SET_IRQS, unmask" :
                  "VFIO_DEVICE_SET_IRQS, trigger";
    }
    return ret;
}

int vpo_host_irq_action(VpoDevice *s, unsigned int index, uint32_t action)
{
    struct vfio_irq_set set = {
        .argsz = sizeof(set),
        .flags = VFIO_IRQ_SET_DATA_NONE | action,
        .index = index,
        .count = 1,
    };
    int ret = host_irq_set(s, &set);

    trace_vpo_host_irq_action(vpo_name(s), index, action, ret);
    return ret;
}

int vpo_host_irq_eventfd(VpoDevice *s, unsigned int index, uint32_t action,
                         int fd)
{
    struct {
        struct vfio_irq_set set;
        int32_t fd;
    } arg = {
        .set = {
            .argsz = sizeof(arg),
            .flags = VFIO_IRQ_SET_DATA_EVENTFD | action,
            .index = index,
            .count = 1,
        },
        .fd = fd,
    };
    int ret = host_irq_set(s, &arg.set);

    trace_vpo_host_irq_eventfd(vpo_name(s), index, action, fd, ret);
    return ret;
}

int vpo_host_feature(VpoDevice *s, uint32_t flags, void *data, size_t size)
{
    size_t argsz = sizeof(struct vfio_device_feature) + size;
    g_autofree struct vfio_device_feature *arg = g_malloc0(argsz);
    int ret;

    arg->argsz = argsz;
    arg->flags = flags;
    memcpy(arg->data, data, size);
    ret = s->kernel->ioctl(s, VFIO_DEVICE_FEATURE, arg);
    if (ret == 0) {
        memcpy(data, arg->data, size);
    }
    trace_vpo_host_feature(vpo_name(s), flags, ret);
    return ret;
}
