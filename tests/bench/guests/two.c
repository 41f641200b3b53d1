/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest with two assigned devices: the PL031 and the board's PL061. */
#include "guest.h"

/* The GPIO controller that QEMU's `virt` emulates itself. */
#define VIRT_GPIO 0x09030000

void device_irq(void)
{
    if (!device_raised()) {
        counts.spurious++;
    }
    device_serve();
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 100);
    struct dt_node gpio;

    device_find(dtb);
    if (!dt_find(dtb, "arm,pl061", VIRT_GPIO, &gpio)) {
        fail("the second device is not in the device tree");
    }
    if (read32(gpio.addr + PL031_ID) != 0x61) {
        fail("the second device is no PL061");
    }
    if (!gpio.has_irq || GIC_SPI(gpio.spi) == dev.intid) {
        fail("the second device's interrupt is missing, or the first one's");
    }
    device_init();
    gic_setup(dev.intid, dev.edge);
    gic_setup(GIC_SPI(gpio.spi), gpio.edge);
    irqs_on();
    for (u32 i = 0; i < events; i++) {
        event_raise();
    }
    wait_ticks(ticks_per_second() / 1000);
    irqs_off();

    put_string("@guest");
    put_result("events", events);
    put_counts();
    put_string("\n");
}
