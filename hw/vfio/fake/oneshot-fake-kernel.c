// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fake host's table of calls. The device's file is an anonymous one, which
 * can really be read, written and mapped.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/error.h"
#include "oneshot-fake-compat.h"

static VpoFakeHost *host_of(const VpoDevice *s)
{
    return container_of(s, VpoFake, parent_obj)->host;
}

static char *fake_path(const VpoDevice *s, const char *name)
{
    const VpoFakeHost *h = host_of(s);

    return g_strconcat(h && h->root ? h->root : "", name, NULL);
}

static int fake_open(const VpoDevice *s, const char *path)
{
    VpoFakeHost *h = host_of(s);
    int ret = h ? fake_call(h, "open") : -ENODEV;
    int fd = ret ? ret : open(path, O_RDWR | O_CLOEXEC);

    return ret || fd >= 0 ? fd : -errno;
}

/* ---- the VFIO core's part ---- */

struct vfio_region_info fake_region_info(const VpoFakeHost *h, unsigned int i)
{
    return (struct vfio_region_info) {
        .argsz = sizeof(struct vfio_region_info),
        .flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
                 (h->regions[i].mmap ? VFIO_REGION_INFO_FLAG_MMAP : 0),
        .index = i,
        .size = h->regions[i].size,
        .offset = (uint64_t)i << FAKE_REGION_SHIFT,
    };
}

static bool fake_attach(VpoDevice *s, int group, Error **errp)
{
    VpoFakeHost *h = host_of(s);
    VFIODevice *vb = &s->vbasedev;
    int ret = h ? fake_call(h, "attach") : -ENODEV;

    if (ret) {
        error_setg_errno(errp, -ret, "failed to open /dev/vfio/%d", group);
        return false;
    }
    vb->fd = memfd_create("vpo-fake", MFD_CLOEXEC);
    if (vb->fd < 0 || ftruncate(vb->fd, (uint64_t)FAKE_REGIONS_MOST <<
                                FAKE_REGION_SHIFT)) {
        error_setg_errno(errp, errno, "no memory for the fake device");
        return false;
    }
    vb->num_irqs = h->n_irqs;
    vb->flags = h->flags;
    vb->reset_works = h->flags & VFIO_DEVICE_FLAGS_RESET;
    fake_compat_attach(vb, h);
    fake_driver_open(h);
    return true;
}

static void fake_detach(VpoDevice *s)
{
    VpoFakeHost *h = host_of(s);

    fake_call(h, "detach");
    fake_driver_close(h);
    fake_compat_detach(&s->vbasedev);
    close(s->vbasedev.fd);
}

static int fake_ioctl(VpoDevice *s, unsigned long request, void *arg)
{
    return fake_driver_ioctl(host_of(s), request, arg);
}

static int fake_read(VpoDevice *s, void *buf, size_t bytes, off_t offset)
{
    int ret = fake_call(host_of(s), "read");

    return ret ? ret : vpo_kernel.read(s, buf, bytes, offset);
}

static int fake_region_setup(VpoDevice *s, unsigned int i, const char *name)
{
    int ret = fake_call(host_of(s), "region_setup");

    return ret ? ret : fake_compat_region_setup(s, host_of(s), i, name);
}

static int fake_region_mmap(VpoDevice *s, unsigned int i)
{
    int ret = fake_call(host_of(s), "region_mmap");

    return ret ? ret : vpo_kernel.region_mmap(s, i);
}

static int fake_eventfd(VpoDevice *s, EventNotifier *notifier)
{
    int ret = fake_call(host_of(s), "eventfd");

    return ret ? ret : vpo_kernel.eventfd(s, notifier);
}

/* ---- KVM ---- */

static unsigned int fake_kvm(const VpoDevice *s)
{
    return host_of(s)->kvm;
}

static int fake_irqfd_add(VpoDevice *s, EventNotifier *trigger,
                          EventNotifier *resample, int gsi)
{
    int ret = fake_call(host_of(s), "irqfd_add%s", resample ? " resample" : "");

    return ret ? ret : fake_kvm_add(host_of(s), trigger, resample, gsi);
}

static int fake_irqfd_remove(VpoDevice *s, EventNotifier *trigger, int gsi)
{
    int ret = fake_call(host_of(s), "irqfd_remove");

    /* KVM forgets an irqfd whose eventfd is closed. */
    fake_kvm_remove(host_of(s), trigger, gsi);
    return ret;
}

static VpoResample fake_resample_try(const VpoDevice *s, char **why)
{
    VpoFakeHost *h = host_of(s);

    if (h->resample == VPO_RESAMPLE_UNTESTED) {
        *why = g_strdup("the test says so");
    }
    return h->resample;
}

const VpoKernelOps vpo_fake_kernel = {
    .path = fake_path,
    .open = fake_open,
    .attach = fake_attach,
    .detach = fake_detach,
    .ioctl = fake_ioctl,
    .read = fake_read,
    .region_setup = fake_region_setup,
    .region_mmap = fake_region_mmap,
    .eventfd = fake_eventfd,
    .kvm = fake_kvm,
    .irqfd_add = fake_irqfd_add,
    .irqfd_remove = fake_irqfd_remove,
    .resample_try = fake_resample_try,
};
