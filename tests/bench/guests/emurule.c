/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest whose write of a register of the device's raises an emulated interrupt,
 * by an intercept rule of QEMU's. `register` is where.
 */
#include "guest.h"

static u32 latency[MAX_EVENTS];

void device_irq(void)
{
}

static u64 raise(u64 addr)
{
    u32 seen = counts.irqs;
    u64 start = ticks();

    write32(addr, 1);
    if (event_wait(seen, event_timeout())) {
        return irq_ticks - start;
    }
    counts.lost++;
    return 0;
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 1000), n = 0;
    u64 at = dt_arg(dtb, "register", 0);
    struct dt_node node;

    if (events > MAX_EVENTS) {
        fail("events= is too large");
    }
    device_find(dtb);
    if (!dt_find(dtb, "arm,pl031", VIRT_RTC, &node) || node.irqs != 2) {
        fail("the assigned device has not two interrupts");
    }
    dev.intid = GIC_SPI(node.last_spi);
    gic_setup(dev.intid, node.last_edge);
    irqs_on();
    for (u32 i = 0; i < events && counts.lost < MAX_LOST; i++) {
        u64 t = raise(dev.base + at);

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
    put_latencies(latency, n);
    put_string("\n");
}
