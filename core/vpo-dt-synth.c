// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is made for the guest: names, registers, interrupts, buses.
 */
#include <string.h>
#include "vpo-dt-clone.h"
#include "vpo-host.h"

/* Devicetree GIC binding: type cell SPI, and the trigger flags. */
#define GIC_SPI 0
#define GIC_EDGE_RISING 1
#define GIC_LEVEL_HIGH 4

static void synth_note(VpoDtClone *clone, const VpoNode *host,
                       const char *property, const char *why)
{
    vpo_dt_clone_note(clone, VPO_DT_SYNTHESISE, host, property, property, "%s",
                      why);
}

/* ---- registers ---- */

bool vpo_dt_synth_window(const VpoDtTop *top, const VpoNode *host,
                         unsigned i, uint64_t *addr, uint64_t *size)
{
    uint64_t have, have_size;

    if (!vpo_host_region(host, i, addr, size)) {
        return false;
    }
    for (unsigned r = 0; r < top->dev->n_regions; r++) {
        if (vpo_host_region(top->host, r, &have, &have_size) &&
            *addr >= have && *addr - have < have_size &&
            *size <= have_size - (*addr - have)) {
            *addr = *addr - have + top->dev->regions[r].addr;
            return true;
        }
    }
    return false;
}

/* Region @i of a kept node as the guest sees it; false past the last. */
static bool synth_region(VpoDtClone *clone, const VpoNode *host, unsigned i,
                         uint64_t *addr, uint64_t *size)
{
    const VpoDtTop *top = vpo_dt_clone_top(clone, host);

    if (!top) {
        return vpo_dt_synth_window(clone->owner[host->id], host, i, addr,
                                   size);
    }
    if (i >= top->dev->n_regions) {
        return false;
    }
    *addr = top->dev->regions[i].addr;
    *size = top->dev->regions[i].size;
    return true;
}

/* Big-endian, of one or two cells; that it fits has been checked. */
static void synth_number(GByteArray *cells, uint64_t value, unsigned n)
{
    if (n > 1) {
        vpo_dt_clone_cell(cells, value >> 32);
    }
    vpo_dt_clone_cell(cells, value);
}

static void synth_reg(VpoDtClone *clone, VpoNode *host, const VpoProp *prop)
{
    g_autoptr(GByteArray) cells = g_byte_array_new();
    VpoNode *out = clone->twin[host->id];
    uint64_t addr, size;

    if (!vpo_host_is_mmio(host)) {
        vpo_dt_clone_put(clone, out, "reg", prop->data, prop->len);
        vpo_dt_clone_note(clone, VPO_DT_COPY, host, "reg", "reg", "an address "
                          "on the device's own bus");
        return;
    }
    for (unsigned i = 0; synth_region(clone, host, i, &addr, &size); i++) {
        synth_number(cells, addr, vpo_host_address_cells(clone->place));
        synth_number(cells, size, vpo_host_size_cells(clone->place));
    }
    vpo_dt_clone_put(clone, out, "reg", cells->data, cells->len);
    synth_note(clone, host, "reg", "where the guest sees the registers");
}

const char *vpo_dt_synth_name(VpoDtClone *clone, const VpoNode *host)
{
    g_autofree char *base = g_strndup(host->name, strcspn(host->name, "@"));
    g_autofree char *name = NULL;
    uint64_t addr, size;

    if (!vpo_host_is_mmio(host) ||
        !synth_region(clone, host, 0, &addr, &size)) {
        return vpo_tree_strdup(clone->out, host->name);
    }
    name = g_strdup_printf("%s@%" G_GINT64_MODIFIER "x", base, addr);
    return vpo_tree_strdup(clone->out, name);
}

/* ---- buses ---- */

static void synth_copy(VpoDtClone *clone, const VpoNode *host,
                       const VpoProp *prop)
{
    vpo_dt_clone_put(clone, clone->twin[host->id], prop->name, prop->data,
                     prop->len);
    vpo_dt_clone_note(clone, VPO_DT_COPY, host, prop->name, prop->name,
                      "of the device's own bus");
}

/* What is on a bus of the clone has the addresses that the guest sees. */
static void synth_ranges(VpoDtClone *clone, VpoNode *host, const VpoProp *prop)
{
    VpoNode *out = clone->twin[host->id];

    if (!vpo_host_is_bus(host)) {
        synth_copy(clone, host, prop);
        return;
    }
    vpo_dt_clone_put_u32(clone, out, "#address-cells",
                         vpo_host_address_cells(clone->place));
    vpo_dt_clone_put_u32(clone, out, "#size-cells",
                         vpo_host_size_cells(clone->place));
    vpo_dt_clone_put(clone, out, "ranges", NULL, 0);
    synth_note(clone, host, "ranges", "passes the guest's addresses on as "
               "they are");
}

/* Has it children with an address; all of them, or those that are kept? */
static bool synth_has_addresses(VpoDtClone *clone, const VpoNode *host,
                                bool kept)
{
    for (VpoNode *child = host->children; child; child = child->next) {
        if (vpo_node_prop(child, "reg") &&
            (!kept || clone->owner[child->id])) {
            return true;
        }
    }
    return false;
}

static void synth_cells(VpoDtClone *clone, VpoNode *host, const VpoProp *prop)
{
    if (vpo_host_is_bus(host)) {
        return; /* with "ranges" */
    }
    /* An interrupt controller's are also of unit interrupt specifiers. */
    if (!vpo_node_prop(host, "interrupt-controller") &&
        synth_has_addresses(clone, host, false) &&
        !synth_has_addresses(clone, host, true)) {
        vpo_dt_clone_note(clone, VPO_DT_DROP, host, prop->name, prop->name,
                          "nothing with an address is left in the node");
        return;
    }
    synth_copy(clone, host, prop);
}

/* ---- interrupts ---- */

static void synth_irq_parent(VpoDtClone *clone, VpoNode *host,
                             uint32_t phandle)
{
    vpo_dt_clone_put_u32(clone, clone->twin[host->id], "interrupt-parent",
                         phandle);
}

static void synth_spis(VpoDtClone *clone, VpoNode *host,
                       const VpoDtDevice *dev)
{
    g_autoptr(GByteArray) cells = g_byte_array_new();
    int have = vpo_host_n_irqs(clone->host, host);
    unsigned hardware = dev->n_irqs - dev->n_emulated;

    for (unsigned i = 0; i < dev->n_irqs; i++) {
        vpo_dt_clone_cell(cells, GIC_SPI);
        vpo_dt_clone_cell(cells, dev->irqs[i].spi);
        vpo_dt_clone_cell(cells, dev->irqs[i].level ? GIC_LEVEL_HIGH
                                                    : GIC_EDGE_RISING);
    }
    if (dev->n_irqs) {
        synth_irq_parent(clone, host, clone->gic);
        vpo_dt_clone_put(clone, clone->twin[host->id], "interrupts",
                         cells->data, cells->len);
        synth_note(clone, host, "interrupts", "SPIs of the guest's");
    }
    if (have != (int)hardware) {
        vpo_dt_clone_note(clone, VPO_DT_DROP, host, "interrupts",
                          "interrupts", "of %d the host gives away %u", have,
                          hardware);
    }
}

/*
 * An interrupt of something inside of the device is kept where it goes to an
 * interrupt controller that the guest has.
 */
static void synth_inner_irqs(VpoDtClone *clone, VpoNode *host,
                             const VpoProp *prop)
{
    VpoNode *parent = vpo_host_irq_parent(clone->host, host);
    VpoNode *twin = parent ? clone->twin[parent->id] : NULL;

    if (!twin || vpo_node_prop(parent, "interrupt-map")) {
        vpo_dt_clone_note(clone, VPO_DT_DROP, host, prop->name, prop->name,
                          "goes to an interrupt controller that the guest "
                          "does not have: only the assigned device's own "
                          "interrupts are passed on");
        return;
    }
    synth_irq_parent(clone, host, vpo_dt_clone_phandle(clone, twin));
    vpo_dt_clone_put(clone, clone->twin[host->id], prop->name, prop->data,
                     prop->len);
    vpo_dt_clone_note(clone, VPO_DT_TRANSLATE, host, prop->name, prop->name,
                      "goes to an interrupt controller that the guest has");
}

static void synth_irqs(VpoDtClone *clone, VpoNode *host, const VpoProp *prop)
{
    const VpoDtTop *top = vpo_dt_clone_top(clone, host);

    /* Where there are both, Linux reads the extended ones only. */
    if (strcmp(prop->name, "interrupts") == 0 &&
        vpo_node_prop(host, "interrupts-extended")) {
        return;
    }
    if (top) {
        synth_spis(clone, host, top->dev);
    } else {
        synth_inner_irqs(clone, host, prop);
    }
}

/* Emulated ones of a node that has none of the hardware's. */
static void synth_only_emulated(VpoDtClone *clone, VpoNode *host)
{
    const VpoDtTop *top = vpo_dt_clone_top(clone, host);

    if (top && top->dev->n_emulated && !vpo_node_prop(host, "interrupts") &&
        !vpo_node_prop(host, "interrupts-extended") &&
        !vpo_node_prop(clone->twin[host->id], "interrupts")) {
        synth_spis(clone, host, top->dev);
    }
}

/*
 * The first @n of @names (all, if there are not so many), and then those of
 * emulated interrupts, if that is their place.
 */
static GByteArray *synth_names(const VpoProp *names, unsigned n,
                               unsigned n_emulated)
{
    GByteArray *all = g_byte_array_new();
    const char *end = vpo_prop_string(names, n);

    g_byte_array_append(all, names->data,
                        end ? (size_t)((const uint8_t *)end - names->data)
                            : names->len);
    for (unsigned i = 0; i < n_emulated &&
                         (n == 0 || vpo_prop_string(names, n - 1)); i++) {
        g_autofree char *name = g_strdup_printf("emulated%u", i);

        g_byte_array_append(all, (uint8_t *)name, strlen(name) + 1);
    }
    return all;
}

/* Names of interrupts that are there, as many as there are. */
static void synth_irq_names(VpoDtClone *clone, VpoNode *host)
{
    const VpoProp *names = vpo_node_prop(host, "interrupt-names");
    const VpoDtTop *top = vpo_dt_clone_top(clone, host);
    VpoNode *out = clone->twin[host->id];
    g_autoptr(GByteArray) kept = NULL;

    if (!names || vpo_node_prop(out, "interrupt-names")) {
        return;
    }
    if (!vpo_node_prop(out, "interrupts") &&
        !vpo_node_prop(out, "interrupts-extended")) {
        vpo_dt_clone_note(clone, VPO_DT_DROP, host, "interrupt-names",
                          "interrupt-names", "goes with the interrupts");
        return;
    }
    kept = top ? synth_names(names, top->dev->n_irqs - top->dev->n_emulated,
                             top->dev->n_emulated)
               : synth_names(names, G_MAXUINT, 0);
    vpo_dt_clone_put(clone, out, "interrupt-names", kept->data, kept->len);
    synth_note(clone, host, "interrupt-names", "in step with the interrupts");
}

/* ---- DMA ---- */

/* Inherited, so it is said where the guest's tree above says otherwise. */
static void synth_coherency(VpoDtClone *clone, VpoNode *host)
{
    VpoNode *out = clone->twin[host->id];
    bool have = vpo_host_is_coherent(host);
    bool above = out->parent == clone->at_place
                     ? vpo_host_is_coherent(clone->place)
                     : vpo_host_is_coherent(out->parent);
    const char *name = have ? "dma-coherent" : "dma-noncoherent";

    if (have != above && !vpo_node_prop(out, "dma-coherent") &&
        !vpo_node_prop(out, "dma-noncoherent")) {
        vpo_dt_clone_put(clone, out, name, NULL, 0);
        synth_note(clone, host, name, "so it is on the host, and the guest's "
                   "tree says otherwise");
    }
}

/* ---- the parts together ---- */

void vpo_dt_synth_own(VpoDtClone *clone, VpoNode *host, const VpoProp *prop)
{
    static const struct {
        const char *name;
        void (*make)(VpoDtClone *clone, VpoNode *host, const VpoProp *prop);
    } makers[] = {
        { "reg", synth_reg },
        { "ranges", synth_ranges },
        { "#address-cells", synth_cells },
        { "#size-cells", synth_cells },
        { "interrupts", synth_irqs },
        { "interrupts-extended", synth_irqs },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(makers); i++) {
        if (strcmp(makers[i].name, prop->name) == 0) {
            makers[i].make(clone, host, prop);
        }
    }
}

void vpo_dt_synth_rest(VpoDtClone *clone, VpoNode *host)
{
    synth_only_emulated(clone, host);
    synth_irq_names(clone, host);
    synth_coherency(clone, host);
}
