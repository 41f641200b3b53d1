/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raising events, waiting for their interrupts, and the figures of a run. */
#include "guest.h"

volatile struct counts counts;
volatile u64 irq_ticks;

static bool idle, stay;
static u32 patience = 100;  /* ms */

u64 event_timeout(void)
{
    return ticks_per_second() / 1000 * patience;
}

void events_init(const void *dtb)
{
    idle = dt_arg(dtb, "idle", 0);
    stay = dt_arg(dtb, "stay", 0);
    patience = dt_arg(dtb, "patience", patience);
    if (idle) {
        timer_setup();
    }
}

/*
 * Sleep until an interrupt, the device's or the timer's after `limit` ticks.
 * With interrupts masked from the check on, none can slip in between it and the
 * WFI, which a masked one ends as well.
 */
static void sleep_unless(u32 seen, u64 limit)
{
    irqs_off();
    if (counts.irqs == seen) {
        timer_start(limit);
        __asm__ volatile("wfi" : : : "memory");
    }
    irqs_on();
    timer_stop();
}

bool event_wait(u32 seen, u64 limit)
{
    u64 start = ticks();

    while (counts.irqs == seen) {
        if (ticks() - start > limit) {
            return false;
        }
        if (idle) {
            sleep_unless(seen, limit);
        }
    }
    return true;
}

u64 event_raise(void)
{
    for (;;) {
        u32 seen = counts.irqs;
        u64 start;

        if (!stay) {
            leave();
        }
        start = ticks();
        device_raise();
        if (event_wait(seen, event_timeout())) {
            return irq_ticks - start;
        }
        /*
         * The clock may have ticked between its read and the match write;
         * then nothing was raised, and the event is tried again.
         */
        if (device_raised()) {
            counts.lost++;
            return 0;
        }
    }
}

/* Shell sort: no recursion, no memory, quick enough for thousands. */
static void sort(u32 *v, u32 n)
{
    for (u32 gap = n / 2; gap; gap /= 2) {
        for (u32 i = gap; i < n; i++) {
            u32 x = v[i], j = i;

            for (; j >= gap && v[j - gap] > x; j -= gap) {
                v[j] = v[j - gap];
            }
            v[j] = x;
        }
    }
}

void put_latencies(u32 *latency, u32 n)
{
    if (!n) {
        return;
    }
    /* The first interrupt after a start is cold and no part of the rest. */
    put_result("first", latency[0]);
    if (n > 1) {
        sort(latency + 1, n - 1);
        put_result("latency", latency[1 + (n - 1) / 2]);
        put_result("min", latency[1]);
        put_result("max", latency[n - 1]);
    }
}

void put_counts(void)
{
    put_result("irqs", counts.irqs);
    put_result("spurious", counts.spurious);
    put_result("other", counts.other);
    put_result("lost", counts.lost);
}
