/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest whose interrupts a program of the host raises, host/vfio_raise.c: first
 * `events` emulated ones, then as many of the device's line.
 *
 * The device's match register is how both sides speak. The host writes when it
 * has raised an interrupt, by the physical counter, which is the same on both
 * sides; the guest writes how many it has taken.
 */
#include "guest.h"

/* As in host/vfio_raise.c; times are below. */
#define TAKEN 0x80000000u
#define READY 0xc0000000u
#define DONE 0xd0000000u
#define ABORT 0xe0000000u
#define TIME_BITS 0x7fffffffu

static u32 latency[MAX_EVENTS];
static bool hardware;

static u32 now(void)
{
    u64 v;

    __asm__ volatile("isb; mrs %0, cntpct_el0; isb" : "=r"(v) : : "memory");
    return v & TIME_BITS;
}

void device_irq(void)
{
    u32 t = now(), raised = read32(dev.base + PL031_MR), n = counts.irqs - 1;

    if (raised > TIME_BITS || (hardware && !device_raised())) {
        counts.spurious++;
    } else if (n < MAX_EVENTS) {
        latency[n] = (t - raised) & TIME_BITS;
    }
    write32(dev.base + PL031_IMSC, 0);
    device_serve();
    /* A second one for the same event must not find the time of the first. */
    write32(dev.base + PL031_MR, TAKEN);
}

/* Only after the EOI, as the host raises the next one then. */
static void tell(u32 what)
{
    write32(dev.base + PL031_MR, what);
}

static void phase(u32 events, u32 intid, bool edge)
{
    u32 told = 0;

    counts.irqs = counts.spurious = counts.other = 0;
    dev.intid = intid;
    gic_setup(intid, edge);
    tell(READY);
    while (told < events && read32(dev.base + PL031_MR) != ABORT) {
        if (event_wait(told, event_timeout())) {
            told = counts.irqs;
            tell(TAKEN | told);
        }
    }
    /* One interrupt too many would come now. */
    wait_ticks(ticks_per_second() / 1000);
    gic_mask(intid);

    put_string("@guest");
    put_result("events", events);
    put_result("edge", edge);
    counts.lost = events > counts.irqs ? events - counts.irqs : 0;
    put_counts();
    put_latencies(latency, counts.irqs < MAX_EVENTS ? counts.irqs : MAX_EVENTS);
    put_string("\n");
}

void guest_main(const void *dtb)
{
    u32 events = dt_arg(dtb, "events", 1000);
    struct dt_node node;

    if (events > MAX_EVENTS) {
        fail("events= is too large");
    }
    events_init(dtb);
    device_find(dtb);
    if (!dt_find(dtb, "arm,pl031", VIRT_RTC, &node) || node.irqs != 2) {
        fail("the assigned device has not two interrupts");
    }
    write32(dev.base + PL031_IMSC, 0);
    device_serve();
    irqs_on();
    phase(events, GIC_SPI(node.last_spi), node.last_edge);
    hardware = true;
    phase(events, GIC_SPI(node.spi), node.edge);
    irqs_off();
    tell(DONE);
}
