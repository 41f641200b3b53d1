/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest that resets itself again and again, in half of its lives with the
 * device's line asserted and not served, half of these in the interrupt's
 * handler, and checks in each life that interrupts are right. With cleared=1
 * the host resets the device with the guest, so that no line stays asserted.
 */
#include "guest.h"

#define MAGIC 0x7665736572u

static struct {
    u64 magic;
    u32 life;
    bool asserted;          /* when the last life ended */
    struct counts total;
    u32 events;
} kept __attribute__((section(".persistent")));

/* This life ends with the interrupt acknowledged and not ended. */
static volatile bool reset_in_handler;

void device_irq(void)
{
    if (reset_in_handler) {
        system_reset();
    }
    if (!device_raised()) {
        counts.spurious++;
    }
    device_serve();
}

/* An interrupt left over from the last life comes by itself, and only then. */
static void take_leftover(void)
{
    u64 wait = kept.asserted ? event_timeout() : ticks_per_second() / 1000;

    kept.events += kept.asserted;
    if (event_wait(0, wait) != kept.asserted && kept.asserted) {
        counts.lost++;
    }
}

static void normal_events(u32 n)
{
    kept.events += n;
    for (u32 i = 0; i < n; i++) {
        event_raise();
    }
    wait_ticks(ticks_per_second() / 10000);
}

static void add_up(void)
{
    kept.total.irqs += counts.irqs;
    kept.total.spurious += counts.spurious;
    kept.total.other += counts.other;
    kept.total.lost += counts.lost;
}

static void report(void)
{
    counts = kept.total;
    put_string("@guest");
    put_result("resets", kept.life);
    put_result("events", kept.events);
    put_counts();
    put_string("\n");
}

void guest_main(const void *dtb)
{
    u32 resets = dt_arg(dtb, "resets", 50);

    if (kept.magic != MAGIC) {
        kept.life = 0;
        kept.asserted = false;
        kept.events = 0;
        kept.total = (struct counts){ 0 };
        kept.magic = MAGIC;
    }
    if (dt_arg(dtb, "cleared", 0)) {
        kept.asserted = false;
    }
    device_find(dtb);
    if (device_raised() != kept.asserted) {
        fail("the line is not as the last life left it");
    }
    write32(dev.base + PL031_IMSC, 1);
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    take_leftover();
    normal_events(4);
    irqs_off();
    add_up();
    if (kept.life == resets) {
        report();
        return;
    }
    kept.life++;
    kept.asserted = kept.life % 2;
    if (kept.asserted) {
        reset_in_handler = kept.life % 4 == 3;
        device_raise();
        if (reset_in_handler) {
            irqs_on();
        }
        /* Long enough for the host to take it and mask its line. */
        wait_ticks(ticks_per_second() / 1000);
    }
    if (reset_in_handler) {
        fail("no interrupt to be reset in");
    }
    system_reset();
}
