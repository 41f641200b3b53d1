/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The storms part of vfio_probe: a line that fires on and on, or stays high. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "linux/vfio_platform_oneshot.h"
#include "vfio_probe.h"

/* How often in 100 ms is a storm; it pauses for a second. */
#define LIMIT      "/sys/module/vfio_platform_oneshot/parameters/storm_limit"
#define COMES_MS   2000
#define PAUSE_MS   900
/* Of a line that stays high in HOLD: 10 ms, doubling to 80 ms. */
#define STUCK      8

typedef struct vfio_platform_oneshot_notify Notify;

static int storm_limit(void)
{
    FILE *f = fopen(LIMIT, "r");
    int limit = 0;

    if (f) {
        if (fscanf(f, "%d", &limit) != 1) {
            limit = 0;
        }
        fclose(f);
    }
    return limit;
}

static void notify(Probe *p, int fd)
{
    struct {
        struct vfio_device_feature head;
        Notify notify;
    } f = {
        { .argsz = sizeof(f), .flags = VFIO_DEVICE_FEATURE_SET |
          VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY },
        { .what = VFIO_PLATFORM_ONESHOT_NOTIFY_LINE, .fd = fd },
    };

    probe_result(p, !ioctl(p->fd, VFIO_DEVICE_FEATURE, &f),
                 "STORM: an eventfd to be told by");
}

/* Each completion lets the line fire again: that is the user's storm. */
static void storm(Probe *p, int fd, int told, int least, int most)
{
    Counts before = probe_counts(p);
    int fires = 0;

    notify(p, told);
    probe_set_mode(p, VFIO_PLATFORM_ONESHOT_AUTOMASK, 0);
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, fd);
    probe_line_up(p);
    while (fires <= most && probe_irq_signals(fd, PAUSE_MS / 3)) {
        probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
        fires++;
    }
    probe_result(p, probe_counts(p).storms == before.storms + 1,
                 "STORM: masked, and counted");
    probe_result(p, fires >= least && fires <= most,
                 "STORM: after %d interrupts (want %d to %d)", fires, least,
                 most);
    probe_result(p, probe_irq_signals(told, COMES_MS) == 1,
                 "STORM: the user is told");
}

/* Neither opening it anew nor another mode is a way out of the pause. */
static void pause_lasts(Probe *p, int fd)
{
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
    probe_set_mode(p, VFIO_PLATFORM_ONESHOT_HOLD, 0);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, fd);
    probe_result(p, !probe_irq_signals(fd, PAUSE_MS / 6),
                 "STORM: still masked in another mode");
    probe_close(p);
    if (probe_open(p)) {
        probe_result(p, false, "STORM: the device opens again");
        return;
    }
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, fd);
    probe_line_up(p);
    probe_result(p, !probe_irq_signals(fd, PAUSE_MS / 6),
                 "STORM: still masked when opened anew");
    probe_result(p, probe_irq_signals(fd, COMES_MS) == 1,
                 "STORM: not for ever");
    probe_line_down(p);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
}

static void stuck(Probe *p, int fd, int told)
{
    Counts after;

    probe_set_mode(p, VFIO_PLATFORM_ONESHOT_HOLD, 0);
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, fd);
    probe_line_up(p);
    for (int i = 0; i < STUCK; i++) {
        probe_irq_signals(fd, COMES_MS);
        probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    }
    probe_result(p, probe_counts(p).stuck == 0,
                 "STUCK: not yet, after %d signals", STUCK);
    probe_irq_signals(fd, COMES_MS);
    after = probe_counts(p);
    probe_result(p, after.stuck == 1 && after.retriggers == STUCK &&
                 probe_irq_signals(told, COMES_MS) == 1,
                 "STUCK: once, and the user is told");
    probe_line_down(p);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
}

void probe_storm(Probe *p)
{
    const int limit = storm_limit();
    int fd, told;

    if (!probe_is_pl031(p) || !(p->irq.flags & VFIO_IRQ_INFO_MASKABLE)) {
        probe_skip(p, "STORM", "the device is no PL031 with a level line");
        return;
    }
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    probe_line_down(p);
    /* After a calm, the first window does not count. */
    storm(p, fd, told, limit, 2 * limit);
    pause_lasts(p, fd);
    /* Right after a pause each does, whoever had the device in it. */
    storm(p, fd, told, 1, limit);
    pause_lasts(p, fd);
    notify(p, told);
    stuck(p, fd, told);
    close(fd);
    close(told);
}
