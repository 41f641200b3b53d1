// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's node: what it holds, and that a failure leaves no trace.
 */
#include <glib.h>
#include <libfdt.h>
#include <string.h>
#include "vpo-dt.h"

#define ROOM 8192

static void *tree_new(size_t room, uint32_t addr_cells, uint32_t size_cells)
{
    void *fdt = g_malloc0(room);

    g_assert_cmpint(fdt_create_empty_tree(fdt, room), ==, 0);
    g_assert_cmpint(fdt_setprop_u32(fdt, 0, "#address-cells", addr_cells), ==,
                    0);
    g_assert_cmpint(fdt_setprop_u32(fdt, 0, "#size-cells", size_cells), ==, 0);
    return fdt;
}

static const VpoDtRegion regions[] = {
    { 0xc000000, 0x1000 }, { 0x1c0001000, 0x200 },
};
static const VpoDtIrq irqs[] = { { 112, true }, { 113, false } };
static const VpoDtClock clocks[] = { { "uartclk", 24000000 },
                                     { "apb_pclk", 100 } };

#define COMPAT "arm,pl031\0arm,primecell"
static const VpoDtDevice full = {
    .name = "pl031",
    .compatible = COMPAT, .compatible_len = sizeof(COMPAT),
    .regions = regions, .n_regions = G_N_ELEMENTS(regions),
    .irqs = irqs, .n_irqs = G_N_ELEMENTS(irqs),
    .clocks = clocks, .n_clocks = G_N_ELEMENTS(clocks),
};

static void assert_cells(const void *fdt, int node, const char *prop,
                         const uint32_t *cells, int n)
{
    int len;
    const fdt32_t *have = fdt_getprop(fdt, node, prop, &len);

    g_assert_nonnull(have);
    g_assert_cmpint(len, ==, 4 * n);
    for (int i = 0; i < n; i++) {
        g_assert_cmphex(fdt32_to_cpu(have[i]), ==, cells[i]);
    }
}

static void test_full(void)
{
    static const uint32_t reg[] = { 0, 0xc000000, 0, 0x1000,
                                    1, 0xc0001000, 0, 0x200 };
    static const uint32_t ints[] = { 0, 112, 4, 0, 113, 1 };
    g_autofree void *fdt = tree_new(ROOM, 2, 2);
    g_autofree char *path = NULL;
    int node, len;

    g_assert_cmpint(vpo_dt_add_device(fdt, &full, &path), ==, 0);
    g_assert_cmpstr(path, ==, "/pl031@c000000");
    node = fdt_path_offset(fdt, path);
    g_assert_cmpint(node, >, 0);
    g_assert_cmpmem(fdt_getprop(fdt, node, "compatible", &len), len, COMPAT,
                    sizeof(COMPAT));
    assert_cells(fdt, node, "reg", reg, G_N_ELEMENTS(reg));
    assert_cells(fdt, node, "interrupts", ints, G_N_ELEMENTS(ints));
    g_assert_cmpmem(fdt_getprop(fdt, node, "clock-names", &len), len,
                    "uartclk\0apb_pclk", 17);
}

/* Each clocks cell leads to a fixed-clock with that rate, in order. */
static void test_clocks(void)
{
    g_autofree void *fdt = tree_new(ROOM, 2, 2);
    g_autofree char *path = NULL;
    const fdt32_t *cells;
    int node, len;

    g_assert_cmpint(vpo_dt_add_device(fdt, &full, &path), ==, 0);
    node = fdt_path_offset(fdt, path);
    cells = fdt_getprop(fdt, node, "clocks", &len);
    g_assert_cmpint(len, ==, 4 * G_N_ELEMENTS(clocks));
    for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
        int c = fdt_node_offset_by_phandle(fdt, fdt32_to_cpu(cells[i]));
        const uint32_t zero = 0;

        g_assert_cmpint(c, >, 0);
        g_assert_cmpint(fdt_node_check_compatible(fdt, c, "fixed-clock"), ==,
                        0);
        assert_cells(fdt, c, "clock-frequency", &clocks[i].hz, 1);
        assert_cells(fdt, c, "#clock-cells", &zero, 1);
    }
}

static void test_one_cell_root(void)
{
    static const uint32_t reg[] = { 0xc000000, 0x1000 };
    g_autofree void *fdt = tree_new(ROOM, 1, 1);
    g_autofree char *path = NULL;
    VpoDtDevice dev = full;

    dev.n_regions = 1;
    g_assert_cmpint(vpo_dt_add_device(fdt, &dev, &path), ==, 0);
    assert_cells(fdt, fdt_path_offset(fdt, path), "reg", reg, 2);
}

static void test_two_devices(void)
{
    static const VpoDtRegion other = { 0xc001000, 0x1000 };
    g_autofree void *fdt = tree_new(ROOM, 2, 2);
    g_autofree char *a = NULL, *b = NULL;
    VpoDtDevice dev = full;

    g_assert_cmpint(vpo_dt_add_device(fdt, &full, &a), ==, 0);
    dev.regions = &other;
    dev.n_regions = 1;
    g_assert_cmpint(vpo_dt_add_device(fdt, &dev, &b), ==, 0);
    g_assert_cmpstr(a, !=, b);
    g_assert_cmpint(fdt_path_offset(fdt, a), >, 0);
    g_assert_cmpint(fdt_path_offset(fdt, b), >, 0);
}

static void test_no_region(void)
{
    g_autofree void *fdt = tree_new(ROOM, 2, 2);
    g_autofree char *path = NULL;
    VpoDtDevice dev = { .name = "x", .compatible = "a,b",
                        .compatible_len = 4 };

    g_assert_cmpint(vpo_dt_add_device(fdt, &dev, &path), ==, 0);
    g_assert_cmpstr(path, ==, "/x");
    g_assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, path), "reg", NULL));
}

static void test_del(void)
{
    g_autofree void *fdt = tree_new(ROOM, 2, 2);
    g_autofree char *path = NULL;

    g_assert_cmpint(vpo_dt_add_device(fdt, &full, &path), ==, 0);
    vpo_dt_del_device(fdt, path);
    g_assert_cmpint(fdt_path_offset(fdt, path), ==, -FDT_ERR_NOTFOUND);
    g_assert_cmpint(fdt_first_subnode(fdt, 0), ==, -FDT_ERR_NOTFOUND);
    vpo_dt_del_device(fdt, path);
}

/* ---- refusals ---- */

static void assert_refused(void *fdt, size_t room, const VpoDtDevice *dev,
                           int err)
{
    g_autofree void *before = g_memdup2(fdt, room);
    char *path = (char *)"unset";

    g_assert_cmpint(vpo_dt_add_device(fdt, dev, &path), ==, err);
    g_assert_null(path);
    g_assert_cmpmem(fdt, room, before, room);
}

static void test_bad_input(void)
{
    g_autofree void *fdt = tree_new(ROOM, 2, 2);
    VpoDtDevice dev = full;

    dev.name = "";
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
    dev.name = "a/b";
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
    dev.name = "a@1";
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
    dev = full;
    dev.compatible_len--;
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
    dev.compatible_len = 0;
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
    dev = full;
    dev.n_irqs = VPO_DT_MAX_IRQS + 1;
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
    dev = full;
    dev.n_regions = VPO_DT_MAX_REGIONS + 1;
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
    dev = full;
    dev.n_clocks = VPO_DT_MAX_CLOCKS + 1;
    assert_refused(fdt, ROOM, &dev, -FDT_ERR_BADVALUE);
}

static void test_address_does_not_fit(void)
{
    g_autofree void *fdt = tree_new(ROOM, 1, 1);

    assert_refused(fdt, ROOM, &full, -FDT_ERR_BADVALUE);
}

static void test_same_place_twice(void)
{
    g_autofree void *fdt = tree_new(ROOM, 2, 2);
    g_autofree char *path = NULL;

    g_assert_cmpint(vpo_dt_add_device(fdt, &full, &path), ==, 0);
    assert_refused(fdt, ROOM, &full, -FDT_ERR_EXISTS);
}

/* However little room there is, it is all or nothing. */
static void test_no_room(void)
{
    bool fitted = false;

    for (size_t room = 256; !fitted; room += 4) {
        g_autofree void *fdt = tree_new(room, 2, 2);
        g_autofree void *before = g_memdup2(fdt, room);
        g_autofree char *path = NULL;
        int ret = vpo_dt_add_device(fdt, &full, &path);

        fitted = ret == 0;
        if (!fitted) {
            g_assert_cmpint(ret, ==, -FDT_ERR_NOSPACE);
            g_assert_null(path);
            g_assert_cmpmem(fdt, room, before, room);
        }
        g_assert_cmpuint(room, <, ROOM);
    }
}

static void test_not_a_tree(void)
{
    char junk[64] = "this is no device tree";

    assert_refused(junk, sizeof(junk), &full, -FDT_ERR_BADMAGIC);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dt/full", test_full);
    g_test_add_func("/dt/clocks", test_clocks);
    g_test_add_func("/dt/one-cell-root", test_one_cell_root);
    g_test_add_func("/dt/two-devices", test_two_devices);
    g_test_add_func("/dt/no-region", test_no_region);
    g_test_add_func("/dt/del", test_del);
    g_test_add_func("/dt/bad-input", test_bad_input);
    g_test_add_func("/dt/address-does-not-fit", test_address_does_not_fit);
    g_test_add_func("/dt/same-place-twice", test_same_place_twice);
    g_test_add_func("/dt/no-room", test_no_room);
    g_test_add_func("/dt/not-a-tree", test_not_a_tree);
    return g_test_run();
}
