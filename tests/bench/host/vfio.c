/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening a device by VFIO, for the programs that use one without QEMU. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>

#include "vfio.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static int open_group(const char *name)
{
    static const char *const buses[] = { "platform", "amba" };
    char path[512], target[512];
    ssize_t len;

    for (size_t i = 0; i < ARRAY_SIZE(buses); i++) {
        snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s/iommu_group",
                 buses[i], name);
        len = readlink(path, target, sizeof(target) - 1);
        if (len > 0) {
            target[len] = '\0';
            snprintf(path, sizeof(path), "/dev/vfio%s",
                     strrchr(target, '/'));
            return open(path, O_RDWR);
        }
    }
    errno = ENODEV;
    return -1;
}

static int open_failed(const char *name, VfioFiles *files, const char *what)
{
    int err = errno;

    fprintf(stderr, "%s: %s: %s\n", name, what, strerror(err));
    vfio_close(files);
    return err;
}

int vfio_open(const char *name, VfioFiles *files)
{
    *files = (VfioFiles){ -1, -1, -1 };
    files->group = open_group(name);
    if (files->group < 0) {
        return open_failed(name, files, "cannot open its VFIO group");
    }
    files->container = open("/dev/vfio/vfio", O_RDWR);
    if (files->container < 0) {
        return open_failed(name, files, "cannot open /dev/vfio/vfio");
    }
    if (ioctl(files->group, VFIO_GROUP_SET_CONTAINER, &files->container) < 0 ||
        ioctl(files->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) < 0) {
        return open_failed(name, files,
                           "cannot attach its group to a container");
    }
    files->fd = ioctl(files->group, VFIO_GROUP_GET_DEVICE_FD, name);
    if (files->fd < 0) {
        return open_failed(name, files, "cannot open it");
    }
    return 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

void vfio_close(VfioFiles *files)
{
    close_fd(&files->fd);
    close_fd(&files->group);
    close_fd(&files->container);
}
