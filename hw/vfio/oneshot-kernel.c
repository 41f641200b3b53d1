// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The calls to the host's kernel, as they are.
 */
#include "qemu/osdep.h"
#include <sys/ioctl.h>
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"

static char *kernel_path(const VpoDevice *s, const char *name)
{
    return g_strdup(name);
}

static int kernel_open(const VpoDevice *s, const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

static bool kernel_attach(VpoDevice *s, int group, Error **errp)
{
    return vpo_compat_attach(&s->vbasedev, group, errp);
}

static void kernel_detach(VpoDevice *s)
{
    vpo_compat_detach(&s->vbasedev);
}

static int kernel_ioctl(VpoDevice *s, unsigned long request, void *arg)
{
    return ioctl(s->vbasedev.fd, request, arg) < 0 ? -errno : 0;
}

static int kernel_read(VpoDevice *s, void *buf, size_t bytes, off_t offset)
{
    ssize_t done = pread(s->vbasedev.fd, buf, bytes, offset);

    if (done < 0) {
        return -errno;
    }
    return done == bytes ? 0 : -EIO;
}

static int kernel_region_setup(VpoDevice *s, unsigned int i, const char *name)
{
    return vfio_region_setup(OBJECT(s), &s->vbasedev, &s->regions[i], i, name);
}

static int kernel_region_mmap(VpoDevice *s, unsigned int i)
{
    return vfio_region_mmap(&s->regions[i]);
}

static int kernel_eventfd(VpoDevice *s, EventNotifier *notifier)
{
    return event_notifier_init(notifier, 0);
}

static unsigned int kernel_kvm(const VpoDevice *s)
{
    if (!kvm_enabled()) {
        return 0;
    }
    return VPO_KVM_IN_USE |
           (kvm_irqfds_enabled() ? VPO_KVM_IRQFD : 0) |
           (kvm_resamplefds_enabled() ? VPO_KVM_RESAMPLEFD : 0) |
           (kvm_readonly_mem_enabled() ? VPO_KVM_READONLY_MEM : 0);
}

static int kernel_irqfd_add(VpoDevice *s, EventNotifier *trigger,
                            EventNotifier *resample, int gsi)
{
    return kvm_irqchip_add_irqfd_notifier_gsi(kvm_state, trigger, resample,
                                              gsi);
}

static int kernel_irqfd_remove(VpoDevice *s, EventNotifier *trigger, int gsi)
{
    return kvm_irqchip_remove_irqfd_notifier_gsi(kvm_state, trigger, gsi);
}

static VpoResample kernel_resample_try(const VpoDevice *s, char **why)
{
    return vpo_resample_try(why);
}

const VpoKernelOps vpo_kernel = {
    .path = kernel_path,
    .open = kernel_open,
    .attach = kernel_attach,
    .detach = kernel_detach,
    .ioctl = kernel_ioctl,
    .read = kernel_read,
    .region_setup = kernel_region_setup,
    .region_mmap = kernel_region_mmap,
    .eventfd = kernel_eventfd,
    .kvm = kernel_kvm,
    .irqfd_add = kernel_irqfd_add,
    .irqfd_remove = kernel_irqfd_remove,
    .resample_try = kernel_resample_try,
};
