/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that are looked at, in vfio_probe: the modes hold and polled. */
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include <sys/eventfd.h>

#include "vfio_probe.h"

#define MASK    VFIO_IRQ_SET_ACTION_MASK
#define UNMASK  VFIO_IRQ_SET_ACTION_UNMASK
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER

/* What each open sets, in ms: the bound, its growth, and the last interval. */
#define BOUND_MS       10
#define BOUND_MOST_MS  (8 * BOUND_MS)
#define INTERVAL_MS    1
/* For the timers and this program to run. */
#define SLACK_MS       1
/* How long a signal may take that is on its way. */
#define EVENT_MS       2000
/* Longer than any wait for the bound. */
#define SILENCE_MS     (BOUND_MOST_MS + INTERVAL_MS + 20)

/* Or it would hear of a signal when the host's other tasks let it run. */
static void run_at_once(bool on)
{
    struct sched_param param = { .sched_priority = on };

    sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &param);
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void expect(Probe *p, int fd, uint64_t want, int wait_ms,
                   const char *rule)
{
    uint64_t got = probe_irq_signals(fd, wait_ms);

    probe_result(p, got == want, "held: %s: %llu signals (want %llu)", rule,
                 (unsigned long long)got, (unsigned long long)want);
}

/* Each rise of the line is one signal, and nobody answers. */
static void probe_rises(Probe *p, int fd)
{
    Counts before = probe_counts(p), after;

    for (int i = 0; i < 5; i++) {
        probe_line_up(p);
        expect(p, fd, 1, EVENT_MS, "the line going up signals");
        probe_line_down(p);
        expect(p, fd, 0, 2 * INTERVAL_MS, "going down signals nothing");
    }
    after = probe_counts(p);
    probe_result(p, after.host_irqs - before.host_irqs == 5 &&
                 after.holds - before.holds == 5 &&
                 after.polls - before.polls >= 5 &&
                 after.completions == before.completions &&
                 after.retriggers == before.retriggers &&
                 after.spurious == before.spurious,
                 "polled: five rises are five interrupts, looked at, and "
                 "completed by nobody");
}

/*
 * Down and up between two looks: no look sees it, but the next one knows. The
 * wait is for looks that are far enough apart.
 */
static void probe_unseen(Probe *p, int fd, bool completes)
{
    Counts before = probe_counts(p), after;

    probe_line_up(p);
    expect(p, fd, 1, EVENT_MS, "a line that is looked at");
    if (completes) {
        probe_irq_now(p, UNMASK);
    }
    do {
        after = probe_counts(p);
    } while (after.polls - before.polls < 8);
    probe_line_down(p);
    probe_line_up(p);
    expect(p, fd, 1, EVENT_MS, "up again, unseen, signals");
    after = probe_counts(p);
    probe_result(p, after.host_irqs - before.host_irqs == 1 &&
                 after.signals - before.signals == 2 &&
                 after.retriggers == before.retriggers,
                 "held: by the next look, and not when the bound passes");
    probe_line_down(p);
    if (completes) {
        probe_irq_now(p, UNMASK);
    }
    expect(p, fd, 0, SILENCE_MS, "and no more");
}

/* A line that stays up is signalled again, each time when the bound passes. */
static void probe_stays_up(Probe *p, int fd)
{
    double bound = BOUND_MS, last;
    Counts before = probe_counts(p), after;

    run_at_once(true);
    probe_line_up(p);
    expect(p, fd, 1, EVENT_MS, "a line that stays up signals");
    last = now_ms();
    for (int i = 0; i < 5; i++) {
        double waited;

        /* No completion, so no end of the hold. */
        probe_irq_now(p, UNMASK);
        expect(p, fd, 1, EVENT_MS, "and again");
        waited = now_ms() - last;
        last += waited;
        probe_result(p, waited >= bound - SLACK_MS &&
                     waited <= bound + INTERVAL_MS + SLACK_MS,
                     "polled: after the bound: %.3f ms (want %.0f)", waited,
                     bound);
        bound = bound < BOUND_MOST_MS ? 2 * bound : bound;
    }
    run_at_once(false);
    probe_line_down(p);
    expect(p, fd, 0, SILENCE_MS, "until it goes down");
    after = probe_counts(p);
    probe_result(p, after.host_irqs - before.host_irqs == 1 &&
                 after.retriggers - before.retriggers == 5 &&
                 after.completions == before.completions,
                 "polled: one interrupt, five times signalled again");
}

static void probe_masks(Probe *p, int fd, int other)
{
    probe_line_up(p);
    expect(p, fd, 1, EVENT_MS, "before a mask");
    probe_irq_now(p, MASK);
    expect(p, fd, 0, SILENCE_MS, "masked, a line that is up is silent");
    probe_irq_now(p, UNMASK);
    expect(p, fd, 1, EVENT_MS, "unmasked, it fires anew");

    probe_irq_eventfd(p, TRIGGER, -1);
    expect(p, fd, 0, SILENCE_MS, "disarmed, it is silent");
    probe_irq_eventfd(p, TRIGGER, other);
    expect(p, other, 1, EVENT_MS, "armed, it fires anew");
    probe_line_down(p);
    expect(p, other, 0, SILENCE_MS, "until it goes down once more");
    expect(p, fd, 0, 0, "the eventfd before hears nothing");
    probe_irq_eventfd(p, TRIGGER, -1);
}

/* A trigger by the user with nobody to tell is left as a mask. */
static void probe_stray(Probe *p, int fd)
{
    probe_irq_now(p, TRIGGER);
    probe_irq_eventfd(p, TRIGGER, fd);
    probe_line_up(p);
    expect(p, fd, 0, SILENCE_MS, "fired with nobody to tell, it waits");
    probe_irq_now(p, UNMASK);
    expect(p, fd, 1, EVENT_MS, "for the unmask");
    probe_line_down(p);
}

static void probe_hold_mode(Probe *p, int fd)
{
    probe_result(p, probe_set_mode(p, VFIO_PLATFORM_ONESHOT_HOLD, 0) == 0,
                 "hold: it is set");
    probe_irq_eventfd(p, TRIGGER, fd);
    probe_unseen(p, fd, true);
    probe_irq_eventfd(p, TRIGGER, -1);
}

void probe_held(Probe *p)
{
    const uint32_t polled = VFIO_PLATFORM_ONESHOT_POLLED;
    int fd, other;

    if (!probe_is_pl031(p) || !(probe_mode(p).possible & 1u << polled)) {
        probe_skip(p, "hold, polled", "the device cannot show them");
        return;
    }
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    other = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    probe_line_down(p);
    probe_hold_mode(p, fd);
    probe_result(p, probe_set_mode(p, polled, 0) == 0, "polled: it is set");
    probe_irq_eventfd(p, TRIGGER, fd);
    probe_rises(p, fd);
    probe_unseen(p, fd, false);
    probe_stays_up(p, fd);
    probe_masks(p, fd, other);
    probe_stray(p, fd);
    /* Closing the device with the line up and looked at is fine. */
    probe_line_up(p);
    probe_irq_signals(fd, EVENT_MS);
    close(fd);
    close(other);
}
