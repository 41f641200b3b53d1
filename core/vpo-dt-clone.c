// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's nodes of assigned devices: what is kept of the host's, and the
 * order in which it is made.
 */
#include <libfdt.h>
#include <string.h>
#include "vpo-dt-clone.h"
#include "vpo-host.h"

/* ---- helpers of all parts ---- */

uint32_t vpo_dt_clone_phandle(VpoDtClone *clone, VpoNode *node)
{
    if (!node->phandle) {
        node->phandle = ++clone->last_phandle;
    }
    return node->phandle;
}

void vpo_dt_clone_note(VpoDtClone *clone, VpoDtAction action,
                       const VpoNode *host, const char *property,
                       const char *rule, const char *why, ...)
{
    g_autofree char *text = NULL;
    const VpoNode *at = host;
    va_list args;

    va_start(args, why);
    text = g_strdup_vprintf(why, args);
    va_end(args);
    /* What is left out of a device's node is the device's, too */
    while (!clone->owner[at->id]) {
        at = at->parent;
    }
    vpo_dt_report_add(clone->owner[at->id]->dev->report, action, host,
                      property, rule, text);
    clone->refused |= action == VPO_DT_REFUSE;
}

void vpo_dt_clone_put(VpoDtClone *clone, VpoNode *out, const char *name,
                      const void *data, size_t len)
{
    void *copy = vpo_tree_alloc(clone->out, len + 1);
    VpoProp *prop = (VpoProp *)vpo_node_prop(out, name);

    if (len) {
        memcpy(copy, data, len);
    }
    if (prop) {
        prop->data = copy;
        prop->len = len;
        return;
    }
    if (!vpo_tree_add_prop(clone->out, out, vpo_tree_strdup(clone->out, name),
                           copy, len) && !clone->error) {
        clone->error = g_strdup("more properties than a tree can have");
        clone->refused = true;
    }
}

void vpo_dt_clone_put_u32(VpoDtClone *clone, VpoNode *out, const char *name,
                          uint32_t value)
{
    uint32_t be = GUINT32_TO_BE(value);

    vpo_dt_clone_put(clone, out, name, &be, sizeof(be));
}

void vpo_dt_clone_put_string(VpoDtClone *clone, VpoNode *out, const char *name,
                             const char *text)
{
    vpo_dt_clone_put(clone, out, name, text, strlen(text) + 1);
}

void vpo_dt_clone_cell(GByteArray *cells, uint32_t value)
{
    uint32_t be = GUINT32_TO_BE(value);

    g_byte_array_append(cells, (const uint8_t *)&be, sizeof(be));
}

/* ---- what is kept ---- */

/*
 * Why a node inside of a device's is left out; NULL if it is kept. A node that
 * the CPU can reach and that has a driver is a device of its own on the host,
 * bound or not; the others come with the device.
 */
static const char *clone_left_out(VpoDtClone *clone, const VpoDtTop *top,
                                  const VpoNode *host, const char **rule)
{
    uint64_t addr, size;

    *rule = "disabled";
    if (vpo_host_disabled(host)) {
        return "disabled on the host";
    }
    *rule = "device-inside";
    if (vpo_dt_clone_top(clone, host) ||
        (!vpo_host_is_mmio(host) && !vpo_host_is_bus(host))) {
        return NULL;
    }
    if (vpo_node_prop(host, "compatible")) {
        return "a device of its own on the host: assign it, too, if the guest "
               "needs it";
    }
    *rule = "outside";
    return vpo_dt_synth_window(top, host, 0, &addr, &size)
               ? NULL : "its registers are not among the device's";
}

static void clone_keep(VpoDtClone *clone, VpoDtTop *top, VpoNode *host)
{
    clone->owner[host->id] = top;
    for (VpoNode *child = host->children; child; child = child->next) {
        const char *rule, *why = clone_left_out(clone, top, child, &rule);
        VpoDtTop *own = vpo_dt_clone_top(clone, child);

        if (why) {
            vpo_dt_clone_note(clone, VPO_DT_DROP, child, NULL, rule, "%s",
                              why);
        } else {
            clone_keep(clone, own ? own : top, child);
        }
    }
}

/*
 * The end of a link is kept if its other end is. A device, or what something is
 * inside of, stays and loses the property only.
 */
static bool clone_is_lost_end(VpoDtClone *clone, const VpoNode *host)
{
    const VpoNode *other;
    uint32_t phandle;

    if (vpo_dt_clone_top(clone, host) || host->children ||
        !vpo_node_u32(host, "remote-endpoint", &phandle)) {
        return false;
    }
    other = vpo_tree_by_phandle(clone->host, phandle);
    return !other || !clone->owner[other->id];
}

static void clone_make(VpoDtClone *clone, VpoNode *host, VpoNode *parent)
{
    VpoDtTop *top = vpo_dt_clone_top(clone, host);
    VpoNode *out;

    if (clone_is_lost_end(clone, host)) {
        vpo_dt_clone_note(clone, VPO_DT_DROP, host, NULL, "remote-endpoint",
                          "the other end of the link is not the guest's");
        clone->owner[host->id] = NULL;
        return;
    }
    out = vpo_tree_add_node(clone->out, parent,
                            vpo_dt_synth_name(clone, host));
    clone->twin[host->id] = out;
    if (!out) {
        vpo_dt_clone_note(clone, VPO_DT_REFUSE, host, NULL, "limit",
                          "more or deeper nodes than a guest's tree can have");
        return;
    }
    if (top) {
        top->out = out;
    }
    for (VpoNode *child = host->children; child; child = child->next) {
        if (clone->owner[child->id]) {
            clone_make(clone, child, out);
        }
    }
}

/* ---- the steps ---- */

static bool clone_fail(VpoDtClone *clone, const char *what, const char *path)
{
    clone->error = g_strdup_printf(what, path);
    return false;
}

static bool clone_read_guest(VpoDtClone *clone)
{
    const VpoDtGuest *guest = clone->guest;
    const char *place = guest->place ? guest->place : "/";
    g_autofree char *why = NULL;
    uint32_t cells;
    VpoNode *gic;

    clone->base = vpo_tree_borrow_blob(guest->fdt, fdt_totalsize(guest->fdt),
                                       &why);
    if (!clone->base) {
        return clone_fail(clone, "the guest's device tree: %s", why);
    }
    if (fdt_find_max_phandle(guest->fdt, &clone->last_phandle) < 0 ||
        clone->last_phandle > UINT32_MAX / 2) {
        return clone_fail(clone, "the guest's device tree: %s",
                          "it has no free phandles");
    }
    clone->place = vpo_tree_find(clone->base, place);
    if (!clone->place) {
        return clone_fail(clone, "the guest's device tree has no node %s",
                          place);
    }
    gic = vpo_host_irq_parent(clone->base, clone->place);
    if (gic && gic->phandle && vpo_node_u32(gic, "#interrupt-cells", &cells) &&
        cells == 3) {
        clone->gic = gic->phandle;
    }
    return true;
}

static bool clone_read_maps(VpoDtClone *clone)
{
    for (unsigned i = 0; i < clone->guest->n_maps; i++) {
        const VpoDtMap *map = &clone->guest->maps[i];
        VpoNode *host = vpo_tree_find(clone->host, map->host);
        VpoNode *base = vpo_tree_find(clone->base, map->guest);

        if (!host) {
            return clone_fail(clone, "the host's device tree has no node %s, "
                              "which a node of the guest's is to stand for",
                              map->host);
        }
        if (!base) {
            return clone_fail(clone, "the guest's device tree has no node %s, "
                              "which is to stand for one of the host's",
                              map->guest);
        }
        clone->twin[host->id] = base;
    }
    return true;
}

static bool clone_find_devices(VpoDtClone *clone, const VpoDtDevice *devs)
{
    for (unsigned i = 0; i < clone->n_tops; i++) {
        VpoDtTop *top = &clone->tops[i];

        top->clone = clone;
        top->dev = &devs[i];
        vpo_dt_report_reset(devs[i].report);
        top->host = vpo_tree_find(clone->host, devs[i].path);
        if (!top->host || !top->host->parent) {
            return clone_fail(clone, "the host's device tree has no device "
                              "node %s", devs[i].path);
        }
        if (clone->owner[top->host->id]) {
            return clone_fail(clone, "%s: the same node is assigned twice",
                              devs[i].path);
        }
        clone->owner[top->host->id] = top;
    }
    for (unsigned i = 0; i < clone->n_tops; i++) {
        if (vpo_dt_check(clone, &clone->tops[i])) {
            clone->tops[i].unit = g_strdup_printf(
                "%" G_GINT64_MODIFIER "x", devs[i].regions[0].addr);
            clone->tops[i].extra = g_ptr_array_new();
            clone->tops[i].rate_used = g_new0(bool, devs[i].n_user_rates);
            clone->tops[i].edit_used = g_new0(bool, devs[i].n_edits);
        }
    }
    return !clone->refused;
}

static int clone_by_place(gconstpointer a, gconstpointer b)
{
    const VpoDtTop *one = *(const VpoDtTop *const *)a;
    const VpoDtTop *other = *(const VpoDtTop *const *)b;

    return one->host->id < other->host->id ? -1 : 1;
}

/*
 * The devices whose nodes go to the guest's place. Those inside of another's
 * node go there with it: nodes come before what is in them, so they have been
 * kept by then.
 */
static GPtrArray *clone_keep_all(VpoDtClone *clone)
{
    GPtrArray *outer = g_ptr_array_new();

    for (unsigned i = 0; i < clone->n_tops; i++) {
        g_ptr_array_add(outer, &clone->tops[i]);
    }
    g_ptr_array_sort(outer, clone_by_place);
    for (unsigned i = 0; i < outer->len;) {
        VpoDtTop *top = outer->pdata[i];

        if (clone->owner[top->host->parent->id]) {
            g_ptr_array_remove_index(outer, i);
        } else {
            clone_keep(clone, top, top->host);
            i++;
        }
    }
    return outer;
}

static void clone_fill(VpoDtClone *clone, VpoNode *host)
{
    vpo_dt_prop_all(clone, host);
    for (VpoNode *child = host->children; child; child = child->next) {
        if (clone->owner[child->id]) {
            clone_fill(clone, child);
        }
    }
}

static bool clone_make_all(VpoDtClone *clone)
{
    g_autoptr(GPtrArray) outer = clone_keep_all(clone);
    VpoNode *root = vpo_tree_add_node(clone->out, NULL, "");

    clone->at_place = vpo_tree_add_node(clone->out, root, "place");
    clone->at_root = vpo_tree_add_node(clone->out, root, "root");
    for (unsigned i = 0; i < outer->len; i++) {
        clone_make(clone, ((VpoDtTop *)outer->pdata[i])->host,
                   clone->at_place);
    }
    for (unsigned i = 0; i < outer->len && !clone->refused; i++) {
        clone_fill(clone, ((VpoDtTop *)outer->pdata[i])->host);
    }
    for (unsigned i = 0; i < clone->n_tops && !clone->refused; i++) {
        vpo_dt_replace_check(&clone->tops[i]);
        vpo_dt_prop_check(&clone->tops[i]);
    }
    return !clone->refused;
}

/* The sentence: the first refusal, and how many there are besides. */
static void clone_explain(VpoDtClone *clone)
{
    const VpoDtRow *first = NULL;
    unsigned n = 0;

    for (unsigned t = 0; t < clone->n_tops; t++) {
        VpoDtReport *report = clone->tops[t].dev ? clone->tops[t].dev->report
                                                 : NULL;

        for (unsigned i = 0; report && i < report->rows->len; i++) {
            const VpoDtRow *row = report->rows->pdata[i];

            if (row->action == VPO_DT_REFUSE) {
                first = first ? first : row;
                n++;
            }
        }
    }
    if (first && !clone->error) {
        g_autofree char *more = g_strdup_printf(" (and %u more like this)",
                                                n - 1);

        clone->error = g_strdup_printf("%s: %s%s%s%s", first->node,
                                       first->property ? first->property : "",
                                       first->property ? ": " : "",
                                       first->why, n > 1 ? more : "");
    }
}

static void clone_clear(VpoDtClone *clone)
{
    for (unsigned i = 0; i < clone->n_tops; i++) {
        g_free(clone->tops[i].unit);
        g_clear_pointer(&clone->tops[i].extra, g_ptr_array_unref);
        g_free(clone->tops[i].clocks);
        g_free(clone->tops[i].rate_used);
        g_free(clone->tops[i].edit_used);
    }
    g_free(clone->tops);
    g_free(clone->owner);
    g_free(clone->twin);
    vpo_tree_free(clone->base);
    vpo_tree_free(clone->out);
}

bool vpo_dt_add(const VpoDtGuest *guest, const VpoTree *host,
                const VpoDtDevice *devs, unsigned n_devs, char **error)
{
    VpoDtClone clone = {
        .guest = guest, .host = host,
        .out = vpo_tree_new(),
        .owner = g_new0(VpoDtTop *, vpo_tree_n_nodes(host)),
        .twin = g_new0(VpoNode *, vpo_tree_n_nodes(host)),
        .tops = g_new0(VpoDtTop, n_devs), .n_tops = n_devs,
    };
    bool ok = clone_read_guest(&clone) && clone_read_maps(&clone) &&
              clone_find_devices(&clone, devs) && clone_make_all(&clone) &&
              vpo_dt_write(&clone);

    if (!ok) {
        clone_explain(&clone);
    }
    *error = clone.error;
    clone_clear(&clone);
    return ok;
}
