// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: emulated interrupts, of the host's
 * driver and of QEMU's own, raised over QMP; and what cannot be raised.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "vpo-fake/fake.h"

#define DEVICE "/machine/peripheral/d"

/* "" or why interrupt @index could not be raised. */
static char *try_raise(Fake *f, int index)
{
    char *error = fake_qmp_error(
        f, "{'execute': 'qom-set', 'arguments': {'path': '" DEVICE "', "
        "'property': 'send-signal', 'value': %d}}", index);

    fake_settle(f);
    return error;
}

static void raise_irq(Fake *f, int index)
{
    g_autofree char *error = try_raise(f, index);

    g_assert_cmpstr(error, ==, "");
}

static int64_t refused(Fake *f)
{
    QDict *response = fake_qmp(f, "{'execute': 'qom-get', 'arguments': "
                               "{'path': '" DEVICE "', 'property': "
                               "'send-signal-refused'}}");
    int64_t n = qdict_get_int(response, "return");

    qobject_unref(response);
    return n;
}

/* ---- ways ---- */

typedef struct Way {
    const char *name, *host, *kind;
    const char *path, *mode;
    bool level; /* as the guest sees it */
    const char *device;
} Way;

#define KVM "kvm=3"
#define KVM_RESAMPLE "kvm=7"
#define KVM_BROKEN "kvm=7,resample=2"
#define OURS "modes=0x27"

static const Way ways[] = {
    { "edge", OURS "," KVM, "1", "irqfd", "emulated" },
    { "edge-mainline", KVM, "1:edge", "irqfd", "emulated-qemu" },
    { "edge-userspace", "", "1", "userspace", "emulated-qemu" },
    { "edge-ours-userspace", OURS, "1", "userspace", "emulated-qemu" },
    { "edge-no-irqfd", OURS "," KVM_RESAMPLE, "1", "userspace",
      "emulated-qemu", .device = ",x-irqfd=off" },
    { "level", OURS "," KVM_RESAMPLE, "1:level", "irqfd+resamplefd",
      "emulated", .level = true },
    { "level-mainline", KVM_RESAMPLE, "1:level", "irqfd+userspace-unmask",
      "emulated-qemu", .level = true },
    { "level-no-resamplefd", OURS "," KVM, "1:level", "irqfd",
      "emulated-qemu" },
    { "level-broken-resamplefd", OURS "," KVM_BROKEN, "1:level", "irqfd",
      "emulated-qemu" },
    { "level-userspace", OURS, "1:level", "userspace", "emulated-qemu" },
    { NULL }
};

static bool by_kvm(const Way *way)
{
    return g_str_has_prefix(way->path, "irqfd");
}

/* The hardware's interrupt is number 0, SPI 0 of the platform bus. */
static void up(Fake *f, const Way *way)
{
    g_autofree char *device = g_strdup_printf("emulated-irqs=%s%s", way->kind,
                                              way->device ? way->device : "");
    g_autofree char *path = g_strdup_printf(",1:%s", way->path);
    g_autofree char *mode = g_strdup_printf(",1:%s", way->mode);
    g_autofree char *paths = NULL, *modes = NULL;

    fake_up(f, *way->host ? way->host : NULL, device);
    paths = fake_device_get(f, "irq-path");
    modes = fake_device_get(f, "irq-mode-used");
    g_assert_true(g_str_has_suffix(paths, path));
    g_assert_true(g_str_has_suffix(modes, mode));
    fake_gic_enable(f, 1, way->level);
}

/* The guest takes it, and ends it. */
static void take(Fake *f, const Way *way)
{
    fake_gic_clear(f, 1);
    if (by_kvm(way)) {
        fake_eoi(f, 1);
    }
}

/* Each is one interrupt of the guest, and none comes by itself. */
static void test_once(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    fake_cont(&f);
    fake_gic_stays(&f, 1, false);
    for (int i = 0; i < 3; i++) {
        raise_irq(&f, 1);
        fake_gic_await(&f, 1, true);
        fake_gic_stays(&f, 0, false);
        take(&f, way);
        fake_gic_stays(&f, 1, false);
    }
    g_assert_cmpint(refused(&f), ==, 0);
    fake_quit(&f);
}

/* Raised in flight: a level comes once more, however often that was. */
static void test_in_flight(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    fake_cont(&f);
    raise_irq(&f, 1);
    fake_gic_await(&f, 1, true);
    raise_irq(&f, 1);
    raise_irq(&f, 1);
    take(&f, way);
    if (way->level) {
        fake_gic_await(&f, 1, true);
        take(&f, way);
    }
    fake_gic_stays(&f, 1, false);
    fake_quit(&f);
}

/* Raised before the guest runs: it comes when that is so, and once. */
static void test_before_start(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    raise_irq(&f, 1);
    raise_irq(&f, 1);
    fake_gic_stays(&f, 1, false);
    fake_cont(&f);
    fake_gic_await(&f, 1, true);
    take(&f, way);
    fake_gic_stays(&f, 1, false);
    fake_quit(&f);
}

/* What is in flight at a reset of the guest: a level comes again. */
static void test_reset(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    fake_cont(&f);
    raise_irq(&f, 1);
    fake_gic_await(&f, 1, true);
    fake_reset(&f);
    fake_gic_enable(&f, 1, way->level);
    if (way->level) {
        fake_gic_await(&f, 1, true);
        take(&f, way);
    }
    fake_gic_stays(&f, 1, false);
    raise_irq(&f, 1);
    fake_gic_await(&f, 1, true);
    take(&f, way);
    fake_gic_stays(&f, 1, false);
    fake_quit(&f);
}

/* A guest that is stopped takes it when it goes on. */
static void test_stopped(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    fake_cont(&f);
    fake_stop(&f);
    raise_irq(&f, 1);
    fake_cont(&f);
    fake_gic_await(&f, 1, true);
    take(&f, way);
    fake_gic_stays(&f, 1, false);
    fake_quit(&f);
}

/* ---- what cannot be raised ---- */

static void test_refused(void)
{
    static const struct {
        int index;
        const char *why;
    } rows[] = {
        { 0, "interrupt 0 cannot be raised: the host's device has a line "
             "for it" },
        { 3, "interrupt 3 cannot be raised: there is none with this number" },
        { INT_MAX, "cannot be raised: there is none with this number" },
    };
    Fake f;

    fake_up(&f, OURS "," KVM_RESAMPLE, "emulated-irqs=1/1:level");
    fake_cont(&f);
    for (int i = 0; i < ARRAY_SIZE(rows); i++) {
        g_autofree char *error = try_raise(&f, rows[i].index);

        g_assert_nonnull(strstr(error, rows[i].why));
        g_assert_cmpint(refused(&f), ==, i + 1);
    }
    fake_gic_stays(&f, 0, false);
    raise_irq(&f, 2);
    fake_gic_await(&f, 2, true);
    g_assert_cmpint(refused(&f), ==, ARRAY_SIZE(rows));
    fake_quit(&f);
}

/* None was asked for. */
static void test_none(void)
{
    g_autofree char *error = NULL;
    Fake f;

    fake_up(&f, OURS "," KVM_RESAMPLE, "");
    fake_cont(&f);
    error = try_raise(&f, 1);
    g_assert_nonnull(strstr(error, "there is none with this number"));
    fake_host_lacks(&f, "calls", "set emulated");
    fake_quit(&f);
}

static void test_property(void)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        { "emulated-irqs=0", "emulated-irqs=0: '0' is not a number" },
        { "emulated-irqs=1:both", "emulated-irqs=1:both: 'both' is neither" },
        { "emulated-irqs=64", "the device has 65 interrupts, and the "
                              "machine's platform bus has 64" },
        /* A mode is a way to serve a line. */
        { "emulated-irqs=1,irq-mode=1=hold", "there is no interrupt 1: the "
                                             "device has 1" },
    };
    Fake f;

    fake_up(&f, OURS, NULL);
    for (int i = 0; i < ARRAY_SIZE(rows); i++) {
        g_autofree char *options = g_strdup_printf("host=" FAKE_DEVICE ",%s",
                                                   rows[i].text);
        g_autofree char *error = fake_start(&f, options);

        g_assert_nonnull(strstr(error, rows[i].why));
    }
    fake_quit(&f);
}

/* ---- rules of intercept= ---- */

static void test_rule(void)
{
    uint64_t addr;
    Fake f;

    fake_up(&f, OURS "," KVM, "emulated-irqs=1,"
            "intercept-rules=0:0x20:raise:1:0x55");
    fake_gic_enable(&f, 1, false);
    fake_cont(&f);
    addr = fake_addr(&f, 0) + 0x20;
    g_assert_cmphex(qtest_readl(f.qts, addr), ==, 0x55);
    fake_gic_stays(&f, 1, false);
    qtest_writel(f.qts, addr, 7);
    fake_gic_await(&f, 1, true);
    g_assert_cmphex(qtest_readl(f.qts, addr), ==, 0x55);
    fake_quit(&f);
}

static void test_rule_of_a_line(void)
{
    g_autofree char *error = NULL;
    Fake f;

    fake_up(&f, OURS, NULL);
    error = fake_start(&f, "host=" FAKE_DEVICE ",emulated-irqs=1,"
                       "intercept-rules=0:0x20:raise:0");
    g_assert_nonnull(strstr(error, "interrupt 0 is no emulated one"));
    fake_quit(&f);
}

/* ---- the guest's node, and the end ---- */

static void test_node(void)
{
    /* SPI, number, level high or rising edge: the hardware's are first. */
    static const uint32_t cells[] = { 0, 112, 4, 0, 113, 1, 0, 114, 4 };
    g_autofree void *fdt = NULL;
    const fdt32_t *have;
    int len;
    Fake f;

    fake_up(&f, OURS "," KVM_RESAMPLE, "emulated-irqs=1/1:level");
    fdt = fake_dump_tree(&f);
    have = fdt_getprop(fdt, fdt_path_offset(fdt, "/serial@c000000"),
                       "interrupts", &len);
    g_assert_nonnull(have);
    g_assert_cmpint(len, ==, sizeof(cells));
    for (int i = 0; i < ARRAY_SIZE(cells); i++) {
        g_assert_cmpuint(fdt32_to_cpu(have[i]), ==, cells[i]);
    }
    fake_quit(&f);
}

/* A device that goes gives all back: its lines, eventfds and indexes. */
static void test_unplug(void)
{
    unsigned int fds;
    Fake f;

    fake_up(&f, OURS "," KVM_RESAMPLE, NULL);
    fds = fake_fds(&f);
    for (int i = 0; i < 3; i++) {
        g_autofree char *error = fake_start(&f, "host=" FAKE_DEVICE
                                            ",emulated-irqs=1/1:level");

        g_assert_cmpstr(error, ==, "");
        fake_cont(&f);
        raise_irq(&f, 1);
        raise_irq(&f, 2);
        fake_stop(&f);
        fake_host_set(&f, "start", "off");
        fake_host_lacks(&f, "status", "1:");
        g_assert_cmpuint(fake_fds(&f), ==, fds);
    }
    fake_quit(&f);
}

static void add(const char *test, const Way *way, void (*func)(const void *))
{
    g_autofree char *name = g_strdup_printf(
        "/vfio-platform-oneshot/emulated/%s/%s", way->name, test);

    qtest_add_data_func(name, way, func);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const Way *way = ways; way->name; way++) {
        add("once", way, test_once);
        add("in-flight", way, test_in_flight);
        add("before-start", way, test_before_start);
        add("reset", way, test_reset);
        add("stopped", way, test_stopped);
    }
    qtest_add_func("/vfio-platform-oneshot/emulated/refused", test_refused);
    qtest_add_func("/vfio-platform-oneshot/emulated/none", test_none);
    qtest_add_func("/vfio-platform-oneshot/emulated/property", test_property);
    qtest_add_func("/vfio-platform-oneshot/emulated/rule", test_rule);
    qtest_add_func("/vfio-platform-oneshot/emulated/rule-of-a-line",
                   test_rule_of_a_line);
    qtest_add_func("/vfio-platform-oneshot/emulated/node", test_node);
    qtest_add_func("/vfio-platform-oneshot/emulated/unplug", test_unplug);
    return g_test_run();
}
