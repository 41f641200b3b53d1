/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reset part of vfio_probe: by itself, and with an interrupt in flight. */
#include <errno.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "linux/vfio_platform_oneshot.h"
#include "vfio_probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define RTCIMSC 0x10
/* An interrupt that is on its way, and one that must not come. */
#define COMES_MS 2000
#define STAYS_MS 50

static bool can_reset(Probe *p)
{
    return p->info.flags & VFIO_DEVICE_FLAGS_RESET;
}

static void reset(Probe *p, const char *when)
{
    const int want = can_reset(p) ? 0 : -EINVAL;
    int got = ioctl(p->fd, VFIO_DEVICE_RESET) < 0 ? -errno : 0;

    probe_result(p, got == want, "RESET: %s: %d (want %d)", when, got, want);
}

void probe_reset(Probe *p)
{
    if (!can_reset(p) || !probe_is_pl031(p)) {
        reset(p, "by itself");
        return;
    }
    probe_write32(p, RTCIMSC, 1);
    reset(p, "by itself");
    probe_result(p, probe_read32(p, RTCIMSC) == 0,
                 "RESET: the device is as it was at first");
}

/* Delivered to the user, who completes after the reset: then, the next one. */
static void reset_in_flight(Probe *p, const char *mode, int fd)
{
    probe_line_up(p);
    probe_result(p, probe_irq_signals(fd, COMES_MS) == 1,
                 "RESET: %s: an interrupt before it", mode);
    reset(p, mode);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    probe_result(p, probe_irq_signals(fd, STAYS_MS) == 0,
                 "RESET: %s: the line is low after it", mode);
    probe_line_up(p);
    probe_result(p, probe_irq_signals(fd, COMES_MS) == 1,
                 "RESET: %s: the interrupt works after it", mode);
    probe_line_down(p);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
}

/* Masked by the user, and still so after the reset. */
static void reset_masked(Probe *p, const char *mode, int fd)
{
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_MASK);
    reset(p, mode);
    probe_line_up(p);
    probe_result(p, probe_irq_signals(fd, STAYS_MS) == 0,
                 "RESET: %s: the user's mask stays", mode);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
    probe_result(p, probe_irq_signals(fd, COMES_MS) == 1,
                 "RESET: %s: the user's unmask works", mode);
    probe_line_down(p);
    probe_irq_now(p, VFIO_IRQ_SET_ACTION_UNMASK);
}

void probe_reset_irqs(Probe *p)
{
    static const struct {
        const char *name;
        uint32_t mode;
    } modes[] = {
        { "automask", VFIO_PLATFORM_ONESHOT_AUTOMASK },
        { "hold", VFIO_PLATFORM_ONESHOT_HOLD },
        { "threaded", VFIO_PLATFORM_ONESHOT_THREADED },
    };
    int fd;

    if (!can_reset(p) || !probe_is_pl031(p) ||
        !(p->irq.flags & VFIO_IRQ_INFO_MASKABLE)) {
        probe_skip(p, "RESET with interrupts",
                   "the device is no PL031 that can be reset");
        return;
    }
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        probe_line_down(p);
        probe_set_mode(p, modes[i].mode, 0);
        probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, fd);
        reset_in_flight(p, modes[i].name, fd);
        reset_masked(p, modes[i].name, fd);
        probe_irq_eventfd(p, VFIO_IRQ_SET_ACTION_TRIGGER, -1);
    }
    close(fd);
}
