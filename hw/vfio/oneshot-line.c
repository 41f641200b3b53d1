// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's interrupt lines: set-up, and the host side of the core's ops.
 */
#include "qemu/osdep.h"
#include <sys/ioctl.h>
#include <linux/vfio.h>
#include "qapi/error.h"
#include "qemu/bitmap.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "hw/vfio/vfio-platform-oneshot.h"
#include "trace.h"

static VpoLine *line_of(VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq);
}

/* ---- what the level backends share ---- */

static int line_mask(VpoIrq *irq)
{
    return vpo_host_irq_action(line_of(irq)->dev, irq->index,
                               VFIO_IRQ_SET_ACTION_MASK);
}

static int line_unmask(VpoIrq *irq)
{
    return vpo_host_irq_action(line_of(irq)->dev, irq->index,
                               VFIO_IRQ_SET_ACTION_UNMASK);
}

static int line_set_trigger(VpoLine *line, bool on)
{
    return vpo_host_irq_eventfd(line->dev, line->irq.index,
                                VFIO_IRQ_SET_ACTION_TRIGGER,
                                on ? event_notifier_get_fd(&line->trigger)
                                   : -1);
}

static int line_set_unmask(VpoLine *line, bool on)
{
    return vpo_host_irq_eventfd(line->dev, line->irq.index,
                                VFIO_IRQ_SET_ACTION_UNMASK,
                                on ? event_notifier_get_fd(&line->unmask)
                                   : -1);
}

/* Completion first: the trigger may fire before its ioctl returns. */
static int line_arm(VpoIrq *irq, uint32_t mode)
{
    VpoLine *line = line_of(irq);
    bool resample = irq->inject->done == VPO_IRQ_DONE_RESAMPLE;
    int ret = vpo_mode_set(line, mode);

    if (ret == 0 && resample) {
        ret = line_set_unmask(line, true);
    }
    if (ret == 0) {
        ret = line_set_trigger(line, true);
        if (ret < 0 && resample) {
            line_set_unmask(line, false);
        }
    }
    return ret;
}

static void line_disarm(VpoIrq *irq)
{
    VpoLine *line = line_of(irq);

    line_mask(irq);
    line_set_trigger(line, false);
    if (irq->inject->done == VPO_IRQ_DONE_RESAMPLE) {
        line_set_unmask(line, false);
    }
}

/* ---- backends ---- */

/* A mode can be had if the user's wish allows it and the host driver has it. */
static const char *line_obstacle(const VpoIrq *irq, VpoMode mode, uint32_t id)
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

#define LEVEL_BACKEND(lower, UPPER)                                         \
    static const char *lower##_obstacle(const VpoIrq *irq)                  \
    {                                                                       \
        return line_obstacle(irq, VPO_MODE_##UPPER,                         \
                             VFIO_PLATFORM_ONESHOT_##UPPER);                \
    }                                                                       \
                                                                            \
    static int lower##_arm(VpoIrq *irq)                                     \
    {                                                                       \
        return line_arm(irq, VFIO_PLATFORM_ONESHOT_##UPPER);                \
    }                                                                       \
                                                                            \
    static const VpoIrqBackend line_##lower = {                             \
        .name = #lower,                                                     \
        .table = &vpo_irq_level_table,                                      \
        .level = true,                                                      \
        .obstacle = lower##_obstacle,                                       \
        .mask = line_mask,                                                  \
        .unmask = line_unmask,                                              \
        .arm = lower##_arm,                                                 \
        .disarm = line_disarm,                                              \
    }

LEVEL_BACKEND(automask, AUTOMASK);
LEVEL_BACKEND(hold, HOLD);
LEVEL_BACKEND(threaded, THREADED);
LEVEL_BACKEND(forwarded, FORWARDED);

/* VFIO cannot mask an edge line, so the trigger is taken away instead. */
static int edge_mask(VpoIrq *irq)
{
    return line_set_trigger(line_of(irq), false);
}

/* An edge that came meanwhile is latched in the host's GIC and fires now. */
static int edge_unmask(VpoIrq *irq)
{
    return line_set_trigger(line_of(irq), true);
}

static int edge_arm(VpoIrq *irq)
{
    return 0;
}

static void edge_disarm(VpoIrq *irq)
{
    edge_mask(irq);
}

static const char *edge_obstacle(const VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq)->wish == VPO_MODE_AUTO
               ? NULL : "the line is an edge line and has no modes";
}

static const VpoIrqBackend line_edge = {
    .name = "edge",
    .table = &vpo_irq_edge_table,
    .obstacle = edge_obstacle,
    .mask = edge_mask,
    .unmask = edge_unmask,
    .arm = edge_arm,
    .disarm = edge_disarm,
};

/* ---- ways, best first ---- */

/*
 * Exactly once for any guest driver; automask by KVM is not, and says so. By
 * userspace it is: a line that is still high has to fire again at each access.
 */
static const VpoIrqWay line_exact_ways[] = {
    { &line_forwarded, &vpo_inject_irqfd },
    { &line_hold, &vpo_inject_resample },
    { &line_threaded, &vpo_inject_resample },
    { &line_automask, &vpo_inject_served },
    { &line_automask, &vpo_inject_resample, .fallback = true },
    { &line_automask, &vpo_inject_userspace, .fallback = true },
    { &line_hold, &vpo_inject_userspace, .fallback = true },
    { &line_threaded, &vpo_inject_userspace, .fallback = true },
    { NULL }
};

/*
 * A mode was asked for by name, or the user says that no guest driver threads
 * its handler (oneshot=off): automask is as good as the others.
 */
static const VpoIrqWay line_plain_ways[] = {
    { &line_forwarded, &vpo_inject_irqfd },
    { &line_automask, &vpo_inject_served },
    { &line_automask, &vpo_inject_resample },
    { &line_hold, &vpo_inject_resample },
    { &line_threaded, &vpo_inject_resample },
    { &line_automask, &vpo_inject_userspace, .fallback = true },
    { &line_hold, &vpo_inject_userspace, .fallback = true },
    { &line_threaded, &vpo_inject_userspace, .fallback = true },
    { NULL }
};

static const VpoIrqWay line_edge_ways[] = {
    { &line_edge, &vpo_inject_irqfd },
    { &line_edge, &vpo_inject_userspace, .fallback = true },
    { NULL }
};

const VpoIrqWay *vpo_line_ways(const VpoLine *line)
{
    if (!line->level) {
        return line_edge_ways;
    }
    return line->dev->oneshot == ON_OFF_AUTO_OFF ||
           line->wish != VPO_MODE_AUTO ? line_plain_ways : line_exact_ways;
}

/* ---- set-up ---- */

/*
 * The GSI of an SPI is the number of the GIC's input pin. Asking the GIC
 * which of its pins this is works for every board and GIC version, where
 * QEMU's own qemu_irq -> GSI table is filled for GICv2 only.
 */
static int line_gsi(qemu_irq pin)
{
    static const char *const gics[] = { "arm-gicv3-common", "arm_gic_common" };

    for (int t = 0; t < ARRAY_SIZE(gics); t++) {
        Object *gic = object_resolve_path_type("", gics[t], NULL);
        uint32_t num = gic ? object_property_get_uint(gic, "num-irq", NULL) : 0;

        /* num-irq counts the 32 private ones, which are not among the pins */
        for (int i = 0; i + 32 < num; i++) {
            if (qdev_get_gpio_in(DEVICE(gic), i) == pin) {
                return i;
            }
        }
    }
    return -1;
}

static bool line_query(VpoLine *line, Error **errp)
{
    unsigned int i = line->irq.index;
    struct vfio_irq_info info = { .argsz = sizeof(info), .index = i };

    if (ioctl(line->dev->vbasedev.fd, VFIO_DEVICE_GET_IRQ_INFO, &info)) {
        error_setg_errno(errp, errno, "interrupt %u: the host driver does not "
                         "describe it (VFIO_DEVICE_GET_IRQ_INFO)", i);
        return false;
    }
    if (info.count != 1 || !(info.flags & VFIO_IRQ_INFO_EVENTFD)) {
        error_setg(errp, "interrupt %u: the host driver cannot signal it by "
                   "eventfd (count %u, flags 0x%x)", i, info.count,
                   info.flags);
        return false;
    }
    line->level = info.flags & VFIO_IRQ_INFO_AUTOMASKED;
    return vpo_mode_query(line, errp);
}

static bool line_eventfds(VpoLine *line, Error **errp)
{
    int ret = event_notifier_init(&line->trigger, 0);

    if (ret == 0) {
        ret = event_notifier_init(&line->unmask, 0);
        if (ret) {
            event_notifier_cleanup(&line->trigger);
        }
    }
    if (ret) {
        error_setg_errno(errp, -ret, "interrupt %u: no eventfd",
                         line->irq.index);
    }
    return ret == 0;
}

static void line_free_eventfds(VpoLine *line)
{
    event_notifier_cleanup(&line->unmask);
    event_notifier_cleanup(&line->trigger);
}

static bool line_setup(VpoDevice *s, unsigned int i,
                       const VpoModeWishes *wishes, Error **errp)
{
    VpoLine *line = &s->lines[i];

    line->dev = s;
    line->irq.index = i;
    line->wish = wishes->of[i];
    if (!line_query(line, errp) || !line_eventfds(line, errp)) {
        return false;
    }
    line->bus_irq = find_first_zero_bit(s->pbus->used_irqs, s->pbus->num_irqs);
    line->pin = s->pbus->irqs[line->bus_irq];
    line->gsi = line_gsi(line->pin);
    if (line->gsi < 0) {
        error_setg(errp, "interrupt %u: line %u of the platform bus leads to "
                   "no GIC", i, line->bus_irq);
        line_free_eventfds(line);
        return false;
    }
    set_bit(line->bus_irq, s->pbus->used_irqs);
    trace_vpo_line_setup(vpo_name(s), i, line->level, line->mode.possible,
                         line->gsi);
    return true;
}

static bool line_check_room(VpoDevice *s, Error **errp)
{
    ERRP_GUARD();
    PlatformBusDevice *pbus = s->pbus;
    unsigned int used = bitmap_count_one(pbus->used_irqs, pbus->num_irqs);

    if (s->vbasedev.num_irqs <= pbus->num_irqs - used) {
        return true;
    }
    error_setg(errp, "the device has %u interrupts, and the machine's "
               "platform bus has %u of its %u SPIs left", s->vbasedev.num_irqs,
               pbus->num_irqs - used, pbus->num_irqs);
    error_append_hint(errp, "Assign fewer devices to this guest.\n");
    return false;
}

static bool line_wishes(VpoDevice *s, VpoModeWishes *wishes, Error **errp)
{
    g_autofree char *why = NULL;

    if (vpo_mode_parse(s->irq_mode, s->vbasedev.num_irqs, wishes, &why)) {
        return true;
    }
    error_setg(errp, "irq-mode=%s: %s", s->irq_mode, why);
    return false;
}

bool vpo_lines_realize(VpoDevice *s, Error **errp)
{
    VpoModeWishes wishes;

    if (!line_wishes(s, &wishes, errp) || !line_check_room(s, errp)) {
        return false;
    }
    s->lines = g_new0(VpoLine, s->vbasedev.num_irqs);
    if (!vpo_served_setup(s, errp)) {
        vpo_lines_unrealize(s);
        return false;
    }
    for (; s->n_lines < s->vbasedev.num_irqs; s->n_lines++) {
        if (!line_setup(s, s->n_lines, &wishes, errp)) {
            vpo_lines_unrealize(s);
            return false;
        }
    }
    return true;
}

void vpo_lines_unrealize(VpoDevice *s)
{
    while (s->n_lines > 0) {
        VpoLine *line = &s->lines[--s->n_lines];

        clear_bit(line->bus_irq, s->pbus->used_irqs);
        line_free_eventfds(line);
        vpo_irq_clear(&line->irq);
    }
    g_clear_pointer(&s->lines, g_free);
}
