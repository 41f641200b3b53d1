/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every bare-metal guest of the bench is made of. */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * One plain load or store: KVM emulates a trapped access from the syndrome of
 * the instruction, which has none for pairs and for writeback addressing, so
 * the compiler must not choose the instruction.
 */
#define ACCESSORS(type, bits, suffix, reg)                                  \
    static inline type read##bits(u64 addr)                                 \
    {                                                                       \
        type v;                                                             \
        __asm__ volatile("ldr" suffix " %" reg "0, [%1]"                    \
                         : "=r"(v) : "r"(addr) : "memory");                 \
        return v;                                                           \
    }                                                                       \
    static inline void write##bits(u64 addr, type v)                        \
    {                                                                       \
        __asm__ volatile("str" suffix " %" reg "0, [%1]"                    \
                         : : "r"(v), "r"(addr) : "memory");                 \
    }
ACCESSORS(u8, 8, "b", "w")
ACCESSORS(u16, 16, "h", "w")
ACCESSORS(u32, 32, "", "w")
ACCESSORS(u64, 64, "", "x")

/* ---- cpu.c: counter, interrupts, power ---- */

static inline u64 ticks(void)
{
    u64 v;

    __asm__ volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(v) : : "memory");
    return v;
}

static inline u64 ticks_per_second(void)
{
    u64 v;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(v));
    return v;
}

static inline void irqs_on(void)
{
    __asm__ volatile("msr daifclr, #2" : : : "memory");
}

static inline void irqs_off(void)
{
    __asm__ volatile("msr daifset, #2" : : : "memory");
}

void wait_ticks(u64 n);
/* To the hypervisor and back, with no other effect. */
void leave(void);
/* The timer's interrupt, which switches it off, ends a WFI after n ticks. */
void timer_setup(void);
void timer_start(u64 n);
void timer_stop(void);
void system_off(void) __attribute__((noreturn));
void system_reset(void) __attribute__((noreturn));

/* ---- console.c ---- */

void put_string(const char *s);
void put_decimal(u64 v);
void put_hex(u64 v);
/* " key=value", the form in which results are reported. */
void put_result(const char *key, u64 v);
/* Say why the guest cannot go on, and switch the machine off. */
void fail(const char *why) __attribute__((noreturn));

/* ---- dt.c: the device tree that QEMU passes ---- */

struct dt_node {
    u64 addr;
    u64 size;
    u32 spi;            /* of its first interrupt */
    bool edge;
    bool has_irq;
    u32 irqs;           /* how many it has, if all are SPIs */
    u32 last_spi;       /* of the last one */
    bool last_edge;
};

bool dt_valid(const void *dtb);
/* The first node with that compatible string whose address is not `not_at`. */
bool dt_find(const void *dtb, const char *compatible, u64 not_at,
             struct dt_node *out);
/* A "key=value" word of the command line; dflt without it. */
u64 dt_arg(const void *dtb, const char *key, u64 dflt);
bool dt_arg_string(const void *dtb, const char *key, char *out, u32 size);

/* ---- gic.c: interrupt controller, GICv2 or GICv3 as the tree says ---- */

#define GIC_PPI(n) ((n) + 16)
#define GIC_SPI(n) ((n) + 32)
#define GIC_SPURIOUS 1020       /* 1020 to 1023: nothing was pending */

void gic_init(const void *dtb);
/* Level or edge, to this CPU, and enabled. */
void gic_setup(u32 intid, bool edge);
void gic_mask(u32 intid);
void gic_unmask(u32 intid);
u32 gic_ack(void);
void gic_eoi(u32 intid);

/* ---- device.c: the assigned PL031 ---- */

#define PL031_DR 0x00
#define PL031_MR 0x04
#define PL031_LR 0x08
#define PL031_CR 0x0c
#define PL031_IMSC 0x10
#define PL031_RIS 0x14
#define PL031_MIS 0x18
#define PL031_ICR 0x1c
#define PL031_ID 0xfe0

/* The RTC that QEMU's `virt` emulates itself. */
#define VIRT_RTC 0x09010000

struct device {
    u64 base;
    u32 intid;
    bool edge;
};

extern struct device dev;

/* Find the assigned device: see device.c for what the command line can say. */
void device_find(const void *dtb);
/* Quiet, with its interrupt enabled at the device. */
void device_init(void);
void device_raise(void);
bool device_raised(void);
void device_serve(void);

/* ---- events.c: raise events one by one and take their interrupts ---- */

#define MAX_EVENTS 8192
/* A device that is dead is not waited for a thousand times. */
#define MAX_LOST 10

struct counts {
    u32 irqs;           /* interrupts of the device */
    u32 spurious;       /* of those, with nothing asserted at the device */
    u32 other;          /* interrupts of anything else */
    u32 lost;           /* events without an interrupt */
};

extern volatile struct counts counts;
/* When the last interrupt was acknowledged. */
extern volatile u64 irq_ticks;

/*
 * idle=1 on the command line: the guest sleeps while it waits. It spins
 * otherwise, which shows the bare latency, but starves a host of several CPUs,
 * as they take turns of up to 100 ms.
 *
 * patience=MS: after how long without its interrupt an event is lost; 100.
 *
 * stay=1: the guest does not leave to the hypervisor before it raises an event.
 * What KVM has to do after an interrupt it does when the guest leaves next, and
 * that is part of the next interrupt's latency then.
 */
void events_init(const void *dtb);
/*
 * One event: returns its latency, or 0 when it was lost. The latency runs from
 * the access that raises the line to the acknowledge in the handler.
 */
u64 event_raise(void);
/* Wait up to `limit` ticks for another interrupt than the `seen` first ones. */
bool event_wait(u32 seen, u64 limit);
/* For an event that took place with no interrupt. */
u64 event_timeout(void);
/* Median, minimum, maximum and first of n latencies; sorts them. */
void put_latencies(u32 *latency, u32 n);
void put_counts(void);

/* ---- loops that are measured ---- */

#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* Of so many loops the quickest counts: the host's own work comes into some. */
#define LOOPS 4

#define LEAST(before, body, n) ({               \
    u64 least_ = ~0ul;                          \
    for (u32 l_ = 0; l_ < LOOPS; l_++) {        \
        u64 took_;                              \
        before;                                 \
        took_ = -ticks();                       \
        for (u32 i_ = 0; i_ < (n); i_++) {      \
            body;                               \
        }                                       \
        took_ += ticks();                       \
        least_ = MIN(least_, took_);            \
    }                                           \
    least_;                                     \
})

/* All but the access: its address is at hand. */
static inline void access_none(u64 addr)
{
    __asm__ volatile("" : : "r"(addr) : "memory");
}

/* What the accesses of a loop took. */
static inline u64 without(u64 loop, u64 with_accesses)
{
    if (with_accesses < loop) {
        fail("an empty loop takes longer than one with accesses: "
             "give more accesses=");
    }
    return with_accesses - loop;
}

/* ---- each guest's own ---- */

void guest_main(const void *dtb);
/* The device's interrupt was acknowledged; EOI follows when this returns. */
void device_irq(void);

#endif
