// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest side of the core's ops: KVM irqfd with and without resamplefd,
 * and injection by QEMU itself.
 */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "qemu/main-loop.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

static VpoLine *line_of(VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq);
}

/* Under KVM this is KVM_IRQ_LINE: it also clears what an irqfd has latched. */
static void inject_set(VpoIrq *irq, bool high)
{
    trace_vpo_inject_set(vpo_name(line_of(irq)->dev), irq->index, high);
    qemu_set_irq(line_of(irq)->pin, high);
}

/* ---- KVM ---- */

static const char *irqfd_obstacle(const VpoIrq *irq)
{
    const VpoLine *line = container_of(irq, VpoLine, irq);
    unsigned int kvm = line->dev->kernel->kvm(line->dev);

    if (!line->dev->irqfd) {
        return "x-irqfd=off";
    }
    if (!(kvm & VPO_KVM_IN_USE)) {
        return "KVM is not in use (-accel kvm)";
    }
    if (!(kvm & VPO_KVM_IRQFD)) {
        return "this kernel's KVM, or this machine's interrupt controller, "
               "has no irqfd";
    }
    return NULL;
}

static int irqfd_add(VpoLine *line, EventNotifier *resample)
{
    int ret = line->dev->kernel->irqfd_add(line->dev, &line->trigger, resample,
                                           line->gsi);

    if (ret < 0) {
        line->irq.failed = "KVM_IRQFD";
    }
    return ret;
}

static int irqfd_bind(VpoIrq *irq)
{
    return irqfd_add(line_of(irq), NULL);
}

static void irqfd_unbind(VpoIrq *irq)
{
    VpoLine *line = line_of(irq);

    line->dev->kernel->irqfd_remove(line->dev, &line->trigger, line->gsi);
}

const VpoIrqInject vpo_inject_irqfd = {
    .path = "irqfd",
    .done = VPO_IRQ_DONE_NONE,
    .obstacle = irqfd_obstacle,
    .bind = irqfd_bind,
    .unbind = irqfd_unbind,
    .set = inject_set,
};

static const char *resample_obstacle(const VpoIrq *irq)
{
    const VpoLine *line = container_of(irq, VpoLine, irq);
    const char *obstacle = irqfd_obstacle(irq);

    if (obstacle) {
        return obstacle;
    }
    if (!(line->dev->kernel->kvm(line->dev) & VPO_KVM_RESAMPLEFD)) {
        return "this kernel's KVM has no resamplefd";
    }
    return vpo_resample_obstacle(line->dev);
}

static int resample_bind(VpoIrq *irq)
{
    return irqfd_add(line_of(irq), &line_of(irq)->unmask);
}

const VpoIrqInject vpo_inject_resample = {
    .path = "irqfd+resamplefd",
    .done = VPO_IRQ_DONE_RESAMPLE,
    .obstacle = resample_obstacle,
    .bind = resample_bind,
    .unbind = irqfd_unbind,
    .set = inject_set,
};

/* ---- QEMU ---- */

static const char *userspace_obstacle(const VpoIrq *irq)
{
    return NULL;
}

static void userspace_triggered(void *opaque)
{
    VpoLine *line = opaque;

    if (event_notifier_test_and_clear(&line->trigger)) {
        vpo_line_event(line, VPO_IRQ_TRIGGER);
    }
}

static int userspace_bind(VpoIrq *irq)
{
    VpoLine *line = line_of(irq);

    qemu_set_fd_handler(event_notifier_get_fd(&line->trigger),
                        userspace_triggered, NULL, line);
    return 0;
}

static void userspace_unbind(VpoIrq *irq)
{
    qemu_set_fd_handler(event_notifier_get_fd(&line_of(irq)->trigger), NULL,
                        NULL, NULL);
}

static void userspace_accessed(VpoIrq *irq)
{
    VpoLine *line = line_of(irq);

    if (event_notifier_test_and_clear(&line->trigger)) {
        vpo_line_event(line, VPO_IRQ_STALE);
    }
    vpo_line_event(line, VPO_IRQ_COMPLETE);
}

const VpoIrqInject vpo_inject_userspace = {
    .path = "userspace",
    .done = VPO_IRQ_DONE_ACCESS,
    .obstacle = userspace_obstacle,
    .bind = userspace_bind,
    .unbind = userspace_unbind,
    .set = inject_set,
    .accessed = userspace_accessed,
};
