// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: rules on its registers. What the
 * device has is seen past QEMU, in the file that is the device.
 */
#include "qemu/osdep.h"
#include "vpo-fake/fake.h"

#define KVM_RESAMPLE "kvm=7"

/* ---- the second view ---- */

static int device_open(Fake *f)
{
    g_autofree char *pid = fake_host_get(f, "pid");
    g_autofree char *dir = g_strdup_printf("/proc/%s/fd", pid);
    GDir *fds = g_dir_open(dir, 0, NULL);
    const char *name;
    int fd = -1;

    while (fd < 0 && (name = g_dir_read_name(fds))) {
        g_autofree char *path = g_build_filename(dir, name, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);

        if (target && strstr(target, "memfd:vpo-fake")) {
            fd = open(path, O_RDWR);
        }
    }
    g_dir_close(fds);
    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static uint32_t device_has(Fake *f, uint64_t offset)
{
    int fd = device_open(f);
    uint32_t value;

    g_assert_cmpint(pread(fd, &value, 4, offset), ==, 4);
    close(fd);
    return value;
}

static void device_put(Fake *f, uint64_t offset, uint32_t value)
{
    int fd = device_open(f);

    g_assert_cmpint(pwrite(fd, &value, 4, offset), ==, 4);
    close(fd);
}

/* ---- counters ---- */

/* Of the rule of this text. */
static void counted(Fake *f, const char *text, int reads, int writes,
                    int denied)
{
    QDict *response = fake_qmp(f, "{'execute': 'qom-get', 'arguments': "
                               "{'path': '/machine/peripheral/d', 'property': "
                               "'intercept-counts'}}");
    const QListEntry *entry;
    bool found = false;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(response, "return"), entry) {
        const QDict *rule = qobject_to(QDict, qlist_entry_obj(entry));

        if (!strcmp(qdict_get_str(rule, "rule"), text)) {
            g_assert_cmpint(qdict_get_int(rule, "reads"), ==, reads);
            g_assert_cmpint(qdict_get_int(rule, "writes"), ==, writes);
            g_assert_cmpint(qdict_get_int(rule, "denied"), ==, denied);
            found = true;
        }
    }
    g_assert_true(found);
    qobject_unref(response);
}

/* ---- pages ---- */

typedef struct Pages {
    const char *name, *host, *rules;
    const char *path;
    const char *view[4]; /* of the guest's memory; the last one may be NULL */
} Pages;

#define EDGE "irqs=edge,regions="

static const Pages pages[] = {
    { "first", EDGE "0x4000", "0:0:deny",
      "0:direct@0xc000000+0x4000 but 0x0+0x1000",
      { "c000000-000000000c000fff (prio 1, i/o)",
        "c001000-000000000c003fff (prio 0, ramd)" } },
    { "middle", EDGE "0x4000", "0:0x1ffc:deny/0:0x2000:forward",
      "0:direct@0xc000000+0x4000 but 0x1000+0x2000",
      { "c000000-000000000c000fff (prio 0, ramd)",
        "c001000-000000000c002fff (prio 1, i/o)",
        "c003000-000000000c003fff (prio 0, ramd)" } },
    { "two", EDGE "0x4000", "0:0:deny/0:0x3000:deny",
      "0:direct@0xc000000+0x4000 but 0x0+0x1000&0x3000+0x1000",
      { "c000000-000000000c000fff (prio 1, i/o)",
        "c001000-000000000c002fff (prio 0, ramd)",
        "c003000-000000000c003fff (prio 1, i/o)" } },
    { "default-deny", EDGE "0x4000", "default:deny/0:0x1000+0x1000:direct",
      "0:direct@0xc000000+0x4000 but 0x0+0x1000&0x2000+0x2000",
      { "c000000-000000000c000fff (prio 1, i/o)",
        "c001000-000000000c001fff (prio 0, ramd)",
        "c002000-000000000c003fff (prio 1, i/o)" } },
    { "none", EDGE "0x4000", "default:direct",
      "0:direct@0xc000000+0x4000",
      { "c000000-000000000c003fff (prio 0, ramd)" } },
    /* Smaller than a page, and so not the guest's: nothing is mapped. */
    { "neighbour", EDGE "0x200t", "0:0:deny",
      "0:trapped@0xc000000+0x200 but 0x0+0x200",
      { "c000000-000000000c0001ff (prio 1, i/o)" } },
    { "trapped-anyway", "irqs=level,regions=0x2000", "0:0:deny",
      "0:trapped@0xc000000+0x2000 but 0x0+0x1000",
      { "c000000-000000000c000fff (prio 1, i/o)",
        "c001000-000000000c001fff (prio 0, i/o)" } },
    { NULL }
};

static void test_pages(const void *data)
{
    const Pages *p = data;
    g_autofree char *device = g_strconcat("intercept-rules=", p->rules, NULL);
    g_autofree char *view = NULL;
    Fake f;

    fake_up(&f, p->host, device);
    fake_device_is(&f, "mmio-path", p->path);
    view = qtest_hmp(f.qts, "info mtree -f");
    for (int i = 0; i < ARRAY_SIZE(p->view) && p->view[i]; i++) {
        if (!strstr(view, p->view[i])) {
            g_error("no '%s' in:\n%s", p->view[i], view);
        }
    }
    g_assert_cmpuint(fake_maps(&f), ==, strchr(p->host, 't') ? 0 : 1);
    fake_quit(&f);
}

/* ---- kinds ---- */

typedef struct Kind {
    const char *name, *rule, *text;
    uint32_t reads;  /* where the device has 0x11223344 */
    uint32_t has;    /* the device, after 0xa1b2c3d4 was written */
    int denied;
} Kind;

static const Kind kinds[] = {
    { "deny", "0:8:deny", "0:8 deny", 0, 0x11223344, 2 },
    { "deny-value", "0:8:deny:0x55", "0:8 deny 0x55", 0x55, 0x11223344, 2 },
    { "forward", "0:8:forward", "0:8 forward", 0x11223344, 0xa1b2c3d4, 0 },
    { "read-only", "0:8:read-only", "0:8 read-only", 0x11223344, 0x11223344,
      1 },
    { "write-once", "0:8:write-once", "0:8 write-once", 0x11223344,
      0xa1b2c3d4, 0 },
    { "bits", "0:8:bits:0xff00", "0:8 bits 0xff00", 0x3300, 0x1122c344, 1 },
    { "bits-value", "0:8:bits:0xff00:7", "0:8 bits 0xff00 7", 0x3307, 0xc307,
      1 },
    { "complete", "0:8:complete:0", "0:8 complete 0", 0x11223344, 0xa1b2c3d4,
      0 },
    { NULL }
};

static void check_kind(Fake *f, const Kind *kind)
{
    uint64_t addr = fake_addr(f, 0);

    device_put(f, 4, 0x01020304);
    device_put(f, 8, 0x11223344);
    g_assert_cmphex(qtest_readl(f->qts, addr + 8), ==, kind->reads);
    g_assert_cmphex(device_has(f, 8), ==, 0x11223344);
    qtest_writel(f->qts, addr + 8, 0xa1b2c3d4);
    g_assert_cmphex(device_has(f, 8), ==, kind->has);
    counted(f, kind->text, 1, 1, kind->denied);
    /* What is beside it. */
    g_assert_cmphex(qtest_readl(f->qts, addr + 4), ==, 0x01020304);
    qtest_writel(f->qts, addr + 12, 9);
    g_assert_cmphex(device_has(f, 12), ==, 9);
    /* Both, in one access, are what each is. */
    g_assert_cmphex(qtest_readq(f->qts, addr + 8) >> 32, ==, 9);
    counted(f, kind->text, 2, 1, kind->denied + !strncmp(kind->name, "deny",
                                                         4));
}

static void test_kind(const void *data)
{
    const Kind *kind = data;
    g_autofree char *device = g_strconcat("intercept-rules=", kind->rule,
                                          NULL);
    /* Whatever else traps, or does not. */
    const char *const hosts[] = { "irqs=edge", "irqs=level",
                                  "irqs=edge,regions=0x200t" };

    for (int i = 0; i < ARRAY_SIZE(hosts); i++) {
        Fake f;

        if (strstr(kind->rule, "complete") && i != 1) {
            continue;
        }
        fake_up(&f, hosts[i], device);
        check_kind(&f, kind);
        fake_quit(&f);
    }
}

/* What is written once can be written again after a reset of the guest. */
static void test_write_once(void)
{
    uint64_t addr;
    Fake f;

    fake_up(&f, "irqs=edge", "intercept-rules=0:8+8:write-once");
    addr = fake_addr(&f, 0);
    qtest_writel(f.qts, addr + 8, 1);
    qtest_writel(f.qts, addr + 8, 2);
    qtest_writel(f.qts, addr + 12, 3);
    g_assert_cmphex(device_has(&f, 8), ==, 1);
    g_assert_cmphex(device_has(&f, 12), ==, 3);
    fake_reset(&f);
    qtest_writel(f.qts, addr + 8, 4);
    qtest_writel(f.qts, addr + 8, 5);
    g_assert_cmphex(device_has(&f, 8), ==, 4);
    counted(&f, "0:8+8 write-once", 0, 5, 2);
    fake_quit(&f);
}

static void test_default_deny(void)
{
    uint64_t addr;
    Fake f;

    fake_up(&f, "irqs=edge", "intercept-rules=default:deny/0:8:forward");
    addr = fake_addr(&f, 0);
    device_put(&f, 0, 0xaa);
    qtest_writel(f.qts, addr, 1);
    qtest_writel(f.qts, addr + 8, 2);
    qtest_writeq(f.qts, addr + 8, 0x300000004);
    g_assert_cmphex(qtest_readl(f.qts, addr), ==, 0);
    g_assert_cmphex(device_has(&f, 0), ==, 0xaa);
    g_assert_cmphex(device_has(&f, 8), ==, 4);
    g_assert_cmphex(device_has(&f, 12), ==, 0);
    counted(&f, "default 0 deny", 1, 2, 3);
    counted(&f, "0:8 forward", 0, 2, 0);
    fake_quit(&f);
}

/* Rules of a file and of the command line are one set. */
static void test_file(void)
{
    g_autofree char *device = NULL, *path = NULL;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 1);
    fake_put(&f, "rules", "# of the first\n0:8 deny 0x12\n");
    path = g_build_filename(f.root, "rules", NULL);
    device = g_strdup_printf("intercept=%s,intercept-rules=0:12:deny:0x34",
                             path);
    fake_boot(&f, "irqs=edge", device);
    g_assert_cmphex(qtest_readq(f.qts, fake_addr(&f, 0) + 8), ==,
                    0x3400000012);
    counted(&f, "0:8 deny 0x12", 1, 0, 1);
    counted(&f, "0:12 deny 0x34", 1, 0, 1);
    fake_quit(&f);
}

/* ---- interrupts ---- */

static void comes(Fake *f)
{
    fake_line(f, true);
    fake_gic_await(f, 0, true);
}

/* The guest ends the interrupt first, and acknowledges it later. */
static void test_complete_after(void)
{
    uint64_t addr;
    Fake f;

    fake_up(&f, KVM_RESAMPLE, "intercept-rules=0:0x1c:complete:0");
    fake_device_is(&f, "irq-path", "0:irqfd+userspace-unmask");
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    addr = fake_addr(&f, 0);
    for (int i = 0; i < 3; i++) {
        comes(&f);
        fake_eoi(&f, 0);
        fake_gic_stays(&f, 0, false);
        qtest_readl(f.qts, addr + 0x1c);
        qtest_writel(f.qts, addr + 0x18, 1);
        fake_host_has(&f, "status", "0:delivered");
        fake_line(&f, false);
        qtest_writel(f.qts, addr + 0x1c, 1);
        fake_host_has(&f, "status", "0:open");
        fake_gic_stays(&f, 0, false);
    }
    fake_quit(&f);
}

static void acknowledge(Fake *f)
{
    qtest_writel(f->qts, fake_addr(f, 0) + 0x1c, 1);
}

/*
 * The guest acknowledges in its handler: the EOI is what completes, once that
 * was seen to be so.
 */
static void test_complete_before(void)
{
    Fake f;

    fake_up(&f, KVM_RESAMPLE, "intercept-rules=0:0x1c:complete:0");
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    for (int i = 0; i < 4; i++) {
        comes(&f);
        fake_line(&f, false);
        acknowledge(&f);
        fake_host_has(&f, "status", "0:delivered");
        fake_eoi(&f, 0);
        if (i == 0) {
            fake_host_has(&f, "status", "0:delivered");
            for (int ms = 0; ms < 20; ms++) {
                fake_clock(&f, 1000000);
            }
        }
        fake_host_has(&f, "status", "0:open");
    }
    /* A reset forgets that, and an acknowledgement of which no EOI came. */
    acknowledge(&f);
    fake_reset(&f);
    fake_gic_enable(&f, 0, true);
    comes(&f);
    fake_eoi(&f, 0);
    fake_host_has(&f, "status", "0:delivered");
    fake_quit(&f);
}

/* Acknowledgements of nothing, as drivers make at their start. */
static void test_complete_stray(void)
{
    Fake f;

    fake_up(&f, KVM_RESAMPLE, "intercept-rules=0:0x1c:complete:0");
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    for (int i = 0; i < 3; i++) {
        acknowledge(&f);
        comes(&f);
        fake_eoi(&f, 0);
        fake_gic_stays(&f, 0, false);
        fake_host_has(&f, "status", "0:delivered");
        fake_line(&f, false);
        acknowledge(&f);
        fake_host_has(&f, "status", "0:open");
        acknowledge(&f);
    }
    fake_quit(&f);
}

/* A register says whether, and the write when. */
static void test_complete_served(void)
{
    g_autofree char *device = NULL;
    uint64_t addr;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 1);
    fake_put(&f, "rules", "irq-served 0:0x18:1\n0:0x1c complete 0\n");
    device = g_strdup_printf("intercept=%s/rules", f.root);
    fake_boot(&f, KVM_RESAMPLE, device);
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    addr = fake_addr(&f, 0);
    /* One that is of no interrupt is nothing. */
    qtest_writel(f.qts, addr + 0x1c, 1);
    qtest_writel(f.qts, addr + 0x18, 1);
    comes(&f);
    fake_eoi(&f, 0);
    fake_host_has(&f, "status", "0:delivered");
    qtest_writel(f.qts, addr + 0x1c, 1);
    fake_host_has(&f, "status", "0:delivered");
    qtest_writel(f.qts, addr + 0x18, 0);
    fake_line(&f, false);
    fake_host_has(&f, "status", "0:delivered");
    qtest_writel(f.qts, addr + 0x1c, 1);
    fake_host_has(&f, "status", "0:open");
    fake_quit(&f);
}

/* A guest that never acknowledges is asked for its line after the bound. */
static void test_complete_never(void)
{
    Fake f;

    fake_up(&f, KVM_RESAMPLE, "intercept-rules=0:0x1c:complete:0");
    fake_gic_enable(&f, 0, true);
    fake_cont(&f);
    comes(&f);
    fake_eoi(&f, 0);
    fake_gic_stays(&f, 0, false);
    for (int i = 0; i < 20; i++) {
        fake_clock(&f, 1000000);
    }
    fake_gic_await(&f, 0, true);
    fake_quit(&f);
}

/* ---- what is refused ---- */

typedef struct Refusal {
    const char *name, *device, *error;
} Refusal;

static const Refusal refusals[] = {
    { "no-file", "intercept=/no/such", "intercept: Failed to open file "
      "“/no/such”" },
    { "kind", "intercept-rules=0:8:dney", "intercept: intercept-rules: rule 1, "
      "column 5: 'dney' is no kind of rule" },
    { "column", "intercept-rules=0:8:deny/0:zero:deny",
      "rule 2, column 3: 'zero' is not a number" },
    { "line", "intercept=FILE", "rules: line 2, column 5: 'dney' is no kind" },
    { "region", "intercept-rules=1:0:deny", "rule 1: '1:0 deny': there is no "
      "region 1: the device has 1, counted from 0" },
    { "outside", "intercept-rules=0:0xffe:deny", "the window ends at 0x1002, "
      "and region 0 at 0x1000" },
    { "interrupt", "intercept-rules=0:8:complete:1", "there is no interrupt 1: "
      "the device has 1, counted from 0" },
    { "emulated", "intercept-rules=0:8:raise:1", "interrupt 1 is no emulated "
      "one, of which the device has 0: only these can be raised" },
    { "part-of-a-page", "intercept-rules=0:0+8:direct",
      "direct is for whole pages, of 0x1000 bytes" },
    { "served-twice", "intercept-rules=irq-served:0:0x18:1,"
      "irq-served=0:0x10:1", "irq-served 0:0x18:1 is in the rules, and "
      "irq-served=0:0x10:1 beside them: leave one of them out" },
    { "served-outside", "intercept-rules=irq-served:0:0x1000:1",
      "irq-served=0:0x1000:1: offset 0x1000 is not within region 0" },
    { "served-at-once", "intercept-rules=0:8:complete:0,irq-served=none",
      "interrupt 0 is completed by a rule of intercept=, and at once by "
      "irq-served=none: leave one of them out" },
    { NULL }
};

/* Nothing of what was refused is left, and a good one starts. */
static void test_refusal(const void *data)
{
    const Refusal *refusal = data;
    g_autofree char *file = NULL, *options = NULL, *error = NULL, *ok = NULL;
    unsigned int fds;
    Fake f;

    fake_up(&f, "", NULL);
    fake_put(&f, "rules", "\n0:8 dney\n");
    file = g_strdup_printf("intercept=%s/rules", f.root);
    options = g_strdup_printf("host=" FAKE_DEVICE ",%s",
                              strcmp(refusal->device, "intercept=FILE")
                                  ? refusal->device : file);
    fds = fake_fds(&f);
    error = fake_start(&f, options);
    if (!strstr(error, refusal->error)) {
        g_error("no '%s' in '%s'", refusal->error, error);
    }
    g_assert_cmpuint(fake_fds(&f), ==, fds);
    g_assert_cmpuint(fake_maps(&f), ==, 0);
    ok = fake_start(&f, "host=" FAKE_DEVICE ",intercept-rules=0:8:deny");
    g_assert_cmpstr(ok, ==, "");
    g_assert_cmpuint(fake_maps(&f), ==, 1);
    fake_host_set(&f, "start", "off");
    g_assert_cmpuint(fake_fds(&f), ==, fds);
    g_assert_cmpuint(fake_maps(&f), ==, 0);
    fake_quit(&f);
}

#define NAME(part, row) \
    g_strconcat("/vfio-platform-oneshot/intercept/" part "/", row, NULL)

static void add_rows(void)
{
    for (const Pages *p = pages; p->name; p++) {
        g_autofree char *name = NAME("pages", p->name);

        qtest_add_data_func(name, p, test_pages);
    }
    for (const Kind *k = kinds; k->name; k++) {
        g_autofree char *name = NAME("kind", k->name);

        qtest_add_data_func(name, k, test_kind);
    }
    for (const Refusal *r = refusals; r->name; r++) {
        g_autofree char *name = NAME("refused", r->name);

        qtest_add_data_func(name, r, test_refusal);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        { "write-once", test_write_once },
        { "default-deny", test_default_deny },
        { "file", test_file },
        { "complete/after-eoi", test_complete_after },
        { "complete/before-eoi", test_complete_before },
        { "complete/stray", test_complete_stray },
        { "complete/served", test_complete_served },
        { "complete/never", test_complete_never },
    };

    g_test_init(&argc, &argv, NULL);
    add_rows();
    for (int i = 0; i < ARRAY_SIZE(tests); i++) {
        g_autofree char *name = g_strconcat("/vfio-platform-oneshot/intercept/",
                                            tests[i].name, NULL);

        qtest_add_func(name, tests[i].run);
    }
    return g_test_run();
}
