/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest of a device whose line drops without a write of its driver's, as many
 * do when a register is read: the case lets the host do that to the PL031.
 */
#include "guest.h"

void device_irq(void)
{
    if (!device_raised()) {
        counts.spurious++;
    }
}

/* Returns when the line is low and its interrupts have ended, or after 1 s. */
static bool wait_served(void)
{
    u64 start = ticks();
    u32 seen;

    do {
        if (ticks() - start > ticks_per_second()) {
            return false;
        }
        seen = counts.irqs;
        wait_ticks(ticks_per_second() / 1000);
    } while (device_raised() || counts.irqs != seen);
    return true;
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 10);

    events_init(dtb);
    device_find(dtb);
    device_init();
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    for (u32 i = 0; i < events && counts.lost < MAX_LOST; i++) {
        event_raise();
        if (!wait_served()) {
            counts.lost++;
        }
    }
    irqs_off();

    put_string("@guest");
    put_result("events", events);
    put_counts();
    put_string("\n");
}
