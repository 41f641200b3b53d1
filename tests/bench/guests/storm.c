/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest with two devices: the PL031 raises its line for ever, and its driver
 * ends each interrupt without serving it; the PL061 must work all the same.
 *
 * storm=0 leaves the PL031 alone. The interrupts of the PL031 are "other".
 */
#include "guest.h"

/* The GPIO controller that QEMU's `virt` emulates itself. */
#define VIRT_GPIO  0x09030000

#define PL061_IS   0x404        /* 1: level */
#define PL061_IEV  0x40c        /* 0: low */
#define PL061_IE   0x410
#define PIN        1            /* nothing is connected to it, so it is low */

static u32 latency[MAX_EVENTS];

static void gpio_find(const void *dtb)
{
    struct dt_node gpio;

    if (!dt_find(dtb, "arm,pl061", VIRT_GPIO, &gpio) || !gpio.has_irq) {
        fail("the second device is not in the device tree");
    }
    dev.base = gpio.addr;
    dev.intid = GIC_SPI(gpio.spi);
    dev.edge = gpio.edge;
    write32(dev.base + PL061_IE, 0);
    write32(dev.base + PL061_IS, PIN);
    write32(dev.base + PL061_IEV, 0);
}

void device_irq(void)
{
    write32(dev.base + PL061_IE, 0);
}

/* Its latency, or 0 if it was lost. */
static u64 gpio_event(void)
{
    u32 seen = counts.irqs;
    u64 start = ticks();

    write32(dev.base + PL061_IE, PIN);
    if (event_wait(seen, event_timeout())) {
        return irq_ticks - start;
    }
    counts.lost++;
    write32(dev.base + PL061_IE, 0);
    return 0;
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 1000);
    u32 done;

    events_init(dtb);
    device_find(dtb);
    device_init();
    gic_setup(dev.intid, dev.edge);
    if (dt_arg(dtb, "storm", 1)) {
        do {
            device_raise();
        } while (!device_raised());
    }
    gpio_find(dtb);
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    for (done = 0; done < events && counts.lost < MAX_LOST; done++) {
        latency[done] = gpio_event();
        wait_ticks(ticks_per_second() / 1000);
    }
    irqs_off();

    put_string("@guest");
    put_result("events", done);
    put_counts();
    put_latencies(latency, done);
    put_string("\n");
}
