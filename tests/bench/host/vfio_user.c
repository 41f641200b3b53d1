/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user of a device, by VFIO, without QEMU and without a guest.
 *
 *   vfio_user NAME cycle N     opens and closes it N times
 *   vfio_user NAME run SHELL   opens it, runs the shell command, closes it
 *   vfio_user NAME reset       opens it, resets it, closes it
 *   vfio_user NAME flags       prints the flags of VFIO_DEVICE_GET_INFO
 *   vfio_user NAME asked       opens it, says "open", and waits until the host
 *                              asks for it; says "asked" then, and closes it
 *   vfio_user NAME visits      see vfio_user_share.c; until SIGTERM
 *
 * Exits with 0 if all went well; stderr says what did not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "linux/vfio_platform_oneshot.h"
#include "vfio.h"
#include "vfio_user.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ASKED_MS 60000

typedef struct Action {
    const char *name;
    int args;
    int (*run)(const Request *r);
} Action;

int failed(const char *what)
{
    fprintf(stderr, "vfio_user: %s: %s\n", what, strerror(errno));
    return 1;
}

static int cycle(const Request *r)
{
    for (int i = 0; i < atoi(r->arg); i++) {
        VfioFiles files;

        if (vfio_open(r->device, &files)) {
            fprintf(stderr, "vfio_user: that was open number %d\n", i + 1);
            return 1;
        }
        vfio_close(&files);
    }
    return 0;
}

static int run(const Request *r)
{
    VfioFiles files;
    int status;

    if (vfio_open(r->device, &files)) {
        return 1;
    }
    status = system(r->arg);
    vfio_close(&files);
    return status != 0;
}

static int reset(const Request *r)
{
    VfioFiles files;
    int ret;

    if (vfio_open(r->device, &files)) {
        return 1;
    }
    ret = ioctl(files.fd, VFIO_DEVICE_RESET) < 0 ? failed("reset") : 0;
    vfio_close(&files);
    return ret;
}

static int flags(const Request *r)
{
    struct vfio_device_info info = { .argsz = sizeof(info) };
    VfioFiles files;
    int ret;

    if (vfio_open(r->device, &files)) {
        return 1;
    }
    ret = ioctl(files.fd, VFIO_DEVICE_GET_INFO, &info) < 0 ?
          failed("VFIO_DEVICE_GET_INFO") : 0;
    printf("%u\n", info.flags);
    vfio_close(&files);
    return ret;
}

static int wait_for_request(const VfioFiles *files, int fd)
{
    struct {
        struct vfio_device_feature head;
        struct vfio_platform_oneshot_notify notify;
    } set = {
        .head = {
            .argsz = sizeof(set),
            .flags = VFIO_DEVICE_FEATURE_SET |
                     VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY,
        },
        .notify = { .what = VFIO_PLATFORM_ONESHOT_NOTIFY_REQUEST, .fd = fd },
    };
    struct pollfd p = { .fd = fd, .events = POLLIN };

    if (ioctl(files->fd, VFIO_DEVICE_FEATURE, &set) < 0) {
        return failed("VFIO_DEVICE_FEATURE_ONESHOT_NOTIFY");
    }
    puts("open");
    if (poll(&p, 1, ASKED_MS) != 1) {
        fprintf(stderr, "vfio_user: nobody has asked\n");
        return 1;
    }
    puts("asked");
    return 0;
}

static int asked(const Request *r)
{
    VfioFiles files;
    int fd = eventfd(0, EFD_CLOEXEC), ret;

    if (fd < 0) {
        return failed("eventfd");
    }
    if (vfio_open(r->device, &files)) {
        return 1;
    }
    ret = wait_for_request(&files, fd);
    vfio_close(&files);
    return ret;
}

static const Action actions[] = {
    { "cycle", 1, cycle },
    { "run", 1, run },
    { "reset", 0, reset },
    { "flags", 0, flags },
    { "asked", 0, asked },
    { "visits", 0, visits },
};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; argc > 2 && i < ARRAY_SIZE(actions); i++) {
        if (!strcmp(argv[2], actions[i].name) &&
            argc == 3 + actions[i].args) {
            return actions[i].run(&(Request){ argv[1], argv[3] });
        }
    }
    fprintf(stderr, "usage: vfio_user NAME cycle N | run SHELL | reset | "
            "flags | asked | visits\n");
    return 2;
}
