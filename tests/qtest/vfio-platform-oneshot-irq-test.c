// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: an event is one interrupt of the
 * guest, in every mode and on every path, and none comes too early or is lost.
 */
#include "qemu/osdep.h"
#include "vpo-fake/fake.h"

/* What tells that the guest has served the device. */
typedef enum Done {
    BY_READ,  /* any access */
    BY_WRITE,
    BY_EOI,
    BY_EOI_WHEN_IDLE, /* and register 0x10 reads 0 */
} Done;

typedef struct Way {
    const char *name, *host, *device;
    const char *path, *mode, *mmio;
    Done done;
    bool edge;  /* as the guest sees it */
    bool twice; /* an EOI before the device is served is a second interrupt */
} Way;

#define KVM "kvm=3"
#define KVM_RESAMPLE "kvm=7"
#define KVM_BROKEN "kvm=7,resample=2"
#define KVM_BROKEN_READONLY "kvm=15,resample=2"
/* modes= */
#define AUTOMASK "modes=1"
#define HOLD "modes=2"
#define THREADED "modes=4"
#define FORWARDED "modes=8"
#define ALL_BUT_FORWARDED "modes=0x27"
#define ALL "modes=0x2f"
#define SHARED "modes=0x6f"
#define SERVED "irq-served=0:0x10:1"
#define SHARE "irq-share=0:0x10:1:raw:enable:0x20:1"

static const Way ways[] = {
    { "mainline", "", "",
      "userspace", "automask", "trapped", BY_READ },
    { "automask-userspace", AUTOMASK, "",
      "userspace", "automask", "trapped", BY_READ },
    { "hold-userspace", HOLD, "irq-mode=hold",
      "userspace", "hold", "trapped", BY_READ },
    { "threaded-userspace", THREADED, "",
      "userspace", "threaded", "trapped", BY_READ },
    { "edge-userspace", "irqs=edge", "",
      "userspace", "edge", "direct", BY_EOI, .edge = true },
    { "no-irqfd", ALL "," KVM_RESAMPLE, "x-irqfd=off",
      "userspace", "automask", "trapped", BY_READ },
    { "kvm-without-irqfd", ALL ",kvm=1", "",
      "userspace", "automask", "trapped", BY_READ },
    { "edge-irqfd", "irqs=edge," KVM, "",
      "irqfd", "edge", "direct", BY_EOI, .edge = true },
    { "forwarded", ALL "," KVM_RESAMPLE, "",
      "irqfd", "forwarded", "direct", BY_EOI },
    { "forwarded-without-resamplefd", FORWARDED "," KVM, "irq-mode=forwarded",
      "irqfd", "forwarded", "direct", BY_EOI },
    { "hold", ALL_BUT_FORWARDED "," KVM_RESAMPLE, "",
      "irqfd+resamplefd", "hold", "direct", BY_EOI },
    { "threaded", THREADED "," KVM_RESAMPLE, "",
      "irqfd+resamplefd", "threaded", "direct", BY_EOI },
    { "automask", ALL_BUT_FORWARDED "," KVM_RESAMPLE, "oneshot=off",
      "irqfd+resamplefd", "automask", "direct", BY_EOI, .twice = true },
    { "automask-by-name", ALL "," KVM_RESAMPLE, "irq-mode=automask",
      "irqfd+resamplefd", "automask", "direct", BY_EOI, .twice = true },
    { "mainline-kvm", KVM_RESAMPLE, "",
      "irqfd+resamplefd", "automask", "direct", BY_EOI, .twice = true },
    { "served", KVM_RESAMPLE, SERVED,
      "irqfd+userspace-unmask", "automask", "direct", BY_EOI_WHEN_IDLE },
    { "polled", ALL "," KVM, "irq-mode=polled",
      "irqfd", "polled", "direct", BY_EOI, .edge = true },
    { "shared", SHARED "," KVM_RESAMPLE, SHARE,
      "irqfd+resamplefd", "shared", "trapped", BY_EOI },
    { "shared-by-name", SHARED "," KVM_RESAMPLE, "irq-mode=shared," SHARE,
      "irqfd+resamplefd", "shared", "trapped", BY_EOI },
    { "shared-trapped", SHARED "," KVM_BROKEN_READONLY, SHARE,
      "irqfd+trapped", "shared", "trapped", BY_READ },
    { "shared-userspace", SHARED, SHARE,
      "userspace", "shared", "trapped", BY_READ },
    { "automask-trapped-writes", ALL_BUT_FORWARDED "," KVM_BROKEN_READONLY, "",
      "irqfd+trapped-writes", "automask", "writes-trapped", BY_WRITE },
    { "threaded-trapped-writes", THREADED "," KVM_BROKEN_READONLY, "",
      "irqfd+trapped-writes", "threaded", "writes-trapped", BY_WRITE },
    { "automask-trapped", ALL_BUT_FORWARDED "," KVM_BROKEN, "",
      "irqfd+trapped", "automask", "trapped", BY_READ },
    { "threaded-trapped", THREADED "," KVM_BROKEN, "",
      "irqfd+trapped", "threaded", "trapped", BY_READ },
    { "mainline-trapped", KVM_BROKEN_READONLY, "",
      "irqfd+trapped", "automask", "trapped", BY_READ },
    { "no-resamplefd", ALL_BUT_FORWARDED "," KVM, "",
      "irqfd+trapped", "automask", "trapped", BY_READ },
    { "broken-but-not-tested", ALL_BUT_FORWARDED "," KVM_BROKEN,
      "x-resample-check=off",
      "irqfd+resamplefd", "hold", "direct", BY_EOI },
    { "checked", ALL_BUT_FORWARDED "," KVM_RESAMPLE, "x-resample-check=on",
      "irqfd+resamplefd", "hold", "direct", BY_EOI },
    { NULL }
};

static void check_way(Fake *f, const Way *way)
{
    g_autofree char *path = g_strconcat("0:", way->path, NULL);
    g_autofree char *mode = g_strconcat("0:", way->mode, NULL);
    g_autofree char *mmio = g_strdup_printf("0:%s@0xc000000+0x1000", way->mmio);

    fake_device_is(f, "irq-path", path);
    fake_device_is(f, "irq-mode-used", mode);
    fake_device_is(f, "mmio-path", mmio);
}

/* As the guest's driver does, with the line as the device has it by now. */
static void serve(Fake *f, const Way *way)
{
    switch (way->done) {
    case BY_READ:
        qtest_readl(f->qts, fake_addr(f, 0));
        break;
    case BY_WRITE:
        qtest_writel(f->qts, fake_addr(f, 0), 0);
        break;
    case BY_EOI_WHEN_IDLE:
        qtest_writel(f->qts, fake_addr(f, 0) + 0x10, 0);
        /* fall through */
    case BY_EOI:
        /* QEMU's own pulse has no end. */
        if (strcmp(way->path, "userspace")) {
            fake_eoi(f, 0);
        }
        break;
    }
    if (way->edge) {
        fake_gic_clear(f, 0);
    }
    fake_settle(f);
}

/* The device raises its line, and the guest has the interrupt. */
static void comes(Fake *f)
{
    fake_line(f, true);
    fake_gic_await(f, 0, true);
}

static void served(Fake *f, const Way *way)
{
    fake_line(f, false);
    serve(f, way);
    fake_gic_await(f, 0, false);
    fake_gic_stays(f, 0, false);
}

static void up(Fake *f, const Way *way)
{
    fake_up(f, way->host, way->device);
    check_way(f, way);
    fake_gic_enable(f, 0, !way->edge);
}

/* Masked until the guest runs; then each event is an interrupt. */
static void test_once(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    fake_line(&f, true);
    fake_gic_stays(&f, 0, false);
    fake_cont(&f);
    fake_gic_await(&f, 0, true);
    served(&f, way);
    for (int i = 0; i < 3; i++) {
        comes(&f);
        served(&f, way);
    }
    if (strstr(way->host, "modes=")) {
        g_assert_cmpint(fake_count(&f, "signals"), ==, 4);
    }
    check_way(&f, way);
    fake_quit(&f);
}

/* A threaded handler: the guest ends the interrupt, and serves it later. */
static void test_oneshot(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    fake_cont(&f);
    qtest_writel(f.qts, fake_addr(&f, 0) + 0x10, 1);
    comes(&f);
    fake_eoi(&f, 0);
    if (way->twice || !strcmp(way->mode, "forwarded")) {
        /* Forwarded, the vGIC would see that the guest has it masked. */
        fake_gic_await(&f, 0, true);
    } else {
        fake_gic_stays(&f, 0, false);
    }
    served(&f, way);
    comes(&f);
    fake_quit(&f);
}

/* Where in the list of calls; the list must have it. */
static const char *place(const char *calls, const char *call)
{
    const char *at = strstr(calls, call);

    if (!at) {
        g_error("no '%s' in:\n%s", call, calls);
    }
    return at;
}

/*
 * A line that is high when the guest is reset fires after it: the guest's
 * interrupt controller forgets everything, and must not be told before.
 */
static void test_reset(const void *data)
{
    const Way *way = data;
    const char *mask = !strncmp(way->name, "edge", 4)
                           ? "VFIO_DEVICE_SET_IRQS trigger none"
                           : "VFIO_DEVICE_SET_IRQS mask";
    const char *unmask = !strncmp(way->name, "edge", 4)
                             ? "VFIO_DEVICE_SET_IRQS trigger eventfd"
                             : "VFIO_DEVICE_SET_IRQS unmask\n";
    g_autofree char *calls = NULL;
    Fake f;

    up(&f, way);
    fake_cont(&f);
    comes(&f);
    fake_host_set(&f, "calls", "");
    fake_reset(&f);
    calls = fake_host_get(&f, "calls");
    g_assert_true(place(calls, mask) < place(calls, "VFIO_DEVICE_RESET"));
    g_assert_true(place(calls, "VFIO_DEVICE_RESET") < place(calls, unmask));
    /* With that of the machine's start. */
    fake_host_has(&f, "status", "resets 2\n");
    fake_gic_enable(&f, 0, !way->edge);
    if (way->edge) {
        /* One edge, and the guest has had it. */
        fake_line(&f, false);
        fake_line(&f, true);
    }
    fake_gic_await(&f, 0, true);
    served(&f, way);
    check_way(&f, way);
    fake_quit(&f);
}

/* What comes while the guest is stopped is there when it goes on. */
static void test_stop(const void *data)
{
    const Way *way = data;
    Fake f;

    up(&f, way);
    fake_cont(&f);
    fake_stop(&f);
    fake_line(&f, true);
    fake_cont(&f);
    fake_gic_await(&f, 0, true);
    served(&f, way);
    fake_quit(&f);
}

/* A device that goes gives everything back, whatever its line does. */
static void test_goes(const void *data)
{
    const Way *way = data;
    g_autofree char *options = g_strdup_printf("host=" FAKE_DEVICE "%s%s",
                                               *way->device ? "," : "",
                                               way->device);
    Fake f;

    fake_up(&f, way->host, NULL);
    fake_cont(&f);
    for (int i = 0; i < 2; i++) {
        g_autofree char *error = fake_start(&f, options);

        g_assert_cmpstr(error, ==, "");
        fake_host_has(&f, "status", way->edge && strcmp(way->mode, "polled")
                                        ? "0:open" : "0:masked trigger");
        fake_line(&f, true);
        fake_host_set(&f, "calls", "");
        fake_host_set(&f, "start", "off");
        fake_host_has(&f, "calls", "detach\n");
        fake_host_lacks(&f, "status", "trigger");
        fake_host_lacks(&f, "status", "unmask");
    }
    fake_quit(&f);
}

/* ---- what one path alone does ---- */

/* A register that does not become idle keeps the line for 10 ms. */
static void test_served_waits(void)
{
    Fake f;

    fake_up(&f, KVM_RESAMPLE, SERVED);
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    qtest_writel(f.qts, fake_addr(&f, 0) + 0x10, 1);
    comes(&f);
    fake_eoi(&f, 0);
    fake_clock(&f, 5000000);
    fake_gic_stays(&f, 0, false);
    qtest_writel(f.qts, fake_addr(&f, 0) + 0x10, 0);
    fake_clock(&f, 1000000);
    fake_gic_await(&f, 0, true);

    qtest_writel(f.qts, fake_addr(&f, 0) + 0x10, 1);
    fake_eoi(&f, 0);
    for (int ms = 0; ms < 20; ms++) {
        fake_clock(&f, 1000000);
    }
    fake_gic_await(&f, 0, true);
    fake_quit(&f);
}

/* A second look, 1 ms after a write: the line is asked once more. */
static void test_second_look(void)
{
    Fake f;

    fake_up(&f, AUTOMASK "," KVM_BROKEN_READONLY, "");
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    fake_host_set(&f, "calls", "");
    qtest_writel(f.qts, fake_addr(&f, 0), 0);
    fake_host_has(&f, "calls", "VFIO_DEVICE_SET_IRQS unmask\n");
    fake_host_set(&f, "calls", "");
    fake_clock(&f, 2000000);
    fake_host_has(&f, "calls", "VFIO_DEVICE_SET_IRQS unmask\n");
    fake_host_set(&f, "calls", "");
    qtest_readl(f.qts, fake_addr(&f, 0));
    fake_clock(&f, 2000000);
    fake_host_lacks(&f, "calls", "VFIO_DEVICE_SET_IRQS unmask\n");
    fake_quit(&f);
}

/* KVM loses the guest's end of an interrupt, again and again. */
static void test_guard(void)
{
    g_autofree char *messages = NULL;
    Fake f;

    fake_up(&f, ALL_BUT_FORWARDED ",kvm=15", "");
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    fake_device_is(&f, "irq-path", "0:irqfd+resamplefd");
    for (int i = 1; i <= 3; i++) {
        comes(&f);
        fake_line(&f, false);
        for (int ms = 0; ms < 1100; ms += 5) {
            fake_clock(&f, 5000000);
        }
        fake_gic_await(&f, 0, false);
        g_assert_cmpint(fake_count(&f, "user_overdue"), ==, i);
    }
    fake_device_is(&f, "irq-path", "0:irqfd+trapped-writes");
    messages = fake_messages(&f);
    g_assert_nonnull(strstr(messages, "interrupt 0 was hold by "
                            "irqfd+resamplefd, where it stayed uncompleted 3 "
                            "times"));
    comes(&f);
    fake_line(&f, false);
    qtest_writel(f.qts, fake_addr(&f, 0), 0);
    fake_gic_await(&f, 0, false);
    fake_quit(&f);
}

/* Lines are served one by one, each in its own way. */
static void test_lines(void)
{
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 3);
    fake_boot(&f, ALL_BUT_FORWARDED ",irqs=level/edge/level," KVM_RESAMPLE,
              "irq-mode=2=threaded");
    fake_device_is(&f, "irq-path",
                   "0:irqfd+resamplefd,1:irqfd,2:irqfd+resamplefd");
    fake_device_is(&f, "irq-mode-used", "0:hold,1:edge,2:threaded");
    fake_gic_enable(&f, 0, true);
    fake_gic_enable(&f, 1, false);
    fake_gic_enable(&f, 2, true);
    fake_cont(&f);
    fake_host_set(&f, "line", "2=1");
    fake_gic_await(&f, 2, true);
    fake_gic_stays(&f, 0, false);
    fake_gic_stays(&f, 1, false);
    fake_host_set(&f, "line", "1=1");
    fake_gic_await(&f, 1, true);
    fake_host_set(&f, "line", "2=0");
    fake_eoi(&f, 2);
    fake_gic_await(&f, 2, false);
    fake_gic_stays(&f, 1, true);
    fake_quit(&f);
}

static void add(const char *test, const Way *way, void (*run)(const void *))
{
    g_autofree char *name = g_strdup_printf("/vfio-platform-oneshot/%s/%s",
                                            test, way->name);

    qtest_add_data_func(name, way, run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const Way *way = ways; way->name; way++) {
        add("once", way, test_once);
        add("reset", way, test_reset);
        add("stop", way, test_stop);
        add("goes", way, test_goes);
        if (way->done == BY_EOI_WHEN_IDLE ||
            (way->done == BY_EOI && !way->edge)) {
            add("oneshot", way, test_oneshot);
        }
    }
    qtest_add_func("/vfio-platform-oneshot/served/waits", test_served_waits);
    qtest_add_func("/vfio-platform-oneshot/trapped-writes/second-look",
                   test_second_look);
    qtest_add_func("/vfio-platform-oneshot/guard", test_guard);
    qtest_add_func("/vfio-platform-oneshot/lines", test_lines);
    return g_test_run();
}
