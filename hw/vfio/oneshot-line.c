// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's interrupt lines: what the host says of them, and what they need.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bitmap.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

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
    int ret = line->dev->kernel->ioctl(line->dev, VFIO_DEVICE_GET_IRQ_INFO,
                                       &info);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "interrupt %u: the host driver does not "
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
    return vpo_mode_query(line, errp) && vpo_share_setup(line, errp);
}

static bool line_eventfds(VpoLine *line, Error **errp)
{
    const VpoKernelOps *kernel = line->dev->kernel;
    int ret = kernel->eventfd(line->dev, &line->trigger);

    if (ret == 0) {
        ret = kernel->eventfd(line->dev, &line->unmask);
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

static bool line_setup(VpoDevice *s, bool (*query)(VpoLine *, Error **),
                       Error **errp)
{
    unsigned int i = s->n_lines;
    VpoLine *line = &s->lines[i];

    line->dev = s;
    line->irq.index = i;
    if (!query(line, errp) || !line_eventfds(line, errp)) {
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
    s->n_lines++;
    trace_vpo_line_setup(vpo_name(s), i, line->level, line->mode.possible,
                         line->gsi);
    return true;
}

static bool line_check_room(VpoDevice *s, unsigned int n, Error **errp)
{
    ERRP_GUARD();
    PlatformBusDevice *pbus = s->pbus;
    unsigned int used = bitmap_count_one(pbus->used_irqs, pbus->num_irqs);

    if (n <= pbus->num_irqs - used) {
        return true;
    }
    error_setg(errp, "the device has %u interrupts, and the machine's "
               "platform bus has %u of its %u SPIs left", n,
               pbus->num_irqs - used, pbus->num_irqs);
    error_append_hint(errp, "Assign fewer devices to this guest.\n");
    return false;
}

static bool line_wishes(VpoDevice *s, VpoModeWishes *modes, Error **errp)
{
    g_autofree char *why = NULL;

    if (!vpo_mode_parse(s->irq_mode, s->vbasedev.num_irqs, modes, &why)) {
        error_setg(errp, "irq-mode=%s: %s", s->irq_mode, why);
    }
    return !why;
}

/* What the user has said of each, and what the host says. */
static bool line_setup_all(VpoDevice *s, const VpoModeWishes *modes,
                           Error **errp)
{
    unsigned int hardware = s->vbasedev.num_irqs;

    if (!vpo_served_setup(s, errp)) {
        return false;
    }
    while (s->n_lines < hardware) {
        s->lines[s->n_lines].wish = modes->of[s->n_lines];
        if (!line_setup(s, line_query, errp)) {
            return false;
        }
    }
    while (s->n_lines < hardware + s->emulated.n) {
        s->lines[s->n_lines].level = s->emulated.level[s->n_lines - hardware];
        if (!line_setup(s, vpo_emulated_query, errp)) {
            return false;
        }
    }
    return true;
}

bool vpo_lines_realize(VpoDevice *s, Error **errp)
{
    unsigned int n = s->vbasedev.num_irqs + s->emulated.n;
    VpoModeWishes modes;

    if (!line_wishes(s, &modes, errp) || !line_check_room(s, n, errp)) {
        return false;
    }
    s->lines = g_new0(VpoLine, n);
    if (!line_setup_all(s, &modes, errp)) {
        vpo_lines_unrealize(s);
        return false;
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
