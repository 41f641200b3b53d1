// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Emulated interrupts: of the host's driver, where it has them, or our own.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

static VpoLine *emulated_line(VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq);
}

/* Before rules are read that raise them. */
bool vpo_emulated_realize(VpoDevice *s, Error **errp)
{
    g_autofree char *why = NULL;

    if (!vpo_emulated_parse(s->emulated_irqs, &s->emulated, &why)) {
        error_setg(errp, "emulated-irqs=%s: %s", s->emulated_irqs, why);
    }
    return !why;
}

/* ---- of the host's driver ---- */

bool vpo_emulated_query(VpoLine *line, Error **errp)
{
    struct vfio_platform_oneshot_emulated set = {
        .start = line->irq.index,
        .count = 1,
        .kind = line->level ? VFIO_PLATFORM_ONESHOT_EMULATED_LEVEL
                            : VFIO_PLATFORM_ONESHOT_EMULATED_EDGE,
    };
    int ret = vpo_host_feature(line->dev, VFIO_DEVICE_FEATURE_SET |
                               VFIO_DEVICE_FEATURE_ONESHOT_EMULATED,
                               &set, sizeof(set));

    line->emulated = true;
    line->by_host = ret == 0;
    /* The guest's end of a level is all there is to know: no register. */
    line->served.given = true;
    /* Mainline's driver has no features at all, or not this one. */
    if (ret == 0 || ret == -ENOTTY || ret == -EINVAL) {
        return true;
    }
    error_setg_errno(errp, -ret, "interrupt %u: the host's driver does not "
                     "emulate it (VFIO_DEVICE_FEATURE)", line->irq.index);
    return false;
}

const char *vpo_emulated_obstacle(const VpoIrq *irq)
{
    return container_of(irq, VpoLine, irq)->by_host
               ? NULL : "the host driver has no emulated interrupts";
}

int vpo_emulated_send(VpoIrq *irq)
{
    struct vfio_platform_oneshot_signal set = { .index = irq->index };
    int ret = vpo_host_feature(emulated_line(irq)->dev,
                               VFIO_DEVICE_FEATURE_SET |
                               VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL,
                               &set, sizeof(set));

    if (ret < 0) {
        irq->failed = "VFIO_DEVICE_FEATURE, signal";
    }
    return ret;
}

/* ---- our own: the trigger is signalled from here ---- */

static const char *emulated_no_obstacle(const VpoIrq *irq)
{
    return NULL;
}

/* Nobody else signals the trigger, and the core knows when not to. */
static int emulated_nothing(VpoIrq *irq)
{
    return 0;
}

static void emulated_disarm(VpoIrq *irq)
{
    /* What nobody has read of it is not to be read by the next way. */
    event_notifier_test_and_clear(&emulated_line(irq)->trigger);
}

static int emulated_signal(VpoIrq *irq)
{
    int ret = event_notifier_set(&emulated_line(irq)->trigger);

    if (ret < 0) {
        irq->failed = "signal its eventfd";
    }
    return ret;
}

#define EMULATED(shape)                                                 \
    {                                                                   \
        .name = "emulated-qemu",                                        \
        shape,                                                          \
        .obstacle = emulated_no_obstacle,                               \
        .mask = emulated_nothing,                                       \
        .unmask = emulated_nothing,                                     \
        .arm = emulated_nothing,                                        \
        .disarm = emulated_disarm,                                      \
        .send = emulated_signal,                                        \
    }
#define SHOWS_LEVEL .table = &vpo_irq_emulated_table, .level = true
#define SHOWS_EDGE .table = &vpo_irq_edge_table

const VpoIrqBackend vpo_emulated_level = EMULATED(SHOWS_LEVEL);
const VpoIrqBackend vpo_emulated_edge = EMULATED(SHOWS_EDGE);

/* ---- raising ---- */

static void emulated_refuse(VpoDevice *s, unsigned int index, int ret,
                            Error **errp)
{
    ERRP_GUARD();
    unsigned int hardware = s->vbasedev.num_irqs;

    s->refused++;
    if (index < s->n_lines && s->lines[index].emulated) {
        g_autofree char *why = vpo_irq_failure(&s->lines[index].irq, ret);

        error_setg(errp, "%s: interrupt %u cannot be raised: %s", vpo_name(s),
                   index, why);
        return;
    }
    error_setg(errp, "%s: interrupt %u cannot be raised: %s",
               vpo_name(s) ? vpo_name(s) : TYPE_VFIO_PLATFORM_ONESHOT, index,
               index < s->n_lines ? "the host's device has a line for it"
                                  : "there is none with this number");
    if (s->n_lines > hardware) {
        error_append_hint(errp, "Those from %u to %u can be.\n", hardware,
                          s->n_lines - 1);
    } else {
        error_append_hint(errp, "emulated-irqs=COUNT adds some that can "
                          "be.\n");
    }
}

bool vpo_emulated_raise(VpoDevice *s, unsigned int index, Error **errp)
{
    int ret = index < s->n_lines ? vpo_irq_send(&s->lines[index].irq)
                                 : -EINVAL;

    trace_vpo_emulated_raise(vpo_name(s) ? vpo_name(s) : "", index, ret);
    if (ret < 0) {
        emulated_refuse(s, index, ret, errp);
    }
    return ret == 0;
}

void vpo_emulated_set_signal(Object *obj, Visitor *v, const char *name,
                             void *opaque, Error **errp)
{
    uint32_t index;

    if (visit_type_uint32(v, name, &index, errp)) {
        vpo_emulated_raise(VFIO_PLATFORM_ONESHOT(obj), index, errp);
    }
}

void vpo_emulated_get_refused(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    visit_type_uint64(v, name, &VFIO_PLATFORM_ONESHOT(obj)->refused, errp);
}
