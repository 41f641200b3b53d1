// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding a property's row, and walking its phandles.
 */
#include <string.h>
#include "vpo-dt-rule.h"

static const VpoDtRule rule_data = {
    .name = "(data)", .kind = VPO_DT_KIND_PLAIN, .why = "no phandle in it",
};
static const VpoDtRule rule_number = {
    .name = "(number)", .kind = VPO_DT_KIND_PLAIN,
    .why = "a number, by the kernel's bindings",
};
static const VpoDtRule rule_phandle = {
    .name = "(phandle)", .kind = VPO_DT_KIND_REFS, .lost = VPO_DT_DROP,
    .args = VPO_DT_ARGS_UNKNOWN,
    .why = "leads to another device, by the kernel's bindings, which the "
           "guest does not have",
};
static const VpoDtRule rule_hog = {
    .name = "(hog)", .kind = VPO_DT_KIND_PLAIN,
    .why = "pins of the controller that the hog is in",
};

const char *vpo_dt_action_name(VpoDtAction action)
{
    static const char *const names[] = {
        [VPO_DT_COPY] = "copied",
        [VPO_DT_SYNTHESISE] = "synthesised",
        [VPO_DT_TRANSLATE] = "translated",
        [VPO_DT_REPLACE] = "replaced",
        [VPO_DT_DROP] = "dropped",
        [VPO_DT_REFUSE] = "refused",
    };

    return names[action];
}

/* ---- rows ---- */

static bool rule_matches(const char *pattern, const char *name)
{
    size_t len, tail;

    for (; *pattern != '*'; pattern++, name++) {
        if (*pattern != *name) {
            return false;
        }
        if (!*pattern) {
            return true;
        }
    }
    pattern++;
    if (!strchr(pattern, '*')) {
        len = strlen(name);
        tail = strlen(pattern);
        return len >= tail && strcmp(name + len - tail, pattern) == 0;
    }
    for (; *name; name++) {
        if (rule_matches(pattern, name)) {
            return true;
        }
    }
    return false;
}

static bool rule_has_phandle(const VpoTree *tree, const VpoProp *prop)
{
    for (unsigned i = 0; i < vpo_prop_n_cells(prop); i++) {
        if (vpo_tree_by_phandle(tree, vpo_prop_cell(prop, i))) {
            return true;
        }
    }
    return false;
}

/*
 * A blob that was built with its fixups says where its phandles are: a
 * property in /__local_fixups__ for each one that has some.
 */
static bool rule_fixups_deny(const VpoTree *tree, const VpoNode *node,
                             const VpoProp *prop)
{
    const VpoNode *fixups = vpo_node_child(vpo_tree_root(tree),
                                           "__local_fixups__", 16);
    g_autofree char *path = fixups ? vpo_node_path(node) : NULL;
    const char *at = path;

    if (!fixups) {
        return false;
    }
    while (fixups && *(at += strspn(at, "/"))) {
        size_t len = strcspn(at, "/");

        fixups = vpo_node_child(fixups, at, len);
        at += len;
    }
    return !fixups || !vpo_node_prop(fixups, prop->name);
}

const VpoDtRule *vpo_dt_rule(const VpoTree *tree, const VpoNode *node,
                             const VpoProp *prop)
{
    if (strcmp(prop->name, "gpios") == 0 && vpo_node_prop(node, "gpio-hog")) {
        return &rule_hog;
    }
    for (unsigned i = 0; i < vpo_dt_n_rules; i++) {
        if (rule_matches(vpo_dt_rules[i].name, prop->name)) {
            return &vpo_dt_rules[i];
        }
    }
    if (prop->len == 0 || prop->len % 4 || vpo_prop_is_strings(prop)) {
        return &rule_data;
    }
    if (vpo_dt_names_phandle(prop->name)) {
        return &rule_phandle;
    }
    if (vpo_dt_names_number(prop->name)) {
        return &rule_number;
    }
    return rule_has_phandle(tree, prop) &&
           !rule_fixups_deny(tree, node, prop) ? NULL : &rule_data;
}

/* ---- phandle lists ---- */

/* How many arguments the target takes; -1 if it does not say. */
static int rule_args(const VpoDtRule *rule, const VpoNode *target)
{
    uint32_t cells;

    if (!rule->cells) {
        return rule->args;
    }
    if (vpo_node_u32(target, rule->cells, &cells)) {
        return cells > 16 ? -1 : (int)cells;
    }
    return rule->bare_ok ? 0 : -1;
}

int vpo_dt_ref(const VpoTree *tree, const VpoDtRule *rule, const VpoProp *prop,
               unsigned at, VpoDtRef *ref, const char **why)
{
    unsigned left = vpo_prop_n_cells(prop) - at;
    int args;

    *why = "its length is not that of whole entries";
    if (left == 0) {
        return prop->len % 4 ? -1 : 0;
    }
    ref->first = at;
    ref->n_cells = rule->lead + 1;
    ref->target = NULL;
    if (left <= rule->lead) {
        return -1;
    }
    ref->phandle = vpo_prop_cell(prop, at + rule->lead);
    if (ref->phandle == 0 || ref->phandle == UINT32_MAX) {
        return 1;
    }
    ref->target = vpo_tree_by_phandle(tree, ref->phandle);
    if (rule->args == VPO_DT_ARGS_UNKNOWN) {
        ref->n_cells = left;
        return 1;
    }
    if (!ref->target) {
        *why = "a phandle in it leads nowhere";
        return -1;
    }
    args = rule_args(rule, ref->target);
    if (args < 0) {
        *why = "a node that it leads to does not say how many arguments it "
               "takes";
        return -1;
    }
    if ((unsigned)args >= left - rule->lead) {
        return -1;
    }
    ref->n_cells += args;
    return 1;
}
