// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: what the host's driver tells, the
 * user is told, once; and on-unbind= does what it says.
 */
#include "qemu/osdep.h"
#include "vpo-fake/fake.h"

#define WANTS_IT_BACK "wants the device back"
#define FIRES "fires more often than the host allows"
#define IS_STUCK "is stuck: high, however often"

static void tell(Fake *f, const char *news)
{
    fake_host_set(f, "news", news);
}

static unsigned int said(Fake *f, const char *words)
{
    g_autofree char *text = fake_messages(f);
    unsigned int n = 0;

    for (const char *at = text; (at = strstr(at, words)); at++) {
        n++;
    }
    return n;
}

static void check_state(Fake *f, const char *state)
{
    QDict *response = fake_qmp(f, "{'execute': 'query-status'}");
    const QDict *status = qdict_get_qdict(response, "return");

    g_assert_cmpstr(qdict_get_str(status, "status"), ==, state);
    qobject_unref(response);
}

static int64_t requests(Fake *f)
{
    QDict *response = fake_qmp(f, "{'execute': 'qom-get', 'arguments': "
                               "{'path': '/machine/peripheral/d', "
                               "'property': 'unbind-requests'}}");
    int64_t n = qdict_get_int(response, "return");

    qobject_unref(response);
    return n;
}

/* ---- the host wants the device back ---- */

typedef struct End {
    const char *name, *device;
    const char *says;
    const char *event, *never; /* of QEMU; NULL for none */
    const char *state;         /* of the guest, afterwards */
} End;

static const End ends[] = {
    { "default", "", "shut the guest down, or end QEMU",
      NULL, "POWERDOWN", "running" },
    { "warn", "on-unbind=warn", "shut the guest down, or end QEMU",
      NULL, "POWERDOWN", "running" },
    { "powerdown", "on-unbind=powerdown",
      "the guest's power button has been pressed (on-unbind)",
      "POWERDOWN", "SHUTDOWN", "running" },
    { "shutdown", "on-unbind=shutdown", "so QEMU ends (on-unbind)",
      "SHUTDOWN", "POWERDOWN", "shutdown" },
    { NULL }
};

static void check_event(Fake *f, const char *name)
{
    QDict *event = qtest_qmp_eventwait_ref(f->qts, name);

    if (!strcmp(name, "SHUTDOWN")) {
        const QDict *data = qdict_get_qdict(event, "data");

        g_assert_cmpstr(qdict_get_str(data, "reason"), ==, "host-error");
        g_assert_false(qdict_get_bool(data, "guest"));
    }
    qobject_unref(event);
}

/* It asks again and again: each time something is done, and said once. */
static void test_request(const void *data)
{
    const End *end = data;
    /* QEMU stays, so that it can be asked. */
    g_autofree char *device = g_strconcat(end->device, " -no-shutdown", NULL);
    Fake f;

    fake_up(&f, "modes=1", device);
    fake_host_has(&f, "status", "news request line\n");
    fake_cont(&f);
    g_assert_cmpuint(said(&f, WANTS_IT_BACK), ==, 0);
    g_assert_cmpint(requests(&f), ==, 0);
    for (int i = 1; i <= 2; i++) {
        tell(&f, "request");
        if (end->event) {
            check_event(&f, end->event);
        }
        g_assert_cmpuint(said(&f, WANTS_IT_BACK), ==, 1);
        g_assert_cmpuint(said(&f, end->says), ==, 1);
        g_assert_cmpint(requests(&f), ==, i);
    }
    check_state(&f, end->state);
    g_assert_null(qtest_qmp_event_ref(f.qts, end->never));
    g_assert_cmpuint(said(&f, FIRES), ==, 0);
    fake_quit(&f);
}

/* Without -no-shutdown, QEMU ends as it does on a guest's own shutdown. */
static void test_request_ends_qemu(void)
{
    g_autofree char *pid = NULL;
    siginfo_t info;
    Fake f;

    fake_up(&f, "modes=1", "on-unbind=shutdown");
    fake_cont(&f);
    pid = fake_host_get(&f, "pid");
    qtest_qmp_send(f.qts, "{'execute': 'qom-set', 'arguments': {'path': "
                   "'/machine/peripheral/h', 'property': 'news', "
                   "'value': 'request'}}");
    check_event(&f, "SHUTDOWN");
    /* Left for fake_quit() to reap. */
    g_assert_cmpint(waitid(P_PID, atoi(pid), &info, WEXITED | WNOWAIT), ==, 0);
    g_assert_cmpint(info.si_code, ==, CLD_EXITED);
    g_assert_cmpint(info.si_status, ==, 0);
    g_assert_cmpuint(said(&f, WANTS_IT_BACK), ==, 1);
    fake_quit(&f);
}

/* ---- a line is in trouble ---- */

static void check_trouble(Fake *f, unsigned int line, const char *says,
                          unsigned int times)
{
    g_autofree char *words = g_strdup_printf("interrupt %u %s", line, says);

    g_assert_cmpuint(said(f, words), ==, times);
}

/* Of each line, each trouble is told once; of the others, nothing. */
static void test_lines(void)
{
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 3);
    fake_boot(&f, "modes=1,irqs=level/level/level", "");
    fake_cont(&f);
    for (int i = 0; i < 2; i++) {
        tell(&f, "storm=1");
        check_trouble(&f, 1, FIRES, 1);
        g_assert_cmpuint(said(&f, IS_STUCK), ==, i);
        tell(&f, "stuck=1");
        check_trouble(&f, 1, IS_STUCK, 1);
    }
    tell(&f, "stuck=2");
    check_trouble(&f, 2, IS_STUCK, 1);
    g_assert_cmpuint(said(&f, FIRES), ==, 1);
    g_assert_cmpuint(said(&f, IS_STUCK), ==, 2);
    g_assert_cmpuint(said(&f, WANTS_IT_BACK), ==, 0);
    check_state(&f, "running");
    fake_quit(&f);
}

static void test_counts(void)
{
    Fake f;

    fake_up(&f, "modes=1", "");
    tell(&f, "storm=0");
    tell(&f, "storm=0");
    tell(&f, "stuck=0");
    g_assert_cmpint(fake_count(&f, "storms"), ==, 2);
    g_assert_cmpint(fake_count(&f, "stuck"), ==, 1);
    fake_quit(&f);
}

/* If the counts cannot be had, nothing is said of them, and QEMU lives. */
static void test_no_counts(void)
{
    Fake f;

    fake_up(&f, "modes=1", "");
    fake_host_set(&f, "fail", "VFIO_DEVICE_FEATURE get counts=19");
    tell(&f, "storm=0");
    g_assert_true(fake_failed(&f));
    g_assert_cmpuint(said(&f, FIRES), ==, 0);
    tell(&f, "storm=0");
    check_trouble(&f, 0, FIRES, 1);
    fake_quit(&f);
}

/* ---- who hears the news ---- */

/* Mainline's driver has none; with a device that goes, its eventfds go. */
static void test_eventfds(void)
{
    g_autofree char *error = NULL;
    Fake f;

    fake_up(&f, "", NULL);
    error = fake_start(&f, "host=" FAKE_DEVICE);
    g_assert_cmpstr(error, ==, "");
    fake_host_has(&f, "status", "news\n");
    fake_quit(&f);

    fake_up(&f, "modes=1", NULL);
    for (int i = 0; i < 2; i++) {
        g_free(error);
        error = fake_start(&f, "host=" FAKE_DEVICE);
        g_assert_cmpstr(error, ==, "");
        fake_host_has(&f, "status", "news request line\n");
        fake_host_set(&f, "calls", "");
        fake_host_set(&f, "start", "off");
        fake_host_has(&f, "calls", "VFIO_DEVICE_FEATURE set notify\n"
                                   "VFIO_DEVICE_FEATURE set notify\n");
        fake_host_has(&f, "status", "news\n");
    }
    tell(&f, "request");
    g_assert_cmpuint(said(&f, WANTS_IT_BACK), ==, 0);
    fake_quit(&f);
}

/* The next device in the same process is told anew. */
static void test_told_anew(void)
{
    Fake f;

    fake_up(&f, "modes=1", NULL);
    for (int i = 1; i <= 2; i++) {
        g_autofree char *error = fake_start(&f, "host=" FAKE_DEVICE);

        g_assert_cmpstr(error, ==, "");
        tell(&f, "request");
        tell(&f, "storm=0");
        g_assert_cmpuint(said(&f, WANTS_IT_BACK), ==, i);
        g_assert_cmpuint(said(&f, FIRES), ==, i);
    }
    fake_quit(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const End *end = ends; end->name; end++) {
        g_autofree char *name = g_strconcat("/vfio-platform-oneshot/request/",
                                            end->name, NULL);

        qtest_add_data_func(name, end, test_request);
    }
    qtest_add_func("/vfio-platform-oneshot/request/ends-qemu",
                   test_request_ends_qemu);
    qtest_add_func("/vfio-platform-oneshot/trouble/lines", test_lines);
    qtest_add_func("/vfio-platform-oneshot/trouble/counts", test_counts);
    qtest_add_func("/vfio-platform-oneshot/trouble/no-counts", test_no_counts);
    qtest_add_func("/vfio-platform-oneshot/news/eventfds", test_eventfds);
    qtest_add_func("/vfio-platform-oneshot/news/told-anew", test_told_anew);
    return g_test_run();
}
