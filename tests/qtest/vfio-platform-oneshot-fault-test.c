// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: each call to its kernel fails, each
 * time that it is made, with each errno that it can fail with.
 */
#include "qemu/osdep.h"
#include "vpo-fake/fake.h"

/* Lives of a device that between them make every call. */
typedef struct Life {
    const char *host, *device;
} Life;

static const Life life_hold = { "modes=0x27,kvm=15,clocks=1", "irq-mode=hold" };
static const Life life_forwarded = { "modes=8,kvm=3", "irq-mode=forwarded" };
static const Life life_served = { "kvm=7",
                                  "irq-mode=automask,irq-served=0:0x10:1" };
static const Life life_shared = { "modes=0x67,kvm=7",
                                  "irq-share=0:0x10:1:raw:enable:0x20:1" };
static const Life life_user = { "", "" };
static const Life life_edge = { "irqs=edge", "" };
static const Life life_emulated = { "modes=0x27,kvm=7",
                                    "emulated-irqs=1/1:level" };
static const Life *const lives[] = {
    &life_hold, &life_forwarded, &life_served, &life_shared, &life_user,
    &life_edge, &life_emulated, NULL
};

/*
 * One call. @says names it in the error, or in a warning if the device starts
 * or runs without; NULL where that it fails says something, and is no fault.
 */
typedef struct Fault {
    const char *call;
    const Life *life;
    const char *says;
    int errnos[8];
    const char *before; /* what has to fail for the call to be made */
} Fault;

#define SET_IRQS_ERRNOS \
    { EINVAL, ENOTTY, ENOMEM, EBUSY, EIO, EOPNOTSUPP, ENODEV }

static const Fault faults[] = {
    { "attach", &life_hold, "/dev/vfio/7",
      { EACCES, EBUSY, EINVAL, ENODEV, ENOMEM, EMFILE, EPERM } },
    { "open", &life_hold, "/dev/vfio/7",
      { EACCES, EBUSY, EPERM, ENOENT, ENODEV, EMFILE }, "attach=22" },
    { "region_setup", &life_hold, "VFIO_DEVICE_GET_REGION_INFO",
      { EINVAL, ENOTTY, ENOMEM, ENODEV, EIO } },
    { "region_mmap", &life_hold, "mmap",
      { EINVAL, ENOMEM, EAGAIN, ENODEV, EPERM } },
    { "eventfd", &life_hold, "eventfd",
      { EMFILE, ENFILE, ENOMEM, ENODEV } },
    { "VFIO_DEVICE_GET_IRQ_INFO", &life_hold, "VFIO_DEVICE_GET_IRQ_INFO",
      { EINVAL, ENOTTY, EFAULT, ENODEV, EIO } },
    { "VFIO_DEVICE_SET_IRQS mask", &life_hold, "VFIO_DEVICE_SET_IRQS, mask",
      SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS unmask", &life_hold, "VFIO_DEVICE_SET_IRQS, unmask",
      SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS unmask", &life_user, "VFIO_DEVICE_SET_IRQS, unmask",
      SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS trigger eventfd", &life_hold,
      "VFIO_DEVICE_SET_IRQS, trigger", SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS trigger eventfd", &life_edge,
      "VFIO_DEVICE_SET_IRQS, trigger", SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS trigger none", &life_edge,
      "VFIO_DEVICE_SET_IRQS, trigger", SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS trigger none", &life_hold,
      "VFIO_DEVICE_SET_IRQS, trigger", SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS unmask eventfd", &life_hold,
      "VFIO_DEVICE_SET_IRQS, unmask", SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_SET_IRQS unmask none", &life_hold,
      "VFIO_DEVICE_SET_IRQS, unmask", SET_IRQS_ERRNOS },
    { "VFIO_DEVICE_RESET", &life_hold, "VFIO_DEVICE_RESET",
      { EINVAL, ENOTTY, EIO, ETIMEDOUT, ENODEV } },
    /* A driver without modes says so with these two. */
    { "VFIO_DEVICE_FEATURE get mode", &life_user, NULL, { ENOTTY, EINVAL } },
    { "VFIO_DEVICE_FEATURE get mode", &life_hold, "VFIO_DEVICE_FEATURE",
      { EFAULT, ENOMEM, EIO, ENODEV } },
    { "VFIO_DEVICE_FEATURE set mode", &life_hold,
      "VFIO_DEVICE_FEATURE, set mode",
      { EINVAL, ENOTTY, EBUSY, EOPNOTSUPP, ENOMEM, EIO, ENODEV } },
    { "VFIO_DEVICE_FEATURE set mode", &life_forwarded,
      "VFIO_DEVICE_FEATURE, set mode",
      { EINVAL, EBUSY, EOPNOTSUPP, ENOMEM, EIO, ENODEV } },
    { "VFIO_DEVICE_FEATURE set share", &life_shared,
      "VFIO_DEVICE_FEATURE_ONESHOT_IRQ_SHARE",
      { EINVAL, ENOTTY, EBUSY, ENOMEM, EFAULT, ENODEV } },
    /* Left out of irq-sharing. */
    { "VFIO_DEVICE_FEATURE get share", &life_shared, NULL,
      { EINVAL, ENOTTY, EFAULT, ENODEV } },
    /* Left out of irq-counts; and the guard has nothing to look at. */
    { "VFIO_DEVICE_FEATURE get counts", &life_hold, NULL,
      { ENOTTY, EINVAL, EFAULT, ENODEV } },
    /* One of them ends the list. */
    { "VFIO_DEVICE_FEATURE get clock", &life_hold, NULL,
      { ENOENT, ENOTTY, EINVAL, EFAULT, ENODEV } },
    /* Nobody is told of the host's news. */
    { "VFIO_DEVICE_FEATURE set notify", &life_hold, NULL, { ENOTTY, EINVAL } },
    { "VFIO_DEVICE_FEATURE set notify", &life_hold, "VFIO_DEVICE_FEATURE",
      { EFAULT, ENOMEM, ENODEV } },
    /* A driver without emulated interrupts says so with these two. */
    { "VFIO_DEVICE_FEATURE set emulated", &life_emulated, NULL,
      { ENOTTY, EINVAL } },
    { "VFIO_DEVICE_FEATURE set emulated", &life_emulated,
      "VFIO_DEVICE_FEATURE", { EBUSY, ENOMEM, EFAULT, ENODEV } },
    { "VFIO_DEVICE_FEATURE signal", &life_emulated,
      "VFIO_DEVICE_FEATURE, signal",
      { EINVAL, ENOTCONN, EOPNOTSUPP, EFAULT, ENODEV } },
    /* A register that cannot be read keeps nobody waiting. */
    { "read", &life_served, NULL, { EIO, EINVAL, EFAULT, ENODEV } },
    { "irqfd_add", &life_forwarded, "KVM_IRQFD",
      { EINVAL, EBUSY, EAGAIN, ENOMEM, EMFILE } },
    { "irqfd_add resample", &life_hold, "KVM_IRQFD",
      { EINVAL, EBUSY, EAGAIN, ENOMEM, EMFILE } },
    /* The next way takes over, and irq-path says so. */
    { "irqfd_add resample", &life_served, NULL,
      { EINVAL, EBUSY, EAGAIN, ENOMEM, EMFILE } },
    /* It goes with its eventfd, which is closed then. */
    { "irqfd_remove", &life_hold, NULL, { EINVAL, ENOENT } },
    { NULL }
};

/* It has no result. */
static const char *const never_fail[] = { "detach", NULL };

/* ---- a life ---- */

/* Each emulated interrupt; returns the errors. */
static char *raise_all(Fake *f, const Life *life)
{
    g_autoptr(GString) errors = g_string_new(NULL);

    for (int i = 1; life == &life_emulated && i <= 2; i++) {
        g_autofree char *error = fake_qmp_error(
            f, "{'execute': 'qom-set', 'arguments': {'path': "
            "'/machine/peripheral/d', 'property': 'send-signal', 'value': "
            "%d}}", i);

        g_string_append(errors, error);
    }
    fake_settle(f);
    return g_strdup(errors->str);
}

/*
 * While it runs: two events, a reset, and a look of the guard's. Returns what
 * kept an emulated interrupt from being raised, or "".
 */
static char *run(Fake *f, const Life *life)
{
    uint64_t addr = fake_addr(f, 0);
    char *error;

    fake_cont(f);
    error = raise_all(f, life);
    for (int i = 0; i < 2; i++) {
        qtest_writel(f->qts, addr + 0x10, 1);
        fake_line(f, true);
        if (fake_irqfd(f)) {
            fake_eoi(f, 0);
        }
        fake_line(f, false);
        qtest_writel(f->qts, addr + 0x10, 0);
        fake_clock(f, 1100 * 1000 * 1000);
    }
    fake_line(f, true);
    fake_reset(f);
    fake_count(f, "user_errors");
    g_free(fake_device_get(f, "irq-sharing"));
    fake_stop(f);
    return error;
}

/* Returns the error that kept the device from starting or raising, or "". */
static char *live(Fake *f, const Life *life)
{
    g_autofree char *options = g_strdup_printf("host=" FAKE_DEVICE "%s%s",
                                               *life->device ? "," : "",
                                               life->device);
    char *error = fake_start(f, options);

    if (*error) {
        return error;
    }
    g_free(error);
    return run(f, life);
}

static void end(Fake *f)
{
    fake_host_set(f, "start", "off");
}

static void live_well(Fake *f, const Life *life)
{
    size_t start = fake_message_place(f);
    g_autofree char *error = live(f, life);
    g_autofree char *messages = NULL;

    g_assert_cmpstr(error, ==, "");
    g_assert_cmpint(fake_count(f, "user_errors"), ==, 0);
    end(f);
    messages = fake_messages_from(f, start);
    g_assert_null(strstr(messages, "failed"));
}

static void up(Fake *f, const Life *life)
{
    fake_up(f, life->host, NULL);
    live_well(f, life);
}

/* ---- faults ---- */

static void check_says(const Fault *fault, const char *error,
                       const char *messages)
{
    if (!fault->says) {
        g_assert_cmpstr(error, ==, "");
    } else if (!strstr(error, fault->says) &&
               !strstr(messages, fault->says)) {
        g_error("neither the error nor a message names %s: '%s'\n%s",
                fault->says, error, messages);
    }
}

/* False if the call was not made so often. */
static bool fails_at(Fake *f, const Fault *fault, int err, unsigned int skip)
{
    g_autofree char *fail = g_strdup_printf("%s%s%s@%u=%d",
                                            fault->before ? fault->before : "",
                                            fault->before ? ";" : "",
                                            fault->call, skip, err);
    size_t start = fake_message_place(f);
    g_autofree char *error = NULL, *messages = NULL;
    bool failed;

    g_test_message("%s", fail);
    fake_host_set(f, "fail", fail);
    error = live(f, fault->life);
    failed = fake_failed(f);
    messages = fake_messages_from(f, start);
    if (failed) {
        check_says(fault, error, messages);
    }
    /* One that fails now has nobody to tell: the device goes all the same. */
    end(f);
    failed = fake_failed(f);
    fake_host_set(f, "fail", "");
    return failed;
}

static void test_fault(const void *data)
{
    const Fault *fault = data;
    unsigned int fds, maps, n = 0;
    Fake f;

    up(&f, fault->life);
    fds = fake_fds(&f);
    maps = fake_maps(&f);
    for (const int *err = fault->errnos; *err; err++) {
        for (unsigned int skip = 0; fails_at(&f, fault, *err, skip); skip++) {
            live_well(&f, fault->life);
            g_assert_cmpuint(fake_fds(&f), ==, fds);
            g_assert_cmpuint(fake_maps(&f), ==, maps);
            n++;
        }
        if (!n) {
            g_error("%s is never called", fault->call);
        }
    }
    g_test_message("%u faults injected", n);
    fake_quit(&f);
}

/* ---- the list is whole ---- */

static bool is_known(const char *call)
{
    for (const Fault *fault = faults; fault->call; fault++) {
        if (!strcmp(fault->call, call)) {
            return true;
        }
    }
    return g_strv_contains(never_fail, call);
}

static void test_every_call_is_known(void)
{
    for (int i = 0; lives[i]; i++) {
        g_autofree char *text = NULL;
        g_auto(GStrv) calls = NULL;
        Fake f;

        up(&f, lives[i]);
        text = fake_host_get(&f, "calls");
        calls = g_strsplit(g_strchomp(text), "\n", -1);
        g_assert_cmpuint(g_strv_length(calls), >, 10);
        for (int j = 0; calls[j]; j++) {
            if (!is_known(calls[j])) {
                g_error("no fault is injected for '%s'", calls[j]);
            }
        }
        fake_quit(&f);
    }
}

/* A verdict is for the whole process, so this is one of its own. */
static void test_resample_untested(void)
{
    g_autofree char *error = NULL, *messages = NULL;
    Fake f;

    fake_up(&f, "modes=2,kvm=7,resample=0", NULL);
    error = fake_start(&f, "host=" FAKE_DEVICE ",x-resample-check=on");
    g_assert_nonnull(strstr(error, "KVM's resamplefd cannot be tested: the "
                                   "test says so"));
    g_free(error);
    error = fake_start(&f, "host=" FAKE_DEVICE);
    g_assert_cmpstr(error, ==, "");
    fake_device_is(&f, "irq-path", "0:irqfd+resamplefd");
    fake_quit(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const Fault *fault = faults; fault->call; fault++) {
        g_autofree char *name = g_strdup_printf(
            "/vfio-platform-oneshot/fault/%s/%zu", fault->call, fault - faults);

        qtest_add_data_func(g_strdelimit(name, " ", '-'), fault, test_fault);
    }
    qtest_add_func("/vfio-platform-oneshot/every-call-is-known",
                   test_every_call_is_known);
    qtest_add_func("/vfio-platform-oneshot/resample-untested",
                   test_resample_untested);
    return g_test_run();
}
