// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading device trees, from blobs and from live ones, and the limits of it.
 */
#include <glib/gstdio.h>
#include <libfdt.h>
#include <string.h>
#include "dt-build.h"
#include "vpo-host.h"

static const DtRow board[] = {
    { "/", "#address-cells = <2>; #size-cells = <2>;"
           "interrupt-parent = <1>;" },
    { "/soc", "#address-cells = <1>; #size-cells = <1>;"
              "ranges = <0x1000 0x1 0x40000000 0x10000>;" },
    { "/soc/gic@1000", "#interrupt-cells = <3>; phandle = <1>;" },
    { "/soc/uart@2000", "reg = <0x2000 0x100 0x3000 0x200>;"
                        "interrupts = <0 5 4 0 6 1>;"
                        "linux,phandle = <7>; names = \"a\", \"bc\";" },
    { "/soc/i2c@4000", "#address-cells = <1>; #size-cells = <0>;"
                       "reg = <0x4000 0x10>; dma-coherent;" },
    { "/soc/i2c@4000/rtc@51", "reg = <0x51>; status = \"okay\";" },
    { "/soc/off@5000", "reg = <0xff000000 1>; status = \"disabled\";"
                       "interrupts-extended = <1 0 9 4>, <1 0 8 2>;" },
    { NULL }
};

/* ---- blobs ---- */

static void test_blob(void)
{
    g_autoptr(VpoTree) tree = dt_tree(board);
    VpoNode *uart = vpo_tree_find(tree, "/soc/uart@2000");
    g_autofree char *path = vpo_node_path(uart);
    const VpoProp *names = vpo_node_prop(uart, "names");

    g_assert_cmpstr(path, ==, "/soc/uart@2000");
    g_assert_true(vpo_tree_by_phandle(tree, 7) == uart);
    g_assert_null(vpo_tree_by_phandle(tree, 8));
    g_assert_null(vpo_tree_find(tree, "/soc/uart"));
    g_assert_null(vpo_tree_find(tree, "soc"));
    g_assert_true(vpo_tree_find(tree, "/") == vpo_tree_root(tree));
    g_assert_true(vpo_prop_is_strings(names));
    g_assert_cmpstr(vpo_prop_string(names, 1), ==, "bc");
    g_assert_null(vpo_prop_string(names, 2));
}

static void assert_no_blob(const void *blob, size_t size, const char *words)
{
    char *error;

    g_assert_null(vpo_tree_from_blob(blob, size, &error));
    g_assert_nonnull(strstr(error, words));
    g_free(error);
}

/* However a blob is cut off, it is refused. */
static void test_not_a_blob(void)
{
    g_autofree char *blob = dt_blob(board, 4096);

    fdt_pack(blob);
    for (size_t size = 0; size < fdt_totalsize(blob); size++) {
        assert_no_blob(blob, size, "not a sound device tree blob");
    }
    blob[0] ^= 1;
    assert_no_blob(blob, 4096, "not a sound device tree blob");
}

static void test_huge_blob(void)
{
    assert_no_blob("", VPO_TREE_MAX_BYTES + 1, "more than");
}

static void *deep_blob(unsigned depth)
{
    void *fdt = g_malloc0(DT_ROOM);

    g_assert_cmpint(fdt_create(fdt, DT_ROOM), ==, 0);
    g_assert_cmpint(fdt_finish_reservemap(fdt), ==, 0);
    for (unsigned i = 0; i <= depth; i++) {
        g_assert_cmpint(fdt_begin_node(fdt, i ? "a" : ""), ==, 0);
    }
    for (unsigned i = 0; i <= depth; i++) {
        g_assert_cmpint(fdt_end_node(fdt), ==, 0);
    }
    g_assert_cmpint(fdt_finish(fdt), ==, 0);
    return fdt;
}

static void test_depth_bomb(void)
{
    g_autofree void *deepest = deep_blob(VPO_TREE_MAX_DEPTH);
    g_autofree void *bomb = deep_blob(VPO_TREE_MAX_DEPTH + 1);
    char *error;
    g_autoptr(VpoTree) tree = vpo_tree_from_blob(deepest, DT_ROOM, &error);

    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(vpo_tree_n_nodes(tree), ==, VPO_TREE_MAX_DEPTH + 1);
    assert_no_blob(bomb, DT_ROOM, "/a/a/a: nested deeper than 64 levels");
}

/* Found by the fuzzer: libfdt's check lets these pass. */
static void test_roots(void)
{
    static const struct {
        unsigned n;
        const char *words;
    } cases[] = { { 0, "no root" }, { 2, "a second root" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree void *fdt = g_malloc0(256);
        uint32_t *tags;
        char *error;

        g_assert_cmpint(fdt_create(fdt, 256), ==, 0);
        g_assert_cmpint(fdt_finish_reservemap(fdt), ==, 0);
        for (unsigned n = 0; n < 2; n++) {
            g_assert_cmpint(fdt_begin_node(fdt, ""), ==, 0);
            g_assert_cmpint(fdt_end_node(fdt), ==, 0);
        }
        g_assert_cmpint(fdt_finish(fdt), ==, 0);
        tags = (uint32_t *)((char *)fdt + fdt_off_dt_struct(fdt));
        for (unsigned t = 3 * cases[i].n; t < 6; t++) {
            tags[t] = GUINT32_TO_BE(FDT_NOP);
        }
        if (fdt_check_full(fdt, 256) == 0) {
            g_assert_null(vpo_tree_from_blob(fdt, 256, &error));
            g_assert_nonnull(strstr(error, cases[i].words));
            g_free(error);
        }
    }
}

static void test_too_many_nodes(void)
{
    size_t room = 12 * (VPO_TREE_MAX_NODES + 16);
    g_autofree void *fdt = g_malloc0(room);

    g_assert_cmpint(fdt_create(fdt, room), ==, 0);
    g_assert_cmpint(fdt_finish_reservemap(fdt), ==, 0);
    g_assert_cmpint(fdt_begin_node(fdt, ""), ==, 0);
    for (unsigned i = 0; i < VPO_TREE_MAX_NODES; i++) {
        g_assert_cmpint(fdt_begin_node(fdt, "a"), ==, 0);
        g_assert_cmpint(fdt_end_node(fdt), ==, 0);
    }
    g_assert_cmpint(fdt_end_node(fdt), ==, 0);
    g_assert_cmpint(fdt_finish(fdt), ==, 0);
    assert_no_blob(fdt, room, "more than 65536 nodes");
}

/* ---- live trees ---- */

static void put_file(const char *dir, const char *name, const char *data,
                     gssize len)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, data, len, NULL));
}

static void remove_dir(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *entry;

    while (dir && (entry = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, entry, NULL);

        remove_dir(child);
    }
    g_remove(path);
}

static void test_dir(void)
{
    g_autofree char *top = g_dir_make_tmp("vpo-tree-XXXXXX", NULL);
    g_autofree char *soc = g_build_filename(top, "soc@0", NULL);
    g_autoptr(VpoTree) tree = NULL;
    VpoNode *node;
    char *error;

    put_file(soc, "compatible", "a,b\0c", 6);
    put_file(soc, "phandle", "\0\0\0\5", 4);
    put_file(soc, "big-endian", "", 0);
    tree = vpo_tree_from_dir(top, &error);
    g_assert_cmpstr(error, ==, NULL);
    node = vpo_tree_find(tree, "/soc@0");
    g_assert_true(node && node == vpo_tree_by_phandle(tree, 5));
    g_assert_true(vpo_node_has_string(node, "compatible", "c"));
    g_assert_cmpuint(vpo_node_prop(node, "big-endian")->len, ==, 0);
    remove_dir(top);
}

static void test_deep_dir(void)
{
    g_autofree char *top = g_dir_make_tmp("vpo-tree-XXXXXX", NULL);
    g_autoptr(GString) path = g_string_new(top);
    char *error;

    for (unsigned i = 0; i <= VPO_TREE_MAX_DEPTH; i++) {
        g_string_append(path, "/a");
    }
    g_assert_cmpint(g_mkdir_with_parents(path->str, 0700), ==, 0);
    g_assert_null(vpo_tree_from_dir(top, &error));
    g_assert_nonnull(strstr(error, "nested deeper than 64 levels"));
    g_free(error);
    remove_dir(top);
}

static void test_no_dir(void)
{
    char *error;

    g_assert_null(vpo_tree_from_dir("/nonexistent", &error));
    g_assert_nonnull(strstr(error, "/nonexistent"));
    g_free(error);
}

/* ---- devices ---- */

static void assert_region(const VpoTree *tree, const char *path, unsigned i,
                          uint64_t addr, uint64_t size)
{
    uint64_t have_addr, have_size;

    g_assert_true(vpo_host_region(vpo_tree_find(tree, path), i, &have_addr,
                                  &have_size));
    g_assert_cmphex(have_addr, ==, addr);
    g_assert_cmphex(have_size, ==, size);
}

static void test_regions(void)
{
    g_autoptr(VpoTree) tree = dt_tree(board);
    VpoNode *off = vpo_tree_find(tree, "/soc/off@5000");
    uint64_t addr, size;

    assert_region(tree, "/soc/uart@2000", 0, 0x140001000, 0x100);
    assert_region(tree, "/soc/uart@2000", 1, 0x140002000, 0x200);
    g_assert_cmpint(vpo_host_n_regions(off), ==, 1);
    g_assert_false(vpo_host_region(off, 0, &addr, &size));
    g_assert_false(vpo_host_region(off, 1, &addr, &size));
}

static void test_mmio(void)
{
    g_autoptr(VpoTree) tree = dt_tree(board);

    g_assert_true(vpo_host_is_mmio(vpo_tree_find(tree, "/soc/uart@2000")));
    g_assert_false(vpo_host_is_mmio(vpo_tree_find(tree, "/soc")));
    g_assert_false(vpo_host_is_mmio(
        vpo_tree_find(tree, "/soc/i2c@4000/rtc@51")));
}

static void test_status(void)
{
    g_autoptr(VpoTree) tree = dt_tree(board);
    VpoNode *off = vpo_tree_find(tree, "/soc/off@5000");

    g_assert_true(vpo_host_disabled(off) == off);
    g_assert_null(vpo_host_disabled(
        vpo_tree_find(tree, "/soc/i2c@4000/rtc@51")));
}

static void test_irqs(void)
{
    g_autoptr(VpoTree) tree = dt_tree(board);
    VpoNode *uart = vpo_tree_find(tree, "/soc/uart@2000");
    VpoNode *off = vpo_tree_find(tree, "/soc/off@5000");

    g_assert_cmpint(vpo_host_n_irqs(tree, uart), ==, 2);
    g_assert_true(vpo_host_irq_is_level(tree, uart, 0));
    g_assert_false(vpo_host_irq_is_level(tree, uart, 1));
    g_assert_cmpint(vpo_host_n_irqs(tree, off), ==, 2);
    g_assert_true(vpo_host_irq_is_level(tree, off, 0));
    g_assert_false(vpo_host_irq_is_level(tree, off, 1));
    g_assert_cmpint(vpo_host_n_irqs(tree, vpo_tree_root(tree)), ==, 0);
}

/* Interrupt parents that lead to each other do not hold anybody up. */
static void test_irq_circle(void)
{
    static const DtRow circle[] = {
        { "/a", "interrupt-parent = <2>; phandle = <1>; interrupts = <1>;" },
        { "/b", "interrupt-parent = <1>; phandle = <2>;" },
        { NULL }
    };
    g_autoptr(VpoTree) tree = dt_tree(circle);
    VpoNode *a = vpo_tree_find(tree, "/a");

    g_assert_null(vpo_host_irq_parent(tree, a));
    g_assert_cmpint(vpo_host_n_irqs(tree, a), ==, -1);
}

static void test_coherent(void)
{
    g_autoptr(VpoTree) tree = dt_tree(board);

    g_assert_true(vpo_host_is_coherent(
        vpo_tree_find(tree, "/soc/i2c@4000/rtc@51")));
    g_assert_false(vpo_host_is_coherent(
        vpo_tree_find(tree, "/soc/uart@2000")));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tree/blob", test_blob);
    g_test_add_func("/tree/not-a-blob", test_not_a_blob);
    g_test_add_func("/tree/huge-blob", test_huge_blob);
    g_test_add_func("/tree/depth-bomb", test_depth_bomb);
    g_test_add_func("/tree/roots", test_roots);
    g_test_add_func("/tree/too-many-nodes", test_too_many_nodes);
    g_test_add_func("/tree/dir", test_dir);
    g_test_add_func("/tree/deep-dir", test_deep_dir);
    g_test_add_func("/tree/no-dir", test_no_dir);
    g_test_add_func("/tree/regions", test_regions);
    g_test_add_func("/tree/mmio", test_mmio);
    g_test_add_func("/tree/status", test_status);
    g_test_add_func("/tree/irqs", test_irqs);
    g_test_add_func("/tree/irq-circle", test_irq_circle);
    g_test_add_func("/tree/coherent", test_coherent);
    return g_test_run();
}
