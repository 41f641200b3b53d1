// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's device tree: a blob, or the live one.
 */
#include <stdlib.h>
#include <string.h>
#include "platformctl.h"

#define HOST_TREE "firmware/devicetree/base"

static VpoTree *host_read_blob(const char *path, char **error)
{
    g_autofree char *blob = NULL, *why = NULL;
    g_autoptr(GError) err = NULL;
    VpoTree *tree;
    gsize len;

    if (!g_file_get_contents(path, &blob, &len, &err)) {
        *error = g_strdup(err->message);
        return NULL;
    }
    tree = vpo_tree_from_blob(blob, len, &why);
    if (!tree) {
        *error = g_strdup_printf("%s: %s", path, why);
    }
    return tree;
}

bool ctl_host_open(CtlHost *host, const char *dtb, const char *sysfs,
                   char **error)
{
    g_autofree char *base = NULL;

    if (dtb) {
        host->tree = host_read_blob(dtb, error);
        return host->tree != NULL;
    }
    base = g_build_filename(sysfs, HOST_TREE, NULL);
    if (!g_file_test(base, G_FILE_TEST_IS_DIR)) {
        *error = g_strdup_printf("this system has no device tree (%s): for "
                                 "that of another one use --dtb", base);
        return false;
    }
    host->sysfs = g_strdup(sysfs);
    host->tree = vpo_tree_from_dir(base, error);
    return host->tree != NULL;
}

void ctl_host_close(CtlHost *host)
{
    g_free(host->sysfs);
    vpo_tree_free(host->tree);
}

/* What of_node of a device leads to; NULL if there is no such device. */
static char *host_of_node(const char *sysfs, const char *name)
{
    g_autofree char *buses = g_build_filename(sysfs, "bus", NULL);
    g_autoptr(GDir) dir = g_dir_open(buses, 0, NULL);
    const char *bus;

    while (dir && (bus = g_dir_read_name(dir))) {
        g_autofree char *link = g_build_filename(buses, bus, "devices", name,
                                                 "of_node", NULL);
        char *real = realpath(link, NULL);

        if (real) {
            return real;
        }
    }
    return NULL;
}

char *ctl_host_node(const CtlHost *host, const char *name, char **error)
{
    g_autofree char *base = NULL, *real_base = NULL, *node = NULL;

    if (*name == '/') {
        return g_strdup(name);
    }
    if (!host->sysfs) {
        *error = g_strdup_printf("'%s' is not the path of a node: in a blob, "
                                 "devices have no other names", name);
        return NULL;
    }
    base = g_build_filename(host->sysfs, HOST_TREE, NULL);
    real_base = realpath(base, NULL);
    node = strchr(name, '/') ? NULL : host_of_node(host->sysfs, name);
    if (!node || !real_base || !g_str_has_prefix(node, real_base)) {
        *error = g_strdup_printf("no device with a device tree node is called "
                                 "'%s': see ls -d %s/bus/*/devices/*/of_node",
                                 name, host->sysfs);
        return NULL;
    }
    return g_strdup(node + strlen(real_base));
}
