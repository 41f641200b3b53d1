/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of vfio_probe share: the device under test and the tally. */
#ifndef VFIO_PROBE_H
#define VFIO_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/vfio.h>

#include "linux/vfio_platform_oneshot.h"

/* Offsets in the device's file: the region's index is above bit 40. */
#define PROBE_OFFSET(index, off) (((uint64_t)(index) << 40) + (off))

/* A PrimeCell's ID registers, from the region's end, and two parts of them. */
#define PRIMECELL_PID 0x20
#define PRIMECELL_CID 0x10
#define PL031_PART    0x31

typedef struct Probe {
    const char *name;
    int fd;                     /* the device's file */
    int container;
    int group;
    struct vfio_device_info info;
    struct vfio_region_info region;     /* region 0 */
    struct vfio_irq_info irq;           /* interrupt 0 */
    unsigned tests;
    unsigned failed;
} Probe;

/* One line of the report; returns @pass. */
bool probe_result(Probe *p, bool pass, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void probe_skip(Probe *p, const char *what, const char *why);

/* 0, or the errno of what failed, of which stderr is told. */
int probe_open(Probe *p);
void probe_close(Probe *p);

/* One 32-bit register of region 0. */
uint32_t probe_read32(Probe *p, uint64_t off);
void probe_write32(Probe *p, uint64_t off, uint32_t value);

bool probe_is_primecell(Probe *p);
bool probe_is_pl031(Probe *p);

/* vfio_probe_irq.c: what an interrupt does, on any device and on a PL031 */
void probe_irqs(Probe *p);
/* SET_IRQS: an action (VFIO_IRQ_SET_ACTION_*) now, or by an eventfd. */
int probe_irq_now(Probe *p, uint32_t action);
int probe_irq_eventfd(Probe *p, uint32_t action, int fd);
/* How often the eventfd was signalled; waits for the first time. */
uint64_t probe_irq_signals(int fd, int wait_ms);
/* The PL031's line. */
void probe_line_up(Probe *p);
void probe_line_down(Probe *p);

/* vfio_probe_feature.c: what our driver adds to mainline's platform devices */
typedef struct vfio_platform_oneshot_irq_mode Mode;
typedef struct vfio_platform_oneshot_irq_counts Counts;

/* Whether it has them. */
bool probe_features(Probe *p);
/* Of interrupt 0; set: 0 or a negative errno. */
int probe_set_mode(Probe *p, uint32_t mode, uint32_t guest_intid);
Mode probe_mode(Probe *p);
Counts probe_counts(Probe *p);

/* vfio_probe_held.c: lines that are looked at, on a PL031 */
void probe_held(Probe *p);

/* vfio_probe_share.c: a line that may have other users */
void probe_share(Probe *p);

/* vfio_probe_emulated.c: interrupts that no hardware raises */
void probe_emulated(Probe *p);

/* vfio_probe_notify.c: what may be told by an eventfd */
void probe_notify(Probe *p);

/* vfio_probe_reset.c: the device alone, and its interrupt in several modes */
void probe_reset(Probe *p);
void probe_reset_irqs(Probe *p);

/* vfio_probe_storm.c: a line that wears the host out, if it is let */
void probe_storm(Probe *p);

/* A clock of the device, and what its rate must be; @name NULL if unknown. */
typedef struct ProbeClock {
    const char *name;           /* as the host's debugfs has it */
    uint64_t hz;
} ProbeClock;

/* vfio_probe_clock.c: who holds the clock before open, while open, after */
long probe_clock_before(const ProbeClock *clock);
void probe_clock_open(Probe *p, const ProbeClock *clock, long before);
void probe_clock_closed(Probe *p, const ProbeClock *clock, long before);

#endif
