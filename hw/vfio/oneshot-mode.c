// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupt modes of our own host driver: asking for them, setting one, and
 * reading its counters. A driver without them is driven as mainline's.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

/* Why the host driver says that a mode is not possible. */
static const char *const mode_why_not[] = {
    [VFIO_PLATFORM_ONESHOT_WHY_NOT_LEVEL] = "the line is not a level line",
    [VFIO_PLATFORM_ONESHOT_WHY_NOT_EDGE] = "the line is not an edge line",
    [VFIO_PLATFORM_ONESHOT_WHY_SLOW_BUS] =
        "the line's interrupt controller is behind a slow bus",
    [VFIO_PLATFORM_ONESHOT_WHY_UNREADABLE] =
        "the line's interrupt controller does not tell its state",
    [VFIO_PLATFORM_ONESHOT_WHY_NOT_ALLOWED] =
        "the host does not allow it (module parameter forward=1 of "
        "vfio-platform-oneshot)",
    [VFIO_PLATFORM_ONESHOT_WHY_NOT_BUILT] = "the host kernel has no KVM",
    [VFIO_PLATFORM_ONESHOT_WHY_NO_SYMBOL] =
        "the host driver does not find KVM's functions (kprobes off, or a "
        "kernel that it does not know)",
    [VFIO_PLATFORM_ONESHOT_WHY_CHIP] =
        "the line's interrupt controller has no priority drop",
    [VFIO_PLATFORM_ONESHOT_WHY_NO_KVM] = "KVM does not know the device",
    [VFIO_PLATFORM_ONESHOT_WHY_NO_VGIC] =
        "the guest's interrupt controller is not KVM's",
    [VFIO_PLATFORM_ONESHOT_WHY_UNKNOWN] = "the host driver does not know it",
    [VFIO_PLATFORM_ONESHOT_WHY_NO_RULE] =
        "no rule (irq-share=) says how the device masks itself",
    [VFIO_PLATFORM_ONESHOT_WHY_NOT_NAMED] =
        "the host does not allow it (module parameter shared_irq=DEVICE of "
        "vfio-platform-oneshot)",
};

bool vpo_mode_query(VpoLine *line, Error **errp)
{
    struct vfio_platform_oneshot_irq_mode mode = { .index = line->irq.index };
    int ret = vpo_host_feature(line->dev, VFIO_DEVICE_FEATURE_GET |
                           VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE,
                           &mode, sizeof(mode));

    /* Mainline's driver has no features at all, or not these. */
    line->has_modes = ret == 0;
    line->mode = mode;
    if (ret == 0 || ret == -ENOTTY || ret == -EINVAL) {
        return true;
    }
    error_setg_errno(errp, -ret, "interrupt %u: its modes cannot be asked for "
                     "(VFIO_DEVICE_FEATURE)", line->irq.index);
    return false;
}

const char *vpo_mode_obstacle(const VpoLine *line, uint32_t mode)
{
    uint32_t why;

    if (!line->has_modes) {
        return "the host driver has no interrupt modes";
    }
    if (line->mode.possible & (1u << mode)) {
        return NULL;
    }
    why = line->mode.why_not[mode];
    return why < ARRAY_SIZE(mode_why_not) && mode_why_not[why]
               ? mode_why_not[why]
               : "the host driver gives a reason that this version does not "
                 "know";
}

int vpo_mode_set(VpoLine *line, uint32_t mode)
{
    struct vfio_platform_oneshot_irq_mode set = {
        .index = line->irq.index,
        .mode = mode,
    };
    int ret;

    if (!line->has_modes) {
        return 0;
    }
    if (mode == VFIO_PLATFORM_ONESHOT_FORWARDED) {
        set.guest_intid = line->gsi + 32;
    }
    ret = vpo_host_feature(line->dev, VFIO_DEVICE_FEATURE_SET |
                           VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE,
                           &set, sizeof(set));
    if (ret < 0) {
        line->irq.failed = "VFIO_DEVICE_FEATURE, set mode";
    }
    return ret;
}

/* ---- counters ---- */

int vpo_mode_counts(VpoLine *line,
                    struct vfio_platform_oneshot_irq_counts *counts)
{
    *counts = (struct vfio_platform_oneshot_irq_counts) {
        .index = line->irq.index,
    };
    if (!line->has_modes) {
        return -ENOTTY;
    }
    return vpo_host_feature(line->dev, VFIO_DEVICE_FEATURE_GET |
                        VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS,
                        counts, sizeof(*counts));
}

#define MODE_COUNT(S, field) { #field, offsetof(S, field) }

static const struct ModeCount {
    const char *name;
    size_t offset;
} mode_host_counts[] = {
#define HOST_COUNT(f) MODE_COUNT(struct vfio_platform_oneshot_irq_counts, f)
    HOST_COUNT(host_irqs), HOST_COUNT(signals), HOST_COUNT(completions),
    HOST_COUNT(holds), HOST_COUNT(polls), HOST_COUNT(retriggers),
    HOST_COUNT(spurious), HOST_COUNT(storms), HOST_COUNT(stuck),
}, mode_user_counts[] = {
#define USER_COUNT(f) MODE_COUNT(VpoIrqCounts, f)
    USER_COUNT(triggers), USER_COUNT(raised), USER_COUNT(completed),
    USER_COUNT(dropped), USER_COUNT(overdue), USER_COUNT(sent),
    USER_COUNT(errors),
};

static void mode_visit_counts(Visitor *v, const char *prefix, void *counts,
                              const struct ModeCount *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("%s%s", prefix, rows[i].name);
        uint64_t value = *(uint64_t *)((char *)counts + rows[i].offset);

        visit_type_uint64(v, name, &value, NULL);
    }
}

static void mode_visit_line(Visitor *v, VpoLine *line)
{
    struct vfio_platform_oneshot_irq_counts counts;
    uint32_t index = line->irq.index;

    visit_type_uint32(v, "index", &index, NULL);
    if (vpo_mode_counts(line, &counts) == 0) {
        mode_visit_counts(v, "", &counts, mode_host_counts,
                          ARRAY_SIZE(mode_host_counts));
    }
    mode_visit_counts(v, "user_", &line->irq.counts, mode_user_counts,
                      ARRAY_SIZE(mode_user_counts));
}

void vpo_mode_get_counts(Object *obj, Visitor *v, const char *name,
                         void *opaque, Error **errp)
{
    VpoDevice *s = VFIO_PLATFORM_ONESHOT(obj);

    if (!visit_start_list(v, name, NULL, 0, errp)) {
        return;
    }
    for (unsigned int i = 0; i < s->n_lines; i++) {
        if (visit_start_struct(v, NULL, NULL, 0, errp)) {
            mode_visit_line(v, &s->lines[i]);
            visit_end_struct(v, NULL);
        }
    }
    visit_end_list(v, NULL);
}
