// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The properties of a kept node, each by its row; the user's own come first.
 */
#include <string.h>
#include "vpo-dt-clone.h"

/* A phandle list on its way into the guest. */
typedef struct PropList {
    VpoDtClone *clone;
    VpoNode *host;
    const VpoProp *prop;
    const VpoDtRule *rule;
    GByteArray *cells;
    unsigned n_kept, n_replaced, n_lost;
} PropList;

static void prop_copy(VpoDtClone *clone, VpoNode *host, const VpoProp *prop,
                      const VpoDtRule *rule)
{
    vpo_dt_clone_put(clone, clone->twin[host->id], prop->name, prop->data,
                     prop->len);
    vpo_dt_clone_note(clone, VPO_DT_COPY, host, prop->name, rule->name, "%s",
                      rule->why);
}

static void prop_drop(VpoDtClone *clone, VpoNode *host, const VpoProp *prop,
                      const VpoDtRule *rule)
{
    vpo_dt_clone_note(clone, VPO_DT_DROP, host, prop->name, rule->name, "%s",
                      rule->why);
}

/* ---- phandle lists ---- */

static void prop_list_entry(PropList *list, const VpoDtRef *ref,
                            uint32_t phandle)
{
    unsigned lead = list->rule->lead;

    for (unsigned i = 0; i < ref->n_cells; i++) {
        vpo_dt_clone_cell(list->cells, i == lead ? phandle
                          : vpo_prop_cell(list->prop, ref->first + i));
    }
    list->n_kept++;
}

/*
 * An entry without a target is left empty, as the bindings have it, so that
 * those after it keep their places.
 */
static void prop_list_hole(PropList *list)
{
    for (unsigned i = 0; i < list->rule->lead; i++) {
        vpo_dt_clone_cell(list->cells, 0);
    }
    vpo_dt_clone_cell(list->cells, 0);
}

static void prop_list_replace(PropList *list, unsigned i,
                              const VpoDtRef *ref)
{
    VpoNode *node = vpo_dt_replace(list->clone, list->host, list->prop,
                                   list->rule, i, ref->target);

    if (!node) {
        prop_list_hole(list);
        return;
    }
    vpo_dt_clone_cell(list->cells, vpo_dt_clone_phandle(list->clone, node));
    list->n_replaced++;
}

static void prop_list_add(PropList *list, unsigned i, const VpoDtRef *ref)
{
    VpoNode *twin = ref->target ? list->clone->twin[ref->target->id] : NULL;
    bool known = list->rule->args != VPO_DT_ARGS_UNKNOWN || ref->n_cells == 1;

    if (ref->phandle == 0 || ref->phandle == UINT32_MAX) {
        prop_list_hole(list);
    } else if (twin && known) {
        prop_list_entry(list, ref, vpo_dt_clone_phandle(list->clone, twin));
    } else if (list->rule->lost == VPO_DT_REPLACE) {
        prop_list_replace(list, i, ref);
    } else {
        list->n_lost++;
        prop_list_hole(list);
    }
}

/* Which rows the list as a whole gets, and whether it is written. */
static void prop_list_end(PropList *list)
{
    VpoDtClone *clone = list->clone;
    const char *name = list->prop->name;
    bool put = list->n_kept + list->n_replaced > 0 &&
               !(list->rule->whole && list->n_lost);

    if (list->n_lost) {
        vpo_dt_clone_note(clone, list->rule->lost, list->host, name,
                          list->rule->name, "%s%s", put ? "in part: " : "",
                          list->rule->why);
    }
    if (put) {
        vpo_dt_clone_put(clone, clone->twin[list->host->id], name,
                         list->cells->data, list->cells->len);
    }
    if (put && list->n_kept) {
        vpo_dt_clone_note(clone, VPO_DT_TRANSLATE, list->host, name,
                          list->rule->name, "leads to what the guest has");
    }
}

static void prop_list(VpoDtClone *clone, VpoNode *host, const VpoProp *prop,
                      const VpoDtRule *rule)
{
    g_autoptr(GByteArray) cells = g_byte_array_new();
    PropList list = { .clone = clone, .host = host, .prop = prop,
                      .rule = rule, .cells = cells };
    const char *why;
    VpoDtRef ref;
    int more;

    if (prop->len == 0) {
        prop_copy(clone, host, prop, rule);
        return;
    }
    if (rule->lost == VPO_DT_REPLACE &&
        vpo_prop_n_cells(prop) > VPO_DT_MAX_CLOCKS) {
        vpo_dt_clone_note(clone, VPO_DT_REFUSE, host, prop->name, "limit",
                          "longer than any device's (%u cells)",
                          VPO_DT_MAX_CLOCKS);
        return;
    }
    for (unsigned i = 0, at = 0; ; i++, at += ref.n_cells) {
        more = vpo_dt_ref(clone->host, rule, prop, at, &ref, &why);
        if (more <= 0) {
            break;
        }
        prop_list_add(&list, i, &ref);
    }
    if (more == 0) {
        prop_list_end(&list);
    } else {
        vpo_dt_clone_note(clone, rule->lost == VPO_DT_DROP ? VPO_DT_DROP
                                                           : VPO_DT_REFUSE,
                          host, prop->name, rule->name,
                          "malformed on the host: %s", why);
    }
}

/* ---- one property ---- */

static void prop_unknown(VpoDtClone *clone, VpoNode *host,
                         const VpoProp *prop)
{
    vpo_dt_clone_note(clone, VPO_DT_REFUSE, host, prop->name, "unknown",
                      "may lead to another device, and nobody here knows: set "
                      "it as the guest needs it, or drop it");
}

static void prop_make(VpoDtClone *clone, VpoNode *host, const VpoProp *prop)
{
    const VpoDtRule *rule = vpo_dt_rule(clone->host, host, prop);

    if (!rule) {
        prop_unknown(clone, host, prop);
        return;
    }
    if (vpo_dt_clone_top(clone, host) &&
        strcmp(prop->name, "interrupts-extended") == 0) {
        vpo_dt_synth_own(clone, host, prop);
        return;
    }
    switch (rule->kind) {
    case VPO_DT_KIND_PLAIN:
        prop_copy(clone, host, prop, rule);
        break;
    case VPO_DT_KIND_OWN:
        vpo_dt_synth_own(clone, host, prop);
        break;
    case VPO_DT_KIND_DROP:
        prop_drop(clone, host, prop, rule);
        break;
    case VPO_DT_KIND_REFS:
        prop_list(clone, host, prop, rule);
        break;
    case VPO_DT_KIND_NAMES:
        break; /* when the lists are there */
    }
}

static void prop_names(VpoDtClone *clone, VpoNode *host, const VpoProp *prop)
{
    const VpoDtRule *rule = g_str_has_suffix(prop->name, "-names")
                                ? vpo_dt_rule(clone->host, host, prop) : NULL;

    if (!rule || rule->kind != VPO_DT_KIND_NAMES) {
        return;
    }
    if (vpo_node_prop(clone->twin[host->id], rule->list)) {
        prop_copy(clone, host, prop, rule);
    } else {
        prop_drop(clone, host, prop, rule);
    }
}

/* ---- the user's own ---- */

/* The path below the device's node: "" is the device. */
static bool prop_edit_is_here(const VpoDtTop *top, const VpoNode *host,
                              const char *path)
{
    const VpoNode *node = top->host;

    while (node && *(path += strspn(path, "/"))) {
        size_t len = strcspn(path, "/");

        node = vpo_node_child(node, path, len);
        path += len;
    }
    return node == host;
}

static void prop_edit(VpoDtTop *top, VpoNode *host, const VpoDtEdit *edit)
{
    VpoDtClone *clone = top->clone;

    if (!edit->drop) {
        vpo_dt_clone_put(clone, clone->twin[host->id], edit->name, edit->data,
                         edit->len);
    } else if (!vpo_node_prop(host, edit->name)) {
        vpo_dt_clone_note(clone, VPO_DT_REFUSE, host, edit->name, "edit",
                          "the node has no such property to drop");
    }
    vpo_dt_clone_note(clone, edit->drop ? VPO_DT_DROP : VPO_DT_SYNTHESISE,
                      host, edit->name, "edit", "as the user wants it");
}

static void prop_edits(VpoDtClone *clone, VpoNode *host)
{
    VpoDtTop *top = clone->owner[host->id];

    for (unsigned i = 0; i < top->dev->n_edits; i++) {
        if (prop_edit_is_here(top, host, top->dev->edits[i].node)) {
            top->edit_used[i] = true;
            prop_edit(top, host, &top->dev->edits[i]);
        }
    }
}

static bool prop_is_edited(const VpoDtTop *top, const VpoNode *host,
                           const char *name)
{
    for (unsigned i = 0; i < top->dev->n_edits; i++) {
        if (strcmp(top->dev->edits[i].name, name) == 0 &&
            prop_edit_is_here(top, host, top->dev->edits[i].node)) {
            return true;
        }
    }
    return false;
}

void vpo_dt_prop_check(VpoDtTop *top)
{
    for (unsigned i = 0; i < top->dev->n_edits; i++) {
        const VpoDtEdit *edit = &top->dev->edits[i];

        if (!top->edit_used[i]) {
            vpo_dt_clone_note(top->clone, VPO_DT_REFUSE, top->host, edit->name,
                              "edit", "the device has no node %s in the guest "
                              "to set or drop this in", edit->node);
        }
    }
}

/* ---- a node ---- */

void vpo_dt_prop_all(VpoDtClone *clone, VpoNode *host)
{
    const VpoDtTop *top = clone->owner[host->id];
    const VpoProp *prop;

    for (prop = host->props; prop; prop = prop->next) {
        if (!prop_is_edited(top, host, prop->name)) {
            prop_make(clone, host, prop);
        }
    }
    prop_edits(clone, host);
    for (prop = host->props; prop; prop = prop->next) {
        if (!prop_is_edited(top, host, prop->name)) {
            prop_names(clone, host, prop);
        }
    }
    vpo_dt_synth_rest(clone, host);
}
