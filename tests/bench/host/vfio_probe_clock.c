/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clocks part of vfio_probe: held while open, and their rates told. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "linux/vfio_platform_oneshot.h"
#include "vfio_probe.h"

typedef struct Clock {
    struct vfio_device_feature head;
    struct vfio_platform_oneshot_clock clock;
} Clock;

/* The host's own count of who has the clock enabled; -1 if it has no such. */
static long enable_count(const char *clock)
{
    char path[256];
    long count = -1;
    FILE *f;

    snprintf(path, sizeof(path), "/sys/kernel/debug/clk/%s/clk_enable_count",
             clock);
    f = fopen(path, "r");
    if (!f || fscanf(f, "%ld", &count) != 1) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }
    if (f) {
        fclose(f);
    }
    return count;
}

static int get(Probe *p, Clock *c)
{
    c->head.argsz = sizeof(*c);
    c->head.flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_ONESHOT_CLOCK;
    return ioctl(p->fd, VFIO_DEVICE_FEATURE, c) < 0 ? -errno : 0;
}

static void expect_clock(Probe *p, uint32_t index, uint32_t flags, int want,
                         uint64_t hz)
{
    Clock c = { .clock = { .index = index, .flags = flags,
                           .rate_hz = UINT64_MAX } };
    int ret = get(p, &c);

    probe_result(p, ret == want && (ret || c.clock.rate_hz == hz),
                 "CLOCK: %u, flags %u: %d, %llu Hz (want %d, %llu)", index,
                 flags, ret, (unsigned long long)c.clock.rate_hz, want,
                 (unsigned long long)hz);
}

long probe_clock_before(const ProbeClock *clock)
{
    return clock->name ? enable_count(clock->name) : 0;
}

void probe_clock_open(Probe *p, const ProbeClock *clock, long before)
{
    long now;

    if (!clock->name) {
        probe_skip(p, "CLOCK", "no clock was named");
        return;
    }
    now = enable_count(clock->name);
    probe_result(p, before >= 0 && now == before + 1,
                 "CLOCK: %s is held by the open device: %ld, %ld",
                 clock->name, before, now);
    expect_clock(p, 0, 0, 0, clock->hz);
    expect_clock(p, 0, 1, -EINVAL, 0);
    /* The board gives a second one, which no driver provides. */
    expect_clock(p, 1, 0, 0, 0);
    expect_clock(p, 2, 0, -ENOENT, 0);
    expect_clock(p, UINT32_MAX, 0, -ENOENT, 0);
}

void probe_clock_closed(Probe *p, const ProbeClock *clock, long before)
{
    if (clock->name) {
        probe_result(p, enable_count(clock->name) == before,
                     "CLOCK: %s is let go of at close", clock->name);
    }
}
