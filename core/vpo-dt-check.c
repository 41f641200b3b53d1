// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What makes a device impossible to describe: one check a rule.
 */
#include <string.h>
#include "vpo-dt-clone.h"
#include "vpo-host.h"

typedef struct DtCheck {
    VpoDtClone *clone;
    const VpoDtTop *top;
    const VpoNode *host;
    const VpoDtDevice *dev;
} DtCheck;

#define CHECK_REFUSE(c, prop, rule, ...)                                    \
    (vpo_dt_clone_note((c)->clone, VPO_DT_REFUSE, (c)->host, prop, rule,    \
                       __VA_ARGS__), false)

static bool check_enabled(const DtCheck *c)
{
    const VpoNode *off = vpo_host_disabled(c->host);
    g_autofree char *path = off && off != c->host ? vpo_node_path(off) : NULL;

    if (!off) {
        return true;
    }
    return CHECK_REFUSE(c, "status", "disabled", "%s%s not enabled on the "
                        "host, so nobody has set the device up: enable it in "
                        "the host's device tree", path ? path : "",
                        path ? " is" : "the node is");
}

static bool check_compatible(const DtCheck *c)
{
    const VpoProp *prop = vpo_node_prop(c->host, "compatible");

    for (unsigned i = 0; i < c->dev->n_edits; i++) {
        if (!*c->dev->edits[i].node && !c->dev->edits[i].drop &&
            strcmp(c->dev->edits[i].name, "compatible") == 0) {
            return true;
        }
    }
    if (!prop) {
        return CHECK_REFUSE(c, "compatible", "no-compatible", "the node has "
                            "none, so no driver would find it: set one");
    }
    return vpo_prop_is_strings(prop) ||
           CHECK_REFUSE(c, "compatible", "malformed", "not a list of texts: "
                        "set one");
}

static bool check_bus(const DtCheck *c)
{
    g_autofree char *bus = vpo_node_path(c->host->parent);

    if (vpo_node_has_string(c->host, "device_type", "pci")) {
        return CHECK_REFUSE(c, "device_type", "pci", "a PCI host bridge: its "
                            "windows are no registers, so they cannot be "
                            "assigned with it. Assign functions behind it "
                            "with vfio-pci");
    }
    if (!vpo_node_prop(c->host, "reg")) {
        return CHECK_REFUSE(c, "reg", "no-reg", "the node has none: a device "
                            "without registers cannot be assigned");
    }
    return vpo_host_is_mmio(c->host) ||
           CHECK_REFUSE(c, "reg", "not-mmio", "not an address that the CPU "
                        "can reach: the device is behind %s, assign that",
                        bus);
}

static bool check_regions(const DtCheck *c)
{
    int have = vpo_host_n_regions(c->host);

    if (have <= 0) {
        return CHECK_REFUSE(c, "reg", "cells", "%u bytes are no whole entries "
                            "of %u+%u cells, as the bus above counts them",
                            vpo_node_prop(c->host, "reg")->len,
                            vpo_host_address_cells(c->host->parent),
                            vpo_host_size_cells(c->host->parent));
    }
    if (c->dev->n_regions > VPO_DT_MAX_REGIONS ||
        (unsigned)have != c->dev->n_regions) {
        return CHECK_REFUSE(c, "reg", "cells", "the host's tree has %d "
                            "entries, and the device %u regions (of at most "
                            "%u)", have, c->dev->n_regions,
                            VPO_DT_MAX_REGIONS);
    }
    return true;
}

static bool check_number_fits(uint64_t value, unsigned cells)
{
    return cells >= 2 || (cells == 1 && value <= UINT32_MAX);
}

static bool check_room(const DtCheck *c)
{
    unsigned addr = vpo_host_address_cells(c->clone->place);
    unsigned size = vpo_host_size_cells(c->clone->place);
    g_autofree char *place = vpo_node_path(c->clone->place);

    if (addr < 1 || addr > 2 || size < 1 || size > 2) {
        return CHECK_REFUSE(c, "reg", "place", "nodes at the guest's %s have "
                            "%u+%u cells for a register: 1 or 2 of each are "
                            "needed", place, addr, size);
    }
    for (unsigned i = 0; i < c->dev->n_regions; i++) {
        const VpoDtRegion *region = &c->dev->regions[i];

        if (!check_number_fits(region->addr, addr) ||
            !check_number_fits(region->size, size)) {
            return CHECK_REFUSE(c, "reg", "place", "region %u, 0x%"
                                G_GINT64_MODIFIER "x+0x%" G_GINT64_MODIFIER
                                "x, does not fit the %u+%u cells that a "
                                "register has at that place of the guest's "
                                "tree: it has to be below 4 GiB", i,
                                region->addr, region->size, addr, size);
        }
    }
    return true;
}

static bool check_irqs(const DtCheck *c)
{
    int have = vpo_host_n_irqs(c->clone->host, c->host);
    unsigned hardware = c->dev->n_irqs - c->dev->n_emulated;

    if (have < 0) {
        return CHECK_REFUSE(c, "interrupts", "cells", "no whole number of "
                            "interrupts, as the interrupt controller counts "
                            "their cells");
    }
    if (c->dev->n_irqs > VPO_DT_MAX_IRQS || (int)hardware > have) {
        return c->dev->n_irqs == 0 ||
               CHECK_REFUSE(c, "interrupts", "cells", "the host's tree has "
                            "%d, and the device %u, with %u emulated ones "
                            "(of at most %u)", have, c->dev->n_irqs,
                            c->dev->n_emulated, VPO_DT_MAX_IRQS);
    }
    if (c->dev->n_irqs && !c->clone->gic) {
        return CHECK_REFUSE(c, "interrupts", "guest-gic", "the guest's tree "
                            "names no interrupt controller, or one that is no "
                            "GIC (three cells an interrupt)");
    }
    return true;
}

bool vpo_dt_check(VpoDtClone *clone, const VpoDtTop *top)
{
    static bool (*const checks[])(const DtCheck *c) = {
        check_enabled, check_compatible, check_bus, check_regions, check_room,
        check_irqs,
    };
    DtCheck c = { clone, top, top->host, top->dev };

    for (unsigned i = 0; i < G_N_ELEMENTS(checks); i++) {
        if (!checks[i](&c)) {
            return false;
        }
    }
    return true;
}
