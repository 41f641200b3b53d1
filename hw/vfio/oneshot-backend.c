// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host side of the core's ops, one backend an interrupt mode, and the ways
 * that lines can take.
 */
#include "qemu/osdep.h"
#include <linux/vfio.h>
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"

static VpoLine *backend_line(VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq);
}

/* ---- what the level backends share ---- */

static int backend_mask(VpoIrq *irq)
{
    return vpo_host_irq_action(backend_line(irq)->dev, irq->index,
                               VFIO_IRQ_SET_ACTION_MASK);
}

static int backend_unmask(VpoIrq *irq)
{
    return vpo_host_irq_action(backend_line(irq)->dev, irq->index,
                               VFIO_IRQ_SET_ACTION_UNMASK);
}

static int backend_set_trigger(VpoLine *line, bool on)
{
    return vpo_host_irq_eventfd(line->dev, line->irq.index,
                                VFIO_IRQ_SET_ACTION_TRIGGER,
                                on ? event_notifier_get_fd(&line->trigger)
                                   : -1);
}

static int backend_set_unmask(VpoLine *line, bool on)
{
    return vpo_host_irq_eventfd(line->dev, line->irq.index,
                                VFIO_IRQ_SET_ACTION_UNMASK,
                                on ? event_notifier_get_fd(&line->unmask)
                                   : -1);
}

/* Completion first: the trigger may fire before its ioctl returns. */
static int backend_arm(VpoIrq *irq, uint32_t mode)
{
    VpoLine *line = backend_line(irq);
    bool resample = irq->inject->done == VPO_IRQ_DONE_RESAMPLE;
    int ret = vpo_mode_set(line, mode);

    if (ret == 0 && resample) {
        ret = backend_set_unmask(line, true);
    }
    if (ret == 0) {
        ret = backend_set_trigger(line, true);
        if (ret < 0 && resample) {
            backend_set_unmask(line, false);
        }
    }
    return ret;
}

static void backend_disarm(VpoIrq *irq)
{
    VpoLine *line = backend_line(irq);

    backend_mask(irq);
    backend_set_trigger(line, false);
    if (irq->inject->done == VPO_IRQ_DONE_RESAMPLE) {
        backend_set_unmask(line, false);
    }
}

/* ---- backends ---- */

/* A mode can be had if the user's wish allows it and the host driver has it. */
static const char *backend_obstacle(const VpoIrq *irq, VpoMode mode,
                                    uint32_t id)
{
    const VpoLine *line = container_of(irq, VpoLine, irq);

    if (line->wish != VPO_MODE_AUTO && line->wish != mode) {
        return "another mode was asked for by irq-mode=";
    }
    /* Without modes a driver is mainline's, which does just this. */
    if (mode == VPO_MODE_AUTOMASK && !line->has_modes) {
        return NULL;
    }
    return vpo_mode_obstacle(line, id);
}

#define LEVEL_BACKEND(lower, UPPER)                                     \
    static const char *lower##_obstacle(const VpoIrq *irq)              \
    {                                                                   \
        return backend_obstacle(irq, VPO_MODE_##UPPER,                  \
                                VFIO_PLATFORM_ONESHOT_##UPPER);         \
    }                                                                   \
                                                                        \
    static int lower##_arm(VpoIrq *irq)                                 \
    {                                                                   \
        return backend_arm(irq, VFIO_PLATFORM_ONESHOT_##UPPER);         \
    }                                                                   \
                                                                        \
    static const VpoIrqBackend backend_##lower = {                      \
        .name = #lower,                                                 \
        .table = &vpo_irq_level_table,                                  \
        .level = true,                                                  \
        .obstacle = lower##_obstacle,                                   \
        .mask = backend_mask,                                           \
        .unmask = backend_unmask,                                       \
        .arm = lower##_arm,                                             \
        .disarm = backend_disarm,                                       \
    }

LEVEL_BACKEND(automask, AUTOMASK);
LEVEL_BACKEND(hold, HOLD);
LEVEL_BACKEND(threaded, THREADED);
LEVEL_BACKEND(forwarded, FORWARDED);

/* VFIO cannot mask an edge line, so the trigger is taken away instead. */
static int backend_edge_mask(VpoIrq *irq)
{
    return backend_set_trigger(backend_line(irq), false);
}

/* An edge that came meanwhile is latched in the host's GIC and fires now. */
static int backend_edge_unmask(VpoIrq *irq)
{
    return backend_set_trigger(backend_line(irq), true);
}

static int backend_edge_arm(VpoIrq *irq)
{
    return 0;
}

static void backend_edge_disarm(VpoIrq *irq)
{
    backend_edge_mask(irq);
}

static const char *backend_edge_obstacle(const VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq)->wish == VPO_MODE_AUTO
               ? NULL : "the line is an edge line and has no modes";
}

static const VpoIrqBackend backend_edge = {
    .name = "edge",
    .table = &vpo_irq_edge_table,
    .obstacle = backend_edge_obstacle,
    .mask = backend_edge_mask,
    .unmask = backend_edge_unmask,
    .arm = backend_edge_arm,
    .disarm = backend_edge_disarm,
};

/* ---- ways, best first ---- */

/*
 * Exactly once for any guest driver; automask by KVM is not, and says so. By
 * userspace it is: a line that is still high has to fire again at each access.
 */
static const VpoIrqWay backend_exact_ways[] = {
    { &backend_forwarded, &vpo_inject_irqfd },
    { &backend_hold, &vpo_inject_resample },
    { &backend_threaded, &vpo_inject_resample },
    { &backend_automask, &vpo_inject_served },
    { &backend_automask, &vpo_inject_resample, .fallback = true },
    { &backend_automask, &vpo_inject_userspace, .fallback = true },
    { &backend_hold, &vpo_inject_userspace, .fallback = true },
    { &backend_threaded, &vpo_inject_userspace, .fallback = true },
    { NULL }
};

/*
 * A mode was asked for by name, or the user says that no guest driver threads
 * its handler (oneshot=off): automask is as good as the others.
 */
static const VpoIrqWay backend_plain_ways[] = {
    { &backend_forwarded, &vpo_inject_irqfd },
    { &backend_automask, &vpo_inject_served },
    { &backend_automask, &vpo_inject_resample },
    { &backend_hold, &vpo_inject_resample },
    { &backend_threaded, &vpo_inject_resample },
    { &backend_automask, &vpo_inject_userspace, .fallback = true },
    { &backend_hold, &vpo_inject_userspace, .fallback = true },
    { &backend_threaded, &vpo_inject_userspace, .fallback = true },
    { NULL }
};

static const VpoIrqWay backend_edge_ways[] = {
    { &backend_edge, &vpo_inject_irqfd },
    { &backend_edge, &vpo_inject_userspace, .fallback = true },
    { NULL }
};

const VpoIrqWay *vpo_line_ways(const VpoLine *line)
{
    if (!line->level) {
        return backend_edge_ways;
    }
    if (line->dev->oneshot == ON_OFF_AUTO_OFF ||
        line->wish != VPO_MODE_AUTO) {
        return backend_plain_ways;
    }
    return backend_exact_ways;
}
