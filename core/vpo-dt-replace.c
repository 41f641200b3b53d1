// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nodes that stand for what the host holds: fixed clocks with real rates,
 * fixed regulators with real voltages. Neither is ever guessed.
 */
#include <string.h>
#include "vpo-dt-clone.h"

/* ---- clocks ---- */

static const char *replace_clock_name(const VpoNode *host, unsigned i)
{
    const VpoProp *names = vpo_node_prop(host, "clock-names");

    return names ? vpo_prop_string(names, i) : NULL;
}

/* The user may say the name, or the place in figures. */
static bool replace_is_clock(const VpoNode *host, unsigned i,
                             const char *said)
{
    const char *name = replace_clock_name(host, i);
    g_autofree char *place = g_strdup_printf("%u", i);

    return g_strcmp0(name, said) == 0 || strcmp(place, said) == 0;
}

static uint64_t replace_rate_told(const VpoDtTop *top, unsigned i)
{
    for (unsigned r = 0; r < top->dev->n_rates; r++) {
        if (top->dev->rates[r].index == i) {
            return top->dev->rates[r].hz;
        }
    }
    return 0;
}

static uint64_t replace_rate_user(VpoDtTop *top, unsigned i)
{
    uint64_t hz = 0;

    for (unsigned r = 0; r < top->dev->n_user_rates; r++) {
        if (replace_is_clock(top->host, i, top->dev->user_rates[r].name)) {
            top->rate_used[r] = true;
            hz = top->dev->user_rates[r].hz;
        }
    }
    return hz;
}

/* Only a fixed clock tells its rate in the tree; 0 of any other. */
static uint64_t replace_rate_fixed(const VpoNode *target)
{
    uint32_t hz = 0;

    if (vpo_node_has_string(target, "compatible", "fixed-clock")) {
        vpo_node_u32(target, "clock-frequency", &hz);
    }
    return hz;
}

static uint64_t replace_rate(VpoDtTop *top, unsigned i, const VpoNode *target,
                             const char **from)
{
    uint64_t user = top ? replace_rate_user(top, i) : 0;
    uint64_t hz = top ? replace_rate_told(top, i) : 0;

    *from = "the host's kernel tells it";
    if (!hz) {
        *from = "it is fixed on the host";
        hz = replace_rate_fixed(target);
    }
    if (!hz) {
        *from = "the user gave it";
        hz = user;
    }
    return hz;
}

/* ---- nodes ---- */

static VpoNode *replace_node(VpoDtTop *top, const char *kind)
{
    VpoDtClone *clone = top->clone;
    g_autofree char *name = g_strdup_printf("%s-%s-%u", kind, top->unit,
                                            top->extra->len);
    VpoNode *node = vpo_tree_add_node(clone->out, clone->at_root,
                                      vpo_tree_strdup(clone->out, name));

    if (!node) {
        vpo_dt_clone_note(clone, VPO_DT_REFUSE, top->host, NULL, "limit",
                          "more nodes than a guest's tree can have");
        return NULL;
    }
    g_ptr_array_add(top->extra, node);
    return node;
}

static VpoNode *replace_clock_node(VpoDtTop *top, uint64_t hz)
{
    VpoNode *node = replace_node(top, "clock");

    if (!node) {
        return NULL;
    }
    vpo_dt_clone_put_string(top->clone, node, "compatible", "fixed-clock");
    vpo_dt_clone_put_u32(top->clone, node, "#clock-cells", 0);
    vpo_dt_clone_put_u32(top->clone, node, "clock-frequency", hz);
    return node;
}

static void replace_label_clock(VpoDtTop *top, unsigned i, VpoNode *node)
{
    if (i >= top->n_clocks) {
        top->clocks = g_renew(VpoNode *, top->clocks, i + 1);
        memset(top->clocks + top->n_clocks, 0,
               (i + 1 - top->n_clocks) * sizeof(*top->clocks));
        top->n_clocks = i + 1;
    }
    top->clocks[i] = node;
}

static VpoNode *replace_clock(VpoDtClone *clone, VpoNode *host, unsigned i,
                              const VpoNode *target)
{
    VpoDtTop *own = vpo_dt_clone_top(clone, host);
    const char *name = replace_clock_name(host, i);
    g_autofree char *label = name ? g_strdup(name) : g_strdup_printf("%u", i);
    const char *from;
    uint64_t hz = replace_rate(own, i, target, &from);
    VpoNode *node;

    if (!hz || hz > UINT32_MAX) {
        vpo_dt_clone_note(clone, VPO_DT_DROP, host, "clocks", "clocks",
                          "%s is left empty: %s. A driver that needs it will "
                          "not start: give the clock-rate of '%s'", label,
                          hz ? "its rate is more than a fixed-clock can have"
                             : "its rate is not known", label);
        return NULL;
    }
    node = replace_clock_node(clone->owner[host->id], hz);
    if (!node) {
        return NULL;
    }
    if (own) {
        replace_label_clock(own, i, node);
    }
    vpo_dt_clone_note(clone, VPO_DT_REPLACE, host, "clocks", "clocks", "%s is "
                      "a fixed-clock of %" G_GUINT64_FORMAT " Hz: %s", label,
                      hz, from);
    return node;
}

void vpo_dt_replace_check(VpoDtTop *top)
{
    for (unsigned r = 0; r < top->dev->n_user_rates; r++) {
        const char *said = top->dev->user_rates[r].name;

        if (!top->rate_used[r]) {
            vpo_dt_clone_note(top->clone, VPO_DT_REFUSE, top->host, "clocks",
                              "clock-rate", "the device has no clock '%s' to "
                              "give a rate to", said);
        }
    }
}

/* ---- regulators ---- */

static VpoNode *replace_regulator(VpoDtClone *clone, VpoNode *host,
                                  const VpoProp *prop, const VpoDtRule *rule,
                                  const VpoNode *target)
{
    uint32_t min = 0, max = 0;
    VpoNode *node;

    vpo_node_u32(target, "regulator-min-microvolt", &min);
    vpo_node_u32(target, "regulator-max-microvolt", &max);
    if (!min || min != max) {
        vpo_dt_clone_note(clone, VPO_DT_DROP, host, prop->name, rule->name,
                          "the host's tree does not say one voltage; Linux "
                          "gives the driver a dummy regulator");
        return NULL;
    }
    node = replace_node(clone->owner[host->id], "regulator");
    if (!node) {
        return NULL;
    }
    vpo_dt_clone_put_string(clone, node, "compatible", "regulator-fixed");
    vpo_dt_clone_put_string(clone, node, "regulator-name", node->name);
    vpo_dt_clone_put_u32(clone, node, "regulator-min-microvolt", min);
    vpo_dt_clone_put_u32(clone, node, "regulator-max-microvolt", max);
    vpo_dt_clone_put(clone, node, "regulator-always-on", NULL, 0);
    vpo_dt_clone_note(clone, VPO_DT_REPLACE, host, prop->name, rule->name,
                      "a fixed regulator of %u uV, as on the host", min);
    return node;
}

VpoNode *vpo_dt_replace(VpoDtClone *clone, VpoNode *host, const VpoProp *prop,
                        const VpoDtRule *rule, unsigned i,
                        const VpoNode *target)
{
    return strcmp(prop->name, "clocks") == 0
               ? replace_clock(clone, host, i, target)
               : replace_regulator(clone, host, prop, rule, target);
}
