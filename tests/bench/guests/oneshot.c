/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest with a threaded (IRQF_ONESHOT) driver: masks the interrupt, EOIs,
 * serves the device later and unmasks.
 */
#include "guest.h"

static u32 latency[MAX_EVENTS];
static volatile bool woken;

void device_irq(void)
{
    if (!device_raised()) {
        counts.spurious++;
    }
    gic_mask(dev.intid);
    woken = true;
}

/* The thread runs a while after it was woken, as scheduling has it. */
static void run_thread(void)
{
    if (!woken) {
        return;
    }
    woken = false;
    wait_ticks(ticks_per_second() / 100000);
    device_serve();
    gic_unmask(dev.intid);
}

/* Serve, then leave time for an interrupt that should not come. */
static void settle(void)
{
    u64 start = ticks(), window = ticks_per_second() / 15000;

    do {
        run_thread();
    } while (woken || ticks() - start < window);
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 1000), n = 0;

    if (events > MAX_EVENTS) {
        fail("events= is too large");
    }
    events_init(dtb);
    device_find(dtb);
    device_init();
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    for (u32 i = 0; i < events && counts.lost < MAX_LOST; i++) {
        u64 t = event_raise();

        if (t) {
            latency[n++] = t;
        }
        settle();
    }
    irqs_off();

    put_string("@guest");
    put_result("events", events);
    put_counts();
    put_result("edge", dev.edge);
    put_latencies(latency, n);
    put_string("\n");
}
