/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest that reads and writes all of a device's registers at random: accesses
 * of every size, anywhere in its page. The host sees what became of the device.
 */
#include "guest.h"

#define PAGE 0x1000

void device_irq(void)
{
}

/* xorshift64, which has no zero. */
static u64 next(u64 *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static u64 fuzz_access(u64 addr, u32 size, bool write, u64 value)
{
    switch (size) {
    case 1:
        return write ? (write8(addr, value), 0) : read8(addr);
    case 2:
        return write ? (write16(addr, value), 0) : read16(addr);
    case 4:
        return write ? (write32(addr, value), 0) : read32(addr);
    default:
        return write ? (write64(addr, value), 0) : read64(addr);
    }
}

void guest_main(const void *dtb)
{
    u32 n = dt_arg(dtb, "accesses", 10000), nonzero = 0;
    u64 state = dt_arg(dtb, "seed", 1);
    struct dt_node node;
    char compatible[64];

    if (!dt_arg_string(dtb, "compat", compatible, sizeof(compatible)) ||
        !dt_find(dtb, compatible, dt_arg(dtb, "not", 0), &node)) {
        fail("the assigned device is not in the device tree");
    }
    /* Each register that drivers write, once at least, with all bits. */
    for (u32 at = 0; at < 0x440; at += 4) {
        write32(node.addr + at, ~0u);
    }
    for (u32 i = 0; i < n; i++) {
        u32 size = 1 << next(&state) % 4, at = next(&state) % PAGE;

        /* One half of the accesses to where the registers are. */
        at = (i & 1 ? at % 0x440 : at) & ~(size - 1);
        nonzero += fuzz_access(node.addr + at, size, next(&state) & 1,
                               next(&state)) != 0;
    }

    put_string("@guest");
    put_result("accesses", n);
    put_result("nonzero", nonzero);
    put_string("\n");
}
