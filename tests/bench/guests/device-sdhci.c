/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assigned SD host controllers with no card, in the place of the PL031: the end
 * of a command is the source of events. With several of them, each event is the
 * next one's.
 */
#include "guest.h"

#define SDHCI_COMMAND 0x0c      /* with the transfer mode below it */
#define SDHCI_CLOCK 0x2c
#define SDHCI_CLOCK_ON 0x5      /* inside, and to the card */
#define SDHCI_CLOCK_STABLE 0x2
#define SDHCI_STATUS 0x30
#define SDHCI_STATUS_ENABLE 0x34
#define SDHCI_SIGNAL_ENABLE 0x38
#define SDHCI_COMPLETE 0x1      /* of a command */

struct device dev;

static struct device devs[4];
static u32 n_devs, turn;

/* The two of QEMU's `raspi4b`, on one line of its interrupt controller. */
static const char *const compatibles[] = {
    "brcm,bcm2835-sdhci", "brcm,bcm2711-emmc2",
};

void device_find(const void *dtb)
{
    for (u32 i = 0; i < ARRAY_SIZE(compatibles); i++) {
        struct dt_node node;

        if (!dt_find(dtb, compatibles[i], 0, &node)) {
            continue;
        }
        if (!node.has_irq) {
            fail("the assigned device's node lacks its interrupt");
        }
        devs[n_devs].base = node.addr;
        devs[n_devs].intid = GIC_SPI(node.spi);
        devs[n_devs].edge = node.edge;
        n_devs++;
    }
    if (!n_devs) {
        fail("the assigned device is not in the device tree");
    }
    dev = devs[0];
}

void device_init(void)
{
    for (u32 i = n_devs; i-- > 0;) {
        dev = devs[i];
        write32(dev.base + SDHCI_CLOCK, SDHCI_CLOCK_ON);
        while (!(read32(dev.base + SDHCI_CLOCK) & SDHCI_CLOCK_STABLE)) {
        }
        device_serve();
        write32(dev.base + SDHCI_STATUS_ENABLE, SDHCI_COMPLETE);
        write32(dev.base + SDHCI_SIGNAL_ENABLE, SDHCI_COMPLETE);
        gic_setup(dev.intid, dev.edge);
    }
}

/* Command 0, which has no answer, so that it is complete at once. */
void device_raise(void)
{
    dev = devs[turn++ % n_devs];
    write32(dev.base + SDHCI_COMMAND, 0);
}

bool device_raised(void)
{
    return read32(dev.base + SDHCI_STATUS) & SDHCI_COMPLETE;
}

void device_serve(void)
{
    write32(dev.base + SDHCI_STATUS, SDHCI_COMPLETE);
    /* The line must be low before the interrupt is ended. */
    (void)read32(dev.base + SDHCI_STATUS);
}
