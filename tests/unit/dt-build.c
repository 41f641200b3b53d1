// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Trees for tests, written down as paths with properties in source form.
 */
#include <libfdt.h>
#include <string.h>
#include "dt-build.h"

/* ---- blobs ---- */

static GArray *build_parse(const char *props)
{
    GArray *edits = vpo_dt_edits_new();
    char *error;

    g_assert_true(vpo_dt_edits_parse(edits, props, &error));
    g_assert_no_errno(error ? -1 : 0);
    return edits;
}

static int build_node(void *fdt, const char *path)
{
    int node = 0;

    while (*(path += strspn(path, "/"))) {
        int len = strcspn(path, "/");
        int child = fdt_subnode_offset_namelen(fdt, node, path, len);

        if (child < 0) {
            child = fdt_add_subnode_namelen(fdt, node, path, len);
        }
        g_assert_cmpint(child, >, 0);
        node = child;
        path += len;
    }
    return node;
}

void dt_put(void *fdt, const DtRow *rows)
{
    for (; rows->path; rows++) {
        g_autoptr(GArray) edits = build_parse(rows->props);
        int node = build_node(fdt, rows->path);

        for (unsigned i = 0; i < edits->len; i++) {
            const VpoDtEdit *edit = &g_array_index(edits, VpoDtEdit, i);

            g_assert_cmpint(fdt_setprop(fdt, node, edit->name, edit->data,
                                        edit->len), ==, 0);
        }
    }
}

void *dt_blob(const DtRow *rows, size_t room)
{
    void *fdt = g_malloc0(room);

    g_assert_cmpint(fdt_create_empty_tree(fdt, room), ==, 0);
    dt_put(fdt, rows);
    return fdt;
}

VpoTree *dt_tree(const DtRow *rows)
{
    g_autofree void *blob = dt_blob(rows, DT_ROOM);
    char *error;
    VpoTree *tree = vpo_tree_from_blob(blob, DT_ROOM, &error);

    g_assert_cmpstr(error, ==, NULL);
    return tree;
}

void *dt_guest(size_t room)
{
    static const DtRow rows[] = {
        { "/", "#address-cells = <2>; #size-cells = <2>;"
               "interrupt-parent = <0x8001>;" },
        { "/intc@8000000", "compatible = \"arm,gic-v3\"; phandle = <0x8001>;"
                           "#interrupt-cells = <3>; interrupt-controller;" },
        { NULL }
    };

    return dt_blob(rows, room);
}

/* ---- what is in them ---- */

uint32_t dt_phandle(const void *fdt, const char *path)
{
    uint32_t phandle = fdt_get_phandle(fdt, fdt_path_offset(fdt, path));

    g_assert_cmphex(phandle, >, 0);
    return phandle;
}

void dt_assert_some(const void *fdt, const char *path, const char *props)
{
    g_autoptr(GArray) edits = build_parse(props);
    int node = fdt_path_offset(fdt, path);

    g_assert_cmpint(node, >=, 0);
    for (unsigned i = 0; i < edits->len; i++) {
        const VpoDtEdit *edit = &g_array_index(edits, VpoDtEdit, i);
        int len;
        const void *have = fdt_getprop(fdt, node, edit->name, &len);

        if (!have) {
            g_error("%s has no %s", path, edit->name);
        }
        g_assert_cmpmem(have, len, edit->data, edit->len);
    }
}

void dt_assert_props(const void *fdt, const char *path, const char *props)
{
    g_autoptr(GArray) edits = build_parse(props);
    int node = fdt_path_offset(fdt, path), prop;
    unsigned n = 0;

    dt_assert_some(fdt, path, props);
    fdt_for_each_property_offset(prop, fdt, node) {
        n++;
    }
    g_assert_cmpuint(n, ==, edits->len);
}

void dt_assert_none(const void *fdt, const char *path, const char *prop)
{
    int node = fdt_path_offset(fdt, path);

    g_assert_cmpint(node, >=, 0);
    g_assert_null(fdt_getprop(fdt, node, prop, NULL));
}

void dt_assert_no_node(const void *fdt, const char *path)
{
    g_assert_cmpint(fdt_path_offset(fdt, path), ==, -FDT_ERR_NOTFOUND);
}

/* ---- devices ---- */

void dt_set_init(DtSet *set, const DtRow *host)
{
    memset(set, 0, sizeof(*set));
    set->host = dt_tree(host);
    set->guest.fdt = dt_guest(DT_ROOM);
    set->plan = vpo_plan_new();
}

VpoDtDevice *dt_set_device(DtSet *set, const char *path)
{
    VpoDtDevice *dev = &set->devs[set->n++];

    g_assert_cmpuint(set->n, <=, G_N_ELEMENTS(set->devs));
    dev->path = path;
    dev->report = vpo_dt_report_new();
    vpo_plan_device(set->plan, set->host, dev);
    return dev;
}

void dt_set_clear(DtSet *set)
{
    for (unsigned i = 0; i < set->n; i++) {
        vpo_plan_clear(&set->devs[i]);
        vpo_dt_report_free(set->devs[i].report);
    }
    vpo_plan_free(set->plan);
    vpo_tree_free(set->host);
    g_free(set->guest.fdt);
    g_free(set->error);
}

void dt_set_ok(DtSet *set)
{
    bool ok = vpo_dt_add(&set->guest, set->host, set->devs, set->n,
                         &set->error);

    g_assert_cmpstr(set->error, ==, NULL);
    g_assert_true(ok);
    g_assert_cmpint(fdt_check_full(set->guest.fdt,
                                   fdt_totalsize(set->guest.fdt)), ==, 0);
}

void dt_set_fails(DtSet *set, const char *words)
{
    size_t size = fdt_totalsize(set->guest.fdt);
    g_autofree void *before = g_memdup2(set->guest.fdt, size);

    g_assert_false(vpo_dt_add(&set->guest, set->host, set->devs, set->n,
                              &set->error));
    g_assert_nonnull(set->error);
    if (!strstr(set->error, words)) {
        g_error("'%s' is not in '%s'", words, set->error);
    }
    g_assert_cmpmem(set->guest.fdt, size, before, size);
    for (unsigned i = 0; i < set->n; i++) {
        g_assert_cmpstr(set->devs[i].report->path, ==, NULL);
        g_assert_cmpuint(set->devs[i].report->extra->len, ==, 0);
    }
    g_clear_pointer(&set->error, g_free);
}

bool dt_reported(const VpoDtReport *report, VpoDtAction action,
                 const char *node, const char *property)
{
    for (unsigned i = 0; i < report->rows->len; i++) {
        const VpoDtRow *row = report->rows->pdata[i];

        if (row->action == action && strcmp(row->node, node) == 0 &&
            g_strcmp0(row->property, property) == 0) {
            return true;
        }
    }
    return false;
}
