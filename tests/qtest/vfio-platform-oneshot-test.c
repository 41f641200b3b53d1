// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platform-oneshot on a made-up host: its regions, the guest's node, and
 * several devices.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "vpo-fake/fake.h"

/* ---- regions ---- */

typedef struct Region {
    const char *name, *host, *device, *path;
} Region;

static const Region regions[] = {
    { "direct", "irqs=edge", "", "0:direct@0xc000000+0x1000" },
    { "x-no-mmap", "irqs=edge", "x-no-mmap=on", "0:trapped@0xc000000+0x1000" },
    { "unmappable", "irqs=edge,regions=0x1000t", "",
      "0:trapped@0xc000000+0x1000" },
    { "userspace-level", "irqs=level", "", "0:trapped@0xc000000+0x1000" },
    { "smaller-than-a-page", "irqs=edge,regions=0x200t", "",
      "0:trapped@0xc000000+0x200" },
    { NULL }
};

/* What one size writes, every size reads: the bus is little-endian. */
static void check_accesses(Fake *f, uint64_t addr)
{
    QTestState *qts = f->qts;

    qtest_writeq(qts, addr, 0x1122334455667788);
    g_assert_cmphex(qtest_readq(qts, addr), ==, 0x1122334455667788);
    g_assert_cmphex(qtest_readl(qts, addr), ==, 0x55667788);
    g_assert_cmphex(qtest_readl(qts, addr + 4), ==, 0x11223344);
    g_assert_cmphex(qtest_readw(qts, addr + 2), ==, 0x5566);
    g_assert_cmphex(qtest_readb(qts, addr + 7), ==, 0x11);
    qtest_writel(qts, addr + 4, 0xa1a2a3a4);
    qtest_writew(qts, addr + 2, 0xb1b2);
    qtest_writeb(qts, addr + 1, 0xc1);
    g_assert_cmphex(qtest_readq(qts, addr), ==, 0xa1a2a3a4b1b2c188);
    qtest_writel(qts, addr + 0x1fc, 0xd1d2d3d4);
    g_assert_cmphex(qtest_readl(qts, addr + 0x1fc), ==, 0xd1d2d3d4);
    g_assert_cmphex(qtest_readl(qts, addr + 0x1f8), ==, 0);
}

static void test_region(const void *data)
{
    const Region *region = data;
    Fake f;

    fake_up(&f, region->host, region->device);
    fake_device_is(&f, "mmio-path", region->path);
    check_accesses(&f, fake_addr(&f, 0));
    fake_quit(&f);
}

/* Each has an address and a memory of its own; an empty one has none. */
static void test_regions(void)
{
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 3, 1);
    fake_boot(&f, "irqs=edge,regions=0x1000/0/0x10000/0x1000t", "");
    fake_device_is(&f, "mmio-path",
                   "0:direct@0xc000000+0x1000,1:empty,"
                   "2:direct@0xc010000+0x10000,3:trapped@0xc001000+0x1000");
    qtest_writel(f.qts, fake_addr(&f, 0), 1);
    qtest_writel(f.qts, fake_addr(&f, 2), 3);
    qtest_writel(f.qts, fake_addr(&f, 3), 4);
    g_assert_cmpuint(qtest_readl(f.qts, fake_addr(&f, 0)), ==, 1);
    g_assert_cmpuint(qtest_readl(f.qts, fake_addr(&f, 2)), ==, 3);
    g_assert_cmpuint(qtest_readl(f.qts, fake_addr(&f, 3)), ==, 4);
    fake_quit(&f);
}

/* ---- the guest's node ---- */

static void check_cells(const void *fdt, const char *path, const char *name,
                        const uint32_t *cells, size_t n)
{
    int node = fdt_path_offset(fdt, path), len;
    const fdt32_t *have;

    g_assert_cmpint(node, >=, 0);
    have = fdt_getprop(fdt, node, name, &len);
    g_assert_cmpint(len, ==, n * sizeof(*have));
    for (size_t i = 0; i < n; i++) {
        g_assert_cmphex(fdt32_to_cpu(have[i]), ==, cells[i]);
    }
}

static void test_node(void)
{
    static const uint32_t reg[] = { 0, 0xc000000, 0, 0x1000,
                                    0, 0xc001000, 0, 0x200 };
    static const uint32_t interrupts[] = { 0, 112, 4, 0, 113, 1 };
    g_autofree void *fdt = NULL;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 2, 2);
    fake_boot(&f, "regions=0x1000/0x200t,irqs=level/edge", "");
    fdt = fake_dump_tree(&f);
    g_assert_cmpint(fdt_check_header(fdt), ==, 0);
    check_cells(fdt, "/serial@c000000", "reg", reg, ARRAY_SIZE(reg));
    check_cells(fdt, "/serial@c000000", "interrupts", interrupts,
                ARRAY_SIZE(interrupts));
    g_assert_cmpstr(fdt_getprop(fdt, fdt_path_offset(fdt, "/serial@c000000"),
                                "compatible", NULL), ==, "acme,serial");
    fake_quit(&f);
}

/* What the user says of the node is in it. */
static void test_node_properties(void)
{
    static const uint32_t seven[] = { 7 };
    g_autofree void *fdt = NULL;
    Fake f;

    fake_up(&f, NULL, "compatible=other,dt-property='width = <7>;'");
    fdt = fake_dump_tree(&f);
    check_cells(fdt, "/serial@c000000", "width", seven, 1);
    g_assert_cmpstr(fdt_getprop(fdt, fdt_path_offset(fdt, "/serial@c000000"),
                                "compatible", NULL), ==, "other");
    fake_quit(&f);
}

/* A device that goes takes its node along, and leaves all others as they are */
static void test_node_goes(void)
{
    g_autofree void *before = NULL, *with = NULL, *after = NULL;
    g_autofree char *error = NULL;
    Fake f;

    fake_up(&f, NULL, NULL);
    before = fake_dump_tree(&f);
    error = fake_start(&f, "host=" FAKE_DEVICE);
    g_assert_cmpstr(error, ==, "");
    with = fake_dump_tree(&f);
    g_assert_cmpint(fdt_path_offset(with, "/serial@c000000"), >=, 0);
    fake_host_set(&f, "start", "off");
    after = fake_dump_tree(&f);
    g_assert_cmpint(fdt_path_offset(after, "/serial@c000000"), ==,
                    -FDT_ERR_NOTFOUND);
    g_assert_cmpint(fdt_size_dt_struct(after), ==, fdt_size_dt_struct(before));
    fake_quit(&f);
}

/* ---- several devices ---- */

static void test_two_devices(void)
{
    g_autofree char *mmio = NULL, *path = NULL;
    g_autofree void *fdt = NULL;
    Fake f;

    fake_init(&f);
    fake_add_device(&f, FAKE_DEVICE, 1, 1);
    fake_add_device(&f, "a000.timer", 1, 1);
    fake_bootf(&f, "-device vfio-platform-oneshot-fake-host,id=h,root=%s,"
               "regions=0x1000,irqs=edge "
               "-device vfio-platform-oneshot-fake-host,id=i,root=%s,"
               "regions=0x1000,irqs=edge "
               "-device vfio-platform-oneshot-fake,id=d,fake=h,host=%s "
               "-device vfio-platform-oneshot-fake,id=e,fake=i,host=a000.timer",
               f.root, f.root, FAKE_DEVICE);
    fake_device_is(&f, "mmio-path", "0:direct@0xc000000+0x1000");
    mmio = fake_get(&f, "/machine/peripheral/e", "mmio-path");
    g_assert_cmpstr(mmio, ==, "0:direct@0xc001000+0x1000");
    fdt = fake_dump_tree(&f);
    g_assert_cmpint(fdt_path_offset(fdt, "/serial@c000000"), >=, 0);
    g_assert_cmpint(fdt_path_offset(fdt, "/timer@c001000"), >=, 0);

    fake_cont(&f);
    fake_gic_enable(&f, 0, false);
    fake_gic_enable(&f, 1, false);
    fake_set(&f, "/machine/peripheral/i", "line", "0=1");
    fake_gic_await(&f, 1, true);
    fake_gic_stays(&f, 0, false);
    fake_host_set(&f, "line", "0=1");
    fake_gic_await(&f, 0, true);
    qtest_writel(f.qts, 0xc000000, 1);
    g_assert_cmpuint(qtest_readl(f.qts, 0xc001000), ==, 0);
    fake_quit(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const Region *r = regions; r->name; r++) {
        g_autofree char *name = g_strconcat("/vfio-platform-oneshot/region/",
                                            r->name, NULL);

        qtest_add_data_func(name, r, test_region);
    }
    qtest_add_func("/vfio-platform-oneshot/regions", test_regions);
    qtest_add_func("/vfio-platform-oneshot/node", test_node);
    qtest_add_func("/vfio-platform-oneshot/node/properties",
                   test_node_properties);
    qtest_add_func("/vfio-platform-oneshot/node/goes", test_node_goes);
    qtest_add_func("/vfio-platform-oneshot/two-devices", test_two_devices);
    return g_test_run();
}
