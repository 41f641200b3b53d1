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

/* ---- backend: a level line that the host driver masks as it fires ---- */

static int automask_mask(VpoIrq *irq)
{
    return vpo_host_irq_action(line_of(irq)->dev, irq->index,
                               VFIO_IRQ_SET_ACTION_MASK);
}

static int automask_unmask(VpoIrq *irq)
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
static int automask_arm(VpoIrq *irq)
{
    VpoLine *line = line_of(irq);
    bool resample = irq->inject->done == VPO_IRQ_DONE_RESAMPLE;
    int ret = resample ? line_set_unmask(line, true) : 0;

    if (ret == 0) {
        ret = line_set_trigger(line, true);
        if (ret < 0 && resample) {
            line_set_unmask(line, false);
        }
    }
    return ret;
}

static void automask_disarm(VpoIrq *irq)
{
    VpoLine *line = line_of(irq);

    automask_mask(irq);
    line_set_trigger(line, false);
    if (irq->inject->done == VPO_IRQ_DONE_RESAMPLE) {
        line_set_unmask(line, false);
    }
}

const VpoLineKind vpo_line_automask = {
    .backend = {
        .name = "automask",
        .table = &vpo_irq_level_table,
        .level = true,
        .mask = automask_mask,
        .unmask = automask_unmask,
        .arm = automask_arm,
        .disarm = automask_disarm,
    },
    .paths = { &vpo_inject_resample, &vpo_inject_userspace },
};

/* ---- backend: edge; VFIO cannot mask it, so the trigger is taken away ---- */

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

const VpoLineKind vpo_line_edge = {
    .backend = {
        .name = "edge",
        .table = &vpo_irq_edge_table,
        .mask = edge_mask,
        .unmask = edge_unmask,
        .arm = edge_arm,
        .disarm = edge_disarm,
    },
    .paths = { &vpo_inject_irqfd, &vpo_inject_userspace },
};

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

static const VpoLineKind *line_kind(VpoDevice *s, unsigned int i, Error **errp)
{
    struct vfio_irq_info info = { .argsz = sizeof(info), .index = i };

    if (ioctl(s->vbasedev.fd, VFIO_DEVICE_GET_IRQ_INFO, &info)) {
        error_setg_errno(errp, errno, "interrupt %u: the host driver does not "
                         "describe it (VFIO_DEVICE_GET_IRQ_INFO)", i);
        return NULL;
    }
    if (info.count != 1 || !(info.flags & VFIO_IRQ_INFO_EVENTFD)) {
        error_setg(errp, "interrupt %u: the host driver cannot signal it by "
                   "eventfd (count %u, flags 0x%x)", i, info.count,
                   info.flags);
        return NULL;
    }
    return info.flags & VFIO_IRQ_INFO_AUTOMASKED ? &vpo_line_automask
                                                 : &vpo_line_edge;
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

static bool line_setup(VpoDevice *s, unsigned int i, Error **errp)
{
    const VpoLineKind *kind = line_kind(s, i, errp);
    VpoLine *line = &s->lines[i];

    if (!kind) {
        return false;
    }
    line->dev = s;
    line->kind = kind;
    line->irq.index = i;
    line->irq.backend = &kind->backend;
    if (!line_eventfds(line, errp)) {
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
    trace_vpo_line_setup(vpo_name(s), i, kind->backend.name, line->gsi);
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

bool vpo_lines_realize(VpoDevice *s, Error **errp)
{
    if (!line_check_room(s, errp)) {
        return false;
    }
    s->lines = g_new0(VpoLine, s->vbasedev.num_irqs);
    for (; s->n_lines < s->vbasedev.num_irqs; s->n_lines++) {
        if (!line_setup(s, s->n_lines, errp)) {
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
    }
    g_clear_pointer(&s->lines, g_free);
}
