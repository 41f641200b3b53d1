/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupt part of vfio_probe: SET_IRQS by table, then real events. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "vfio_probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The flags' names, short, for the table. */
#define NONE    VFIO_IRQ_SET_DATA_NONE
#define BOOL    VFIO_IRQ_SET_DATA_BOOL
#define EVENTFD VFIO_IRQ_SET_DATA_EVENTFD
#define MASK    VFIO_IRQ_SET_ACTION_MASK
#define UNMASK  VFIO_IRQ_SET_ACTION_UNMASK
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER

/* How long an interrupt may take that is on its way. */
#define EVENT_MS 2000

/* PL031 registers */
#define RTCDR   0x00
#define RTCMR   0x04
#define RTCIMSC 0x10
#define RTCRIS  0x14
#define RTCICR  0x1c

typedef struct IrqSet {
    struct vfio_irq_set set;
    int32_t data;               /* its first byte is the bool */
} IrqSet;

/* 0 or a negative errno */
static int set_irqs(Probe *p, uint32_t argsz, uint32_t flags, uint32_t index,
                    uint32_t start, uint32_t count, int32_t data)
{
    IrqSet s = {
        { .argsz = argsz, .flags = flags, .index = index,
          .start = start, .count = count },
        data,
    };

    return ioctl(p->fd, VFIO_DEVICE_SET_IRQS, &s) < 0 ? -errno : 0;
}

int probe_irq_now(Probe *p, uint32_t action)
{
    return set_irqs(p, 20, NONE | action, 0, 0, 1, 0);
}

int probe_irq_eventfd(Probe *p, uint32_t action, int fd)
{
    return set_irqs(p, 24, EVENTFD | action, 0, 0, 1, fd);
}

static void probe_set_irqs(Probe *p, bool level)
{
    /* what an edge answers to a mask */
    const int may_mask = level ? 0 : -EINVAL;
    const struct {
        const char *name;
        uint32_t argsz, flags, index, start, count;
        int32_t data;
        int want;
    } rows[] = {
        { "argsz too small", 19, NONE | MASK, 0, 0, 1, 0, -EINVAL },
        { "argsz without the bool", 20, BOOL | MASK, 0, 0, 1, 0, -EINVAL },
        { "argsz without the fd", 23, EVENTFD | TRIGGER, 0, 0, 1, -1,
          -EINVAL },
        { "no such interrupt", 20, NONE | MASK, 99, 0, 1, 0, -EINVAL },
        { "unknown flag", 20, NONE | MASK | 1u << 31, 0, 0, 1, 0, -EINVAL },
        { "no data type", 20, MASK, 0, 0, 1, 0, -EINVAL },
        { "two data types", 24, NONE | BOOL | MASK, 0, 0, 1, 0, -EINVAL },
        { "no action", 20, NONE, 0, 0, 1, 0, -ENOTTY },
        { "two actions", 20, NONE | MASK | UNMASK, 0, 0, 1, 0, -ENOTTY },
        { "start past the end", 20, NONE | MASK, 0, 99, 1, 0, -EINVAL },
        { "count past the end", 20, NONE | MASK, 0, 0, 99, 0, -EINVAL },
        { "start plus count overflows", 20, NONE | MASK, 0, 1, UINT32_MAX, 0,
          -EINVAL },
        { "mask nothing", 20, NONE | MASK, 0, 0, 0, 0, -EINVAL },
        { "arm nothing", 20, EVENTFD | TRIGGER, 0, 0, 0, 0, -EINVAL },
        { "arm with a closed fd", 24, EVENTFD | TRIGGER, 0, 0, 1, 999,
          -EBADF },
        { "arm with what is no eventfd", 24, EVENTFD | TRIGGER, 0, 0, 1,
          STDERR_FILENO, -EINVAL },
        { "disarm by fd -1", 24, EVENTFD | TRIGGER, 0, 0, 1, -1, 0 },
        { "disarm by count 0", 20, NONE | TRIGGER, 0, 0, 0, 0, 0 },
        { "mask", 20, NONE | MASK, 0, 0, 1, 0, may_mask },
        { "mask again", 20, NONE | MASK, 0, 0, 1, 0, may_mask },
        { "unmask", 20, NONE | UNMASK, 0, 0, 1, 0, may_mask },
        { "unmask again", 20, NONE | UNMASK, 0, 0, 1, 0, may_mask },
        { "mask by true", 24, BOOL | MASK, 0, 0, 1, 1, may_mask },
        { "unmask by true", 24, BOOL | UNMASK, 0, 0, 1, 1, may_mask },
        { "no mask eventfd any more", 24, EVENTFD | MASK, 0, 0, 1, -1,
          may_mask },
        { "no unmask eventfd any more", 24, EVENTFD | UNMASK, 0, 0, 1, -1,
          may_mask },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int got = set_irqs(p, rows[i].argsz, rows[i].flags, rows[i].index,
                           rows[i].start, rows[i].count, rows[i].data);

        probe_result(p, got == rows[i].want, "SET_IRQS: %s: %d (want %d)",
                     rows[i].name, got, rows[i].want);
    }
}

/* How often the eventfd was signalled; waits for the first time. */
uint64_t probe_irq_signals(int fd, int wait_ms)
{
    struct pollfd pfd = { .fd = fd, .events = POLLIN };
    uint64_t n = 0;

    if (poll(&pfd, 1, wait_ms) != 1 || read(fd, &n, sizeof(n)) != sizeof(n)) {
        return 0;
    }
    return n;
}

static void expect(Probe *p, int fd, uint64_t want, const char *rule)
{
    uint64_t got = probe_irq_signals(fd, want ? EVENT_MS : 0);

    probe_result(p, got == want, "%s: %llu signals (want %llu)", rule,
                 (unsigned long long)got, (unsigned long long)want);
}

static void ring(int fd)
{
    uint64_t one = 1;

    if (write(fd, &one, sizeof(one)) != sizeof(one)) {
        perror("vfio_probe: eventfd");
    }
}

/* The user's own trigger goes through the handler, so it shows automask. */
static void probe_loopback(Probe *p, bool level, int fd)
{
    probe_irq_eventfd(p, TRIGGER, fd);
    probe_irq_now(p, TRIGGER);
    expect(p, fd, 1, "a trigger by ioctl signals");
    probe_irq_now(p, TRIGGER);
    expect(p, fd, level ? 0 : 1, level ? "the line is automasked now"
                                       : "an edge is not automasked");
    probe_irq_now(p, UNMASK);
    set_irqs(p, 21, BOOL | TRIGGER, 0, 0, 1, 0);
    expect(p, fd, 0, "a trigger by false does not signal");
    set_irqs(p, 21, BOOL | TRIGGER, 0, 0, 1, 1);
    expect(p, fd, 1, "a trigger by true signals");
    probe_irq_now(p, UNMASK);
    probe_irq_eventfd(p, TRIGGER, -1);
    probe_irq_now(p, TRIGGER);
    expect(p, fd, 0, "disarmed, nothing signals");
    probe_irq_now(p, UNMASK);
}

/* The line goes up: the alarm is set to the time that it is. */
void probe_line_up(Probe *p)
{
    int tries;

    probe_write32(p, RTCICR, 1);
    probe_write32(p, RTCIMSC, 1);
    /* Again, if a second has passed between the read and the write. */
    for (tries = 0; tries < 3 && !probe_read32(p, RTCRIS); tries++) {
        probe_write32(p, RTCMR, probe_read32(p, RTCDR));
    }
}

void probe_line_down(Probe *p)
{
    probe_write32(p, RTCIMSC, 0);
    probe_write32(p, RTCICR, 1);
}

/* A mask nests inside the trigger, whichever comes first. */
static void probe_level_nesting(Probe *p, int fd, int other)
{
    probe_line_up(p);
    probe_irq_now(p, MASK);
    probe_irq_eventfd(p, TRIGGER, fd);
    expect(p, fd, 0, "level: masked before armed, nothing signals");
    probe_irq_now(p, UNMASK);
    expect(p, fd, 1, "level: the unmask lets the waiting line signal");
    expect(p, fd, 0, "level: once, although the line is still up");

    probe_irq_eventfd(p, TRIGGER, -1);
    probe_irq_eventfd(p, TRIGGER, other);
    expect(p, other, 0, "level: disarmed and armed, still automasked");
    probe_irq_now(p, UNMASK);
    expect(p, other, 1, "level: the eventfd armed last is the one");
    expect(p, fd, 0, "level: and the one before is not");

    probe_line_down(p);
    probe_irq_now(p, UNMASK);
    expect(p, other, 0, "level: line down, unmasking signals nothing");
}

static void probe_level_eventfds(Probe *p, int fd, int unmask, int mask)
{
    probe_irq_eventfd(p, TRIGGER, fd);
    probe_result(p, probe_irq_eventfd(p, UNMASK, unmask) == 0 &&
                 probe_irq_eventfd(p, UNMASK, unmask) == -EBUSY,
                 "level: an unmask eventfd, and not a second one");
    probe_irq_eventfd(p, MASK, mask);

    probe_line_up(p);
    expect(p, fd, 1, "level: the line signals");
    ring(unmask);
    expect(p, fd, 1, "level: the unmask eventfd lets it signal again");
    probe_line_down(p);
    ring(unmask);
    ring(mask);
    probe_line_up(p);
    expect(p, fd, 0, "level: the mask eventfd masks");
    ring(unmask);
    expect(p, fd, 1, "level: until the unmask eventfd");
    probe_line_down(p);

    probe_irq_eventfd(p, MASK, -1);
    probe_irq_eventfd(p, UNMASK, -1);
    probe_irq_now(p, UNMASK);
}

/* The next user finds a line that works, however the last one left it. */
static void probe_level_reopen(Probe *p, int fd)
{
    for (int masks = 0; masks < 2; masks++) {
        probe_irq_eventfd(p, TRIGGER, fd);
        probe_line_up(p);
        probe_irq_signals(fd, EVENT_MS);
        if (masks) {
            probe_irq_now(p, MASK);
        }
        probe_close(p);
        if (probe_open(p)) {
            probe_result(p, false, "level: the device opens again");
            return;
        }
        expect(p, fd, 0, "level: a closed device signals nobody");
        probe_irq_eventfd(p, TRIGGER, fd);
        if (p->info.flags & VFIO_DEVICE_FLAGS_RESET) {
            expect(p, fd, 0, "level: closed high, it is low when reopened");
            probe_line_up(p);
        }
        expect(p, fd, 1, "level: closed high and masked, works when reopened");
        probe_line_down(p);
        probe_irq_now(p, UNMASK);
        probe_irq_eventfd(p, TRIGGER, -1);
    }
}

static void probe_edge_events(Probe *p, int fd)
{
    probe_irq_eventfd(p, TRIGGER, fd);
    for (int i = 0; i < 3; i++) {
        probe_line_up(p);
        expect(p, fd, 1, "edge: the line going up signals");
        expect(p, fd, 0, "edge: once");
        probe_line_down(p);
        expect(p, fd, 0, "edge: the line going down signals nothing");
    }
    probe_irq_eventfd(p, TRIGGER, -1);
}

static void probe_events(Probe *p, bool level)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int other = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int third = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    if (probe_is_pl031(p)) {
        probe_line_down(p);     /* wherever its last user left it */
    }
    probe_loopback(p, level, fd);
    if (!probe_is_pl031(p)) {
        probe_skip(p, "real events", "the device is no PL031");
    } else if (level) {
        probe_level_nesting(p, fd, other);
        probe_level_eventfds(p, fd, other, third);
        probe_level_reopen(p, fd);
    } else {
        probe_edge_events(p, fd);
    }
    close(fd);
    close(other);
    close(third);
}

void probe_irqs(Probe *p)
{
    const uint32_t masks = VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
    bool level = p->irq.flags & VFIO_IRQ_INFO_AUTOMASKED;

    if (!p->info.num_irqs) {
        probe_skip(p, "SET_IRQS", "the device has no interrupt");
        return;
    }
    probe_result(p, p->irq.count == 1 &&
                 (p->irq.flags == VFIO_IRQ_INFO_EVENTFD ||
                  p->irq.flags == (VFIO_IRQ_INFO_EVENTFD | masks)),
                 "GET_IRQ_INFO: eventfd; maskable and automasked, or neither");
    probe_set_irqs(p, level);
    probe_events(p, level);
}
