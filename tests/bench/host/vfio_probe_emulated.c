/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The emulated part of vfio_probe: ranges of indexes, and raising them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "linux/vfio_platform_oneshot.h"
#include "vfio_probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define NONE  VFIO_PLATFORM_ONESHOT_EMULATED_NONE
#define EDGE  VFIO_PLATFORM_ONESHOT_EMULATED_EDGE
#define LEVEL VFIO_PLATFORM_ONESHOT_EMULATED_LEVEL
#define LAST  (VFIO_PLATFORM_ONESHOT_INDEXES - 1)
#define MOST  VFIO_PLATFORM_ONESHOT_EMULATED_MOST

#define MASK    VFIO_IRQ_SET_ACTION_MASK
#define UNMASK  VFIO_IRQ_SET_ACTION_UNMASK
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER

/* How long a signal may take that is on its way. */
#define EVENT_MS 2000

typedef struct vfio_platform_oneshot_emulated Emulated;
typedef struct vfio_platform_oneshot_signal Signal;
typedef struct vfio_platform_oneshot_irq_share Share;

static int feature(Probe *p, uint32_t flags, void *data, size_t size)
{
    union {
        struct vfio_device_feature head;
        char room[sizeof(struct vfio_device_feature) + 128];
    } f = { .head = { .argsz = sizeof(f.head) + size, .flags = flags } };
    int ret;

    memcpy(f.head.data, data, size);
    ret = ioctl(p->fd, VFIO_DEVICE_FEATURE, &f) < 0 ? -errno : 0;
    memcpy(data, f.head.data, size);
    return ret;
}

static void expect(Probe *p, const char *what, long got, long want)
{
    probe_result(p, got == want, "EMULATED: %s: %ld (want %ld)", what, got,
                 want);
}

static int set(Probe *p, uint32_t start, uint32_t count, uint32_t kind)
{
    Emulated e = { start, 0, count, kind };

    return feature(p, VFIO_DEVICE_FEATURE_SET |
                   VFIO_DEVICE_FEATURE_ONESHOT_EMULATED, &e, sizeof(e));
}

static int raise_index(Probe *p, uint32_t index)
{
    Signal s = { .index = index };

    return feature(p, VFIO_DEVICE_FEATURE_SET |
                   VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL, &s, sizeof(s));
}

static uint64_t refused(Probe *p)
{
    Signal s = { .refused = ~0ULL };

    expect(p, "signal: get",
           feature(p, VFIO_DEVICE_FEATURE_GET |
                   VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL, &s, sizeof(s)), 0);
    return s.refused;
}

static uint32_t num_irqs(Probe *p)
{
    struct vfio_device_info info = { .argsz = 16 };

    ioctl(p->fd, VFIO_DEVICE_GET_INFO, &info);
    return info.num_irqs;
}

/* Count and flags of an index, as one number; or a negative errno. */
#define INFO(count, flags) ((long)(count) << 32 | (flags))
#define EDGE_INFO INFO(1, VFIO_IRQ_INFO_EVENTFD)
#define LEVEL_INFO INFO(1, VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | \
                        VFIO_IRQ_INFO_AUTOMASKED)

static long info(Probe *p, uint32_t index)
{
    struct vfio_irq_info i = { .argsz = 16, .index = index };

    if (ioctl(p->fd, VFIO_DEVICE_GET_IRQ_INFO, &i) < 0) {
        return -errno;
    }
    return INFO(i.count, i.flags);
}

/* SET_IRQS: with an eventfd, or without data for @fd -2. */
static int set_irq(Probe *p, uint32_t index, uint32_t action, int fd)
{
    struct {
        struct vfio_irq_set set;
        int32_t fd;
    } s = {
        { .argsz = 24, .index = index, .count = 1, .flags = action |
          (fd == -2 ? VFIO_IRQ_SET_DATA_NONE : VFIO_IRQ_SET_DATA_EVENTFD) },
        fd,
    };

    return ioctl(p->fd, VFIO_DEVICE_SET_IRQS, &s) < 0 ? -errno : 0;
}

static uint64_t signals(int fd)
{
    return probe_irq_signals(fd, 0);
}

/* ---- ranges ---- */

/* Each row leaves what the ones before it have set, and nothing of its own. */
static void probe_ranges(Probe *p, uint32_t hw)
{
    const struct {
        const char *name;
        uint32_t start, count, kind;
        int want;
        uint32_t num;
    } rows[] = {
        { "none at all", hw, 0, EDGE, -EINVAL, hw },
        { "more than the most", hw, MOST + 1, EDGE, -EINVAL, hw },
        { "all ones", UINT32_MAX, UINT32_MAX, EDGE, -EINVAL, hw },
        { "past the last index", LAST, 2, EDGE, -EINVAL, hw },
        { "an unknown kind", hw, 1, LEVEL + 1, -EINVAL, hw },
        { "a hardware line", 0, 1, EDGE, -EBUSY, hw },
        { "from a hardware line on", hw - 1, 2, LEVEL, -EBUSY, hw },
        { "what is not there, taken away", hw, 1, NONE, -ENOENT, hw },
        { "a hardware line, taken away", 0, 1, NONE, -ENOENT, hw },
        { "two edges", hw, 2, EDGE, 0, hw + 2 },
        { "the same again", hw, 2, EDGE, -EBUSY, hw + 2 },
        { "the second of them, as a level", hw + 1, 1, LEVEL, -EBUSY,
          hw + 2 },
        { "a level behind a gap", hw + 4, 1, LEVEL, 0, hw + 5 },
        { "over both, and the gap", hw, 5, EDGE, -EBUSY, hw + 5 },
        { "from the gap into the level", hw + 2, 3, EDGE, -EBUSY, hw + 5 },
        { "over the gap, taken away", hw, 5, NONE, -ENOENT, hw + 5 },
        { "the gap", hw + 2, 2, LEVEL, 0, hw + 5 },
        { "the last index", LAST, 1, LEVEL, 0, LAST + 1 },
        { "the last index, taken away", LAST, 1, NONE, 0, hw + 5 },
        { "the most", hw + 5, MOST, EDGE, 0, hw + 5 + MOST },
        { "the most, taken away", hw + 5, MOST, NONE, 0, hw + 5 },
        { "a part of two ranges, taken away", hw + 1, 2, NONE, 0, hw + 5 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        expect(p, rows[i].name,
               set(p, rows[i].start, rows[i].count, rows[i].kind),
               rows[i].want);
        expect(p, "GET_INFO counts them", num_irqs(p), rows[i].num);
    }
    expect(p, "GET_IRQ_INFO of an edge", info(p, hw), EDGE_INFO);
    expect(p, "GET_IRQ_INFO of a level", info(p, hw + 3), LEVEL_INFO);
    expect(p, "GET_IRQ_INFO of a gap", info(p, hw + 1), INFO(0, 0));
    expect(p, "GET_IRQ_INFO past the last", info(p, hw + 5), -EINVAL);
    expect(p, "SET_IRQS of a gap", set_irq(p, hw + 1, TRIGGER, -2), -EINVAL);
}

/* ---- requests ---- */

static void probe_requests(Probe *p, uint32_t hw)
{
    const uint32_t emulated = VFIO_DEVICE_FEATURE_ONESHOT_EMULATED;
    const uint32_t signal = VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL;
    const uint32_t mode = VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE;
    const uint32_t hold = VFIO_DEVICE_FEATURE_ONESHOT_IRQ_HOLD;
    const uint32_t share = VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE;
    const uint32_t get = VFIO_DEVICE_FEATURE_GET;
    const uint32_t to_set = VFIO_DEVICE_FEATURE_SET;
    const uint32_t probe = VFIO_DEVICE_FEATURE_PROBE;
    const struct {
        const char *name;
        uint32_t flags;
        size_t size;
        uint32_t data[4];
        int want;
    } rows[] = {
        { "probe set", probe | to_set | emulated, 0, { 0 }, 0 },
        { "probe get", probe | get | emulated, 0, { 0 }, -EINVAL },
        { "get", get | emulated, 16, { hw }, -EINVAL },
        { "a byte short", to_set | emulated, 15, { hw, 0, 1, EDGE }, -EINVAL },
        { "flags", to_set | emulated, 16, { hw, 1, 1, EDGE }, -EINVAL },
        { "signal: probe", probe | get | to_set | signal, 0, { 0 }, 0 },
        { "signal: a byte short", to_set | signal, 15, { hw }, -EINVAL },
        { "signal: flags", to_set | signal, 16, { hw, 1 }, -EINVAL },
        /* Of hardware lines only; hw is emulated. */
        { "its mode", get | mode, sizeof(Mode), { hw }, -EOPNOTSUPP },
        { "setting its mode", to_set | mode, sizeof(Mode), { hw },
          -EOPNOTSUPP },
        { "its hold", get | hold, 32, { hw }, -EOPNOTSUPP },
        { "setting its hold", to_set | hold, 32, { hw }, -EOPNOTSUPP },
        { "its share", get | share, sizeof(Share), { hw }, -EOPNOTSUPP },
        { "setting its share", to_set | share, sizeof(Share), { hw },
          -EOPNOTSUPP },
        { "the mode of a gap", get | mode, sizeof(Mode), { hw + 1 },
          -EINVAL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char data[128] = { 0 };

        memcpy(data, rows[i].data, sizeof(rows[i].data));
        expect(p, rows[i].name,
               feature(p, rows[i].flags, data, rows[i].size), rows[i].want);
    }
}

/* ---- raising ---- */

static void probe_refusals(Probe *p, uint32_t hw)
{
    const struct {
        const char *name;
        uint32_t index;
        int want;
    } rows[] = {
        { "signal: a hardware line", 0, -EOPNOTSUPP },
        { "signal: a gap", hw + 1, -EINVAL },
        { "signal: past the last", hw + 5, -EINVAL },
        { "signal: all ones", UINT32_MAX, -EINVAL },
        { "signal: without a trigger", hw, -ENOTCONN },
        { "signal: a level without a trigger", hw + 3, -ENOTCONN },
    };
    uint64_t before = refused(p);

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        expect(p, rows[i].name, raise_index(p, rows[i].index), rows[i].want);
        expect(p, "signal: the refusal is counted", refused(p),
               before + i + 1);
    }
}

static Counts counts_of(Probe *p, uint32_t index)
{
    Counts c = { .index = index };

    expect(p, "its counts",
           feature(p, VFIO_DEVICE_FEATURE_GET |
                   VFIO_DEVICE_FEATURE_ONESHOT_IRQ_COUNTS, &c, sizeof(c)), 0);
    return c;
}

static void probe_edge(Probe *p, uint32_t index, int fd)
{
    expect(p, "edge: armed", set_irq(p, index, TRIGGER, fd), 0);
    for (int i = 0; i < 3; i++) {
        expect(p, "edge: raised", raise_index(p, index), 0);
    }
    expect(p, "edge: each signals", signals(fd), 3);
    expect(p, "edge: the user's own trigger", set_irq(p, index, TRIGGER, -2),
           0);
    expect(p, "edge: signals as well", signals(fd), 1);
    expect(p, "edge: has no mask", set_irq(p, index, MASK, -2), -EINVAL);
    expect(p, "edge: taken away while armed", set(p, index, 1, NONE), -EBUSY);
    expect(p, "edge: still there", raise_index(p, index), 0);
    expect(p, "edge: and signals", signals(fd), 1);
    expect(p, "edge: signals counted", counts_of(p, index).signals, 5);
    expect(p, "edge: disarmed", set_irq(p, index, TRIGGER, -1), 0);
    expect(p, "edge: refused", raise_index(p, index), -ENOTCONN);
    expect(p, "edge: silent", signals(fd), 0);
    expect(p, "edge: taken away", set(p, index, 1, NONE), 0);
    expect(p, "edge: gone", raise_index(p, index), -EINVAL);
}

/* An act on the level one, and how many signals have come when it is done. */
typedef struct LevelRow {
    const char *name;
    enum { RAISE, DO_MASK, DO_UNMASK, BY_FD, DISARM, ARM } act;
    int want;
    uint64_t signals;
} LevelRow;

static const LevelRow level_rows[] = {
    { "raised", RAISE, 0, 1 },
    { "raised while delivered: pending", RAISE, 0, 0 },
    { "raised again: pending once", RAISE, 0, 0 },
    { "completed: what was pending comes", DO_UNMASK, 0, 1 },
    { "completed: nothing more", DO_UNMASK, 0, 0 },
    { "completed when nothing was delivered", DO_UNMASK, 0, 0 },
    { "raised when it is open", RAISE, 0, 1 },
    { "masked in flight", DO_MASK, 0, 0 },
    { "unmasked: it comes again", DO_UNMASK, 0, 1 },
    { "completed by the eventfd", BY_FD, 0, 0 },
    { "masked", DO_MASK, 0, 0 },
    { "raised while masked", RAISE, 0, 0 },
    { "unmasked by the eventfd: it comes", BY_FD, 0, 1 },
    { "raised while that is delivered", RAISE, 0, 0 },
    { "completed by the eventfd: it comes", BY_FD, 0, 1 },
    { "raised, pending", RAISE, 0, 0 },
    { "disarmed", DISARM, 0, 0 },
    { "raised without a trigger", RAISE, -ENOTCONN, 0 },
    { "unmasked without a trigger", DO_UNMASK, 0, 0 },
    { "armed: what was pending comes", ARM, 0, 1 },
    { "disarmed in flight", DISARM, 0, 0 },
    { "armed: it is in flight still", ARM, 0, 0 },
    { "raised: pending", RAISE, 0, 0 },
    { "completed: it comes", DO_UNMASK, 0, 1 },
    { "completed", DO_UNMASK, 0, 0 },
};

static int level_act(Probe *p, const LevelRow *row, uint32_t index, int fd,
                     int unmask)
{
    const uint64_t one = 1;

    switch (row->act) {
    case RAISE:
        return raise_index(p, index);
    case DO_MASK:
        return set_irq(p, index, MASK, -2);
    case DO_UNMASK:
        return set_irq(p, index, UNMASK, -2);
    case BY_FD:
        return write(unmask, &one, sizeof(one)) == sizeof(one) ? 0 : -errno;
    case DISARM:
        return set_irq(p, index, TRIGGER, -1);
    case ARM:
        return set_irq(p, index, TRIGGER, fd);
    }
    return -ENOSYS;
}

static void probe_level(Probe *p, uint32_t index, int fd)
{
    const int unmask = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    uint64_t total = 0;
    Counts c;

    expect(p, "level: unmask eventfd", set_irq(p, index, UNMASK, unmask), 0);
    expect(p, "level: armed", set_irq(p, index, TRIGGER, fd), 0);
    for (size_t i = 0; i < ARRAY_SIZE(level_rows); i++) {
        const LevelRow *row = &level_rows[i];
        int ret = level_act(p, row, index, fd, unmask);
        uint64_t n = probe_irq_signals(fd, row->signals ? EVENT_MS : 0);

        probe_result(p, ret == row->want && n == row->signals,
                     "EMULATED: level: %s: %d (want %d), signals %llu (want "
                     "%llu)", row->name, ret, row->want,
                     (unsigned long long)n, (unsigned long long)row->signals);
        total += row->signals;
    }
    c = counts_of(p, index);
    expect(p, "level: signals counted", c.signals, total);
    expect(p, "level: no host interrupts counted", c.host_irqs, 0);
    /* Those masked in flight are delivered anew. */
    expect(p, "level: completions counted", c.completions, total - 1);
    expect(p, "level: taken away while armed", set(p, index, 1, NONE), -EBUSY);
    /* Left armed and in flight, for the close to end. */
    expect(p, "level: raised at last", raise_index(p, index), 0);
    close(unmask);
}

/* A close forgets ranges and refusals. */
static void probe_anew(Probe *p, uint32_t hw)
{
    probe_close(p);
    if (probe_open(p)) {
        probe_result(p, false, "EMULATED: opened again");
        return;
    }
    expect(p, "opened again: hardware lines only", num_irqs(p), hw);
    expect(p, "opened again: nothing was refused", refused(p), 0);
    expect(p, "opened again: free", set(p, hw, 2, LEVEL), 0);
    expect(p, "opened again: disarmed", raise_index(p, hw), -ENOTCONN);
}

void probe_emulated(Probe *p)
{
    const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const uint32_t hw = num_irqs(p);

    probe_ranges(p, hw);
    probe_requests(p, hw);
    probe_refusals(p, hw);
    probe_edge(p, hw, fd);
    probe_level(p, hw + 3, fd);
    probe_anew(p, hw);
    close(fd);
}
