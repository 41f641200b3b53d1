/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Start, faults, interrupts and power of a bare-metal guest. */
#include "guest.h"

#define PSCI_VERSION 0x84000000
#define PSCI_SYSTEM_OFF 0x84000008
#define PSCI_SYSTEM_RESET 0x84000009
/* The virtual timer's, as in every arm64 machine. */
#define TIMER_INTID GIC_PPI(11)

void guest_start(const void *dtb);
void guest_fault(u64 vector);
void guest_irq(u64 vector);

static void psci(u64 function)
{
    register u64 x0 __asm__("x0") = function;

    __asm__ volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

void leave(void)
{
    psci(PSCI_VERSION);
}

void system_off(void)
{
    psci(PSCI_SYSTEM_OFF);
    for (;;) {
        __asm__ volatile("wfi");
    }
}

void system_reset(void)
{
    psci(PSCI_SYSTEM_RESET);
    for (;;) {
        __asm__ volatile("wfi");
    }
}

void wait_ticks(u64 n)
{
    u64 start = ticks();

    while (ticks() - start < n) {
    }
}

void timer_setup(void)
{
    timer_stop();
    gic_setup(TIMER_INTID, false);
}

void timer_start(u64 n)
{
    __asm__ volatile("msr cntv_tval_el0, %0; msr cntv_ctl_el0, %1; isb"
                     : : "r"(n), "r"(1ul) : "memory");
}

void timer_stop(void)
{
    __asm__ volatile("msr cntv_ctl_el0, xzr; isb" : : : "memory");
}

void guest_fault(u64 vector)
{
    u64 esr, far, elr;

    __asm__ volatile("mrs %0, esr_el1; mrs %1, far_el1; mrs %2, elr_el1"
                     : "=r"(esr), "=r"(far), "=r"(elr));
    put_string("fault: vector ");
    put_decimal(vector);
    put_string(" esr ");
    put_hex(esr);
    put_string(" far ");
    put_hex(far);
    put_string(" elr ");
    put_hex(elr);
    fail("unexpected exception");
}

void guest_irq(u64 vector)
{
    u32 intid = gic_ack();

    (void)vector;
    if (intid == dev.intid) {
        irq_ticks = ticks();
        counts.irqs++;
        device_irq();
    } else if (intid == TIMER_INTID) {
        timer_stop();
    } else if (intid >= GIC_SPURIOUS) {
        /* Retired before it was acknowledged: there is nothing to end. */
        return;
    } else {
        counts.other++;
    }
    gic_eoi(intid);
}

void guest_start(const void *dtb)
{
    if (!dt_valid(dtb)) {
        fail("no device tree in x0");
    }
    gic_init(dtb);
    guest_main(dtb);
    system_off();
}
