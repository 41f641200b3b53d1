/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest that measures accesses to the device and checks their widths. */
#include "guest.h"

static u32 bad;

void device_irq(void)
{
    device_serve();
}

static void expect(const char *what, u64 offset, u64 got, u64 want)
{
    if (got == want) {
        return;
    }
    bad++;
    put_string("wrong: ");
    put_string(what);
    put_string(" at ");
    put_hex(offset);
    put_string(" is ");
    put_hex(got);
    put_string(", not ");
    put_hex(want);
    put_string("\n");
}

/* The identification registers: eight words with one significant byte. */
static void check_reads(void)
{
    static const u8 id[] = { 0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    for (u32 i = 0; i < ARRAY_SIZE(id); i++) {
        u64 at = PL031_ID + 4 * i;

        expect("1-byte read", at, read8(dev.base + at), id[i]);
        expect("2-byte read", at, read16(dev.base + at), id[i]);
        expect("4-byte read", at, read32(dev.base + at), id[i]);
        if (i % 2 == 0) {
            expect("8-byte read", at, read64(dev.base + at),
                   id[i] | (u64)id[i + 1] << 32);
        }
    }
}

/*
 * The load register sets the clock, so a write of each width can be read back
 * at once; an 8-byte one ends in the control register, which ignores it.
 */
static void check_writes(void)
{
    u64 lr = dev.base + PL031_LR, dr = dev.base + PL031_DR;
    u32 now = read32(dr);

    write8(lr, 0x5a);
    expect("clock after 1-byte write", PL031_DR, read32(dr), 0x5a);
    write16(lr, 0x6a5a);
    expect("clock after 2-byte write", PL031_DR, read32(dr), 0x6a5a);
    write64(lr, 1ul << 32 | 0x71000000);
    expect("clock after 8-byte write", PL031_DR, read32(dr), 0x71000000);
    write32(lr, now);
    expect("clock after 4-byte write", PL031_DR, read32(dr), now);
    expect("control register", PL031_CR, read32(dev.base + PL031_CR), 1);
}

/* A driver reads its device right after it has taken its interrupt. */
static u64 read_after_interrupt(u32 n)
{
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    return LEAST(event_raise(), read32(dev.base + PL031_DR), n);
}

void guest_main(const void *dtb)
{
    u32 n = dt_arg(dtb, "accesses", 1000);
    u64 loop, reads, writes, after_irq;

    device_find(dtb);
    device_init();
    loop = LEAST(, access_none(dev.base + PL031_DR), n);
    reads = without(loop, LEAST(, read32(dev.base + PL031_DR), n));
    writes = without(loop, LEAST(, write32(dev.base + PL031_IMSC, 1), n));
    check_reads();
    check_writes();
    /* Setting the clock may have met the alarm of an earlier guest. */
    device_serve();
    after_irq = without(loop, read_after_interrupt(n));

    put_string("@guest");
    put_result("accesses", n);
    put_result("read", reads);
    put_result("write", writes);
    put_result("after_irq", after_irq);
    put_result("wrong", bad);
    put_counts();
    put_string("\n");
}
