// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The KVM of the fake host: irqfds that raise a line of the machine's GIC, and
 * a resamplefd that is signalled when the test says that the guest ends it.
 */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "qemu/main-loop.h"
#include "oneshot-fake.h"

static qemu_irq kvm_pin(int gsi)
{
    Object *gic = object_resolve_path_type("", "arm_gic_common", NULL);

    return qdev_get_gpio_in(DEVICE(gic), gsi);
}

static void kvm_triggered(void *opaque)
{
    FakeIrqfd *irqfd = opaque;
    uint64_t count;

    if (read(irqfd->trigger, &count, sizeof(count)) != sizeof(count)) {
        return;
    }
    /* To KVM each is an edge, and the level stays until it is lowered. */
    qemu_set_irq(kvm_pin(irqfd->gsi), 0);
    qemu_set_irq(kvm_pin(irqfd->gsi), 1);
}

void fake_kvm_inject(VpoFakeHost *h)
{
    FakeIrqfd *irqfd;

    QLIST_FOREACH(irqfd, &h->irqfds, next) {
        kvm_triggered(irqfd);
    }
}

static FakeIrqfd *kvm_find(VpoFakeHost *h, int gsi)
{
    FakeIrqfd *irqfd;

    QLIST_FOREACH(irqfd, &h->irqfds, next) {
        if (irqfd->gsi == gsi) {
            return irqfd;
        }
    }
    return NULL;
}

int fake_kvm_add(VpoFakeHost *h, EventNotifier *trigger,
                 EventNotifier *resample, int gsi)
{
    FakeIrqfd *irqfd;

    if (kvm_find(h, gsi)) {
        return -EBUSY;
    }
    irqfd = g_new0(FakeIrqfd, 1);
    irqfd->host = h;
    irqfd->gsi = gsi;
    irqfd->trigger = dup(event_notifier_get_fd(trigger));
    irqfd->resample = resample ? dup(event_notifier_get_fd(resample)) : -1;
    QLIST_INSERT_HEAD(&h->irqfds, irqfd, next);
    qemu_set_fd_handler(irqfd->trigger, kvm_triggered, NULL, irqfd);
    return 0;
}

int fake_kvm_remove(VpoFakeHost *h, EventNotifier *trigger, int gsi)
{
    FakeIrqfd *irqfd = kvm_find(h, gsi);

    if (!irqfd) {
        return -ENOENT;
    }
    qemu_set_fd_handler(irqfd->trigger, NULL, NULL, NULL);
    close(irqfd->trigger);
    if (irqfd->resample >= 0) {
        close(irqfd->resample);
    }
    QLIST_REMOVE(irqfd, next);
    g_free(irqfd);
    return 0;
}

bool fake_kvm_eoi(VpoFakeHost *h, int gsi)
{
    FakeIrqfd *irqfd = kvm_find(h, gsi);
    uint64_t one = 1;

    if (!irqfd) {
        return false;
    }
    qemu_set_irq(kvm_pin(gsi), 0);
    if (irqfd->resample >= 0 &&
        write(irqfd->resample, &one, sizeof(one)) != sizeof(one)) {
        g_assert_not_reached();
    }
    return true;
}
