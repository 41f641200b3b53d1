/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest with a ONESHOT driver that never serves its device: the line never
 * drops, so every unmask asks for the next interrupt.
 */
#include "guest.h"

static u64 first, last, longest;

void device_irq(void)
{
    if (!device_raised()) {
        counts.spurious++;
    }
    if (counts.irqs == 1) {
        first = irq_ticks;
    } else if (irq_ticks - last > longest) {
        longest = irq_ticks - last;
    }
    last = irq_ticks;
    gic_mask(dev.intid);
}

void guest_main(const void *dtb)
{
    u32 irqs = dt_arg(dtb, "irqs", 30);

    events_init(dtb);
    device_find(dtb);
    device_init();
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    event_raise();
    while (counts.irqs < irqs && !counts.lost) {
        u32 seen = counts.irqs;

        wait_ticks(ticks_per_second() / 100000);
        gic_unmask(dev.intid);
        if (!event_wait(seen, event_timeout())) {
            counts.lost++;
        }
    }
    irqs_off();

    put_string("@guest");
    put_result("events", 1);
    put_counts();
    put_result("gap_max", longest);
    put_result("ticks", last - first);
    put_string("\n");
}
