/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest that stops with its device's interrupt in flight, and says so: acked
 * and not ended, or (ended=1) masked, ended and not served.
 */
#include "guest.h"

static bool ended;
static volatile bool taken;

static void stop(void)
{
    put_string("@flying\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

void device_irq(void)
{
    if (!ended) {
        stop();
    }
    gic_mask(dev.intid);
    taken = true;
}

void guest_main(const void *dtb)
{
    ended = dt_arg(dtb, "ended", 0);
    device_find(dtb);
    device_init();
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    device_raise();
    while (!taken) {
    }
    stop();
}
