// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a device tree: from a flattened blob, from the directory of a live
 * tree. Neither is trusted.
 */
#include <errno.h>
#include <libfdt.h>
#include <string.h>
#include "vpo-tree.h"

static bool tree_read_fail(char **error, VpoNode *at, const char *what)
{
    g_autofree char *path = at ? vpo_node_path(at) : g_strdup("/");

    *error = g_strdup_printf("device tree, %s: %s", path, what);
    return false;
}

static bool tree_read_name_ok(const char *name)
{
    return *name && !strchr(name, '/') && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

static VpoNode *tree_read_node(VpoTree *tree, VpoNode *parent,
                               const char *name, char **error)
{
    VpoNode *node;

    if (!parent && vpo_tree_root(tree)) {
        tree_read_fail(error, NULL, "there is a second root");
        return NULL;
    }
    if (parent && !tree_read_name_ok(name)) {
        tree_read_fail(error, parent, "a node in it has an impossible name");
        return NULL;
    }
    node = vpo_tree_add_node(tree, parent, parent ? name : "");
    if (!node) {
        tree_read_fail(error, parent,
                       parent->depth >= VPO_TREE_MAX_DEPTH
                           ? "nested deeper than 64 levels, as no board's is"
                           : "more than 65536 nodes, as no board has");
    }
    return node;
}

static bool tree_read_prop(VpoTree *tree, VpoNode *node, const char *name,
                           const void *data, size_t len, char **error)
{
    if (!vpo_tree_add_prop(tree, node, name, data, len)) {
        return tree_read_fail(error, node, "too many properties");
    }
    return true;
}

/* ---- a blob ---- */

static bool tree_read_blob(VpoTree *tree, const void *fdt, char **error)
{
    VpoNode *node = NULL;
    int offset = 0, next, len;
    const char *name;
    const void *data;

    for (;; offset = next) {
        switch (fdt_next_tag(fdt, offset, &next)) {
        case FDT_BEGIN_NODE:
            name = fdt_get_name(fdt, offset, NULL);
            node = tree_read_node(tree, node, name ? name : "", error);
            if (!node) {
                return false;
            }
            break;
        case FDT_PROP:
            data = fdt_getprop_by_offset(fdt, offset, &name, &len);
            if (!node || !data) {
                return tree_read_fail(error, node, "a bad property");
            }
            if (!tree_read_prop(tree, node, name, data, len, error)) {
                return false;
            }
            break;
        case FDT_END_NODE:
            node = node->parent;
            break;
        case FDT_END:
            return vpo_tree_root(tree) ||
                   tree_read_fail(error, NULL, "there is no root");
        default:
            break;
        }
    }
}

static VpoTree *tree_read_sound(VpoTree *tree, const void *blob, size_t size,
                                char **error)
{
    g_autoptr(VpoTree) mine = tree;
    int ret = fdt_check_full(blob, size);

    if (ret < 0) {
        *error = g_strdup_printf("not a sound device tree blob: %s",
                                 fdt_strerror(ret));
        return NULL;
    }
    if (!tree_read_blob(mine, blob, error)) {
        return NULL;
    }
    vpo_tree_index(mine);
    return g_steal_pointer(&mine);
}

VpoTree *vpo_tree_borrow_blob(const void *blob, size_t size, char **error)
{
    *error = NULL;
    return tree_read_sound(vpo_tree_new(), blob, size, error);
}

VpoTree *vpo_tree_from_blob(const void *blob, size_t size, char **error)
{
    VpoTree *tree;
    void *copy;

    *error = NULL;
    if (size > VPO_TREE_MAX_BYTES) {
        *error = g_strdup_printf("%zu bytes are more than a device tree blob "
                                 "can have here (%d)", size,
                                 VPO_TREE_MAX_BYTES);
        return NULL;
    }
    tree = vpo_tree_new();
    copy = vpo_tree_alloc(tree, size);
    memcpy(copy, blob, size);
    return tree_read_sound(tree, copy, size, error);
}

/* ---- a directory ---- */

typedef struct TreeDir {
    VpoTree *tree;
    size_t bytes; /* read so far */
    char **error;
} TreeDir;

static bool tree_read_file(TreeDir *d, VpoNode *node, const char *path,
                           const char *name)
{
    g_autofree char *data = NULL;
    g_autoptr(GError) err = NULL;
    void *copy;
    gsize len;

    if (!g_file_get_contents(path, &data, &len, &err)) {
        /* Linux keeps what is named "security-..." for root. */
        return g_error_matches(err, G_FILE_ERROR, G_FILE_ERROR_ACCES) ||
               tree_read_fail(d->error, node, err->message);
    }
    d->bytes += len;
    if (d->bytes > VPO_TREE_MAX_BYTES) {
        return tree_read_fail(d->error, node, "more than 16 MiB of "
                              "properties, as no board has");
    }
    copy = vpo_tree_alloc(d->tree, len + 1);
    memcpy(copy, data, len);
    return tree_read_prop(d->tree, node, vpo_tree_strdup(d->tree, name), copy,
                          len, d->error);
}

static bool tree_read_entries(TreeDir *d, VpoNode *node, const char *dir);

static bool tree_read_entry(TreeDir *d, VpoNode *node, const char *dir,
                            const char *entry)
{
    g_autofree char *path = g_build_filename(dir, entry, NULL);
    VpoNode *child;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return tree_read_file(d, node, path, entry);
    }
    child = tree_read_node(d->tree, node, vpo_tree_strdup(d->tree, entry),
                           d->error);
    return child && tree_read_entries(d, child, path);
}

static int tree_read_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order of names, so that the same tree is read the same way twice. */
static bool tree_read_entries(TreeDir *d, VpoNode *node, const char *dir)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) err = NULL;
    g_autoptr(GDir) handle = g_dir_open(dir, 0, &err);
    const char *entry;

    if (!handle) {
        return tree_read_fail(d->error, node, err->message);
    }
    while ((entry = g_dir_read_name(handle))) {
        g_ptr_array_add(names, g_strdup(entry));
    }
    g_ptr_array_sort(names, tree_read_compare);
    for (unsigned i = 0; i < names->len; i++) {
        if (!tree_read_entry(d, node, dir, names->pdata[i])) {
            return false;
        }
    }
    return true;
}

VpoTree *vpo_tree_from_dir(const char *dir, char **error)
{
    g_autoptr(VpoTree) tree = vpo_tree_new();
    TreeDir d = { .tree = tree, .error = error };

    *error = NULL;
    if (!tree_read_entries(&d, vpo_tree_add_node(tree, NULL, ""), dir)) {
        return NULL;
    }
    vpo_tree_index(tree);
    return g_steal_pointer(&tree);
}
