// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host side of the core's ops, one backend an interrupt mode, and the ways
 * that lines can take.
 */
#include "qemu/osdep.h"
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

static const char *backend_obstacle(const VpoIrq *irq, uint32_t mode)
{
    const VpoLine *line = container_of(irq, VpoLine, irq);

    /* Without modes a driver is mainline's, which does just this. */
    if (mode == VFIO_PLATFORM_ONESHOT_AUTOMASK && !line->has_modes) {
        return NULL;
    }
    return vpo_mode_obstacle(line, mode);
}

#define BACKEND(lower, UPPER, shape)                                    \
    static const char *lower##_obstacle(const VpoIrq *irq)              \
    {                                                                   \
        return backend_obstacle(irq, VFIO_PLATFORM_ONESHOT_##UPPER);    \
    }                                                                   \
                                                                        \
    static int lower##_arm(VpoIrq *irq)                                 \
    {                                                                   \
        return backend_arm(irq, VFIO_PLATFORM_ONESHOT_##UPPER);         \
    }                                                                   \
                                                                        \
    static const VpoIrqBackend backend_##lower = {                      \
        .name = #lower,                                                 \
        shape,                                                          \
        .obstacle = lower##_obstacle,                                   \
        .mask = backend_mask,                                           \
        .unmask = backend_unmask,                                       \
        .arm = lower##_arm,                                             \
        .disarm = backend_disarm,                                       \
    }

#define SHOWS_LEVEL .table = &vpo_irq_level_table, .level = true
#define SHOWS_EDGE .table = &vpo_irq_edge_table

BACKEND(automask, AUTOMASK, SHOWS_LEVEL);
BACKEND(hold, HOLD, SHOWS_LEVEL);
BACKEND(threaded, THREADED, SHOWS_LEVEL);
BACKEND(forwarded, FORWARDED, SHOWS_LEVEL);
BACKEND(polled, POLLED, SHOWS_EDGE);
BACKEND(shared, SHARED, SHOWS_LEVEL);

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

/* What the host's driver emulates is driven as its lines are. */
static const VpoIrqBackend backend_emulated_level = {
    .name = "emulated",
    SHOWS_LEVEL,
    .obstacle = vpo_emulated_obstacle,
    .mask = backend_mask,
    .unmask = backend_unmask,
    .arm = automask_arm,
    .disarm = backend_disarm,
    .send = vpo_emulated_send,
};

static const VpoIrqBackend backend_emulated_edge = {
    .name = "emulated",
    SHOWS_EDGE,
    .obstacle = vpo_emulated_obstacle,
    .mask = backend_edge_mask,
    .unmask = backend_edge_unmask,
    .arm = backend_edge_arm,
    .disarm = backend_edge_disarm,
    .send = vpo_emulated_send,
};

/* ---- ways, best first ---- */

/*
 * Where a trapped access completes, one that has not served the device has to
 * make the line fire again at once. HOLD, and THREADED where it can look at the
 * line, wait for it to drop instead, for 10 ms and more.
 */
static const char *way_waits(const VpoIrq *irq)
{
    return backend_automask.obstacle(irq)
               ? NULL
               : "it would wait for the line after each access that leaves it "
                 "high; irq-mode=automask does not, and is exact there";
}

#define WAY(mode, path, ...) \
    { &backend_##mode, &vpo_inject_##path, ##__VA_ARGS__ }
#define FALLBACK(...) WAY(__VA_ARGS__, .fallback = true)

/* Without a resamplefd: KVM's is broken, or missing, or it is not for KVM. */
#define UNRESAMPLED_WAYS                                                \
    FALLBACK(automask, trapped_writes),                                 \
    FALLBACK(threaded, trapped_writes, .obstacle = way_waits),          \
    FALLBACK(automask, trapped),                                        \
    FALLBACK(threaded, trapped, .obstacle = way_waits),                 \
    FALLBACK(automask, userspace),                                      \
    FALLBACK(threaded, userspace, .obstacle = way_waits),               \
    { NULL }

/*
 * Exactly once for any guest driver; automask by KVM's resamplefd is not, and
 * says so.
 */
static const VpoIrqWay backend_exact_ways[] = {
    WAY(forwarded, irqfd),
    WAY(hold, resample),
    WAY(threaded, resample),
    WAY(automask, served),
    FALLBACK(automask, resample),
    UNRESAMPLED_WAYS
};

/* No guest driver threads its handler: automask is as good as the others. */
static const VpoIrqWay backend_plain_ways[] = {
    WAY(forwarded, irqfd),
    WAY(automask, served),
    WAY(automask, resample),
    WAY(hold, resample),
    WAY(threaded, resample),
    UNRESAMPLED_WAYS
};

/* A mode was asked for by name. */
static const VpoIrqWay backend_forwarded_ways[] = {
    WAY(forwarded, irqfd),
    { NULL }
};

static const VpoIrqWay backend_hold_ways[] = {
    WAY(hold, resample),
    WAY(hold, userspace, .obstacle = way_waits),
    { NULL }
};

static const VpoIrqWay backend_threaded_ways[] = {
    WAY(threaded, resample),
    FALLBACK(threaded, trapped_writes, .obstacle = way_waits),
    FALLBACK(threaded, trapped, .obstacle = way_waits),
    FALLBACK(threaded, userspace, .obstacle = way_waits),
    { NULL }
};

static const VpoIrqWay backend_automask_ways[] = {
    WAY(automask, served),
    WAY(automask, resample),
    FALLBACK(automask, trapped_writes),
    FALLBACK(automask, trapped),
    FALLBACK(automask, userspace),
    { NULL }
};

/*
 * By name only: an event that comes before a look has seen the line low waits
 * for the bound, so that a busy device is late by 80 ms each time.
 */
static const VpoIrqWay backend_polled_ways[] = {
    WAY(polled, irqfd),
    { NULL }
};

/*
 * By name, or by a rule (irq-share=): no other mode lets a line have several
 * users. It waits where an access completes and leaves the line high, as hold
 * would, but has no automask to take its place. The rule's region is trapped
 * whole, so there is no way by its writes alone.
 */
static const VpoIrqWay backend_shared_ways[] = {
    WAY(shared, resample),
    FALLBACK(shared, trapped),
    FALLBACK(shared, userspace),
    { NULL }
};

static const VpoIrqWay *const backend_named_ways[VPO_MODE_N] = {
    [VPO_MODE_FORWARDED] = backend_forwarded_ways,
    [VPO_MODE_HOLD] = backend_hold_ways,
    [VPO_MODE_THREADED] = backend_threaded_ways,
    [VPO_MODE_AUTOMASK] = backend_automask_ways,
    [VPO_MODE_POLLED] = backend_polled_ways,
    [VPO_MODE_SHARED] = backend_shared_ways,
};

static const VpoIrqWay backend_lower_ways[] = {
    WAY(forwarded, irqfd),
    UNRESAMPLED_WAYS
};

static const VpoIrqWay *backend_lower_than(const VpoLine *line)
{
    return line->irq.backend == &backend_shared ? backend_shared_ways
                                                : backend_lower_ways;
}

static const VpoIrqWay backend_edge_ways[] = {
    WAY(edge, irqfd),
    FALLBACK(edge, userspace),
    { NULL }
};

#define OWN(kind, path, ...) \
    { &vpo_emulated_##kind, &vpo_inject_##path, ##__VA_ARGS__ }

static const VpoIrqWay backend_emulated_edge_ways[] = {
    WAY(emulated_edge, irqfd),
    OWN(edge, irqfd),
    OWN(edge, userspace, .fallback = true),
    { NULL }
};

/* No access to the device completes one: an edge, without a resamplefd. */
static const VpoIrqWay backend_emulated_level_ways[] = {
    WAY(emulated_level, resample),
    OWN(level, served),
    OWN(edge, irqfd, .fallback = true),
    OWN(edge, userspace, .fallback = true),
    { NULL }
};

const VpoIrqWay *vpo_line_ways(const VpoLine *line)
{
    if (line->emulated) {
        return line->level ? backend_emulated_level_ways
                           : backend_emulated_edge_ways;
    }
    if (!line->level) {
        return backend_edge_ways;
    }
    if (line->wish != VPO_MODE_AUTO) {
        return backend_named_ways[line->wish];
    }
    if (line->share.given) {
        return backend_shared_ways;
    }
    return line->dev->oneshot == ON_OFF_AUTO_OFF ? backend_plain_ways
                                                 : backend_exact_ways;
}

const VpoIrqWay *vpo_line_lower_ways(const VpoLine *line)
{
    const VpoIrqWay *ways = backend_lower_than(line);

    for (const VpoIrqWay *way = ways; way->backend; way++) {
        if (way->backend == line->irq.backend &&
            way->inject == line->irq.inject) {
            return way + 1;
        }
    }
    return ways;
}
