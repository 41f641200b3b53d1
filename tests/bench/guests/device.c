/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The assigned PL031, whose alarm is the source of events. */
#include "guest.h"

struct device dev;

/*
 * Command line: compat=NAME is the compatible string to look for, arm,pl031
 * without it; base= and spi= give the place themselves, for a node whose
 * compatible string says nothing about the device; edge= says whether the guest
 * takes its line for an edge, whatever it is.
 */
void device_find(const void *dtb)
{
    struct dt_node node = { 0 };
    char compatible[64];

    if (!dt_arg_string(dtb, "compat", compatible, sizeof(compatible))) {
        static const char dflt[] = "arm,pl031";

        for (u32 i = 0; i < sizeof(dflt); i++) {
            compatible[i] = dflt[i];
        }
    }
    node.addr = dt_arg(dtb, "base", 0);
    node.spi = dt_arg(dtb, "spi", 0);
    if (!node.addr && !dt_find(dtb, compatible, VIRT_RTC, &node)) {
        fail("the assigned device is not in the device tree");
    }
    if (!node.addr || (!node.has_irq && !node.spi)) {
        fail("the assigned device's node lacks its address or its interrupt");
    }
    dev.base = node.addr;
    dev.intid = GIC_SPI(node.spi);
    dev.edge = dt_arg(dtb, "edge", node.edge);
    if (read8(dev.base + PL031_ID) != 0x31) {
        fail("the assigned device is no PL031");
    }
}

void device_init(void)
{
    device_serve();
    write32(dev.base + PL031_IMSC, 1);
}

/* A match value that is reached already raises the line at once. */
void device_raise(void)
{
    write32(dev.base + PL031_MR, read32(dev.base + PL031_DR));
}

bool device_raised(void)
{
    return read32(dev.base + PL031_MIS) & 1;
}

void device_serve(void)
{
    write32(dev.base + PL031_ICR, 1);
    /* The line must be low before the interrupt is ended. */
    (void)read32(dev.base + PL031_RIS);
}
