// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KVM injects level interrupts without a resamplefd: a trapped access to the
 * device, or a trapped write alone, tells when the line may have changed.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"

static VpoLine *trapped_line(VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq);
}

static const char *trapped_obstacle(const VpoIrq *irq)
{
    return vpo_inject_irqfd.obstacle(irq);
}

static int trapped_bind(VpoIrq *irq)
{
    return vpo_inject_irqfd.bind(irq);
}

static void trapped_unbind(VpoIrq *irq)
{
    vpo_inject_irqfd.unbind(irq);
}

static void trapped_set(VpoIrq *irq, bool high)
{
    vpo_inject_irqfd.set(irq, high);
}

/*
 * KVM has raised the level, or not: nobody tells QEMU. Lowering it and asking
 * the line again is right in both cases.
 */
static void trapped_accessed(VpoIrq *irq)
{
    vpo_line_event(trapped_line(irq), VPO_IRQ_DONE);
}

const VpoIrqInject vpo_inject_trapped = {
    .path = "irqfd+trapped",
    .done = VPO_IRQ_DONE_ACCESS,
    .obstacle = trapped_obstacle,
    .bind = trapped_bind,
    .unbind = trapped_unbind,
    .set = trapped_set,
    .accessed = trapped_accessed,
};

/* ---- writes alone ---- */

/*
 * A host handler that is still running while the guest's write serves the
 * device signals KVM after the level was lowered, and a driver that then finds
 * nothing to do writes nothing. So the line is asked once more, a while after
 * the first of some writes, when that handler must be through.
 */
#define TRAPPED_SECOND_LOOK_NS SCALE_MS

static void trapped_look(void *opaque)
{
    VpoLine *line = opaque;

    if (line->irq.state == VPO_IRQ_IDLE) {
        vpo_line_event(line, VPO_IRQ_DONE);
    }
}

static void trapped_written(VpoIrq *irq)
{
    VpoLine *line = trapped_line(irq);

    trapped_accessed(irq);
    if (!timer_pending(line->timer)) {
        timer_mod(line->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                  TRAPPED_SECOND_LOOK_NS);
    }
}

static const char *trapped_writes_obstacle(const VpoIrq *irq)
{
    const VpoLine *line = container_of(irq, VpoLine, irq);
    const char *obstacle = trapped_obstacle(irq);

    if (obstacle) {
        return obstacle;
    }
    if (!(line->dev->kernel->kvm(line->dev) & VPO_KVM_READONLY_MEM)) {
        return "this kernel's KVM cannot write-protect memory";
    }
    if (!line->has_modes) {
        return "the host driver has no counts, by which a device would be "
               "noticed whose line drops on a read";
    }
    return vpo_regions_mapped(line->dev) ? NULL
                                         : "no region of the device is mapped";
}

static int trapped_writes_bind(VpoIrq *irq)
{
    VpoLine *line = trapped_line(irq);
    int ret = trapped_bind(irq);

    if (ret == 0) {
        line->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, trapped_look, line);
    }
    return ret;
}

static void trapped_writes_unbind(VpoIrq *irq)
{
    VpoLine *line = trapped_line(irq);

    timer_free(line->timer);
    line->timer = NULL;
    trapped_unbind(irq);
}

const VpoIrqInject vpo_inject_trapped_writes = {
    .path = "irqfd+trapped-writes",
    .done = VPO_IRQ_DONE_WRITE,
    .obstacle = trapped_writes_obstacle,
    .bind = trapped_writes_bind,
    .unbind = trapped_writes_unbind,
    .set = trapped_set,
    .accessed = trapped_written,
};
