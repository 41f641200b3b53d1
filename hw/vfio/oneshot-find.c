// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding the host device, and saying what to do where it cannot be assigned.
 */
#include "qemu/osdep.h"
#include <sys/resource.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "hw/boards.h"
#include "vfio-platform-oneshot.h"

static const char *const find_buses[] = { "platform", "amba" };
/* Ours first: the hints name it. */
static const char *const find_drivers[] = {
    "vfio-platform-oneshot", "vfio-platform", "vfio-amba"
};

static bool find_in(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        if (word && !strcmp(list[i], word)) {
            return true;
        }
    }
    return false;
}

/* The last component of what a link in the device's directory points to. */
static char *find_link(const char *dir, const char *link)
{
    g_autofree char *path = g_build_filename(dir, link, NULL);
    g_autofree char *target = g_file_read_link(path, NULL);

    return target ? g_path_get_basename(target) : NULL;
}

/* Is there a directory of this name in the host's sysfs? */
static bool find_is_dir(const VpoDevice *s, const char *name)
{
    g_autofree char *path = s->kernel->path(s, name);

    return g_file_test(path, G_FILE_TEST_IS_DIR);
}

static char *find_by_name(const VpoDevice *s, Error **errp)
{
    ERRP_GUARD();
    const char *name = s->host;

    if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
        !strcmp(name, "..")) {
        error_setg(errp, "host='%s' is not a device name", name);
        error_append_hint(errp, "Give a name as listed in "
                          "/sys/bus/platform/devices or "
                          "/sys/bus/amba/devices; for a path use "
                          "sysfsdev=PATH.\n");
        return NULL;
    }
    for (int i = 0; i < ARRAY_SIZE(find_buses); i++) {
        g_autofree char *path = g_strdup_printf("/sys/bus/%s/devices/%s",
                                                find_buses[i], name);

        if (find_is_dir(s, path)) {
            return s->kernel->path(s, path);
        }
    }
    error_setg(errp, "the host has no device '%s'", name);
    error_append_hint(errp, "Its platform devices are listed by: "
                      "ls /sys/bus/platform/devices /sys/bus/amba/devices\n");
    return NULL;
}

static char *find_by_path(const char *path, Error **errp)
{
    ERRP_GUARD();
    g_autofree char *real = realpath(path, NULL);
    g_autofree char *bus = NULL;

    if (!real) {
        error_setg_errno(errp, errno, "sysfsdev='%s'", path);
        error_append_hint(errp, "Give the device's directory, such as "
                          "/sys/bus/platform/devices/NAME.\n");
        return NULL;
    }
    bus = find_link(real, "subsystem");
    if (!find_in(find_buses, ARRAY_SIZE(find_buses), bus)) {
        error_setg(errp, "sysfsdev='%s' is not a platform or AMBA device",
                   path);
        error_append_hint(errp, "PCI devices are assigned with vfio-pci.\n");
        return NULL;
    }
    /* realpath() allocates with malloc() */
    return g_strdup(real);
}

/* With fd=, the character device in /dev/vfio/devices leads to the device. */
static char *find_by_fd(const VpoDevice *s, Error **errp)
{
    g_autofree char *link = NULL;
    int fd = s->vbasedev.fd;
    struct stat st;

    if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode)) {
        g_autofree char *name = g_strdup_printf("/sys/dev/char/%u:%u/device",
                                                major(st.st_rdev),
                                                minor(st.st_rdev));

        link = s->kernel->path(s, name);
    }
    if (!link || !g_file_test(link, G_FILE_TEST_IS_DIR)) {
        error_setg(errp, "fd=%d is not an open /dev/vfio/devices/vfioN", fd);
        return NULL;
    }
    return find_by_path(link, errp);
}

static char *find_path(VpoDevice *s, Error **errp)
{
    ERRP_GUARD();

    if (!!s->host + !!s->sysfsdev + (s->vbasedev.fd >= 0) != 1) {
        error_setg(errp, "exactly one of host=NAME, sysfsdev=PATH%s is needed",
                   VPO_HAVE_IOMMUFD ? " and fd=FD" : "");
        error_append_hint(errp, "The host's platform devices are listed by: "
                          "ls /sys/bus/platform/devices "
                          "/sys/bus/amba/devices\n");
        return NULL;
    }
    if (s->vbasedev.fd >= 0 && !vpo_compat_has_iommufd(&s->vbasedev)) {
        error_setg(errp, "fd= needs iommufd=ID beside it, and "
                   "-object iommufd,id=ID");
        return NULL;
    }
    if (s->host) {
        return find_by_name(s, errp);
    }
    return s->sysfsdev ? find_by_path(s->sysfsdev, errp)
                       : find_by_fd(s, errp);
}

static void find_hint_bind(const VpoDevice *s, const char *driver,
                           Error *const *errp)
{
    const char *us = find_drivers[0];

    if (!find_is_dir(s, "/sys/module/vfio_platform_oneshot")) {
        error_append_hint(errp, "The module is not loaded; first: "
                          "modprobe vfio-platform-oneshot\n");
    }
    error_append_hint(errp, "Hand the device over, as root:\n"
                      "  echo %s > %s/driver_override\n", us, s->path);
    if (driver) {
        error_append_hint(errp, "  echo %s > %s/driver/unbind\n",
                          vpo_name(s), s->path);
    }
    error_append_hint(errp, "  echo %s > %s/subsystem/drivers/%s/bind\n"
                      "If that is refused, the kernel log (dmesg) says why.\n",
                      vpo_name(s), s->path, us);
}

static bool find_check_driver(VpoDevice *s, Error **errp)
{
    ERRP_GUARD();
    g_autofree char *driver = find_link(s->path, "driver");
    g_autofree char *group = NULL;

    if (find_in(find_drivers, ARRAY_SIZE(find_drivers), driver)) {
        return true;
    }
    group = find_link(s->path, "iommu_group");
    if (driver) {
        error_setg(errp, "the host driver '%s' owns the device", driver);
    } else {
        error_setg(errp, "no VFIO driver is bound to the device%s",
                   group ? "" : ", which has no IOMMU group");
    }
    if (!group) {
        error_append_hint(errp, "Without an IOMMU only a device that does no "
                          "DMA is safe to assign. If this is one, first:\n"
                          "  echo %s > /sys/module/vfio_platform_oneshot/"
                          "parameters/allow_no_iommu\n", vpo_name(s));
    }
    find_hint_bind(s, driver, errp);
    return false;
}

/* Where the device's node is in the host's tree: "/soc/serial@9000". */
static bool find_node(VpoDevice *s, Error **errp)
{
    g_autofree char *link = g_build_filename(s->path, "of_node", NULL);
    g_autofree char *tree = s->kernel->path(s, VPO_TREE_LIVE);
    g_autofree char *real = realpath(link, NULL);

    if (!real || !g_str_has_prefix(real, tree) || real[strlen(tree)] != '/') {
        error_setg(errp, "the device has no node in the host's device tree "
                   "(%s)", link);
        return false;
    }
    s->of_path = g_strdup(real + strlen(tree));
    return true;
}

bool vpo_find_realize(VpoDevice *s, Error **errp)
{
    g_autofree char *path = find_path(s, errp);

    if (!path) {
        return false;
    }
    s->path = g_steal_pointer(&path);
    s->vbasedev.name = g_path_get_basename(s->path);
    s->vbasedev.sysfsdev = g_strdup(s->path);
    return find_check_driver(s, errp) && find_node(s, errp);
}

void vpo_find_finalize(VpoDevice *s)
{
    g_clear_pointer(&s->of_path, g_free);
    g_clear_pointer(&s->vbasedev.name, g_free);
    g_clear_pointer(&s->vbasedev.sysfsdev, g_free);
    g_clear_pointer(&s->path, g_free);
}

static void find_hint_group(const VpoDevice *s, const char *path,
                            Error *const *errp)
{
    int fd = s->kernel->open(s, path);

    if (fd >= 0) {
        close(fd);
        return;
    }
    switch (-fd) {
    case EBUSY:
        error_append_hint(errp, "%s is in use: another QEMU has the device, or "
                          "one of its IOMMU group. See who: fuser -v %s\n",
                          path, path);
        break;
    case EACCES:
    case EPERM:
        error_append_hint(errp, "This user may not open %s. As root: "
                          "chown USER %s (a udev rule makes it last)\n",
                          path, path);
        break;
    case ENOENT:
        error_append_hint(errp, "%s does not exist: is the device bound to "
                          "%s, and /dev complete here?\n",
                          path, find_drivers[0]);
        break;
    default:
        error_append_hint(errp, "%s: %s\n", path, strerror(-fd));
    }
}

static void find_hint_container(const VpoDevice *s, Error *const *errp)
{
    g_autofree char *path = s->kernel->path(s, "/dev/vfio/vfio");

    if (access(path, F_OK)) {
        error_append_hint(errp, "There is no /dev/vfio/vfio. As root: "
                          "modprobe -a vfio vfio_iommu_type1\n");
    } else if (access(path, R_OK | W_OK)) {
        error_append_hint(errp, "This user may not open /dev/vfio/vfio. As "
                          "root: chmod 666 /dev/vfio/vfio\n");
    } else if (!find_is_dir(s, "/sys/module/vfio_iommu_type1")) {
        error_append_hint(errp, "The IOMMU back end is not loaded. As root: "
                          "modprobe vfio_iommu_type1\n");
    }
}

/*
 * From 6.2 on type1 wants an IOMMU that remaps message-signalled interrupts,
 * and cannot tell that a device has wired ones only.
 */
static void find_hint_unsafe(const VpoDevice *s, Error *const *errp)
{
    static const char param[] = "/sys/module/vfio_iommu_type1/parameters/"
                                "allow_unsafe_interrupts";
    g_autofree char *path = s->kernel->path(s, param);
    g_autofree char *value = NULL;

    if (strstr(error_get_pretty(*errp), strerror(EPERM)) &&
        g_file_get_contents(path, &value, NULL, NULL) && value[0] == 'N') {
        error_append_hint(errp, "If the kernel log (dmesg) says 'No interrupt "
                          "remapping support': a device with wired interrupts "
                          "only needs none. As root: echo 1 > %s\n", param);
    }
}

static void find_hint_memlock(Error *const *errp)
{
    ram_addr_t ram = MACHINE(qdev_get_machine())->ram_size;
    struct rlimit lim;

    if (geteuid() != 0 && !getrlimit(RLIMIT_MEMLOCK, &lim) &&
        lim.rlim_cur < ram) {
        error_append_hint(errp, "The guest's memory, %" PRIu64 " MiB, has to "
                          "be locked, and the limit is %" PRIu64 " MiB: raise "
                          "it (ulimit -l, or LimitMEMLOCK=).\n",
                          (uint64_t)ram >> 20, (uint64_t)lim.rlim_cur >> 20);
    }
}

void vpo_find_explain(const VpoDevice *s, Error *const *errp)
{
    g_autofree char *group = find_link(s->path, "iommu_group");
    g_autofree char *name = g_strdup_printf("/dev/vfio/%s",
                                            group ? group : "?");
    g_autofree char *path = s->kernel->path(s, name);

    find_hint_container(s, errp);
    if (group) {
        find_hint_group(s, path, errp);
    }
    find_hint_unsafe(s, errp);
    find_hint_memlock(errp);
}
