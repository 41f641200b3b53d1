// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a host node: the properties that are used, and malformed ones.
 */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include "vpo-of.h"

/* ---- a live tree in a temporary directory ---- */

typedef struct Tree {
    char *base;
    char *dev;
} Tree;

static void put(const char *node, const char *prop, const void *data,
                gssize len)
{
    g_autofree char *path = g_build_filename(node, prop, NULL);

    g_assert_cmpint(g_mkdir_with_parents(node, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, data, len, NULL));
}

static void put_cells(const char *node, const char *prop, const uint32_t *cells,
                      int n)
{
    uint32_t be[8];

    for (int i = 0; i < n; i++) {
        be[i] = GUINT32_TO_BE(cells[i]);
    }
    put(node, prop, be, 4 * n);
}

#define PUT_CELLS(node, prop, ...)                                  \
    put_cells(node, prop, (const uint32_t[]) { __VA_ARGS__ },       \
              sizeof((const uint32_t[]) { __VA_ARGS__ }) / 4)

static char *put_clock(Tree *t, const char *name, uint32_t phandle,
                       const char *compat, uint32_t cells)
{
    char *node = g_build_filename(t->base, name, NULL);

    put(node, "compatible", compat, strlen(compat) + 1);
    PUT_CELLS(node, "phandle", phandle);
    PUT_CELLS(node, "#clock-cells", cells);
    return node;
}

static void tree_setup(Tree *t, gconstpointer data)
{
    g_autofree char *soc = NULL, *fixed = NULL, *pll = NULL;

    (void)data;
    t->base = g_dir_make_tmp("vpo-of-XXXXXX", NULL);
    g_assert_nonnull(t->base);
    soc = g_build_filename(t->base, "soc", NULL);
    t->dev = g_build_filename(soc, "serial@9000", NULL);
    put(t->dev, "name", "serial", 7);
    put(t->dev, "compatible", "arm,pl011\0arm,primecell", 24);
    fixed = put_clock(t, "osc", 1, "fixed-clock", 0);
    PUT_CELLS(fixed, "clock-frequency", 24000000);
    pll = put_clock(t, "soc/pll@1000", 2, "acme,pll", 1);
    PUT_CELLS(pll, "clock-frequency", 7);
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) d = g_dir_open(path, 0, NULL);
    const char *entry;

    while (d && (entry = g_dir_read_name(d))) {
        g_autofree char *child = g_build_filename(path, entry, NULL);

        remove_tree(child);
    }
    g_remove(path);
}

static void tree_teardown(Tree *t, gconstpointer data)
{
    (void)data;
    remove_tree(t->base);
    g_free(t->dev);
    g_free(t->base);
}

static void assert_read(Tree *t, VpoOfNode *node, int ret)
{
    g_assert_cmpint(vpo_of_read(node, t->dev, t->base), ==, ret);
    if (ret < 0) {
        g_assert_null(node->name);
        g_assert_null(node->compatible);
        g_assert_null(node->clocks);
        g_assert_cmpuint(node->n_clocks, ==, 0);
    }
}

/* ---- tests ---- */

static void test_plain(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    assert_read(t, &node, 0);
    g_assert_cmpstr(node.name, ==, "serial");
    g_assert_cmpmem(node.compatible, node.compatible_len,
                    "arm,pl011\0arm,primecell", 24);
    g_assert_cmpuint(node.n_clocks, ==, 0);
    g_assert_null(node.lost_clocks);
    vpo_of_clear(&node);
}

static void test_fixed_clocks(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    PUT_CELLS(t->dev, "clocks", 1, 1);
    put(t->dev, "clock-names", "uartclk\0apb_pclk", 17);
    assert_read(t, &node, 0);
    g_assert_cmpuint(node.n_clocks, ==, 2);
    g_assert_cmpuint(node.clocks[0].hz, ==, 24000000);
    g_assert_cmpstr(node.clocks[0].name, ==, "uartclk");
    g_assert_cmpstr(node.clocks[1].name, ==, "apb_pclk");
    g_assert_null(node.lost_clocks);
    vpo_of_clear(&node);
}

/* A clock that can change is never given a rate by guessing. */
static void test_unknown_rate(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    PUT_CELLS(t->dev, "clocks", 2, 5, 1);
    put(t->dev, "clock-names", "baud\0apb_pclk", 14);
    assert_read(t, &node, 0);
    g_assert_cmpuint(node.n_clocks, ==, 1);
    g_assert_cmpstr(node.clocks[0].name, ==, "apb_pclk");
    g_assert_cmpstr(node.lost_clocks, ==, "baud");
    vpo_of_clear(&node);
}

static void test_unknown_rate_unnamed(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    PUT_CELLS(t->dev, "clocks", 1, 2, 5);
    assert_read(t, &node, 0);
    g_assert_cmpuint(node.n_clocks, ==, 0);
    g_assert_cmpstr(node.lost_clocks, ==, "1");
    vpo_of_clear(&node);
}

static void test_dangling_phandle(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    PUT_CELLS(t->dev, "clocks", 99);
    assert_read(t, &node, -EINVAL);
}

static void test_short_clocks(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    PUT_CELLS(t->dev, "clocks", 1, 2); /* 2 takes one argument */
    assert_read(t, &node, -EINVAL);
    put(t->dev, "clocks", "\0\0\0\1\0", 5);
    assert_read(t, &node, -EINVAL);
}

static void test_unterminated_names(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    PUT_CELLS(t->dev, "clocks", 1);
    put(t->dev, "clock-names", "apb", 3);
    assert_read(t, &node, -EINVAL);
}

static void test_bad_name(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    put(t->dev, "name", "a/b", 4);
    assert_read(t, &node, -EINVAL);
    put(t->dev, "name", "ab", 2);
    assert_read(t, &node, -EINVAL);
    put(t->dev, "name", "", 0);
    assert_read(t, &node, -EINVAL);
}

static void test_bad_compatible(Tree *t, gconstpointer data)
{
    g_autofree char *path = g_build_filename(t->dev, "compatible", NULL);
    VpoOfNode node;

    (void)data;
    put(t->dev, "compatible", "a,b", 3);
    assert_read(t, &node, -EINVAL);
    g_assert_cmpint(g_remove(path), ==, 0);
    assert_read(t, &node, -ENOENT);
}

static void test_no_node(Tree *t, gconstpointer data)
{
    VpoOfNode node;

    (void)data;
    g_assert_cmpint(vpo_of_read(&node, "/nonexistent", t->base), ==, -ENOENT);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*func)(Tree *t, gconstpointer data);
    } tests[] = {
        { "/of/plain", test_plain },
        { "/of/fixed-clocks", test_fixed_clocks },
        { "/of/unknown-rate", test_unknown_rate },
        { "/of/unknown-rate-unnamed", test_unknown_rate_unnamed },
        { "/of/dangling-phandle", test_dangling_phandle },
        { "/of/short-clocks", test_short_clocks },
        { "/of/unterminated-names", test_unterminated_names },
        { "/of/bad-name", test_bad_name },
        { "/of/bad-compatible", test_bad_compatible },
        { "/of/no-node", test_no_node },
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Tree, NULL, tree_setup, tests[i].func,
                   tree_teardown);
    }
    return g_test_run();
}
