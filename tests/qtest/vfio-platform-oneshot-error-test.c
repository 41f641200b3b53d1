// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: what cannot be started is refused
 * with a sentence that says why and what to do, and QEMU lives on.
 */
#include "qemu/osdep.h"
#include "vpo-fake/fake.h"

#define SYSFS "sys/bus/platform/devices/" FAKE_DEVICE
#define NODE "sys/firmware/devicetree/base/serial@9000"

/*
 * A change of the host's files, then a start: the error, and a part of the
 * hints.
 */
typedef struct Refusal {
    const char *name, *host, *device;
    const char *error, *hint;
    const char *remove, *link, *target;
    bool full; /* the machine is, nearly */
} Refusal;

static const Refusal refusals[] = {
    { "no-host", "", "x-no-mmap=on",
      "exactly one of host=NAME, sysfsdev=PATH", "are listed by: ls" },
    { "two-hosts", "", "host=" FAKE_DEVICE ",sysfsdev=/",
      "exactly one of host=NAME, sysfsdev=PATH", "are listed by: ls" },
    { "a-path-as-host", "", "host=../x",
      "host='../x' is not a device name", "use sysfsdev=PATH" },
    { "an-empty-host", "", "host=",
      "host='' is not a device name", "Give a name as listed in" },
#if QEMU_VERSION_MAJOR >= 10
    { "fd-alone", "", "fd=0",
      "fd= needs iommufd=ID beside it, and -object iommufd,id=ID", "" },
    { "fd-and-host", "", "fd=0,iommufd=io,host=" FAKE_DEVICE,
      "exactly one of host=NAME, sysfsdev=PATH and fd=FD is needed", "" },
    { "fd-of-no-device", "", "fd=0,iommufd=io",
      "fd=0 is not an open /dev/vfio/devices/vfioN", "" },
#endif
    { "unknown-host", "", "host=no.such",
      "the host has no device 'no.such'", "are listed by: ls" },
    { "unknown-path", "", "sysfsdev=/no/such",
      "sysfsdev='/no/such': No such file or directory",
      "Give the device's directory" },
    { "not-a-platform-device", "", "sysfsdev=/",
      "sysfsdev='/' is not a platform or AMBA device",
      "PCI devices are assigned with vfio-pci" },
    { "no-driver", "", "host=" FAKE_DEVICE,
      "no VFIO driver is bound to the device", "/drivers/vfio-platform-oneshot/"
      "bind", .remove = SYSFS "/driver" },
    { "another-driver", "", "host=" FAKE_DEVICE,
      "the host driver 'acme' owns the device", FAKE_DEVICE " > ",
      .remove = SYSFS "/driver", .link = SYSFS "/driver",
      .target = "../../drivers/acme" },
    { "no-group", "", "host=" FAKE_DEVICE,
      "the device has no IOMMU group", "", .remove = SYSFS "/iommu_group" },
    { "odd-group", "", "host=" FAKE_DEVICE,
      "the device has no IOMMU group", "", .remove = SYSFS "/iommu_group",
      .link = SYSFS "/iommu_group", .target = "iommu_groups/x" },
    { "no-node", "", "host=" FAKE_DEVICE,
      "the device has no node in the host's device tree", "",
      .remove = SYSFS "/of_node" },
    { "empty-node", "", "host=" FAKE_DEVICE,
      "no node for the guest's device tree", "",
      .remove = NODE "/compatible" },
    { "not-a-platform-driver", "flags=2", "host=" FAKE_DEVICE,
      "the driver does not say that this is a platform device (VFIO device "
      "flags 0x2)", "" },
    { "mute-interrupt", "irqs=mute", "host=" FAKE_DEVICE,
      "interrupt 0: the host driver cannot signal it by eventfd (count 1, "
      "flags 0x0)", "" },
    { "used-up-bus", "irqs=level/level/level", "host=" FAKE_DEVICE,
      "the device has 3 interrupts, and the machine's platform bus has 2 of "
      "its 64 SPIs left", "Assign fewer devices", .full = true },
    { "large-region", "regions=0x4000000", "host=" FAKE_DEVICE,
      "region 0 is 64 MiB (0x4000000 bytes) and does not fit the machine's "
      "platform bus", "Assign fewer or smaller devices" },
    { "unknown-mode", "", "host=" FAKE_DEVICE ",irq-mode=fast",
      "irq-mode=fast: 'fast' is not a mode", "" },
    { "mode-of-no-line", "", "host=" FAKE_DEVICE ",irq-mode=7=hold",
      "there is no interrupt 7: the device has 1", "" },
    { "mode-without-modes", "", "host=" FAKE_DEVICE ",irq-mode=hold",
      "interrupt 0 cannot be armed: hold by irqfd+resamplefd: the host driver "
      "has no interrupt modes", "the host's kernel log (dmesg) says why" },
    { "impossible-mode", "modes=1", "host=" FAKE_DEVICE ",irq-mode=forwarded",
      "the host does not allow it (module parameter forward=1 of "
      "vfio-platform-oneshot)", "dmesg" },
    { "edge-with-mode", "irqs=edge", "host=" FAKE_DEVICE ",irq-mode=hold",
      "the line is an edge line and has no modes", "dmesg" },
    { "hold-without-kvm", "modes=0x27", "host=" FAKE_DEVICE ",irq-mode=hold",
      "it would wait for the line after each access", "dmesg" },
    { "hold-on-broken-kvm", "modes=0x27,kvm=7,resample=2",
      "host=" FAKE_DEVICE ",irq-mode=hold",
      "this kernel's KVM loses the guest's end of level interrupts",
      "repair_resample=1" },
    { "check-without-kvm", "", "host=" FAKE_DEVICE ",x-resample-check=on",
      "x-resample-check=on: KVM is not in use", "" },
    { "unknown-end", "", "host=" FAKE_DEVICE ",on-unbind=stop",
      "on-unbind='stop' is unknown", "Give warn, powerdown or shutdown" },
    { "end-without-news", "", "host=" FAKE_DEVICE ",on-unbind=shutdown",
      "the host driver does not tell when it wants the device back", "" },
    { "served-what", "", "host=" FAKE_DEVICE ",irq-served=x",
      "irq-served=x: 'x' is not ", "" },
    { "served-no-region", "", "host=" FAKE_DEVICE ",irq-served=3:0:1",
      "there is no region 3: the device has 1", "" },
    { "served-outside", "", "host=" FAKE_DEVICE ",irq-served=0:0x1000:1",
      "offset 0x1000 is not within region 0, of 0x1000 bytes", "" },
    { "share-what", "", "host=" FAKE_DEVICE ",irq-share=x",
      "irq-share=x: 'x' is not [INDEX=]REGION:STATUS:BITS", "" },
    { "share-no-region", "", "host=" FAKE_DEVICE
      ",irq-share=3:0x10:1:enable:0x20:1",
      "there is no region 3: the device has 1", "" },
    { "share-outside", "", "host=" FAKE_DEVICE
      ",irq-share=0:0x10:1:enable:0x1000:1",
      "offset 0x1000 is not within region 0, of 0x1000 bytes", "" },
    { "share-with-mainline", "", "host=" FAKE_DEVICE
      ",irq-share=0:0x10:1:enable:0x20:1",
      "the host driver does not take the rule for interrupt 0", "" },
    { "share-without-a-rule", "modes=0x67", "host=" FAKE_DEVICE
      ",irq-mode=shared", "the host does not allow it", "" },
    { "odd-clock-rate", "", "host=" FAKE_DEVICE ",clock-rate=apb",
      "clock-rate=apb: 'apb' is not NAME=HZ", "" },
    { "no-clock-rate", "", "host=" FAKE_DEVICE ",clock-rate=apb=0",
      "'apb=0' is not NAME=HZ", "" },
    { "empty-compatible", "", "host=" FAKE_DEVICE ",compatible=a//b",
      "compatible=a//b: a string in it is empty", "" },
    { "odd-dt-property", "", "host=" FAKE_DEVICE ",dt-property=<>",
      "dt-property: ", "" },
    { "unknown-overlay", "", "host=" FAKE_DEVICE ",dt-overlay=/no/such",
      "dt-overlay=/no/such: ", "" },
    { "large-overlay", "", "host=" FAKE_DEVICE ",dt-overlay=LARGE",
      "are too many for an overlay (at most 1048576)", "" },
    { "odd-overlay", "", "host=" FAKE_DEVICE ",dt-overlay=ODD",
      "no node for the guest's device tree", "" },
    { NULL }
};

/* LARGE and ODD are files. */
static char *with_files(Fake *f, const char *options)
{
    const char *eq = strrchr(options, '=');
    g_autofree char *large = g_strnfill((1 << 20) + 1, 'x');

    if (strcmp(eq, "=LARGE") && strcmp(eq, "=ODD")) {
        return g_strdup(options);
    }
    fake_put(f, eq + 1, strcmp(eq, "=ODD") ? large : "no overlay");
    return g_strdup_printf("%.*s=%s/%s", (int)(eq - options), options, f->root,
                           eq + 1);
}

/* Devices that leave two of the bus's SPIs. */
#define OTHERS 31

static char *others(Fake *f)
{
    GString *str = g_string_new(NULL);

    for (int i = 0; i < OTHERS; i++) {
        g_autofree char *name = g_strdup_printf("%x.two", 0xb000 + i);

        fake_add_device(f, name, 1, 2);
        g_string_append_printf(str, " -device vfio-platform-oneshot-fake-host,"
                               "id=o%d,root=%s,irqs=edge/edge,regions=0x1000 "
                               "-device vfio-platform-oneshot-fake,fake=o%d,"
                               "host=%s", i, f->root, i, name);
    }
    return g_string_free(str, false);
}

static void boot(Fake *f, const Refusal *r)
{
    g_autofree char *more = r->full ? others(f) : g_strdup("");

    fake_bootf(f, FAKE_IOMMUFD
               "-device vfio-platform-oneshot-fake-host,id=h,root=%s,"
               "regions=0x1000,irqs=level%s%s %s", f->root,
               *r->host ? "," : "", r->host, more);
}

static void test_refusal(const void *data)
{
    const Refusal *r = data;
    g_autofree char *options = NULL, *error = NULL, *messages = NULL;
    unsigned int fds, maps;
    size_t start;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 3);
    if (r->remove) {
        fake_remove(&f, r->remove);
    }
    if (r->link) {
        fake_link(&f, r->link, r->target);
    }
    boot(&f, r);
    options = with_files(&f, r->device);
    fds = fake_fds(&f);
    maps = fake_maps(&f);
    start = fake_message_place(&f);
    error = fake_start(&f, options);
    messages = fake_messages_from(&f, start);
    if (!strstr(error, r->error) || !strstr(messages, r->hint)) {
        g_error("neither '%s' nor '%s' in:\n%s\n%s", r->error, r->hint, error,
                messages);
    }
    g_assert_true(g_str_has_prefix(error, "vfio-platform-oneshot: "));
    g_assert_cmpuint(fake_fds(&f), ==, fds);
    g_assert_cmpuint(fake_maps(&f), ==, maps);
    fake_host_lacks(&f, "status", "trigger");
    fake_quit(&f);
}

/* ---- hints, when the VFIO core cannot open the device ---- */

typedef struct Hint {
    const char *name, *hint;
    const char *put, *text;
    int open;
} Hint;

static const Hint hints[] = {
    { "no-container", "There is no /dev/vfio/vfio" },
    { "no-type1", "modprobe vfio_iommu_type1", "dev/vfio/vfio", "" },
    { "busy", "is in use: another QEMU has the device", .open = EBUSY },
    { "not-allowed", "This user may not open", .open = EACCES },
    { "no-group-file", "dev/vfio/7 does not exist", .open = ENOENT },
    { "odd", "Input/output error", .open = EIO },
    { "unsafe", "echo 1 > /sys/module/vfio_iommu_type1/parameters/"
      "allow_unsafe_interrupts", "sys/module/vfio_iommu_type1/parameters/"
      "allow_unsafe_interrupts", "N\n", EPERM },
    { NULL }
};

static void test_hint(const void *data)
{
    const Hint *hint = data;
    g_autofree char *fail = g_strdup_printf("attach=%d;open=%d", EPERM,
                                            hint->open ? hint->open : ENOENT);
    g_autofree char *error = NULL, *messages = NULL;
    Fake f;

    fake_up(&f, NULL, NULL);
    if (hint->put) {
        fake_put(&f, hint->put, hint->text);
    }
    fake_host_set(&f, "fail", fail);
    error = fake_start(&f, "host=" FAKE_DEVICE);
    messages = fake_messages(&f);
    g_assert_nonnull(strstr(error, "failed to open /dev/vfio/7"));
    if (!strstr(messages, hint->hint)) {
        g_error("no '%s' in:\n%s", hint->hint, messages);
    }
    fake_host_set(&f, "fail", "");
    g_free(error);
    error = fake_start(&f, "host=" FAKE_DEVICE);
    g_assert_cmpstr(error, ==, "");
    fake_quit(&f);
}

/* ---- what the machine has no use for ---- */

static void test_no_platform_bus(void)
{
    g_autofree char *error = NULL;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 1);
    f.qts = qtest_initf("-M none -nic none -S -device "
                        "vfio-platform-oneshot-fake-host,id=h,root=%s,"
                        "regions=0x1000,irqs=level 2>>%s", f.root, f.messages);
    error = fake_start(&f, "host=" FAKE_DEVICE);
    g_assert_nonnull(strstr(error, "machine 'none-machine' has no platform bus "
                                   "to put the device on"));
    fake_quit(&f);
}

/* Where the machine's device tree does not reach the guest, it is said. */
static void check_warns(const char *options, const char *warning)
{
    g_autofree char *messages = NULL, *dtb = NULL;
    g_auto(GStrv) parts = g_strsplit(options, "DTB", -1);
    g_autofree char *more = NULL;
    Fake f;

    fake_up(&f, NULL, NULL);
    g_free(fake_dump_tree(&f));
    qtest_quit(f.qts);
    dtb = g_build_filename(f.root, "dtb", NULL);
    more = g_strjoinv(dtb, parts);
    fake_bootf(&f, "-device vfio-platform-oneshot-fake-host,id=h,root=%s,"
               "regions=0x1000,irqs=level -device vfio-platform-oneshot-fake,"
               "fake=h,host=%s %s", f.root, FAKE_DEVICE, more);
    messages = fake_messages(&f);
    if (!strstr(messages, warning)) {
        g_error("no '%s' in:\n%s", warning, messages);
    }
    fake_quit(&f);
}

static void test_user_tree(void)
{
    check_warns("-kernel DTB -dtb DTB", "-dtb FILE replaces the machine's "
                "device tree: the guest will not find the device by itself");
}

static void test_acpi(void)
{
    check_warns("-bios DTB", "firmware gives the guest ACPI tables, not the "
                "device tree");
}

static void add(const char *test, const char *row, const void *data,
                void (*run)(const void *))
{
    g_autofree char *name = g_strdup_printf("/vfio-platform-oneshot/%s/%s",
                                            test, row);

    qtest_add_data_func(name, data, run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const Refusal *r = refusals; r->name; r++) {
        add("refused", r->name, r, test_refusal);
    }
    for (const Hint *hint = hints; hint->name; hint++) {
        add("hint", hint->name, hint, test_hint);
    }
    qtest_add_func("/vfio-platform-oneshot/no-platform-bus",
                   test_no_platform_bus);
    qtest_add_func("/vfio-platform-oneshot/user-tree", test_user_tree);
    qtest_add_func("/vfio-platform-oneshot/acpi", test_acpi);
    return g_test_run();
}
