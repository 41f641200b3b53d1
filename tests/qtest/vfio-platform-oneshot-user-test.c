// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: what a user of QEMU expects of a
 * device. It is not plugged or unplugged while the guest runs, migration and
 * snapshots are refused by its name, and every option says what it is for.
 */
#include "qemu/osdep.h"
#include <sys/sysmacros.h>
#include "vpo-fake/fake.h"

#define NO_STATE "State blocked by non-migratable device"

/* The device serves the guest as before. */
static void check_works(Fake *f)
{
    fake_gic_enable(f, 0, true);
    fake_cont(f);
    fake_line(f, true);
    fake_gic_await(f, 0, true);
    fake_line(f, false);
    qtest_writel(f->qts, fake_addr(f, 0), 0xa1a2a3a4);
    g_assert_cmphex(qtest_readl(f->qts, fake_addr(f, 0)), ==, 0xa1a2a3a4);
    fake_gic_await(f, 0, false);
    fake_host_lacks(f, "calls", "detach");
}

/* ---- no hot plug ---- */

static void test_no_hot_plug(void)
{
    g_autofree char *error = NULL;
    Fake f;

    fake_up(&f, NULL, NULL);
    error = fake_qmp_error(&f, "{'execute': 'device_add', 'arguments': "
                           "{'driver': 'vfio-platform-oneshot-fake', "
                           "'id': 'x', 'fake': 'h', 'host': %s}}",
                           FAKE_DEVICE);
    /* 7.2 has other words. */
    g_assert_true(strstr(error, "does not support hotplugging") ||
                  strstr(error, "expects a pluggable device type"));
    fake_host_lacks(&f, "calls", "attach");
    fake_quit(&f);
}

static void test_no_device_del(void)
{
    g_autofree char *error = NULL, *mmio = NULL;
    Fake f;

    fake_up(&f, "irqs=edge", "");
    error = fake_qmp_error(&f, "{'execute': 'device_del', 'arguments': "
                           "{'id': 'd'}}");
    g_assert_cmpstr(error, !=, "");
    fake_settle(&f);
    fake_device_is(&f, "mmio-path", "0:direct@0xc000000+0x1000");
    fake_host_lacks(&f, "calls", "detach");
    fake_quit(&f);
}

/* ---- no migration, no snapshots ---- */

static void test_no_migration(void)
{
    g_autofree char *migrate = NULL, *savevm = NULL;
    Fake f;

    fake_up(&f, NULL, "");
    migrate = fake_qmp_error(&f, "{'execute': 'migrate', 'arguments': "
                             "{'uri': 'exec:cat > /dev/null'}}");
    g_assert_nonnull(strstr(migrate, NO_STATE " 'vfio-platform-oneshot'"));
    savevm = qtest_hmp(f.qts, "savevm x");
    g_assert_nonnull(strstr(savevm, NO_STATE " 'vfio-platform-oneshot'"));
    fake_quit(&f);
}

/* -snapshot is about disks; what is refused leaves the device as it was. */
static void test_snapshot(void)
{
    static const char *const commands[] = { "savevm x", "loadvm x", NULL };
    Fake f;

    fake_up(&f, NULL, "x-no-mmap=on -snapshot");
    for (int i = 0; commands[i]; i++) {
        g_autofree char *error = qtest_hmp(f.qts, "%s", commands[i]);

        g_assert_cmpstr(error, !=, "");
        check_works(&f);
    }
    fake_quit(&f);
}

static void test_only_migratable(void)
{
    g_autofree char *error = NULL;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 1);
    fake_bootf(&f, "-only-migratable "
               "-device vfio-platform-oneshot-fake-host,id=h,root=%s,"
               "regions=0x1000,irqs=level", f.root);
    error = fake_start(&f, "host=" FAKE_DEVICE);
    g_assert_nonnull(strstr(error, "is not migratable"));
    fake_host_lacks(&f, "calls", "attach");
    fake_quit(&f);
}

/* ---- a stream that comes in: migrate-incoming with exit-on-error ---- */

#if QEMU_VERSION_MAJOR >= 10

#define ROUNDS_MOST 20000

/* A migration's end: "completed", or "failed" and maybe why. */
static char *await_migration(Fake *f)
{
    for (int i = 0; i < ROUNDS_MOST; i++) {
        QDict *response = fake_qmp(f, "{'execute': 'query-migrate'}");
        const QDict *info = qdict_get_qdict(response, "return");
        const char *status = qdict_get_try_str(info, "status") ?: "";
        const char *why = qdict_get_try_str(info, "error-desc") ?: "";
        g_autofree char *end = g_strconcat(status, *why ? ": " : "", why, NULL);
        bool ended = !strcmp(status, "completed") || !strcmp(status, "failed");

        qobject_unref(response);
        if (ended) {
            return g_steal_pointer(&end);
        }
    }
    g_error("migration has no end");
}

static void write_stream(Fake *f)
{
    g_autofree char *uri = g_strdup_printf("exec:cat > %s/stream", f->root);
    g_autofree char *error = NULL, *status = NULL;

    fake_boot(f, NULL, NULL);
    error = fake_qmp_error(f, "{'execute': 'migrate', 'arguments': "
                           "{'uri': %s}}", uri);
    g_assert_cmpstr(error, ==, "");
    status = await_migration(f);
    g_assert_cmpstr(status, ==, "completed");
    qtest_quit(f->qts);
}

static char *read_stream(Fake *f, const char *device)
{
    g_autofree char *uri = g_strdup_printf("exec:cat %s/stream", f->root);
    g_autofree char *error = NULL;

    fake_bootf(f, "-incoming defer "
               "-device vfio-platform-oneshot-fake-host,id=h,root=%s,"
               "regions=0x1000,irqs=level %s", f->root, device);
    error = fake_qmp_error(f, "{'execute': 'migrate-incoming', 'arguments': "
                           "{'uri': %s, 'exit-on-error': false}}", uri);
    g_assert_cmpstr(error, ==, "");
    return await_migration(f);
}

/*
 * It is refused before anything of it is loaded: with exit-on-error=false QEMU
 * lives, and so does the device. Without the device the same stream comes in.
 */
static void test_incoming(void)
{
    g_autofree char *without = NULL, *with = NULL, *messages = NULL;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 1);
    write_stream(&f);
    without = read_stream(&f, "");
    g_assert_cmpstr(without, ==, "completed");
    qtest_quit(f.qts);
    messages = fake_messages(&f);
    g_assert_null(strstr(messages, NO_STATE));

    with = read_stream(&f, "-device vfio-platform-oneshot-fake,id=d,fake=h,"
                       "host=" FAKE_DEVICE);
    g_assert_true(g_str_has_prefix(with, "failed"));
    g_free(messages);
    messages = fake_messages(&f);
    /* 10.0 says why on stderr only, later ones here only. */
    g_assert_true(strstr(messages, NO_STATE " 'vfio-platform-oneshot'") ||
                  strstr(with, NO_STATE " 'vfio-platform-oneshot'"));
    fake_device_is(&f, "mmio-path", "0:trapped@0xc000000+0x1000");
    fake_host_lacks(&f, "calls", "detach");
    fake_quit(&f);
}

#endif

/* ---- a device that a manager has opened: fd= and iommufd= ---- */

#if QEMU_VERSION_MAJOR >= 10

/* Any character device will do for the file, as sysfs is made up. */
static void test_fd(void)
{
    g_autofree char *link = NULL, *error = NULL;
    int null = open("/dev/null", O_RDWR);
    struct stat st;
    Fake f;

    /* QEMU has it from here. */
    g_assert_cmpint(dup2(null, 0), ==, 0);
    close(null);
    g_assert_cmpint(fstat(0, &st), ==, 0);
    link = g_strdup_printf("sys/dev/char/%u:%u/device", major(st.st_rdev),
                           minor(st.st_rdev));
    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 1);
    fake_link(&f, link, "../../../bus/platform/devices/" FAKE_DEVICE);
    fake_bootf(&f, FAKE_IOMMUFD "-device vfio-platform-oneshot-fake-host,id=h,"
               "root=%s,regions=0x1000,irqs=level", f.root);
    error = fake_start(&f, "fd=0,iommufd=io");
    g_assert_cmpstr(error, ==, "");
    /* The group is not asked for. */
    fake_host_lacks(&f, "calls", "open");
    check_works(&f);
    fake_quit(&f);
}

#endif

/* ---- a device that the host cannot reset: require-reset= ---- */

typedef struct Reset {
    const char *name, *host, *device;
    bool refused, warned;
} Reset;

/* flags= of VFIO: 4 is a platform device, 1 can be reset. */
static const Reset resets[] = {
    { "default", "flags=4", "", .warned = true },
    { "auto", "flags=4", ",require-reset=auto", .warned = true },
    { "on", "flags=4", ",require-reset=on", .refused = true },
    { "off", "flags=4", ",require-reset=off" },
    { "can", "flags=5", ",require-reset=on" },
    { NULL }
};

static void test_reset(const void *data)
{
    static const char cannot[] = "the host cannot reset the device";
    const Reset *reset = data;
    g_autofree char *options = g_strconcat("host=" FAKE_DEVICE, reset->device,
                                           NULL);
    g_autofree char *error = NULL, *messages = NULL;
    Fake f;

    fake_up(&f, reset->host, NULL);
    error = fake_start(&f, options);
    messages = fake_messages(&f);
    g_assert_cmpint(!!strstr(error, cannot), ==, reset->refused);
    g_assert_cmpint(!!strstr(messages, "warning: vfio-platform-oneshot: "
                             FAKE_DEVICE ": the host cannot reset"), ==,
                    reset->warned);
    g_assert_cmpint(!!strstr(messages, cannot), ==,
                    reset->refused || reset->warned);
    if (reset->refused) {
        fake_host_has(&f, "calls", "detach\n");
    } else {
        g_assert_cmpstr(error, ==, "");
        check_works(&f);
    }
    fake_quit(&f);
}

/* ---- options ---- */

static const char *option_help(const QDict *prop)
{
    return qdict_get_try_str(prop, "description");
}

/* Every option is listed, with a help text, and -device TYPE,help prints it. */
static void test_help(void)
{
    static const char *const some[] = {
        "host", "sysfsdev", "irq-mode", "irq-served", "intercept",
        "intercept-rules", "intercept-counts", "irq-share", "irq-sharing",
        "oneshot", "clock-rate",
        "compatible", "dt-property", "dt-overlay", "on-unbind",
        "unbind-requests", "require-reset", "x-no-mmap", "x-irqfd",
        "x-resample-check", "irq-path", "irq-mode-used", "mmio-path",
        "irq-counts", NULL
    };
    g_autofree char *help = NULL;
    const QListEntry *entry;
    unsigned int found = 0;
    QDict *response;
    Fake f;

    fake_up(&f, NULL, NULL);
    help = qtest_hmp(f.qts, "device_add vfio-platform-oneshot,help");
    response = fake_qmp(&f, "{'execute': 'device-list-properties', "
                        "'arguments': {'typename': 'vfio-platform-oneshot'}}");
    QLIST_FOREACH_ENTRY(qdict_get_qlist(response, "return"), entry) {
        const QDict *prop = qobject_to(QDict, qlist_entry_obj(entry));
        const char *name = qdict_get_str(prop, "name");
        g_autofree char *line = g_strdup_printf("  %s=<", name);

        g_test_message("%s", name);
        /* More than what QEMU says of each of its kind, "on/off/auto". */
        g_assert_nonnull(strchr(option_help(prop) ?: "", ' '));
        g_assert_nonnull(strstr(help, line));
        g_assert_nonnull(strstr(help, option_help(prop)));
        found += g_strv_contains(some, name);
    }
    g_assert_cmpuint(found, ==, g_strv_length((char **)some));
    qobject_unref(response);
    fake_quit(&f);
}

static void test_info_qtree(void)
{
    g_autofree char *text = NULL;
    Fake f;

    fake_up(&f, NULL, "");
    text = qtest_hmp(f.qts, "info qtree");
    g_assert_nonnull(strstr(text, "irq-path = \"0:userspace\""));
    g_assert_nonnull(strstr(text, "mmio-path = \"0:trapped@0xc000000"));
    fake_quit(&f);
}

static void test_counts(void)
{
    QDict *response, *counts;
    QList *list;
    Fake f;

    fake_up(&f, "modes=1", "");
    response = fake_qmp(&f, "{'execute': 'qom-get', 'arguments': {'path': "
                        "'/machine/peripheral/d', 'property': 'irq-counts'}}");
    list = qdict_get_qlist(response, "return");
    g_assert_cmpuint(qlist_size(list), ==, 1);
    counts = qobject_to(QDict, qlist_peek(list));
    g_assert_cmpint(qdict_get_int(counts, "index"), ==, 0);
    g_assert_cmpint(qdict_get_int(counts, "host_irqs"), ==, 0);
    g_assert_cmpint(qdict_get_int(counts, "user_raised"), ==, 0);
    qobject_unref(response);
    fake_quit(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const Reset *reset = resets; reset->name; reset++) {
        g_autofree char *name = g_strconcat(
            "/vfio-platform-oneshot/require-reset/", reset->name, NULL);

        qtest_add_data_func(name, reset, test_reset);
    }
    qtest_add_func("/vfio-platform-oneshot/no-hot-plug", test_no_hot_plug);
    qtest_add_func("/vfio-platform-oneshot/no-device-del", test_no_device_del);
    qtest_add_func("/vfio-platform-oneshot/no-migration", test_no_migration);
    qtest_add_func("/vfio-platform-oneshot/snapshot", test_snapshot);
    qtest_add_func("/vfio-platform-oneshot/only-migratable",
                   test_only_migratable);
#if QEMU_VERSION_MAJOR >= 10
    qtest_add_func("/vfio-platform-oneshot/incoming", test_incoming);
    qtest_add_func("/vfio-platform-oneshot/fd", test_fd);
#endif
    qtest_add_func("/vfio-platform-oneshot/help", test_help);
    qtest_add_func("/vfio-platform-oneshot/info-qtree", test_info_qtree);
    qtest_add_func("/vfio-platform-oneshot/counts", test_counts);
    return g_test_run();
}
