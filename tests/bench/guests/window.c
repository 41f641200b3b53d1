/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest that measures accesses to one register of the device: at=OFFSET. */
#include "guest.h"

void device_irq(void)
{
    device_serve();
}

void guest_main(const void *dtb)
{
    u32 n = dt_arg(dtb, "accesses", 1000);
    u64 at, loop, reads, writes;

    device_find(dtb);
    at = dt_arg(dtb, "at", PL031_IMSC);
    loop = LEAST(, access_none(dev.base + at), n);
    reads = without(loop, LEAST(, read32(dev.base + at), n));
    writes = without(loop, LEAST(, write32(dev.base + at, 1), n));

    put_string("@guest");
    put_result("accesses", n);
    put_result("read", reads);
    put_result("write", writes);
    put_counts();
    put_string("\n");
}
