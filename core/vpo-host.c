// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a device tree says of a device.
 */
#include "vpo-host.h"

/* ---- status ---- */

static bool host_is_enabled(const VpoNode *node)
{
    return !vpo_node_prop(node, "status") ||
           vpo_node_has_string(node, "status", "okay") ||
           vpo_node_has_string(node, "status", "ok");
}

const VpoNode *vpo_host_disabled(const VpoNode *node)
{
    while (node && host_is_enabled(node)) {
        node = node->parent;
    }
    return node;
}

bool vpo_host_is_coherent(const VpoNode *node)
{
    for (; node; node = node->parent) {
        if (vpo_node_prop(node, "dma-coherent")) {
            return true;
        }
        if (vpo_node_prop(node, "dma-noncoherent")) {
            return false;
        }
    }
    return false;
}

/* ---- addresses ---- */

/* Linux looks further up for cells that a bus does not have; so do we. */
static unsigned host_cells(const VpoNode *node, const char *name)
{
    uint32_t cells;

    for (; node; node = node->parent) {
        if (vpo_node_u32(node, name, &cells)) {
            return MIN(cells, VPO_HOST_MAX_CELLS + 1);
        }
    }
    return 1;
}

unsigned vpo_host_address_cells(const VpoNode *node)
{
    return host_cells(node, "#address-cells");
}

unsigned vpo_host_size_cells(const VpoNode *node)
{
    return host_cells(node, "#size-cells");
}

static bool host_is_reached(const VpoNode *node)
{
    do {
        node = node->parent;
    } while (node && node->parent && vpo_node_prop(node, "ranges"));
    return node && !node->parent;
}

bool vpo_host_is_mmio(const VpoNode *node)
{
    return vpo_node_prop(node, "reg") && host_is_reached(node);
}

bool vpo_host_is_bus(const VpoNode *node)
{
    return vpo_node_prop(node, "ranges") && host_is_reached(node);
}

static bool host_number(const VpoProp *prop, unsigned at, unsigned cells,
                        uint64_t *value)
{
    if (cells > 2) {
        return false;
    }
    *value = 0;
    while (cells-- > 0) {
        *value = *value << 32 | vpo_prop_cell(prop, at++);
    }
    return true;
}

/* Through the "ranges" of @bus, from its children's addresses to its own. */
static bool host_translate(const VpoNode *bus, uint64_t *addr)
{
    const VpoProp *ranges = vpo_node_prop(bus, "ranges");
    unsigned child = vpo_host_address_cells(bus);
    unsigned parent = vpo_host_address_cells(bus->parent);
    unsigned entry = child + parent + vpo_host_size_cells(bus);
    uint64_t from, to, size;

    if (!ranges || ranges->len == 0) {
        return ranges != NULL;
    }
    for (unsigned at = 0; at + entry <= vpo_prop_n_cells(ranges); at += entry) {
        if (!host_number(ranges, at, child, &from) ||
            !host_number(ranges, at + child, parent, &to) ||
            !host_number(ranges, at + child + parent, entry - child - parent,
                         &size)) {
            return false;
        }
        if (*addr >= from && *addr - from < size) {
            *addr = *addr - from + to;
            return true;
        }
    }
    return false;
}

int vpo_host_n_regions(const VpoNode *node)
{
    const VpoProp *reg = vpo_node_prop(node, "reg");
    unsigned entry;

    if (!reg || !node->parent) {
        return 0;
    }
    entry = 4 * (vpo_host_address_cells(node->parent) +
                 vpo_host_size_cells(node->parent));
    return entry && reg->len % entry == 0 ? (int)(reg->len / entry) : -1;
}

bool vpo_host_region(const VpoNode *node, unsigned i, uint64_t *addr,
                     uint64_t *size)
{
    const VpoProp *reg = vpo_node_prop(node, "reg");
    unsigned n_addr, n_size, at;

    if ((int)i >= vpo_host_n_regions(node)) {
        return false;
    }
    n_addr = vpo_host_address_cells(node->parent);
    n_size = vpo_host_size_cells(node->parent);
    at = i * (n_addr + n_size);
    if (!host_number(reg, at, n_addr, addr) ||
        !host_number(reg, at + n_addr, n_size, size)) {
        return false;
    }
    for (node = node->parent; node->parent; node = node->parent) {
        if (!host_translate(node, addr)) {
            return false;
        }
    }
    return true;
}

/* ---- interrupts ---- */

VpoNode *vpo_host_irq_parent(const VpoTree *tree, const VpoNode *node)
{
    const VpoNode *at = node;
    uint32_t phandle;

    /* Nothing keeps "interrupt-parent" from going round in a circle. */
    for (int steps = 0; at && steps < VPO_TREE_MAX_DEPTH; steps++) {
        at = vpo_node_u32(at, "interrupt-parent", &phandle)
                 ? vpo_tree_by_phandle(tree, phandle) : at->parent;
        if (at && vpo_node_prop(at, "#interrupt-cells")) {
            return (VpoNode *)at;
        }
    }
    return NULL;
}

/* One step through "interrupts-extended"; 0 at its end, -1 if malformed. */
static int host_extended(const VpoTree *tree, const VpoProp *prop,
                         unsigned *at, unsigned *n_cells)
{
    const VpoNode *to;
    uint32_t cells;

    if (*at == vpo_prop_n_cells(prop)) {
        return 0;
    }
    to = vpo_tree_by_phandle(tree, vpo_prop_cell(prop, *at));
    if (!to || !vpo_node_u32(to, "#interrupt-cells", &cells) ||
        cells >= vpo_prop_n_cells(prop) - *at) {
        return -1;
    }
    *n_cells = cells;
    *at += 1 + cells;
    return 1;
}

/*
 * Finds specifier @i: its property, its first cell and how many there are.
 * Returns how many specifiers were passed: all of them if there is no @i.
 */
static int host_irq(const VpoTree *tree, const VpoNode *node, unsigned i,
                    const VpoProp **prop, unsigned *first, unsigned *cells)
{
    const VpoNode *parent;
    unsigned at = 0, n = 0;
    int step = 0;

    *cells = 0;
    *prop = vpo_node_prop(node, "interrupts-extended");
    if (*prop) {
        while (n <= i && (step = host_extended(tree, *prop, &at, cells)) > 0) {
            n++;
        }
        *first = at - *cells;
        return step < 0 ? -1 : (int)n;
    }
    *prop = vpo_node_prop(node, "interrupts");
    if (!*prop || (*prop)->len == 0) {
        return 0;
    }
    parent = vpo_host_irq_parent(tree, node);
    if (!parent || !vpo_node_u32(parent, "#interrupt-cells", cells) ||
        *cells == 0 || *cells > vpo_prop_n_cells(*prop) ||
        (*prop)->len % (4 * *cells)) {
        return -1;
    }
    n = vpo_prop_n_cells(*prop) / *cells;
    *first = MIN(i, n - 1) * *cells;
    return n;
}

int vpo_host_n_irqs(const VpoTree *tree, const VpoNode *node)
{
    const VpoProp *prop;
    unsigned first, cells;

    return host_irq(tree, node, UINT32_MAX, &prop, &first, &cells);
}

/* Linux's binding, GIC or not: the last cell, 1 rising and 2 falling edge. */
bool vpo_host_irq_is_level(const VpoTree *tree, const VpoNode *node,
                           unsigned i)
{
    const VpoProp *prop;
    unsigned first, cells;
    int n = host_irq(tree, node, i, &prop, &first, &cells);

    if (n <= (int)i || cells < 2) {
        return true;
    }
    return (vpo_prop_cell(prop, first + MIN(cells, 3) - 1) & 3) == 0;
}
