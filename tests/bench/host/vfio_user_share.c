/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user who comes to a shared line and leaves it, again and again: an SD host
 * controller with no card. Each visit has one event, by the end of a command;
 * every other one leaves with it in flight.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "linux/vfio_platform_oneshot.h"
#include "vfio.h"
#include "vfio_user.h"

#define SDHCI_COMMAND 0x0c
#define SDHCI_CLOCK 0x2c
#define SDHCI_STATUS 0x30
#define SDHCI_STATUS_ENABLE 0x34
#define SDHCI_SIGNAL_ENABLE 0x38
#define SDHCI_CLOCK_ON 0x5
#define SDHCI_COMPLETE 0x1
#define EVENT_MS 1000
#define OPENING_MS 1000

static volatile sig_atomic_t ended;

static void on_term(int signal)
{
    (void)signal;
    ended = 1;
}

static int feature(const VfioFiles *files, uint32_t id, void *data, size_t size)
{
    char buf[sizeof(struct vfio_device_feature) + 128];
    struct vfio_device_feature *head = (void *)buf;

    head->argsz = sizeof(*head) + size;
    head->flags = VFIO_DEVICE_FEATURE_SET | id;
    memcpy(head->data, data, size);
    return ioctl(files->fd, VFIO_DEVICE_FEATURE, head);
}

static int share(const VfioFiles *files)
{
    struct vfio_platform_oneshot_irq_share rule = {
        .kind = VFIO_PLATFORM_ONESHOT_SHARE_ENABLE,
        .status = SDHCI_STATUS, .status_bits = ~0u,
        .enable = SDHCI_SIGNAL_ENABLE, .enable_bits = ~0u, .raw = 1,
    };
    struct vfio_platform_oneshot_irq_mode mode = {
        .mode = VFIO_PLATFORM_ONESHOT_SHARED,
    };

    if (feature(files, VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE, &rule,
                sizeof(rule)) < 0) {
        return failed("VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE");
    }
    /* Another user who has just opened his device has the line to himself. */
    for (int tries = 0; tries < OPENING_MS; tries++) {
        if (!feature(files, VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE, &mode,
                     sizeof(mode))) {
            return 0;
        }
        if (errno != EBUSY) {
            break;
        }
        usleep(1000);
    }
    return failed("VFIO_DEVICE_FEATURE_ONESHOT_IRQ_MODE");
}

static int set_irqs(const VfioFiles *files, uint32_t flags, int fd)
{
    char buf[sizeof(struct vfio_irq_set) + sizeof(fd)];
    struct vfio_irq_set *set = (void *)buf;
    size_t data = flags & VFIO_IRQ_SET_DATA_EVENTFD ? sizeof(fd) : 0;

    *set = (struct vfio_irq_set) {
        .argsz = sizeof(*set) + data, .flags = flags, .count = 1,
    };
    memcpy(set->data, &fd, data);
    return ioctl(files->fd, VFIO_DEVICE_SET_IRQS, set) < 0 ?
           failed("VFIO_DEVICE_SET_IRQS") : 0;
}

static int reg_write(const VfioFiles *files, uint64_t at, uint32_t value)
{
    return pwrite(files->fd, &value, sizeof(value), at) == sizeof(value) ?
           0 : failed("write of a register");
}

static const struct {
    uint64_t at;
    uint32_t value;
} starting[] = {
    { SDHCI_CLOCK, SDHCI_CLOCK_ON },
    { SDHCI_STATUS, SDHCI_COMPLETE },
    { SDHCI_STATUS_ENABLE, SDHCI_COMPLETE },
    { SDHCI_SIGNAL_ENABLE, SDHCI_COMPLETE },
    { SDHCI_COMMAND, 0 },
};

/*
 * How often the trigger was signalled: until it was so no more, or, if
 * @abrupt, at all; -1 on a failure.
 */
static int events(const VfioFiles *files, int fd, int abrupt)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    uint64_t n = 0, more = 0;

    for (size_t i = 0; i < sizeof(starting) / sizeof(starting[0]); i++) {
        if (reg_write(files, starting[i].at, starting[i].value)) {
            return -1;
        }
    }
    if (poll(&p, 1, EVENT_MS) == 1 && read(fd, &n, sizeof(n)) < 0) {
        return -1;
    }
    if (abrupt) {
        return n;
    }
    if (reg_write(files, SDHCI_STATUS, SDHCI_COMPLETE) ||
        set_irqs(files, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK,
                 -1)) {
        return -1;
    }
    /* One too many would be there by now. */
    if (poll(&p, 1, 0) == 1 && read(fd, &more, sizeof(more)) < 0) {
        return -1;
    }
    return n + more;
}

/* As events(). */
static int visit(const char *device, int abrupt)
{
    VfioFiles files;
    int fd = eventfd(0, EFD_CLOEXEC), n = -1;

    if (fd < 0 || vfio_open(device, &files)) {
        return -1;
    }
    if (!share(&files) &&
        !set_irqs(&files, VFIO_IRQ_SET_DATA_EVENTFD |
                  VFIO_IRQ_SET_ACTION_TRIGGER, fd)) {
        n = events(&files, fd, abrupt);
    }
    vfio_close(&files);
    close(fd);
    return n;
}

int visits(const Request *r)
{
    unsigned int done = 0, lost = 0, spurious = 0;

    signal(SIGTERM, on_term);
    while (!ended) {
        int n = visit(r->device, done % 2);

        if (n < 0) {
            return 1;
        }
        done++;
        lost += n == 0;
        spurious += n > 1 ? n - 1 : 0;
    }
    printf("visits=%u visits_lost=%u visits_spurious=%u\n", done, lost,
           spurious);
    return 0;
}
