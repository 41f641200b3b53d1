/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest whose device raises its next event at pseudo-random moments of its
 * driver's work, and which knows exactly what it must be told.
 *
 * The driver serves three interrupts of four as a ONESHOT driver does (mask,
 * EOI, serve, unmask), and the fourth in its handler. An event is raised, by
 * chance, in the handler before the EOI; between EOI and service; between
 * service and unmask; at once after the unmask; or later.
 *
 * The line is level: what is raised while it is high already merges with the
 * event that made it high, is served together with it, and must not be seen.
 * So an event is a rise of the line, and each one ends in exactly one way:
 *
 *   taken      the handler was entered with the line high for it
 *   absorbed   served without an interrupt of its own, by a thread that ran
 *              for a spurious one; never without spurious interrupts
 *   lost       100 ms with the interrupt open, the line high and no interrupt
 *
 * and each interrupt either takes an event or is spurious: the line is low, or
 * high for an event that was taken before. A real interrupt controller with
 * the device wired to it loses none, and has no spurious interrupt, whatever
 * the moment. The guest fails if the counts do not add up.
 *
 * Command line: events=, seed=; slow=N: one service of N comes only after
 * 12 ms, which is more than mode "hold" holds a line for (0: none).
 */
#include "guest.h"

/* Spreads a small seed over all bits; odd, so that only 0 becomes 0. */
#define SPREAD 0x9e3779b97f4a7c15u

enum moment {
    BEFORE_EOI, BEFORE_SERVICE, BEFORE_UNMASK, AFTER_UNMASK, LATER, MOMENTS
};

static const char *const moment_names[MOMENTS] = {
    "before_eoi", "before_service", "before_unmask", "after_unmask", "later",
};

static u64 generator;
static u32 slow;
/* All of this changes only with interrupts off. */
static volatile bool woken;
static volatile bool pending;   /* an event is not served */
static volatile bool was_taken; /* and has had its interrupt */
static volatile u32 events, merged, taken, absorbed;
static u32 slow_services;
static u32 raised_at[MOMENTS];
/* Since when the interrupt of the pending event can come; what was waited. */
static volatile u64 open_since;
static u64 longest, in_all;

/* Marsaglia's xorshift64. */
static u32 random(void)
{
    generator ^= generator << 13;
    generator ^= generator >> 7;
    generator ^= generator << 17;
    return generator >> 32;
}

static bool one_of(u32 n)
{
    return random() % n == 0;
}

/* None at all, or up to 1, 8 or 32 us: around the first looks of "hold". */
static void pause(void)
{
    static const u16 most[] = { 0, 63, 511, 2047 };

    wait_ticks(random() & most[random() % ARRAY_SIZE(most)]);
}

/* With interrupts off. */
static void raise(enum moment at)
{
    if (pending) {
        merged++;
    } else {
        events++;
        raised_at[at]++;
        was_taken = false;
        pending = true;
        open_since = ticks();
    }
    /* It is not raised if the clock ticks between its read and the write. */
    do {
        device_raise();
    } while (!device_raised());
}

static void raise_by_chance(enum moment at)
{
    if (one_of(4)) {
        raise(at);
    }
}

/* With interrupts off. */
static void serve(void)
{
    absorbed += pending && !was_taken;
    pending = false;
    device_serve();
}

void device_irq(void)
{
    if (!device_raised() || was_taken) {
        counts.spurious++;
    } else {
        u64 waited = irq_ticks - open_since;

        longest = waited > longest ? waited : longest;
        in_all += waited;
        was_taken = true;
        taken++;
    }
    if (one_of(4)) {
        serve();
        raise_by_chance(BEFORE_EOI);
        return;
    }
    raise_by_chance(BEFORE_EOI);
    gic_mask(dev.intid);
    woken = true;
}

/* Interrupts are on but for the moments at which the counts change. */
static void run_thread(void)
{
    woken = false;
    pause();
    if (slow && one_of(slow)) {
        slow_services++;
        wait_ticks(ticks_per_second() / 1000 * 12);
    }
    irqs_off();
    raise_by_chance(BEFORE_SERVICE);
    irqs_on();
    pause();
    irqs_off();
    serve();
    raise_by_chance(BEFORE_UNMASK);
    irqs_on();
    pause();
    open_since = ticks();
    gic_unmask(dev.intid);
    irqs_off();
    raise_by_chance(AFTER_UNMASK);
    irqs_on();
}

static void raise_later(void)
{
    pause();
    irqs_off();
    /* A spurious interrupt may have raised one in the meantime. */
    if (!pending && !woken) {
        raise(LATER);
    }
    irqs_on();
}

static void wait_for_irq(u32 seen)
{
    if (event_wait(seen, event_timeout())) {
        return;
    }
    irqs_off();
    if (counts.irqs == seen) {
        counts.lost++;
        was_taken = true;
        serve();
    }
    irqs_on();
}

static void report(u64 seed)
{
    if (events != taken + absorbed + counts.lost ||
        counts.irqs != taken + counts.spurious) {
        fail("the counts do not add up");
    }
    put_string("@guest");
    put_result("events", events);
    put_counts();
    put_result("merged", merged);
    put_result("absorbed", absorbed);
    for (u32 i = 0; i < MOMENTS; i++) {
        put_result(moment_names[i], raised_at[i]);
    }
    put_result("slow_services", slow_services);
    put_result("max", longest);
    put_result("mean", taken ? in_all / taken : 0);
    put_result("seed", seed);
    put_string("\n");
}

void guest_main(const void *dtb)
{
    u32 total = dt_arg(dtb, "events", 1000);
    u64 seed = dt_arg(dtb, "seed", 1);

    if (!seed) {
        fail("seed= must not be 0");
    }
    generator = seed * SPREAD;
    slow = dt_arg(dtb, "slow", 0);
    events_init(dtb);
    device_find(dtb);
    device_init();
    gic_setup(dev.intid, dev.edge);
    irqs_on();
    while ((events < total || pending || woken) && counts.lost < MAX_LOST) {
        u32 seen = counts.irqs;

        if (woken) {
            run_thread();
        } else if (pending) {
            wait_for_irq(seen);
        } else {
            raise_later();
        }
    }
    /* One interrupt too many would come now. */
    wait_ticks(ticks_per_second() / 1000);
    irqs_off();
    report(seed);
}
