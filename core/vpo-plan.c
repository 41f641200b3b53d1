// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a device would get from a guest's machine.
 */
#include "vpo-host.h"
#include "vpo-plan.h"

/* QEMU maps whole pages. */
#define PLAN_PAGE 0x1000

VpoPlan *vpo_plan_new(void)
{
    VpoPlan *plan = g_new0(VpoPlan, 1);

    plan->base = VPO_PLAN_VIRT_BASE;
    plan->spi = VPO_PLAN_VIRT_SPI;
    plan->taken = g_array_new(FALSE, FALSE, sizeof(VpoDtRegion));
    return plan;
}

void vpo_plan_free(VpoPlan *plan)
{
    if (plan) {
        g_array_unref(plan->taken);
        g_free(plan);
    }
}

static uint64_t plan_align(uint64_t size)
{
    uint64_t align = 1;

    while (align < size && align < 1ull << 62) {
        align <<= 1;
    }
    return align;
}

/* A region that is in the way; NULL if none is. */
static const VpoDtRegion *plan_obstacle(const VpoPlan *plan,
                                        const VpoDtRegion *wanted)
{
    for (unsigned i = 0; i < plan->taken->len; i++) {
        const VpoDtRegion *other = &g_array_index(plan->taken, VpoDtRegion, i);

        if (wanted->addr < other->addr + other->size &&
            other->addr < wanted->addr + wanted->size) {
            return other;
        }
    }
    return NULL;
}

/* The first place of a power of two that is large enough. */
static uint64_t plan_place(VpoPlan *plan, uint64_t size)
{
    uint64_t align = plan_align(MAX(size, PLAN_PAGE));
    VpoDtRegion region = { plan->base, align };
    const VpoDtRegion *other;

    while ((other = plan_obstacle(plan, &region))) {
        uint64_t past = other->addr + other->size - plan->base;

        region.addr = plan->base + (past + align - 1) / align * align;
    }
    g_array_append_val(plan->taken, region);
    return region.addr;
}

void vpo_plan_device(VpoPlan *plan, const VpoTree *host, VpoDtDevice *dev)
{
    const VpoNode *node = vpo_tree_find(host, dev->path);
    int n_regions = node ? vpo_host_n_regions(node) : 0;
    int n_irqs = node ? vpo_host_n_irqs(host, node) : 0;
    VpoDtRegion *regions;
    VpoDtIrq *irqs;

    dev->n_regions = CLAMP(n_regions, 0, VPO_DT_MAX_REGIONS + 1);
    dev->n_irqs = CLAMP(n_irqs, 0, VPO_DT_MAX_IRQS + 1);
    dev->regions = regions = g_new0(VpoDtRegion, dev->n_regions);
    dev->irqs = irqs = g_new0(VpoDtIrq, dev->n_irqs);
    for (unsigned i = 0; i < dev->n_regions; i++) {
        uint64_t addr;

        vpo_host_region(node, i, &addr, &regions[i].size);
        regions[i].addr = plan_place(plan, regions[i].size);
    }
    for (unsigned i = 0; i < dev->n_irqs; i++) {
        irqs[i].spi = plan->spi++;
        irqs[i].level = vpo_host_irq_is_level(host, node, i);
    }
}

void vpo_plan_clear(VpoDtDevice *dev)
{
    g_clear_pointer((gpointer *)&dev->regions, g_free);
    g_clear_pointer((gpointer *)&dev->irqs, g_free);
    dev->n_regions = dev->n_irqs = 0;
}
