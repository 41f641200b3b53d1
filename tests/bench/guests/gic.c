/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Driver of the guest's interrupt controller: GICv2, or GICv3 with its system
 * registers. */
#include "guest.h"

#define GICD_CTLR 0x000
#define GICD_IGROUPR 0x080
#define GICD_ISENABLER 0x100
#define GICD_ICENABLER 0x180
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR 0x800
#define GICD_ICFGR 0xc00
#define GICD_IROUTER 0x6000
#define GICD_CTLR_GRP0 0x01
#define GICD_CTLR_GRP1 0x02
#define GICD_CTLR_ARE 0x10

#define GICC_CTLR 0x000
#define GICC_PMR 0x004
#define GICC_IAR 0x00c
#define GICC_EOIR 0x010

#define GICR_WAKER 0x014
#define GICR_WAKER_SLEEP 0x2
#define GICR_WAKER_ASLEEP 0x4
/* Of a CPU's own interrupts; laid out as the distributor's are. */
#define GICR_SGI 0x10000

/* `virt` describes both interfaces in the tree; these follow its `reg`. */
#define VIRT_GICC 0x08010000
#define VIRT_GICR 0x080a0000

#define ICC_PMR_EL1 "s3_0_c4_c6_0"
#define ICC_IAR1_EL1 "s3_0_c12_c12_0"
#define ICC_EOIR1_EL1 "s3_0_c12_c12_1"
#define ICC_SRE_EL1 "s3_0_c12_c12_5"
#define ICC_IGRPEN1_EL1 "s3_0_c12_c12_7"
#define write_icc(reg, v) \
    __asm__ volatile("msr " reg ", %0; isb" : : "r"((u64)(v)) : "memory")

static u64 gicd;
static bool v3;

static void init_v3(void)
{
    write32(VIRT_GICR + GICR_WAKER,
            read32(VIRT_GICR + GICR_WAKER) & ~GICR_WAKER_SLEEP);
    while (read32(VIRT_GICR + GICR_WAKER) & GICR_WAKER_ASLEEP) {
    }
    write32(gicd + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GRP1);
    write_icc(ICC_SRE_EL1, 7);
    write_icc(ICC_PMR_EL1, 0xff);
    write_icc(ICC_IGRPEN1_EL1, 1);
}

static void init_v2(void)
{
    write32(gicd + GICD_CTLR, GICD_CTLR_GRP0);
    write32(VIRT_GICC + GICC_PMR, 0xff);
    write32(VIRT_GICC + GICC_CTLR, 1);
}

void gic_init(const void *dtb)
{
    struct dt_node node;

    if (dt_find(dtb, "arm,gic-v3", 0, &node)) {
        v3 = true;
    } else if (!dt_find(dtb, "arm,cortex-a15-gic", 0, &node)) {
        fail("no GIC in the device tree");
    }
    gicd = node.addr;
    if (v3) {
        init_v3();
    } else {
        init_v2();
    }
}

/* Where the registers of an interrupt are. */
static u64 gic_of(u32 intid)
{
    return v3 && intid < GIC_SPI(0) ? VIRT_GICR + GICR_SGI : gicd;
}

static u64 bit_register(u32 first, u32 intid)
{
    return gic_of(intid) + first + 4 * (intid / 32);
}

static void route(u32 intid)
{
    if (v3) {
        write64(gicd + GICD_IROUTER + 8 * intid, 0);
    } else {
        write8(gicd + GICD_ITARGETSR + intid, 1);
    }
}

void gic_setup(u32 intid, bool edge)
{
    u64 icfgr = gic_of(intid) + GICD_ICFGR + 4 * (intid / 16);
    u64 group = bit_register(GICD_IGROUPR, intid);
    u32 shift = 2 * (intid % 16);

    gic_mask(intid);
    write32(icfgr, (read32(icfgr) & ~(3u << shift)) | (edge ? 2u << shift : 0));
    write8(gic_of(intid) + GICD_IPRIORITYR + intid, 0x80);
    if (v3) {
        write32(group, read32(group) | 1u << (intid % 32));
    }
    if (intid >= GIC_SPI(0)) {
        route(intid);
    }
    gic_unmask(intid);
}

void gic_mask(u32 intid)
{
    write32(bit_register(GICD_ICENABLER, intid), 1u << (intid % 32));
    /* Reading back makes sure that it is masked on return. */
    (void)read32(bit_register(GICD_ICENABLER, intid));
}

void gic_unmask(u32 intid)
{
    write32(bit_register(GICD_ISENABLER, intid), 1u << (intid % 32));
    (void)read32(bit_register(GICD_ISENABLER, intid));
}

u32 gic_ack(void)
{
    u64 intid;

    if (!v3) {
        return read32(VIRT_GICC + GICC_IAR) & 0x3ff;
    }
    __asm__ volatile("mrs %0, " ICC_IAR1_EL1 "; dsb sy"
                     : "=r"(intid) : : "memory");
    return intid;
}

void gic_eoi(u32 intid)
{
    if (v3) {
        write_icc(ICC_EOIR1_EL1, intid);
    } else {
        write32(VIRT_GICC + GICC_EOIR, intid);
    }
}
