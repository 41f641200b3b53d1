/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest that serves the device in its interrupt handler, then EOIs. */
#include "guest.h"

static u32 latency[MAX_EVENTS];
/*
 * blind=1 on the command line: the handler serves the device without a look at
 * its status, so its first access is the one that lets the line drop. Where
 * any access is taken for the end of the interrupt, that makes a difference.
 */
static bool blind;
static u32 served;

void device_irq(void)
{
    if (blind ? served == events_raised : !device_raised()) {
        counts.spurious++;
    }
    served = events_raised;
    device_serve();
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 1000), n = 0;
    u64 gap = dt_arg(dtb, "gap", 0);

    if (events > MAX_EVENTS) {
        fail("events= is too large");
    }
    blind = dt_arg(dtb, "blind", 0);
    events_init(dtb);
    device_find(dtb);
    device_init();
    gic_setup_spi(dev.intid, dev.edge);
    irqs_on();
    for (u32 i = 0; i < events && counts.lost < MAX_LOST; i++) {
        u64 t = event_raise();

        if (t) {
            latency[n++] = t;
        }
        wait_ticks(gap);
    }
    /* One interrupt too many would come now. */
    wait_ticks(ticks_per_second() / 1000);
    irqs_off();

    put_string("@guest");
    put_result("events", events);
    put_counts();
    put_result("edge", dev.edge);
    put_latencies(latency, n);
    put_string("\n");
}
