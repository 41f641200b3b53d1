/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sharing part of vfio_probe: the rule, and mode SHARED on a line that has
 * no other user, on a PL031. The module parameter shared_irq has to name the
 * device.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "vfio_probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define SHARED VFIO_PLATFORM_ONESHOT_SHARED
#define KIND(name) VFIO_PLATFORM_ONESHOT_SHARE_##name
#define MASKING(name) VFIO_PLATFORM_ONESHOT_MASKING_##name
#define PL031_IMSC 0x10
#define PL031_RIS 0x14
#define WAIT_MS 1000

typedef struct vfio_platform_oneshot_irq_share Share;

/* The PL031's raw status, and what enables it. */
#define RULE(...) { .status = PL031_RIS, .status_bits = 1,                  \
                    .enable = PL031_IMSC, .enable_bits = 1, ##__VA_ARGS__ }

static int share(Probe *p, uint32_t op, Share *data)
{
    struct {
        struct vfio_device_feature head;
        Share share;
    } f = {
        .head = { .argsz = sizeof(f),
                  .flags = op | VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE },
        .share = *data,
    };
    int ret = ioctl(p->fd, VFIO_DEVICE_FEATURE, &f) < 0 ? -errno : 0;

    *data = f.share;
    return ret;
}

static Share state(Probe *p)
{
    Share now = { .index = 0 };

    if (share(p, VFIO_DEVICE_FEATURE_GET, &now)) {
        probe_result(p, false, "SHARE: the state can be read");
    }
    return now;
}

static void expect(Probe *p, const char *what, long got, long want)
{
    probe_result(p, got == want, "SHARE: %s: %ld (want %ld)", what, got, want);
}

static void probe_rules(Probe *p)
{
    static const struct {
        const char *name;
        Share rule;
        int want;
    } rows[] = {
        { "flags", RULE(.flags = 1), -EINVAL },
        { "no such interrupt", RULE(.index = 99), -EINVAL },
        { "no such region", RULE(.region = 99), -EINVAL },
        { "an unknown kind", RULE(.kind = 3), -EINVAL },
        { "raw of 2", RULE(.raw = 2), -EINVAL },
        { "a second register for no pair", RULE(.clear = 4), -EINVAL },
        { "past the region", RULE(.kind = KIND(SET_CLEAR), .clear = 0x1000),
          -EINVAL },
        { "one that masks", RULE(.kind = KIND(MASK)), 0 },
        { "a pair", RULE(.kind = KIND(SET_CLEAR), .clear = 0x14), 0 },
        { "one that enables", RULE(.raw = 1), 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        Share set = rows[i].rule;

        expect(p, rows[i].name, share(p, VFIO_DEVICE_FEATURE_SET, &set),
               rows[i].want);
    }
}

/* One event, from the line to the end; the guest completes before it serves. */
static void probe_event(Probe *p, int fd)
{
    uint64_t masks = state(p).line_masks;

    probe_line_up(p);
    expect(p, "signals", probe_irq_signals(fd, WAIT_MS), 1);
    expect(p, "alone, the line is masked", state(p).line_masks, masks + 1);
    expect(p, "and the device is not", probe_read32(p, PL031_IMSC), 1);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    probe_line_down(p);
    expect(p, "completed with the line high", probe_irq_signals(fd, 0), 0);
}

static void probe_mode_shared(Probe *p)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    Share rule = RULE(.raw = 1);

    expect(p, "the mode", probe_set_mode(p, SHARED, 0), 0);
    expect(p, "another rule meanwhile",
           share(p, VFIO_DEVICE_FEATURE_SET, &rule), -EBUSY);
    expect(p, "users", state(p).users, 1);
    expect(p, "masking", state(p).masking, MASKING(LINE));
    probe_line_down(p);
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, fd);
    for (int i = 0; i < 3; i++) {
        probe_event(p, fd);
    }
    probe_line_up(p);
    expect(p, "signals again", probe_irq_signals(fd, WAIT_MS), 1);
    /* In flight. */
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
    expect(p, "back", probe_set_mode(p, VFIO_PLATFORM_ONESHOT_AUTOMASK, 0), 0);
    expect(p, "what is left is masked at the device",
           probe_read32(p, PL031_IMSC), 0);
    probe_line_down(p);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    close(fd);
}

void probe_share(Probe *p)
{
    const uint32_t level = probe_mode(p).initial ==
                           VFIO_PLATFORM_ONESHOT_AUTOMASK;

    expect(p, "no rule", probe_set_mode(p, SHARED, 0), -EOPNOTSUPP);
    if (!probe_is_pl031(p)) {
        probe_skip(p, "SHARE", "the device is no PL031");
        return;
    }
    if (level) {
        expect(p, "why", probe_mode(p).why_not[SHARED],
               VFIO_PLATFORM_ONESHOT_WHY_NO_RULE);
    }
    probe_rules(p);
    if (level) {
        probe_mode_shared(p);
    }
}
