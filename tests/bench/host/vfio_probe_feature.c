/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The features part of vfio_probe: what our driver adds to mainline's. */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "vfio_probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The names, short, for the tables. */
#define GET    VFIO_DEVICE_FEATURE_GET
#define SET    VFIO_DEVICE_FEATURE_SET
#define PROBE  VFIO_DEVICE_FEATURE_PROBE
#define MODE   VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE
#define COUNTS VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS
#define HOLD   VFIO_DEVICE_FEATURE_ONESHOT_IRQ_HOLD
#define CLOCK  VFIO_DEVICE_FEATURE_ONESHOT_CLOCK
#define NOTIFY VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY
#define BEYOND (VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL + 1)

#define FORWARDED VFIO_PLATFORM_ONESHOT_FORWARDED

#define US 1000ULL
#define MS 1000000ULL

typedef struct vfio_platform_oneshot_irq_hold Hold;

typedef struct Feature {
    struct vfio_device_feature head;
    union {
        Mode mode;
        Counts counts;
        Hold hold;
    };
} Feature;

/*
 * Of three triggers by the user, how many signal; whether the user has to
 * complete; whether each signal is a hold. A polled line may have been seen low
 * between two of them.
 */
static const struct {
    const char *name;
    uint64_t least, most;
    bool completes, holds;
} modes[VFIO_PLATFORM_ONESHOT_IRQ_MODES] = {
    { "automask", 1, 1, true, false },
    { "hold", 1, 1, true, false },
    { "threaded", 1, 1, true, false },
    { "forwarded", 1, 1, false, false },
    { "edge", 3, 3, false, false },
    { "polled", 1, 3, false, true },
    { "shared", 1, 1, true, false },
};

/* 0 or a negative errno; @size is the struct's, as @f's argsz tells it. */
static int feature(Probe *p, uint32_t flags, size_t size, Feature *f)
{
    f->head.argsz = sizeof(f->head) + size;
    f->head.flags = flags;
    return ioctl(p->fd, VFIO_DEVICE_FEATURE, f) < 0 ? -errno : 0;
}

static void expect_ret(Probe *p, const char *what, int got, int want)
{
    probe_result(p, got == want, "FEATURE: %s: %d (want %d)", what, got,
                 want);
}

int probe_set_mode(Probe *p, uint32_t mode, uint32_t guest_intid)
{
    Feature f = { .mode = { .mode = mode, .guest_intid = guest_intid } };

    return feature(p, SET | MODE, sizeof(Mode), &f);
}

Mode probe_mode(Probe *p)
{
    Feature f = { .mode = { .index = 0 } };

    if (feature(p, GET | MODE, sizeof(Mode), &f)) {
        probe_result(p, false, "FEATURE: the mode can be read");
    }
    return f.mode;
}

Counts probe_counts(Probe *p)
{
    Feature f = { .counts = { .index = 0 } };

    if (feature(p, GET | COUNTS, sizeof(Counts), &f)) {
        probe_result(p, false, "FEATURE: the counts can be read");
    }
    return f.counts;
}

/* Trigger and masks, with an eventfd or, for @fd -2, with no data. */
static void set_irq(Probe *p, uint32_t action, int fd)
{
    struct {
        struct vfio_irq_set set;
        int32_t fd;
    } s = {
        { .argsz = 24, .count = 1, .flags = action |
          (fd == -2 ? VFIO_IRQ_SET_DATA_NONE : VFIO_IRQ_SET_DATA_EVENTFD) },
        fd,
    };

    if (ioctl(p->fd, VFIO_DEVICE_SET_IRQS, &s) < 0) {
        probe_result(p, false, "FEATURE: SET_IRQS: %s", strerror(errno));
    }
}

static void probe_requests(Probe *p)
{
    const size_t m = sizeof(Mode), c = sizeof(Counts), h = sizeof(Hold);
    const size_t k = sizeof(struct vfio_platform_oneshot_clock);
    const struct {
        const char *name;
        uint32_t flags;
        size_t size;
        uint32_t index, zero;
        int want;
    } rows[] = {
        { "mode: probe", PROBE | MODE, 0, 0, 0, 0 },
        { "mode: probe get and set", PROBE | GET | SET | MODE, 0, 0, 0, 0 },
        { "counts: probe get", PROBE | GET | COUNTS, 0, 0, 0, 0 },
        { "counts: probe set", PROBE | SET | COUNTS, 0, 0, 0, -EINVAL },
        { "hold: probe get and set", PROBE | GET | SET | HOLD, 0, 0, 0, 0 },
        { "clock: probe get", PROBE | GET | CLOCK, 0, 0, 0, 0 },
        { "clock: probe set", PROBE | SET | CLOCK, 0, 0, 0, -EINVAL },
        { "clock: get, a byte short", GET | CLOCK, k - 1, 0, 0, -EINVAL },
        { "notify: probe set", PROBE | SET | NOTIFY, 0, 0, 0, 0 },
        { "notify: probe get", PROBE | GET | NOTIFY, 0, 0, 0, -EINVAL },
        { "the id after the last one", PROBE | BEYOND, 0, 0, 0, -ENOTTY },
        { "neither get, set nor probe", MODE, m, 0, 0, -EINVAL },
        { "get and set at once", GET | SET | MODE, m, 0, 0, -EINVAL },
        { "mode: get", GET | MODE, m, 0, 0, 0 },
        { "mode: get, a byte short", GET | MODE, m - 1, 0, 0, -EINVAL },
        { "mode: get, flags", GET | MODE, m, 0, 1, -EINVAL },
        { "mode: get, no such interrupt", GET | MODE, m, 99, 0, -EINVAL },
        { "mode: get, last index", GET | MODE, m, UINT32_MAX, 0, -EINVAL },
        { "mode: set, flags", SET | MODE, m, 0, 1, -EINVAL },
        { "mode: set, no such interrupt", SET | MODE, m, 99, 0, -EINVAL },
        { "counts: get", GET | COUNTS, c, 0, 0, 0 },
        { "counts: get, a byte short", GET | COUNTS, c - 1, 0, 0, -EINVAL },
        { "counts: get, flags", GET | COUNTS, c, 0, 1, -EINVAL },
        { "counts: set", SET | COUNTS, c, 0, 0, -EINVAL },
        { "hold: get", GET | HOLD, h, 0, 0, 0 },
        { "hold: get, a byte short", GET | HOLD, h - 1, 0, 0, -EINVAL },
        { "hold: get, no such interrupt", GET | HOLD, h, 99, 0, -EINVAL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        Feature f = { .mode = { rows[i].index, rows[i].zero } };

        expect_ret(p, rows[i].name,
                   feature(p, rows[i].flags, rows[i].size, &f), rows[i].want);
    }
}

static void probe_hold(Probe *p)
{
    static const struct {
        const char *name;
        uint64_t min, max, bound;
        int want;
    } rows[] = {
        { "hold: the least of all", 10 * US, 10 * US, 10 * US, 0 },
        { "hold: the most of all", 100 * MS, 100 * MS, 10000 * MS, 0 },
        { "hold: interval below the least", 10 * US - 1, MS, MS, -EINVAL },
        { "hold: interval of nothing", 0, MS, MS, -EINVAL },
        { "hold: max below min", 20 * US, 10 * US, MS, -EINVAL },
        { "hold: max above the most", 10 * US, 100 * MS + 1, 200 * MS,
          -EINVAL },
        { "hold: bound below max", 10 * US, MS, MS - 1, -EINVAL },
        { "hold: bound above the most", 10 * US, MS, 10000 * MS + 1, -EINVAL },
        { "hold: all ones", ~0ULL, ~0ULL, ~0ULL, -EINVAL },
        { "hold: what open sets", 10 * US, 1 * MS, 10 * MS, 0 },
    };
    Feature f = { .hold = { .index = 0 } };

    feature(p, GET | HOLD, sizeof(Hold), &f);
    probe_result(p, f.hold.interval_min_ns == 10 * US &&
                 f.hold.interval_max_ns == MS && f.hold.bound_ns == 10 * MS,
                 "FEATURE: hold: open sets 10 us, 1 ms, 10 ms");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        Feature set = { .hold = { 0, 0, rows[i].min, rows[i].max,
                                  rows[i].bound } };
        Feature before = { .hold = { .index = 0 } }, after = before;
        const Hold *want = rows[i].want ? &before.hold : &set.hold;

        feature(p, GET | HOLD, sizeof(Hold), &before);
        expect_ret(p, rows[i].name,
                   feature(p, SET | HOLD, sizeof(Hold), &set), rows[i].want);
        feature(p, GET | HOLD, sizeof(Hold), &after);
        probe_result(p, !memcmp(&after.hold, want, sizeof(Hold)),
                     "FEATURE: %s: %s", rows[i].name,
                     rows[i].want ? "nothing changed" : "it is set");
    }
}

static void probe_bad_modes(Probe *p, uint32_t initial)
{
    const struct {
        const char *name;
        uint32_t mode, intid;
    } rows[] = {
        { "mode: the one after the last", VFIO_PLATFORM_ONESHOT_IRQ_MODES, 0 },
        { "mode: last number", UINT32_MAX, 0 },
        { "mode: initial, with an INTID", initial, 144 },
        { "mode: forwarded to no INTID", FORWARDED, 0 },
        { "mode: forwarded to a PPI", FORWARDED, 31 },
        { "mode: forwarded past the SPIs", FORWARDED, 1020 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        expect_ret(p, rows[i].name,
                   probe_set_mode(p, rows[i].mode, rows[i].intid), -EINVAL);
    }
    probe_result(p, probe_mode(p).mode == initial,
                 "FEATURE: mode: errors changed nothing");
}

/* The masks of a mode, by loopback: one signal until it is completed. */
static void probe_one_mode(Probe *p, uint32_t mode, int fd)
{
    const bool completes = modes[mode].completes;
    const char *name = modes[mode].name;
    Counts before, after;
    uint64_t n = 0;

    expect_ret(p, name, probe_set_mode(p, mode, 0), 0);
    probe_result(p, probe_mode(p).mode == mode, "FEATURE: %s: it is set", name);
    before = probe_counts(p);
    set_irq(p, VFIO_IRQ_SET_ACTION_TRIGGER, fd);
    expect_ret(p, "mode: set while armed", probe_set_mode(p, mode, 0), -EBUSY);
    for (int i = 0; i < 3; i++) {
        set_irq(p, VFIO_IRQ_SET_ACTION_TRIGGER, -2);
    }
    if (read(fd, &n, sizeof(n)) != sizeof(n)) {
        n = 0;
    }
    probe_result(p, n >= modes[mode].least && n <= modes[mode].most,
                 "FEATURE: %s: three triggers signal %llu times", name,
                 (unsigned long long)n);
    if (completes) {
        set_irq(p, VFIO_IRQ_SET_ACTION_UNMASK, -2);
    }
    set_irq(p, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
    after = probe_counts(p);
    probe_result(p, after.signals - before.signals == n &&
                 after.completions - before.completions == completes &&
                 after.host_irqs == before.host_irqs &&
                 after.spurious == before.spurious &&
                 after.holds - before.holds == (modes[mode].holds ? n : 0),
                 "FEATURE: %s: counts move by %llu signals, %llu completions",
                 name, (unsigned long long)(after.signals - before.signals),
                 (unsigned long long)(after.completions - before.completions));
}

static void probe_modes(Probe *p)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    Mode mode = probe_mode(p);
    uint32_t initial = mode.initial;

    probe_result(p, mode.mode == initial && mode.possible & 1u << initial,
                 "FEATURE: mode: open sets the initial one, which is possible");
    probe_bad_modes(p, initial);
    for (uint32_t i = 0; i < VFIO_PLATFORM_ONESHOT_IRQ_MODES_MAX; i++) {
        const bool possible = mode.possible & 1u << i;

        probe_result(p, possible == !mode.why_not[i],
                     "FEATURE: mode %u: possible, or a reason (%u)", i,
                     mode.why_not[i]);
        if (i >= VFIO_PLATFORM_ONESHOT_IRQ_MODES) {
            continue;
        }
        if (possible && i != FORWARDED) {
            probe_one_mode(p, i, fd);
        } else if (!possible) {
            expect_ret(p, modes[i].name,
                       probe_set_mode(p, i, i == FORWARDED ? 144 : 0),
                       -EOPNOTSUPP);
        }
    }
    expect_ret(p, "mode: back to the initial one",
               probe_set_mode(p, initial, 0), 0);
    close(fd);
}

bool probe_features(Probe *p)
{
    Feature f = { .mode = { .index = 0 } };
    int ret;

    if (!p->info.num_irqs) {
        probe_skip(p, "FEATURE", "the device has no interrupt");
        return false;
    }
    /* Mainline's drivers answer either. */
    ret = feature(p, PROBE | MODE, 0, &f);
    if (ret == -ENOTTY || ret == -EINVAL) {
        probe_skip(p, "FEATURE", "the driver does not have ours");
        return false;
    }
    probe_requests(p);
    probe_hold(p);
    probe_modes(p);
    return true;
}
