// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KVM injects, and QEMU unmasks the line once a register of the device shows
 * that the guest has served it: exactly once on a host driver without modes.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "oneshot-compat.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

/*
 * Looks at the register come at growing intervals. A device that does not
 * become idle within the bound has, or has not had, a new event: its line is
 * asked, as nothing else could tell.
 */
#define SERVED_INTERVAL_MIN_NS (20 * SCALE_US)
#define SERVED_INTERVAL_MAX_NS SCALE_MS
#define SERVED_BOUND_NS (10 * SCALE_MS)

static bool served_read(VpoLine *line, uint32_t *value)
{
    const VFIORegion *region = &line->dev->regions[line->served.region];
    uint32_t le;

    if (line->dev->kernel->read(line->dev, &le, sizeof(le),
                                region->fd_offset + line->served.offset)) {
        return false;
    }
    *value = le32_to_cpu(le);
    return true;
}

/*
 * A register that cannot be read keeps nobody waiting. Without one, what
 * acknowledges the interrupt must have been written: before its end only by a
 * guest that is known to do so.
 */
static bool served_is_idle(VpoLine *line)
{
    uint32_t value;
    bool idle = line->served.reads
                    ? !served_read(line, &value) ||
                      (value & line->served.mask) == line->served.value
                    : !line->acknowledges ||
                      (line->acknowledged && line->acknowledges_early);

    trace_vpo_served_is_idle(vpo_name(line->dev), line->irq.index, idle);
    return idle;
}

/* An acknowledgement is one of one interrupt. */
static void served_done(VpoLine *line)
{
    line->acknowledged = false;
    vpo_line_event(line, VPO_IRQ_DONE);
}

static void served_wait(VpoLine *line)
{
    line->served_ns += line->served_interval;
    timer_mod(line->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
              line->served_interval);
    line->served_interval = MIN(line->served_interval * 2,
                                SERVED_INTERVAL_MAX_NS);
}

static void served_look(void *opaque)
{
    VpoLine *line = opaque;

    if (line->irq.state != VPO_IRQ_WAITING) {
        return;
    }
    if (served_is_idle(line) || line->served_ns >= SERVED_BOUND_NS) {
        /* Nothing came, but something had: so that is how this guest does. */
        line->acknowledges_early = line->acknowledged;
        served_done(line);
    } else {
        served_wait(line);
    }
}

/* The guest has ended the interrupt. */
static void served_ended(VpoLine *line)
{
    if (served_is_idle(line)) {
        served_done(line);
        return;
    }
    vpo_line_event(line, VPO_IRQ_WAIT);
    line->served_ns = 0;
    line->served_interval = SERVED_INTERVAL_MIN_NS;
    served_wait(line);
}

/* KVM says so. */
static void served_resampled(void *opaque)
{
    VpoLine *line = opaque;

    if (event_notifier_test_and_clear(&line->unmask)) {
        served_ended(line);
    }
}

/*
 * In the middle of a trapped write. An end that KVM has told of and that nobody
 * has looked at yet came first. One that comes without an end is the one of the
 * next end, or was of no interrupt at all.
 */
void vpo_served_acknowledged(VpoLine *line)
{
    if (line->irq.inject != &vpo_inject_served) {
        return;
    }
    if (event_notifier_test_and_clear(&line->unmask)) {
        line->acknowledges_early = false;
        served_ended(line);
    }
    line->acknowledged = line->irq.state != VPO_IRQ_WAITING;
    if (line->acknowledged) {
        return;
    }
    line->acknowledges_early = false;
    if (!line->served.reads || served_is_idle(line)) {
        served_done(line);
    }
}

void vpo_served_forget(VpoDevice *s)
{
    for (unsigned int i = 0; i < s->n_lines; i++) {
        s->lines[i].acknowledged = false;
        s->lines[i].acknowledges_early = false;
    }
}

static const char *served_obstacle(const VpoIrq *irq)
{
    const VpoLine *line = container_of(irq, VpoLine, irq);

    return line->served.given || line->acknowledges
               ? vpo_inject_resample.obstacle(irq)
               : "no rule (irq-served=) tells when the guest has served the "
                 "device";
}

static int served_bind(VpoIrq *irq)
{
    VpoLine *line = container_of(irq, VpoLine, irq);
    int ret = vpo_inject_resample.bind(irq);

    if (ret == 0) {
        line->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, served_look,
                                          line);
        qemu_set_fd_handler(event_notifier_get_fd(&line->unmask),
                            served_resampled, NULL, line);
    }
    return ret;
}

static void served_unbind(VpoIrq *irq)
{
    VpoLine *line = container_of(irq, VpoLine, irq);

    qemu_set_fd_handler(event_notifier_get_fd(&line->unmask), NULL, NULL,
                        NULL);
    timer_free(line->timer);
    line->timer = NULL;
    vpo_inject_resample.unbind(irq);
}

static void served_set(VpoIrq *irq, bool high)
{
    vpo_inject_resample.set(irq, high);
}

const VpoIrqInject vpo_inject_served = {
    .path = "irqfd+userspace-unmask",
    .done = VPO_IRQ_DONE_USER,
    .obstacle = served_obstacle,
    .bind = served_bind,
    .unbind = served_unbind,
    .set = served_set,
};

/* A rule file can say it, too. */
static const char *served_text(const VpoDevice *s)
{
    return s->irq_served || !s->intercept
               ? s->irq_served : vpo_intercept_irq_served(s->intercept);
}

static bool served_check(VpoDevice *s, unsigned int i, Error **errp)
{
    const VpoServedRule *rule = &s->lines[i].served;

    s->lines[i].acknowledges = s->intercept &&
                               vpo_intercept_completes(s->intercept, i);
    if (s->lines[i].acknowledges && rule->given && !rule->reads) {
        error_setg(errp, "interrupt %u is completed by a rule of intercept=, "
                   "and at once by irq-served=none: leave one of them out", i);
        return false;
    }
    if (!rule->reads) {
        return true;
    }
    if (rule->region >= s->n_regions) {
        error_setg(errp, "irq-served=%s: there is no region %u: the device "
                   "has %u, counted from 0", served_text(s), rule->region,
                   s->n_regions);
        return false;
    }
    if (rule->offset + 4ull > s->regions[rule->region].size) {
        error_setg(errp, "irq-served=%s: offset 0x%x is not within region %u, "
                   "of 0x%zx bytes", served_text(s), rule->offset,
                   rule->region, s->regions[rule->region].size);
        return false;
    }
    return true;
}

bool vpo_served_setup(VpoDevice *s, Error **errp)
{
    unsigned int n = s->vbasedev.num_irqs;
    const char *text = served_text(s);
    g_autofree VpoServedRule *rules = g_new0(VpoServedRule, n);
    g_autofree char *why = NULL;

    if (!vpo_served_parse(text, n, rules, &why)) {
        error_setg(errp, "irq-served=%s: %s", text, why);
        return false;
    }
    for (unsigned int i = 0; i < n; i++) {
        s->lines[i].served = rules[i];
        if (!served_check(s, i, errp)) {
            return false;
        }
    }
    return true;
}
