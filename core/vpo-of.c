// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a device's node from the host's live device tree.
 */
#include <errno.h>
#include <glib.h>
#include <string.h>
#include "vpo-of.h"

/* A tree deeper than this is a loop of links, not a board. */
#define OF_MAX_DEPTH 16

static bool vpo_of_prop(const char *dir, const char *prop, char **data,
                        gsize *len)
{
    g_autofree char *path = g_build_filename(dir, prop, NULL);

    return g_file_get_contents(path, data, len, NULL);
}

static uint32_t vpo_of_cell(const char *data, unsigned i)
{
    uint32_t be;

    memcpy(&be, data + 4 * i, sizeof(be));
    return GUINT32_FROM_BE(be);
}

/* A property of exactly one cell. */
static bool vpo_of_u32(const char *dir, const char *prop, uint32_t *value)
{
    g_autofree char *data = NULL;
    gsize len;

    if (!vpo_of_prop(dir, prop, &data, &len) || len != 4) {
        return false;
    }
    *value = vpo_of_cell(data, 0);
    return true;
}

/* The directory of the node with @phandle below @dir, or NULL. */
static char *vpo_of_find(const char *dir, uint32_t phandle, int depth)
{
    g_autoptr(GDir) d = depth < OF_MAX_DEPTH ? g_dir_open(dir, 0, NULL) : NULL;
    const char *entry;
    uint32_t here;

    if (vpo_of_u32(dir, "phandle", &here) && here == phandle) {
        return g_strdup(dir);
    }
    while (d && (entry = g_dir_read_name(d))) {
        g_autofree char *child = g_build_filename(dir, entry, NULL);
        char *found = NULL;

        if (g_file_test(child, G_FILE_TEST_IS_DIR)) {
            found = vpo_of_find(child, phandle, depth + 1);
        }
        if (found) {
            return found;
        }
    }
    return NULL;
}

static bool vpo_of_in_list(const char *list, gsize len, const char *word)
{
    for (gsize at = 0; at < len; at += strlen(list + at) + 1) {
        if (strcmp(list + at, word) == 0) {
            return true;
        }
    }
    return false;
}

/* Only a fixed-clock tells its rate in the tree. */
static bool vpo_of_fixed_rate(const char *provider, uint32_t *hz)
{
    g_autofree char *compat = NULL;
    gsize len;

    return vpo_of_prop(provider, "compatible", &compat, &len) && len > 0 &&
           compat[len - 1] == '\0' &&
           vpo_of_in_list(compat, len, "fixed-clock") &&
           vpo_of_u32(provider, "clock-frequency", hz);
}

/* The i-th string of a list, or NULL if there are not that many. */
static const char *vpo_of_nth(const char *list, gsize len, unsigned i)
{
    gsize at = 0;

    while (at < len && i-- > 0) {
        at += strlen(list + at) + 1;
    }
    return at < len ? list + at : NULL;
}

static void vpo_of_lose_clock(VpoOfNode *node, const char *name, unsigned i)
{
    g_autofree char *before = node->lost_clocks;
    g_autofree char *label = name ? g_strdup(name) : g_strdup_printf("%u", i);

    node->lost_clocks = before ? g_strdup_printf("%s, %s", before, label)
                               : g_steal_pointer(&label);
}

static void vpo_of_keep_clock(VpoOfNode *node, const char *name, uint32_t hz)
{
    VpoDtClock *clock;

    node->clocks = g_renew(VpoDtClock, node->clocks, node->n_clocks + 1);
    clock = &node->clocks[node->n_clocks++];
    clock->name = g_strdup(name);
    clock->hz = hz;
}

static void vpo_of_drop_clocks(VpoOfNode *node)
{
    for (unsigned i = 0; i < node->n_clocks; i++) {
        g_free((char *)node->clocks[i].name);
    }
    g_clear_pointer(&node->clocks, g_free);
    node->n_clocks = 0;
}

static int vpo_of_read_clocks(VpoOfNode *node, const char *dir,
                              const char *base)
{
    g_autofree char *cells = NULL, *names = NULL;
    gsize len = 0, names_len = 0, at = 0;
    unsigned i = 0;

    if (!vpo_of_prop(dir, "clocks", &cells, &len)) {
        return 0;
    }
    if (vpo_of_prop(dir, "clock-names", &names, &names_len) &&
        (names_len == 0 || names[names_len - 1] != '\0')) {
        return -EINVAL;
    }
    while (at + 4 <= len && i < VPO_DT_MAX_CLOCKS) {
        uint32_t phandle = vpo_of_cell(cells + at, 0), args = 0, hz;
        g_autofree char *provider = vpo_of_find(base, phandle, 0);
        const char *name = vpo_of_nth(names, names_len, i);

        if (!provider || !vpo_of_u32(provider, "#clock-cells", &args) ||
            args > 8) {
            return -EINVAL;
        }
        if (vpo_of_fixed_rate(provider, &hz)) {
            vpo_of_keep_clock(node, name, hz);
        } else {
            vpo_of_lose_clock(node, name, i);
        }
        at += 4 + 4 * args;
        i++;
    }
    /* Without names a clock is known by its place: one lost loses all. */
    if (node->lost_clocks && !names) {
        vpo_of_drop_clocks(node);
    }
    return at == len ? 0 : -EINVAL;
}

static int vpo_of_read_name(VpoOfNode *node, const char *dir)
{
    g_autofree char *data = NULL;
    gsize len;

    if (!vpo_of_prop(dir, "name", &data, &len)) {
        return -ENOENT;
    }
    if (len < 2 || data[len - 1] != '\0' || strpbrk(data, "/@")) {
        return -EINVAL;
    }
    node->name = g_steal_pointer(&data);
    return 0;
}

static int vpo_of_read_compatible(VpoOfNode *node, const char *dir)
{
    if (!vpo_of_prop(dir, "compatible", &node->compatible,
                     &node->compatible_len)) {
        return -ENOENT;
    }
    if (node->compatible_len < 2 ||
        node->compatible[node->compatible_len - 1] != '\0') {
        return -EINVAL;
    }
    return 0;
}

int vpo_of_read(VpoOfNode *node, const char *dir, const char *base)
{
    int ret;

    memset(node, 0, sizeof(*node));
    ret = vpo_of_read_name(node, dir);
    if (ret == 0) {
        ret = vpo_of_read_compatible(node, dir);
    }
    if (ret == 0) {
        ret = vpo_of_read_clocks(node, dir, base);
    }
    if (ret < 0) {
        vpo_of_clear(node);
    }
    return ret;
}

void vpo_of_clear(VpoOfNode *node)
{
    vpo_of_drop_clocks(node);
    g_clear_pointer(&node->name, g_free);
    g_clear_pointer(&node->compatible, g_free);
    g_clear_pointer(&node->lost_clocks, g_free);
}
