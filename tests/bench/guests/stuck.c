/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest with a ONESHOT driver that never serves its device: the line never
 * drops, so every unmask asks for the next interrupt.
 *
 * Command line: irqs=; work=N: how far the guest gets in N ticks is told twice,
 * before the line is high and then with it stuck. What is missing the second
 * time is what the line costs this CPU: the host's looks, and the interrupts.
 */
#include "guest.h"

static u64 first, last, longest, served;
static volatile bool masked;

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
    masked = true;
}

static void unmask(void)
{
    masked = false;
    gic_unmask(dev.intid);
}

static void take_irqs(u32 irqs)
{
    event_raise();
    while (counts.irqs < irqs && !counts.lost) {
        u32 seen = counts.irqs;

        wait_ticks(ticks_per_second() / 100000);
        unmask();
        if (!event_wait(seen, event_timeout())) {
            counts.lost++;
        }
    }
}

/* The same steps whether interrupts come or not; their number. */
static u64 work_for(u64 n)
{
    u64 start = ticks(), steps = 0;

    while (ticks() - start < n) {
        steps++;
        if (masked) {
            unmask();
        }
    }
    return steps;
}

/* In the least disturbed of three parts: the host has work of its own, too. */
static u64 best_work(u64 n)
{
    u64 best = 0;

    for (u32 i = 0; i < 3; i++) {
        u64 steps = work_for(n / 3);

        best = steps > best ? steps : best;
    }
    return 3 * best;
}

void guest_main(const void *dtb)
{
    u32 irqs = dt_arg(dtb, "irqs", 30);
    u64 work = dt_arg(dtb, "work", 0), alone, stuck;

    events_init(dtb);
    device_find(dtb);
    device_init();
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    take_irqs(irqs);
    stuck = best_work(work);
    gic_mask(dev.intid);
    device_serve();
    served = ticks();
    wait_ticks(ticks_per_second() / 500);
    alone = best_work(work);
    irqs_off();

    put_string("@guest");
    put_result("events", 1);
    put_counts();
    put_result("gap_max", longest);
    put_result("ticks", served - first);
    if (work) {
        put_result("work_alone", alone);
        put_result("work_stuck", stuck);
    }
    put_string("\n");
}
