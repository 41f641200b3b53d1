/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest that tries to use all lines of the board's PL061, and takes interrupts
 * of one that is low.
 */
#include "guest.h"

/* The GPIO controller that QEMU's `virt` emulates itself. */
#define VIRT_GPIO 0x09030000
#define DATA 0x3fc
#define DIR 0x400
#define IS 0x404
#define IBE 0x408
#define IEV 0x40c
#define IE 0x410
#define RIS 0x414
#define MIS 0x418
#define IC 0x41c

static struct dt_node gpio;
static volatile u32 seen;

static void put(u32 at, u8 value)
{
    write32(gpio.addr + at, value);
}

static u8 get(u32 at)
{
    return read32(gpio.addr + at);
}

/* A low level goes on for as long as it is low: one interrupt is enough. */
void device_irq(void)
{
    seen |= get(MIS);
    put(IE, 0);
    put(IC, 0xff);
}

/* The register has what was written to it, and nothing of what is denied. */
static u8 try(u32 at, u8 value)
{
    put(at, value);
    return get(at);
}

/* How many of n there are, with the line low. */
static u32 interrupts(u32 line, u32 n)
{
    u32 first = counts.irqs;

    irqs_on();
    for (u32 i = 0; i < n; i++) {
        u32 before = counts.irqs;

        put(DATA, ~(1u << line));
        put(IE, 1u << line);
        event_wait(before, event_timeout() / 100);
    }
    irqs_off();
    return counts.irqs - first;
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 10);

    events_init(dtb);
    if (!dt_find(dtb, "arm,pl061", VIRT_GPIO, &gpio) ||
        read32(gpio.addr + PL031_ID) != 0x61) {
        fail("the assigned PL061 is not in the device tree, or is no PL061");
    }
    dev.intid = GIC_SPI(gpio.spi);
    gic_setup(dev.intid, gpio.edge);
    put_string("@guest");
    put_result("events", events);
    put_result("direction", try(DIR, 0xff));
    put_result("high", try(DATA, 0xff));
    put_result("low", try(DATA, 0));
    /* One line by its address, as drivers do it. */
    put_result("one_line", try((1u << 6) << 2, 0xff));
    put_result("both_edges", try(IBE, 0xff));
    put(IBE, 0);
    put(IS, 0xff);
    put(IEV, 0);
    put_result("denied_irqs", interrupts(3, events));
    put_result("of_lines", seen);
    put_result("gpio_irqs", interrupts(5, events));
    put_result("of_lines", seen);
    put(DATA, 0xad);
    put_counts();
    put_string("\n");
}
