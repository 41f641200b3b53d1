/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The notifications part of vfio_probe: which requests for one are taken. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "linux/vfio_platform_oneshot.h"
#include "vfio_probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define REQUEST VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST
#define UNKNOWN VFIO_PLATFORM_ONESHOT_NOTIFICATIONS

typedef struct vfio_platform_oneshot_notify Notify;

static int set(Probe *p, size_t size, const Notify *notify)
{
    struct {
        struct vfio_device_feature head;
        Notify notify;
    } f = {
        { .argsz = sizeof(f.head) + size,
          .flags = VFIO_DEVICE_FEATURE_SET |
                   VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY },
        *notify,
    };

    return ioctl(p->fd, VFIO_DEVICE_FEATURE, &f) < 0 ? -errno : 0;
}

void probe_notify(Probe *p)
{
    const int fd = eventfd(0, EFD_CLOEXEC);
    const struct {
        const char *name;
        Notify notify;
        size_t size;
        int want;
    } rows[] = {
        { "none, where there was none", { REQUEST, 0, -1, 0 }, 16, 0 },
        { "an eventfd", { REQUEST, 0, fd, 0 }, 16, 0 },
        { "an eventfd again", { REQUEST, 0, fd, 0 }, 16, 0 },
        { "a byte short", { REQUEST, 0, fd, 0 }, 15, -EINVAL },
        { "flags", { REQUEST, 1, fd, 0 }, 16, -EINVAL },
        { "reserved", { REQUEST, 0, fd, 1 }, 16, -EINVAL },
        { "what there is not", { UNKNOWN, 0, fd, 0 }, 16, -EINVAL },
        { "last number", { UINT32_MAX, 0, -1, 0 }, 16, -EINVAL },
        { "a closed fd", { REQUEST, 0, 999, 0 }, 16, -EBADF },
        { "no eventfd", { REQUEST, 0, STDERR_FILENO, 0 }, 16, -EINVAL },
        { "none any more", { REQUEST, 0, -1, 0 }, 16, 0 },
        /* Left there, for the close to put. */
        { "an eventfd at last", { REQUEST, 0, fd, 0 }, 16, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int got = set(p, rows[i].size, &rows[i].notify);

        probe_result(p, got == rows[i].want, "NOTIFY: %s: %d (want %d)",
                     rows[i].name, got, rows[i].want);
    }
    close(fd);
}
