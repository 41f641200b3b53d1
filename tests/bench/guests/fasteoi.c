/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest that serves the device in its interrupt handler, then EOIs. */
#include "guest.h"

static u32 latency[MAX_EVENTS];

void device_irq(void)
{
    if (!device_raised()) {
        counts.spurious++;
    }
    device_serve();
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
