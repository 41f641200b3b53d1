// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The made-up host of the tests: its files, and talking to QEMU.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "fake.h"

#define GICD 0x08000000
#define GICD_CTLR 0x000
#define GICD_ISENABLER 0x100
#define GICD_ISPENDR 0x200
#define GICD_ICPENDR 0x280
#define GICD_ICFGR 0xc00
/* Of the platform bus of machine `virt`. */
#define BUS_SPI 112

#define DT "sys/firmware/devicetree/base"

/* ---- files ---- */

static char *fake_file(Fake *f, const char *name)
{
    return g_build_filename(f->root, name, NULL);
}

static void fake_write(Fake *f, const char *name, const void *data,
                       size_t size)
{
    g_autofree char *path = fake_file(f, name);
    g_autofree char *dir = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(dir, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, data, size, NULL));
}

void fake_put(Fake *f, const char *name, const char *text)
{
    g_autofree char *path = fake_file(f, name);

    if (text) {
        fake_write(f, name, text, strlen(text));
    } else {
        g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
    }
}

void fake_link(Fake *f, const char *name, const char *target)
{
    g_autofree char *path = fake_file(f, name);
    g_autofree char *dir = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(dir, 0755), ==, 0);
    g_assert_cmpint(symlink(target, path), ==, 0);
}

static void fake_remove_tree(const char *path)
{
    GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK)
                    ? NULL : g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *below = g_build_filename(path, name, NULL);

        fake_remove_tree(below);
    }
    if (dir) {
        g_dir_close(dir);
    }
    remove(path);
}

void fake_remove(Fake *f, const char *name)
{
    g_autofree char *path = fake_file(f, name);

    fake_remove_tree(path);
}

/* A property of @n cells. */
static void fake_cells(Fake *f, const char *node, const char *name,
                       const uint32_t *cells, size_t n)
{
    g_autofree char *path = g_strdup_printf(DT "/%s/%s", node, name);
    g_autofree uint32_t *be = g_new(uint32_t, n);

    for (size_t i = 0; i < n; i++) {
        be[i] = cpu_to_be32(cells[i]);
    }
    fake_write(f, path, be, n * sizeof(*be));
}

static void fake_cell(Fake *f, const char *node, const char *name,
                      uint32_t value)
{
    fake_cells(f, node, name, &value, 1);
}

void fake_init(Fake *f)
{
    GError *err = NULL;

    *f = (Fake) { .root = g_dir_make_tmp("vpo-fake-XXXXXX", &err) };
    g_assert_no_error(err);
    f->messages = fake_file(f, "messages");
    fake_cell(f, ".", "#address-cells", 1);
    fake_cell(f, ".", "#size-cells", 1);
    fake_cell(f, ".", "interrupt-parent", 1);
    fake_cell(f, "gic", "#interrupt-cells", 3);
    fake_cell(f, "gic", "phandle", 1);
}

/* "9000.serial" is the node "serial@9000". */
static char *fake_node(const char *device)
{
    g_auto(GStrv) parts = g_strsplit(device, ".", 2);

    return g_strdup_printf("%s@%s", parts[1], parts[0]);
}

void fake_add_device(Fake *f, const char *name, unsigned int regions,
                     unsigned int irqs)
{
    g_autofree char *node = fake_node(name);
    g_autofree char *dir = g_strdup_printf("sys/bus/platform/devices/%s", name);
    g_autofree char *of = g_strdup_printf("%s/of_node", dir);
    g_autofree char *driver = g_strdup_printf("%s/driver", dir);
    g_autofree char *group = g_strdup_printf("%s/iommu_group", dir);
    g_autofree char *bus = g_strdup_printf("%s/subsystem", dir);
    g_autofree char *target = g_strdup_printf("../../../../firmware/devicetree/"
                                              "base/%s", node);
    g_autofree char *compatible = g_strdup_printf(DT "/%s/compatible", node);
    uint32_t reg[8], irq[24];

    for (unsigned int i = 0; i < regions; i++) {
        reg[2 * i] = 0x9000 + 0x1000 * i;
        reg[2 * i + 1] = 0x1000;
    }
    for (unsigned int i = 0; i < irqs; i++) {
        irq[3 * i] = 0;
        irq[3 * i + 1] = 33 + i;
        irq[3 * i + 2] = 4;
    }
    fake_write(f, compatible, "acme,serial", sizeof("acme,serial"));
    fake_cells(f, node, "reg", reg, 2 * regions);
    fake_cells(f, node, "interrupts", irq, 3 * irqs);
    fake_put(f, dir, NULL);
    fake_link(f, of, target);
    fake_link(f, driver, "../../drivers/vfio-platform-oneshot");
    fake_link(f, group, "../../../../kernel/iommu_groups/7");
    fake_link(f, bus, "../../../../bus/platform");
}

/* ---- QEMU ---- */

void fake_bootf(Fake *f, const char *fmt, ...)
{
    g_autofree char *args = NULL;
    va_list ap;

    va_start(ap, fmt);
    args = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    f->qts = qtest_initf("-M virt -nic none -S %s 2>>%s", args, f->messages);
}

void fake_boot(Fake *f, const char *host, const char *device)
{
    g_autofree char *dev = device
        ? g_strdup_printf("-device vfio-platform-oneshot-fake,id=d,fake=h,"
                          "host=" FAKE_DEVICE "%s%s", *device ? "," : "",
                          device)
        : g_strdup("");

    fake_bootf(f, "-device vfio-platform-oneshot-fake-host,id=h,root=%s,"
               "regions=0x1000,irqs=level%s%s %s", f->root, host ? "," : "",
               host ? host : "", dev);
}

void fake_up(Fake *f, const char *host, const char *device)
{
    fake_init(f);
    fake_add_device(f, FAKE_DEVICE, 1, 1);
    fake_boot(f, host, device);
}

void fake_quit(Fake *f)
{
    if (f->qts) {
        qtest_quit(f->qts);
    }
    fake_remove_tree(f->root);
    g_free(f->messages);
    g_free(f->root);
}

QDict *fake_qmp(Fake *f, const char *fmt, ...)
{
    QDict *response;
    va_list ap;

    va_start(ap, fmt);
    response = qtest_vqmp(f->qts, fmt, ap);
    va_end(ap);
    return response;
}

char *fake_qmp_error(Fake *f, const char *fmt, ...)
{
    QDict *response, *error;
    char *text;
    va_list ap;

    va_start(ap, fmt);
    response = qtest_vqmp(f->qts, fmt, ap);
    va_end(ap);
    error = qdict_get_qdict(response, "error");
    text = g_strdup(error ? qdict_get_str(error, "desc") : "");
    qobject_unref(response);
    return text;
}

char *fake_get(Fake *f, const char *path, const char *name)
{
    QDict *response = fake_qmp(f, "{'execute': 'qom-get', 'arguments': "
                               "{'path': %s, 'property': %s}}", path, name);
    char *text;

    g_assert_true(qdict_haskey(response, "return"));
    text = g_strdup(qdict_get_str(response, "return"));
    qobject_unref(response);
    return text;
}

void fake_set(Fake *f, const char *path, const char *name, const char *value)
{
    g_autofree char *error = fake_qmp_error(
        f, "{'execute': 'qom-set', 'arguments': {'path': %s, 'property': %s, "
        "'value': %s}}", path, name, value);

    g_assert_cmpstr(error, ==, "");
}

static void fake_run(Fake *f, const char *command)
{
    g_autofree char *error = fake_qmp_error(f, "{'execute': %s}", command);

    g_assert_cmpstr(error, ==, "");
}

void fake_cont(Fake *f)
{
    fake_run(f, "cont");
    fake_settle(f);
}

void fake_stop(Fake *f)
{
    fake_run(f, "stop");
    fake_settle(f);
}

void fake_reset(Fake *f)
{
    fake_run(f, "system_reset");
    qtest_qmp_eventwait(f->qts, "RESET");
    fake_settle(f);
}

#define FAKE_HOST "/machine/peripheral/h"
#define FAKE_ASSIGNED "/machine/peripheral/d"

char *fake_host_get(Fake *f, const char *name)
{
    return fake_get(f, FAKE_HOST, name);
}

void fake_host_set(Fake *f, const char *name, const char *value)
{
    fake_set(f, FAKE_HOST, name, value);
    fake_settle(f);
}

void fake_line(Fake *f, bool high)
{
    fake_host_set(f, "line", high ? "0=1" : "0=0");
}

void fake_eoi(Fake *f, unsigned int spi)
{
    g_autofree char *gsi = g_strdup_printf("%u", BUS_SPI + spi);

    fake_host_set(f, "eoi", gsi);
}

void fake_clock(Fake *f, int64_t ns)
{
    qtest_clock_step(f->qts, ns);
    fake_settle(f);
}

int64_t fake_count(Fake *f, const char *name)
{
    QDict *response = fake_qmp(f, "{'execute': 'qom-get', 'arguments': "
                               "{'path': %s, 'property': 'irq-counts'}}",
                               FAKE_ASSIGNED);
    QList *list = qdict_get_qlist(response, "return");
    int64_t count = qdict_get_int(qobject_to(QDict, qlist_peek(list)), name);

    qobject_unref(response);
    return count;
}

char *fake_device_get(Fake *f, const char *name)
{
    return fake_get(f, FAKE_ASSIGNED, name);
}

void fake_device_is(Fake *f, const char *name, const char *value)
{
    g_autofree char *is = fake_device_get(f, name);

    g_assert_cmpstr(is, ==, value);
}

void fake_host_has(Fake *f, const char *name, const char *part)
{
    g_autofree char *text = fake_host_get(f, name);

    if (!strstr(text, part)) {
        g_error("%s of the host has no '%s' in it:\n%s", name, part, text);
    }
}

void fake_host_lacks(Fake *f, const char *name, const char *part)
{
    g_autofree char *text = fake_host_get(f, name);

    if (strstr(text, part)) {
        g_error("%s of the host has '%s' in it:\n%s", name, part, text);
    }
}

char *fake_start(Fake *f, const char *options)
{
    fake_host_set(f, "start", options);
    return fake_host_get(f, "start");
}

char *fake_messages(Fake *f)
{
    char *text = NULL;

    return g_file_get_contents(f->messages, &text, NULL, NULL)
               ? text : g_strdup("");
}

void *fake_dump_tree(Fake *f)
{
    g_autofree char *path = g_build_filename(f->root, "dtb", NULL);
    g_autofree char *error = fake_qmp_error(
        f, "{'execute': 'dumpdtb', 'arguments': {'filename': %s}}", path);
    char *fdt;

    g_assert_cmpstr(error, ==, "");
    g_assert_true(g_file_get_contents(path, &fdt, NULL, NULL));
    return fdt;
}

size_t fake_message_place(Fake *f)
{
    g_autofree char *text = fake_messages(f);

    return strlen(text);
}

char *fake_messages_from(Fake *f, size_t place)
{
    g_autofree char *text = fake_messages(f);

    return g_strdup(text + place);
}

bool fake_failed(Fake *f)
{
    QDict *response = fake_qmp(f, "{'execute': 'qom-get', 'arguments': "
                               "{'path': %s, 'property': 'failed'}}",
                               FAKE_HOST);
    bool failed = qdict_get_bool(response, "return");

    qobject_unref(response);
    return failed;
}

bool fake_irqfd(Fake *f)
{
    g_autofree char *path = fake_device_get(f, "irq-path");

    return strstr(path, "irqfd");
}

static char *fake_proc(Fake *f, const char *name)
{
    g_autofree char *pid = fake_host_get(f, "pid");

    return g_strdup_printf("/proc/%s/%s", pid, name);
}

unsigned int fake_fds(Fake *f)
{
    g_autofree char *path = fake_proc(f, "fd");
    GDir *dir = g_dir_open(path, 0, NULL);
    unsigned int n = 0;

    g_assert_nonnull(dir);
    while (g_dir_read_name(dir)) {
        n++;
    }
    g_dir_close(dir);
    return n;
}

unsigned int fake_maps(Fake *f)
{
    g_autofree char *path = fake_proc(f, "maps");
    g_autofree char *text = NULL;
    unsigned int n = 0;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const char *at = text; (at = strstr(at, "memfd:vpo-fake")); at++) {
        n++;
    }
    return n;
}

/* "0:direct@0xc000000+0x1000,1:…" */
uint64_t fake_addr(Fake *f, unsigned int i)
{
    g_autofree char *text = fake_device_get(f, "mmio-path");
    g_auto(GStrv) regions = g_strsplit(text, ",", -1);

    g_assert_cmpuint(g_strv_length(regions), >, i);
    g_assert_nonnull(strchr(regions[i], '@'));
    return g_ascii_strtoull(strchr(regions[i], '@') + 1, NULL, 0);
}

/* ---- the GIC ---- */

void fake_gic_enable(Fake *f, unsigned int spi, bool level)
{
    unsigned int intid = BUS_SPI + 32 + spi;
    uint64_t config = GICD + GICD_ICFGR + intid / 16 * 4;
    uint32_t bits = qtest_readl(f->qts, config) & ~(3u << intid % 16 * 2);

    qtest_writel(f->qts, config, bits | (level ? 0 : 2u << intid % 16 * 2));
    qtest_writel(f->qts, GICD + GICD_CTLR, 1);
    qtest_writel(f->qts, GICD + GICD_ISENABLER + intid / 32 * 4,
                 1u << intid % 32);
}

bool fake_gic_pending(Fake *f, unsigned int spi)
{
    unsigned int intid = BUS_SPI + 32 + spi;

    return qtest_readl(f->qts, GICD + GICD_ISPENDR + intid / 32 * 4) &
           (1u << intid % 32);
}

void fake_gic_clear(Fake *f, unsigned int spi)
{
    unsigned int intid = BUS_SPI + 32 + spi;

    qtest_writel(f->qts, GICD + GICD_ICPENDR + intid / 32 * 4,
                 1u << intid % 32);
}

/* Each answer to a command is a round of the main loop, at least. */
#define FAKE_ROUNDS 3
#define FAKE_ROUNDS_MOST 2000

void fake_settle(Fake *f)
{
    for (int i = 0; i < FAKE_ROUNDS; i++) {
        fake_run(f, "query-status");
    }
}

void fake_gic_await(Fake *f, unsigned int spi, bool pending)
{
    for (int i = 0; i < FAKE_ROUNDS_MOST; i++) {
        if (fake_gic_pending(f, spi) == pending) {
            return;
        }
        fake_settle(f);
    }
    g_error("SPI %u is still %s", spi, pending ? "not pending" : "pending");
}

void fake_gic_stays(Fake *f, unsigned int spi, bool pending)
{
    fake_settle(f);
    g_assert_true(fake_gic_pending(f, spi) == pending);
}
