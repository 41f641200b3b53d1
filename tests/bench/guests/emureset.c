/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest that is reset with an emulated interrupt in flight, each time that the
 * host raises one (host/vfio_raise.c), and must be given it again.
 *
 * What outlives a reset is the device: its interrupt mask is set for as long as
 * one is in flight, and its match register is how both sides speak, as in
 * guests/emulated.c. Its own line stays low.
 */
#include "guest.h"

#define TAKEN 0x80000001u
#define READY 0xc0000000u
#define ABORT 0xe0000000u

void device_irq(void)
{
    if (!(read32(dev.base + PL031_IMSC) & 1)) {
        if (read32(dev.base + PL031_MR) >= TAKEN) {
            fail("an interrupt that nobody has raised");
        }
        write32(dev.base + PL031_IMSC, 1);
        system_reset();
    }
}

void guest_main(const void *dtb)
{
    struct dt_node node;

    device_find(dtb);
    if (!dt_find(dtb, "arm,pl031", VIRT_RTC, &node) || node.irqs != 2) {
        fail("the assigned device has not two interrupts");
    }
    if (!(read32(dev.base + PL031_IMSC) & 1)) {
        device_serve();
        write32(dev.base + PL031_MR, READY);
    }
    dev.intid = GIC_SPI(node.last_spi);
    gic_setup(dev.intid, node.last_edge);
    irqs_on();
    while (read32(dev.base + PL031_MR) != ABORT) {
        if (event_wait(0, event_timeout())) {
            /* One interrupt too many would come now. */
            wait_ticks(ticks_per_second() / 1000);
            if (counts.irqs != 1) {
                fail("it came twice");
            }
            counts.irqs = 0;
            write32(dev.base + PL031_IMSC, 0);
            write32(dev.base + PL031_MR, TAKEN);
        }
    }
    irqs_off();

    put_string("@guest");
    put_result("other", counts.other);
    put_string("\n");
}
