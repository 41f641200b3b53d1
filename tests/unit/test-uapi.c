/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of the kernel interface, the same for 32-bit and 64-bit users.
 *
 * The compiler does the test, so it is enough to compile this file: for 64 bit
 * as it is; for 32 bit with -m32 -ffreestanding -fsyntax-only and
 * -idirafter /usr/include/`gcc -print-multiarch`, which needs no 32-bit files.
 */
#include <stddef.h>

#include "linux/vfio_platform_oneshot.h"

#define SIZE(type, size) \
    _Static_assert(sizeof(struct vfio_platform_oneshot_##type) == (size), \
                   #type " is " #size " bytes")
#define AT(type, field, offset) \
    _Static_assert(offsetof(struct vfio_platform_oneshot_##type, field) == \
                   (offset), #type "." #field " is at " #offset)

SIZE(irq_mode, 56);
AT(irq_mode, index, 0);
AT(irq_mode, flags, 4);
AT(irq_mode, mode, 8);
AT(irq_mode, initial, 12);
AT(irq_mode, possible, 16);
AT(irq_mode, guest_intid, 20);
AT(irq_mode, why_not, 24);

SIZE(irq_counts, 80);
AT(irq_counts, index, 0);
AT(irq_counts, flags, 4);
AT(irq_counts, host_irqs, 8);
AT(irq_counts, signals, 16);
AT(irq_counts, completions, 24);
AT(irq_counts, holds, 32);
AT(irq_counts, polls, 40);
AT(irq_counts, retriggers, 48);
AT(irq_counts, spurious, 56);
AT(irq_counts, storms, 64);
AT(irq_counts, stuck, 72);

SIZE(irq_hold, 32);
AT(irq_hold, index, 0);
AT(irq_hold, flags, 4);
AT(irq_hold, interval_min_ns, 8);
AT(irq_hold, interval_max_ns, 16);
AT(irq_hold, bound_ns, 24);

SIZE(irq_share, 72);
AT(irq_share, index, 0);
AT(irq_share, flags, 4);
AT(irq_share, region, 8);
AT(irq_share, kind, 12);
AT(irq_share, status, 16);
AT(irq_share, status_bits, 20);
AT(irq_share, enable, 24);
AT(irq_share, enable_bits, 28);
AT(irq_share, clear, 32);
AT(irq_share, raw, 36);
AT(irq_share, masking, 40);
AT(irq_share, users, 44);
AT(irq_share, line_masks, 48);
AT(irq_share, device_masks, 56);
AT(irq_share, handovers, 64);

SIZE(clock, 16);
AT(clock, index, 0);
AT(clock, flags, 4);
AT(clock, rate_hz, 8);

SIZE(notify, 16);
AT(notify, what, 0);
AT(notify, flags, 4);
AT(notify, fd, 8);
AT(notify, reserved, 12);

SIZE(emulated, 16);
AT(emulated, start, 0);
AT(emulated, flags, 4);
AT(emulated, count, 8);
AT(emulated, kind, 12);

SIZE(signal, 16);
AT(signal, index, 0);
AT(signal, flags, 4);
AT(signal, refused, 8);

/* The ids fit VFIO's 16-bit field, and no two are the same. */
_Static_assert(VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE == 0xfe80 &&
               VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS == 0xfe81 &&
               VFIO_DEVICE_FEATURE_ONESHOT_IRQ_HOLD == 0xfe82 &&
               VFIO_DEVICE_FEATURE_ONESHOT_CLOCK == 0xfe83 &&
               VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY == 0xfe84 &&
               VFIO_DEVICE_FEATURE_ONESHOT_EMULATED == 0xfe86 &&
               VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL == 0xfe87,
               "the ids do not move");
_Static_assert(VFIO_PLATFORM_ONESHOT_EMULATED_MOST <=
               VFIO_PLATFORM_ONESHOT_INDEXES,
               "the largest range has room");
_Static_assert(VFIO_PLATFORM_ONESHOT_IRQ_MODES <=
               VFIO_PLATFORM_ONESHOT_IRQ_MODES_MAX,
               "why_not has room for every mode");

int main(void)
{
    return 0;
}
