/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest whose device has asserted its line before the guest was started. */
#include "guest.h"

void device_irq(void)
{
    if (!device_raised()) {
        counts.spurious++;
    }
    device_serve();
}

void guest_main(const void *dtb)
{
    u32 events = 1 + dt_arg(dtb, "events", 4);

    device_find(dtb);
    if (!device_raised()) {
        fail("the line is low already");
    }
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    if (!event_wait(0, event_timeout())) {
        counts.lost++;
        device_serve();
    }
    for (u32 i = 1; i < events; i++) {
        event_raise();
    }
    wait_ticks(ticks_per_second() / 1000);
    irqs_off();

    put_string("@guest");
    put_result("events", events);
    put_counts();
    put_string("\n");
}
