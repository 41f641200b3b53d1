// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Putting what was made into the guest's tree: all of it, or none.
 */
#include <libfdt.h>
#include <string.h>
#include "vpo-dt-clone.h"

#define RETURN_IF_FDT_ERR(expr)     \
    do {                            \
        int err_ = (expr);          \
        if (err_ < 0) {             \
            return err_;            \
        }                           \
    } while (0)

/* ---- nodes ---- */

/* What is new becomes the first of its kind, so the last one comes first. */
static int write_props(void *fdt, int offset, const VpoNode *node)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    for (VpoProp *prop = node->props; prop; prop = prop->next) {
        g_ptr_array_add(list, prop);
    }
    if (node->phandle) {
        RETURN_IF_FDT_ERR(fdt_setprop_u32(fdt, offset, "phandle",
                                          node->phandle));
    }
    for (unsigned i = list->len; i-- > 0;) {
        const VpoProp *prop = list->pdata[i];

        RETURN_IF_FDT_ERR(fdt_setprop(fdt, offset, prop->name, prop->data,
                                      prop->len));
    }
    return 0;
}

static int write_children(void *fdt, int parent, const VpoNode *node)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    for (VpoNode *child = node->children; child; child = child->next) {
        g_ptr_array_add(list, child);
    }
    for (unsigned i = list->len; i-- > 0;) {
        const VpoNode *child = list->pdata[i];
        int offset = fdt_add_subnode(fdt, parent, child->name);

        RETURN_IF_FDT_ERR(offset);
        RETURN_IF_FDT_ERR(write_props(fdt, offset, child));
        RETURN_IF_FDT_ERR(write_children(fdt, offset, child));
    }
    return 0;
}

/* Nodes of the guest's own that are referred to for the first time. */
static int write_maps(VpoDtClone *clone, void *fdt)
{
    for (unsigned i = 0; i < clone->guest->n_maps; i++) {
        const char *path = clone->guest->maps[i].guest;
        const VpoNode *node = vpo_tree_find(clone->base, path);
        int offset = fdt_path_offset(fdt, path);

        RETURN_IF_FDT_ERR(offset);
        if (node->phandle && !fdt_get_phandle(fdt, offset)) {
            RETURN_IF_FDT_ERR(fdt_setprop_u32(fdt, offset, "phandle",
                                              node->phandle));
        }
    }
    return 0;
}

static int write_nodes(VpoDtClone *clone, void *fdt)
{
    g_autofree char *place = vpo_node_path(clone->place);

    RETURN_IF_FDT_ERR(write_children(fdt, 0, clone->at_root));
    RETURN_IF_FDT_ERR(write_children(fdt, fdt_path_offset(fdt, place),
                                     clone->at_place));
    return write_maps(clone, fdt);
}

static char *write_path(const VpoDtClone *clone, const VpoNode *out)
{
    g_autofree char *path = vpo_node_path(out);
    g_autofree char *place = vpo_node_path(clone->place);
    bool at_root = vpo_node_is_inside(out, clone->at_root);

    return g_strconcat(at_root || !clone->place->parent ? "" : place,
                       strchr(path + 1, '/'), NULL);
}

/* ---- overlays ---- */

typedef struct WriteLabel {
    char *name, *path;
} WriteLabel;

static void write_label_clear(gpointer data)
{
    WriteLabel *label = data;

    g_free(label->name);
    g_free(label->path);
}

static GArray *write_labels(const VpoDtTop *top)
{
    GArray *labels = g_array_new(FALSE, FALSE, sizeof(WriteLabel));
    const VpoNode *gic = vpo_tree_by_phandle(top->clone->base,
                                             top->clone->gic);
    WriteLabel label = { g_strdup("device"),
                         write_path(top->clone, top->out) };

    g_array_set_clear_func(labels, write_label_clear);
    g_array_append_val(labels, label);
    if (gic) {
        label.name = g_strdup("gic");
        label.path = vpo_node_path(gic);
        g_array_append_val(labels, label);
    }
    for (unsigned i = 0; i < top->n_clocks; i++) {
        if (top->clocks[i]) {
            label.name = g_strdup_printf("clock%u", i);
            label.path = write_path(top->clone, top->clocks[i]);
            g_array_append_val(labels, label);
        }
    }
    return labels;
}

/* The first label that the overlay wants and that is not there, or NULL. */
static const char *write_unknown_label(const void *overlay,
                                       const GArray *labels)
{
    int node = fdt_path_offset(overlay, "/__fixups__"), prop;

    fdt_for_each_property_offset(prop, overlay, node) {
        const char *name = NULL;
        unsigned i = 0;

        if (!fdt_getprop_by_offset(overlay, prop, &name, NULL)) {
            return NULL;
        }
        while (i < labels->len &&
               strcmp(g_array_index(labels, WriteLabel, i).name, name)) {
            i++;
        }
        if (i == labels->len) {
            return name;
        }
    }
    return NULL;
}

/* fdt_overlay_apply() finds labels in /__symbols__, made for it only. */
static int write_symbols(void *fdt, const GArray *labels, bool add)
{
    int node = fdt_path_offset(fdt, "/__symbols__");

    if (add && node < 0) {
        node = fdt_add_subnode(fdt, 0, "__symbols__");
    }
    RETURN_IF_FDT_ERR(node);
    for (unsigned i = 0; i < labels->len; i++) {
        const WriteLabel *label = &g_array_index(labels, WriteLabel, i);
        int ret = add ? fdt_setprop_string(fdt, node, label->name, label->path)
                      : fdt_delprop(fdt, node, label->name);

        RETURN_IF_FDT_ERR(ret);
    }
    return 0;
}

static int write_apply(void *fdt, void *overlay, const GArray *labels)
{
    bool had_symbols = fdt_path_offset(fdt, "/__symbols__") >= 0;

    RETURN_IF_FDT_ERR(write_symbols(fdt, labels, true));
    RETURN_IF_FDT_ERR(fdt_overlay_apply(fdt, overlay));
    if (had_symbols) {
        return write_symbols(fdt, labels, false);
    }
    return fdt_del_node(fdt, fdt_path_offset(fdt, "/__symbols__"));
}

static bool write_overlay(const VpoDtTop *top, void *fdt)
{
    g_autofree void *overlay = g_memdup2(top->dev->overlay,
                                         top->dev->overlay_len);
    VpoDtClone *clone = top->clone;
    int ret = fdt_check_full(overlay, top->dev->overlay_len);
    g_autoptr(GArray) labels = write_labels(top);
    const char *unknown;

    if (ret < 0) {
        clone->error = g_strdup_printf("%s: the overlay is no sound device "
                                        "tree blob: %s. Compile it with dtc "
                                        "-@", top->dev->path,
                                        fdt_strerror(ret));
        return false;
    }
    unknown = write_unknown_label(overlay, labels);
    if (unknown) {
        clone->error = g_strdup_printf("%s: the overlay does not apply: it "
                                        "refers to label '%s', and there are "
                                        "device, gic, and clock0, clock1... "
                                        "for each clock with a known rate",
                                        top->dev->path, unknown);
        return false;
    }
    ret = write_apply(fdt, overlay, labels);
    if (ret < 0) {
        clone->error = g_strdup_printf("%s: the overlay does not apply: %s. "
                                        "Its fragments have to target "
                                        "&device, or nodes of the guest by "
                                        "path", top->dev->path,
                                        fdt_strerror(ret));
        return false;
    }
    vpo_dt_clone_note(clone, VPO_DT_SYNTHESISE, top->host, NULL,
                      "overlay", "the user's overlay is applied");
    return true;
}

static bool write_overlays(VpoDtClone *clone, void *fdt)
{
    for (unsigned i = 0; i < clone->n_tops; i++) {
        if (clone->tops[i].dev->overlay &&
            !write_overlay(&clone->tops[i], fdt)) {
            return false;
        }
    }
    return true;
}

/* ---- all or none ---- */

static void write_report(VpoDtClone *clone)
{
    for (unsigned i = 0; i < clone->n_tops; i++) {
        const VpoDtTop *top = &clone->tops[i];
        VpoDtReport *report = top->dev->report;

        report->path = write_path(clone, top->out);
        for (unsigned e = 0; e < top->extra->len; e++) {
            g_ptr_array_add(report->extra,
                            write_path(clone, top->extra->pdata[e]));
        }
    }
}

bool vpo_dt_write(VpoDtClone *clone)
{
    void *fdt = clone->guest->fdt;
    int room = fdt_totalsize(fdt);
    g_autofree void *copy = g_malloc(room);
    int ret = fdt_open_into(fdt, copy, room);

    for (unsigned i = 0; i < clone->n_tops; i++) {
        if (clone->tops[i].dev->overlay) {
            /* Labels of an overlay are resolved to phandles */
            vpo_dt_clone_phandle(clone, clone->tops[i].out);
        }
    }
    if (ret >= 0) {
        ret = write_nodes(clone, copy);
    }
    if (ret < 0) {
        clone->error = g_strdup_printf(
            "%s: the guest's device tree cannot take the node: %s (it has "
            "room for %d bytes)", clone->n_tops ? clone->tops[0].dev->path
                                                : "no device",
            fdt_strerror(ret), room);
        return false;
    }
    if (!write_overlays(clone, copy)) {
        return false;
    }
    write_report(clone);
    /* Behind the strings there is nothing. From here on base is gone. */
    memcpy(fdt, copy, fdt_off_dt_strings(copy) + fdt_size_dt_strings(copy));
    return true;
}

static void write_remove(void *fdt, const char *path)
{
    int node = fdt_path_offset(fdt, path);

    if (node > 0) {
        fdt_del_node(fdt, node);
    }
}

void vpo_dt_remove(void *fdt, const VpoDtReport *report)
{
    if (report->path) {
        write_remove(fdt, report->path);
    }
    for (unsigned i = 0; i < report->extra->len; i++) {
        write_remove(fdt, report->extra->pdata[i]);
    }
}
