// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nodes as device tree source.
 */
#include <libfdt.h>
#include <string.h>
#include "platformctl.h"

/* ---- the guest's own ---- */

void *ctl_dts_guest(size_t room)
{
    static const struct {
        const char *node, *props;
    } rows[] = {
        { NULL, "#address-cells = <2>; #size-cells = <2>;"
                "interrupt-parent = <0x8001>;"
                "compatible = \"linux,dummy-virt\";" },
        { "intc@8000000", "compatible = \"arm,gic-v3\"; phandle = <0x8001>;"
                          "reg = <0 0x8000000 0 0x10000 0 0x80a0000 0 "
                          "0xf60000>; interrupt-controller;"
                          "#interrupt-cells = <3>; #address-cells = <0>;" },
    };
    void *fdt = g_malloc0(room);

    fdt_create_empty_tree(fdt, room);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        int node = rows[i].node ? fdt_add_subnode(fdt, 0, rows[i].node) : 0;
        g_autoptr(GArray) props = vpo_dt_edits_new();
        g_autofree char *error = NULL;

        vpo_dt_edits_parse(props, rows[i].props, &error);
        for (unsigned p = 0; p < props->len; p++) {
            const VpoDtEdit *prop = &g_array_index(props, VpoDtEdit, p);

            fdt_setprop(fdt, node, prop->name, prop->data, prop->len);
        }
    }
    return fdt;
}

/* ---- printing ---- */

typedef struct Dts {
    const VpoTree *tree;
    GString *text;
    GHashTable *wanted; /* nodes that are printed with all that is in them */
    GHashTable *around; /* nodes above these */
} Dts;

static void dts_indent(Dts *dts, unsigned depth)
{
    while (depth-- > 0) {
        g_string_append_c(dts->text, '\t');
    }
}

static void dts_strings(Dts *dts, const VpoProp *prop)
{
    const char *string;

    for (unsigned i = 0; (string = vpo_prop_string(prop, i)); i++) {
        g_string_append(dts->text, i ? ", \"" : "\"");
        for (; *string; string++) {
            if (*string == '"' || *string == '\\') {
                g_string_append_c(dts->text, '\\');
            }
            g_string_append_c(dts->text, *string);
        }
        g_string_append_c(dts->text, '"');
    }
}

/* A name for what others refer to: "gic_8001" */
static char *dts_label(const VpoNode *node)
{
    char *label = g_strdup_printf("%s_%x", node->name, node->phandle);

    return g_strcanon(label, G_CSET_a_2_z G_CSET_A_2_Z "0123456789_", '_');
}

/* Does cell @i of the list refer to a node? NULL if not. */
static const VpoNode *dts_target(const Dts *dts, const VpoNode *node,
                                 const VpoProp *prop, unsigned i)
{
    static const VpoDtRule parent = { .kind = VPO_DT_KIND_REFS };
    const VpoDtRule *rule = strcmp(prop->name, "interrupt-parent")
                                ? vpo_dt_rule(dts->tree, node, prop) : &parent;
    const char *why;
    VpoDtRef ref;

    if (!rule || rule->kind != VPO_DT_KIND_REFS) {
        return NULL;
    }
    for (unsigned at = 0;
         vpo_dt_ref(dts->tree, rule, prop, at, &ref, &why) > 0;
         at += ref.n_cells) {
        if (at + rule->lead == i) {
            return ref.target;
        }
    }
    return NULL;
}

static void dts_cells(Dts *dts, const VpoNode *node, const VpoProp *prop)
{
    g_string_append_c(dts->text, '<');
    for (unsigned i = 0; i < vpo_prop_n_cells(prop); i++) {
        const VpoNode *target = dts_target(dts, node, prop, i);
        g_autofree char *label = target ? dts_label(target) : NULL;

        g_string_append(dts->text, i ? " " : "");
        if (label) {
            g_string_append_printf(dts->text, "&%s", label);
        } else {
            g_string_append_printf(dts->text, "0x%x", vpo_prop_cell(prop, i));
        }
    }
    g_string_append_c(dts->text, '>');
}

static void dts_bytes(Dts *dts, const VpoProp *prop)
{
    g_string_append_c(dts->text, '[');
    for (unsigned i = 0; i < prop->len; i++) {
        g_string_append_printf(dts->text, "%s%02x", i ? " " : "",
                               prop->data[i]);
    }
    g_string_append_c(dts->text, ']');
}

static void dts_prop(Dts *dts, const VpoNode *node, const VpoProp *prop,
                     unsigned depth)
{
    dts_indent(dts, depth);
    g_string_append(dts->text, prop->name);
    if (prop->len) {
        g_string_append(dts->text, " = ");
        if (vpo_prop_is_strings(prop)) {
            dts_strings(dts, prop);
        } else if (prop->len % 4 == 0) {
            dts_cells(dts, node, prop);
        } else {
            dts_bytes(dts, prop);
        }
    }
    g_string_append(dts->text, ";\n");
}

/* Around a wanted node, only what its meaning depends on. */
static bool dts_is_needed(const VpoProp *prop)
{
    static const char *const needed[] = {
        "#address-cells", "#size-cells", "interrupt-parent", "compatible",
        "ranges", "dma-coherent", "dma-noncoherent", "reg",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(needed); i++) {
        if (strcmp(needed[i], prop->name) == 0) {
            return true;
        }
    }
    return false;
}

static void dts_node(Dts *dts, const VpoNode *node, bool all, unsigned depth)
{
    g_autofree char *label = node->phandle ? dts_label(node) : NULL;

    dts_indent(dts, depth);
    g_string_append_printf(dts->text, "%s%s%s {\n", label ? label : "",
                           label ? ": " : "", depth ? node->name : "/");
    for (const VpoProp *prop = node->props; prop; prop = prop->next) {
        if (all || dts_is_needed(prop)) {
            dts_prop(dts, node, prop, depth + 1);
        }
    }
    for (const VpoNode *child = node->children; child; child = child->next) {
        bool wanted = all || g_hash_table_contains(dts->wanted, child);

        if (wanted || g_hash_table_contains(dts->around, child)) {
            g_string_append_c(dts->text, '\n');
            dts_node(dts, child, wanted, depth + 1);
        }
    }
    dts_indent(dts, depth);
    g_string_append(dts->text, "};\n");
}

static void dts_want(Dts *dts, VpoNode *node)
{
    if (node) {
        g_hash_table_add(dts->wanted, node);
        while ((node = node->parent)) {
            g_hash_table_add(dts->around, node);
        }
    }
}

/* What the report says in short, above the node. */
static void dts_comment(Dts *dts, const VpoDtDevice *dev)
{
    g_autofree char *last = NULL;

    g_string_append_printf(dts->text, "/*\n * %s: %s on the host.\n",
                           dev->report->path, dev->path);
    for (unsigned i = 0; i < dev->report->rows->len; i++) {
        const VpoDtRow *row = dev->report->rows->pdata[i];
        bool inside = strcmp(row->node, dev->path) != 0;
        g_autofree char *line = g_strdup_printf(
            " * Left out: %s%s%s\n", inside ? row->node : "",
            inside ? " " : "", row->property ? row->property : "");

        if (row->action == VPO_DT_DROP && g_strcmp0(line, last)) {
            g_string_append(dts->text, line);
            g_free(last);
            last = g_steal_pointer(&line);
        }
    }
    g_string_append(dts->text, " */\n");
}

char *ctl_dts_print(const void *fdt, const VpoDtDevice *devs, unsigned n)
{
    g_autofree char *error = NULL;
    g_autoptr(VpoTree) tree = vpo_tree_borrow_blob(fdt, fdt_totalsize(fdt),
                                                   &error);
    g_autoptr(GHashTable) wanted = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) around = g_hash_table_new(NULL, NULL);
    Dts dts = { tree, g_string_new("/dts-v1/;\n\n"), wanted, around };
    uint32_t gic;

    if (!tree) {
        g_string_append_printf(dts.text, "/* %s */\n", error);
        return g_string_free(dts.text, FALSE);
    }
    if (vpo_node_u32(vpo_tree_root(tree), "interrupt-parent", &gic)) {
        dts_want(&dts, vpo_tree_by_phandle(tree, gic));
    }
    for (unsigned i = 0; i < n; i++) {
        const VpoDtReport *report = devs[i].report;

        dts_comment(&dts, &devs[i]);
        dts_want(&dts, vpo_tree_find(tree, report->path));
        for (unsigned e = 0; e < report->extra->len; e++) {
            dts_want(&dts, vpo_tree_find(tree, report->extra->pdata[e]));
        }
    }
    dts_node(&dts, vpo_tree_root(tree), false, 0);
    return g_string_free(dts.text, FALSE);
}
