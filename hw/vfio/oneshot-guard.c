// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The storm guard: it looks for interrupts that KVM was given and that are not
 * completed, though the device is served. It completes them, and when that goes
 * on, takes the line to a way in which nobody needs KVM to tell.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/timer.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

/*
 * A look a second; and one soon after, if there is an interrupt to be completed
 * then: a guest that runs needs microseconds for it. Where a write completes,
 * always soon: a device whose line drops on a read would be a storm, which a
 * Linux guest answers by switching the line off after 100,000 interrupts.
 */
#define GUARD_LOOK_NS NANOSECONDS_PER_SECOND
#define GUARD_SOON_NS (10 * SCALE_MS)
/*
 * So many lost ones, with fewer than so many good ones from one to the next: a
 * guest that masks its interrupt and polls the device loses one now and then.
 */
#define GUARD_LOST_MOST 3
#define GUARD_GOOD_MOST 100

typedef struct vfio_platform_oneshot_irq_counts GuardCounts;

/* Lines whose way relies on someone else to tell that the device is served. */
static bool guard_watches(const VpoLine *line)
{
    if (line->irq.state == VPO_IRQ_OFF || !line->has_modes) {
        return false;
    }
    switch (line->irq.inject->done) {
    case VPO_IRQ_DONE_RESAMPLE:
    case VPO_IRQ_DONE_USER:
    case VPO_IRQ_DONE_WRITE:
        return true;
    default:
        return false;
    }
}

static void guard_step_down(VpoLine *line)
{
    const VpoIrq *irq = &line->irq;
    g_autofree char *from = g_strdup_printf("%s by %s", vpo_irq_mode(irq),
                                            vpo_irq_path(irq));
    Error *err = NULL;

    if (!vpo_line_step_down(line, &err)) {
        error_reportf_err(err, "%s: %s: no way out of an interrupt storm: ",
                          TYPE_VFIO_PLATFORM_ONESHOT, vpo_name(line->dev));
        return;
    }
    warn_report("%s: %s: interrupt %u was %s, where it stayed uncompleted %u "
                "times though the guest had served the device; it is %s by %s "
                "from now on. If it was a storm by the bug in KVM of Linux "
                "6.19 and later: %s", TYPE_VFIO_PLATFORM_ONESHOT,
                vpo_name(line->dev), irq->index, from, GUARD_LOST_MOST,
                vpo_irq_mode(irq), vpo_irq_path(irq), vpo_resample_remedy);
}

static void guard_count_lost(VpoLine *line, const GuardCounts *now)
{
    if (now->completions - line->guard.lost_at > GUARD_GOOD_MOST) {
        line->guard.lost = 0;
    }
    line->guard.lost_at = now->completions;
    line->guard.lost++;
    trace_vpo_guard_count_lost(vpo_name(line->dev), line->irq.index,
                               line->guard.lost);
    if (line->guard.lost == GUARD_LOST_MOST) {
        guard_step_down(line);
    }
}

/*
 * Completing is right whatever has happened: a line that is high fires anew, or
 * is held, and the guest just takes its time. Otherwise its end was lost.
 */
static void guard_complete(VpoLine *line)
{
    GuardCounts before = line->guard.last, *now = &line->guard.last;

    vpo_line_event(line, VPO_IRQ_OVERDUE);
    if (vpo_mode_counts(line, now) == 0 &&
        now->completions != before.completions &&
        now->signals == before.signals && now->holds == before.holds) {
        guard_count_lost(line, now);
    }
}

/* Returns when to look again, in ns. */
static int64_t guard_look_at(VpoLine *line)
{
    GuardCounts now, *last = &line->guard.last;
    bool soon;

    if (!guard_watches(line) || vpo_mode_counts(line, &now) < 0) {
        return INT64_MAX;
    }
    soon = now.signals != now.completions;
    if (soon && now.signals == last->signals &&
        now.completions == last->completions) {
        guard_complete(line);
    } else {
        *last = now;
    }
    return soon || line->irq.inject->done == VPO_IRQ_DONE_WRITE
               ? GUARD_SOON_NS : GUARD_LOOK_NS;
}

static void guard_look(void *opaque)
{
    VpoDevice *s = opaque;
    int64_t ns = INT64_MAX;

    for (unsigned int i = 0; i < s->n_lines; i++) {
        ns = MIN(ns, guard_look_at(&s->lines[i]));
    }
    if (ns != INT64_MAX) {
        timer_mod(s->guard, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + ns);
    }
}

/* Virtual time stands still while the guest does. */
bool vpo_guard_realize(VpoDevice *s, Error **errp)
{
    for (unsigned int i = 0; i < s->n_lines && !s->guard; i++) {
        if (guard_watches(&s->lines[i])) {
            s->guard = timer_new_ns(QEMU_CLOCK_VIRTUAL, guard_look, s);
            guard_look(s);
        }
    }
    return true;
}

void vpo_guard_unrealize(VpoDevice *s)
{
    if (s->guard) {
        timer_free(s->guard);
        s->guard = NULL;
    }
}
