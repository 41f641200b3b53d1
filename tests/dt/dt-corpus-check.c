// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dt-corpus: what came out of the clone, looked at by other means.
 */
#include <libfdt.h>
#include <string.h>
#include "dt-corpus.h"
#include "vpo-host.h"

/* What is below is no address. */
#define CHECK_LOWEST 0x10000

static void check_problem(Corpus *c, const VpoNode *host, const char *kind,
                           const char *where)
{
    g_autofree char *path = vpo_node_path(host);

    g_ptr_array_add(c->problems, g_strdup_printf("%s %s %s", kind, path,
                                                 where));
}

typedef struct Check {
    Corpus *c;
    const VpoNode *host;
    const VpoTree *tree;        /* the guest's */
    const VpoDtReport *report;
} Check;

/* What the device's nodes may refer to. */
static bool check_may_lead_to(const Check *check, const VpoNode *target)
{
    const VpoNode *top = vpo_tree_find(check->tree, check->report->path);
    bool ok = vpo_node_is_inside(target, top) ||
              vpo_node_prop(target, "interrupt-controller");

    for (unsigned i = 0; i < check->report->extra->len; i++) {
        ok |= target == vpo_tree_find(check->tree,
                                      check->report->extra->pdata[i]);
    }
    return ok;
}

static void check_phandle(const Check *check, const VpoProp *prop,
                          uint32_t phandle)
{
    const VpoNode *target = vpo_tree_by_phandle(check->tree, phandle);

    if (phandle && (!target || !check_may_lead_to(check, target))) {
        check_problem(check->c, check->host, "dangling", prop->name);
    }
}

/* By the table's rows, and by the names in the kernel's bindings. */
static void check_phandles(const Check *check, const VpoNode *node,
                           const VpoProp *prop)
{
    const VpoDtRule *rule = vpo_dt_rule(check->tree, node, prop);
    unsigned at = 0;
    const char *why;
    VpoDtRef ref;
    int more;

    if (strcmp(prop->name, "interrupt-parent") == 0) {
        check_phandle(check, prop, vpo_prop_cell(prop, 0));
    }
    if (!rule || rule->kind != VPO_DT_KIND_REFS || prop->len == 0) {
        return;
    }
    while ((more = vpo_dt_ref(check->tree, rule, prop, at, &ref, &why)) > 0) {
        check_phandle(check, prop, ref.phandle);
        at += ref.n_cells;
    }
    if (more < 0) {
        check_problem(check->c, check->host, "dangling", prop->name);
    }
}

/* A number that is where the host has one of the device's regions. */
static void check_address(const Check *check, const VpoProp *prop)
{
    uint64_t addr, size;

    for (unsigned r = 0; vpo_host_region(check->host, r, &addr, &size); r++) {
        for (unsigned i = 0; i < vpo_prop_n_cells(prop); i++) {
            if ((uint32_t)addr >= CHECK_LOWEST &&
                vpo_prop_cell(prop, i) == (uint32_t)addr) {
                check_problem(check->c, check->host, "address", prop->name);
                return;
            }
        }
    }
}

static void check_node(const Check *check, const VpoNode *node)
{
    for (const VpoProp *prop = node->props; prop; prop = prop->next) {
        check_phandles(check, node, prop);
        if (strcmp(prop->name, "reg") && !vpo_prop_is_strings(prop)) {
            check_address(check, prop);
        }
    }
    for (const VpoNode *child = node->children; child; child = child->next) {
        check_node(check, child);
    }
}

void corpus_check(Corpus *c, const VpoNode *host, const void *fdt,
                  const VpoDtReport *report)
{
    g_autofree char *error = NULL;
    g_autoptr(VpoTree) tree = vpo_tree_borrow_blob(fdt, fdt_totalsize(fdt),
                                                   &error);
    Check check = { c, host, tree, report };
    const VpoNode *top = tree ? vpo_tree_find(tree, report->path) : NULL;

    if (!top) {
        check_problem(c, host, "broken", error ? error : "no node");
        return;
    }
    check_node(&check, top);
    if (c->names) {
        corpus_print_had(c, host, top);
    }
}
