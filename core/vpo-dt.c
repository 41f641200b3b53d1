// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's device tree node of an assigned device.
 */
#include <glib.h>
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>
#include "vpo-dt.h"

/* Devicetree GIC binding: type cell SPI, and the trigger flags. */
#define GIC_SPI 0
#define GIC_EDGE_RISING 1
#define GIC_LEVEL_HIGH 4

#define RETURN_IF_FDT_ERR(expr)     \
    do {                            \
        int err_ = (expr);          \
        if (err_ < 0) {             \
            return err_;            \
        }                           \
    } while (0)

static bool vpo_dt_is_string_list(const char *list, size_t len)
{
    return len > 1 && list[len - 1] == '\0' && list[0] != '\0';
}

/* A big-endian number of one or two cells. */
static int vpo_dt_append_number(void *fdt, int node, const char *prop,
                                uint64_t value, int cells)
{
    if (cells == 2) {
        return fdt_appendprop_u64(fdt, node, prop, value);
    }
    if (cells != 1) {
        return -FDT_ERR_BADNCELLS;
    }
    return value >> 32 ? -FDT_ERR_BADVALUE
                       : fdt_appendprop_u32(fdt, node, prop, value);
}

static int vpo_dt_add_regions(void *fdt, int node, const VpoDtDevice *dev)
{
    int addr_cells = fdt_address_cells(fdt, 0);
    int size_cells = fdt_size_cells(fdt, 0);

    for (unsigned i = 0; i < dev->n_regions; i++) {
        RETURN_IF_FDT_ERR(vpo_dt_append_number(fdt, node, "reg",
                                               dev->regions[i].addr,
                                               addr_cells));
        RETURN_IF_FDT_ERR(vpo_dt_append_number(fdt, node, "reg",
                                               dev->regions[i].size,
                                               size_cells));
    }
    return 0;
}

static int vpo_dt_add_irqs(void *fdt, int node, const VpoDtDevice *dev)
{
    for (unsigned i = 0; i < dev->n_irqs; i++) {
        RETURN_IF_FDT_ERR(fdt_appendprop_u32(fdt, node, "interrupts", GIC_SPI));
        RETURN_IF_FDT_ERR(fdt_appendprop_u32(fdt, node, "interrupts",
                                             dev->irqs[i].spi));
        RETURN_IF_FDT_ERR(fdt_appendprop_u32(fdt, node, "interrupts",
                                             dev->irqs[i].level
                                                 ? GIC_LEVEL_HIGH
                                                 : GIC_EDGE_RISING));
    }
    return 0;
}

/* "<device>/clock-<i>": children, so that they come and go with the node. */
static int vpo_dt_add_clock(void *fdt, const char *path, unsigned i,
                            const VpoDtClock *clock)
{
    g_autofree char *name = g_strdup_printf("clock-%u", i);
    uint32_t phandle;
    int node;

    RETURN_IF_FDT_ERR(fdt_generate_phandle(fdt, &phandle));
    node = fdt_add_subnode(fdt, fdt_path_offset(fdt, path), name);
    RETURN_IF_FDT_ERR(node);
    RETURN_IF_FDT_ERR(fdt_setprop_string(fdt, node, "compatible",
                                         "fixed-clock"));
    RETURN_IF_FDT_ERR(fdt_setprop_u32(fdt, node, "#clock-cells", 0));
    RETURN_IF_FDT_ERR(fdt_setprop_u32(fdt, node, "clock-frequency",
                                      clock->hz));
    RETURN_IF_FDT_ERR(fdt_setprop_u32(fdt, node, "phandle", phandle));

    node = fdt_path_offset(fdt, path);
    RETURN_IF_FDT_ERR(fdt_appendprop_u32(fdt, node, "clocks", phandle));
    return clock->name ? fdt_appendprop_string(fdt, node, "clock-names",
                                               clock->name) : 0;
}

static int vpo_dt_add_node(void *fdt, const VpoDtDevice *dev, const char *path)
{
    int node = fdt_add_subnode(fdt, 0, path + 1);

    RETURN_IF_FDT_ERR(node);
    RETURN_IF_FDT_ERR(fdt_setprop(fdt, node, "compatible", dev->compatible,
                                  dev->compatible_len));
    RETURN_IF_FDT_ERR(vpo_dt_add_regions(fdt, node, dev));
    RETURN_IF_FDT_ERR(vpo_dt_add_irqs(fdt, node, dev));
    for (unsigned i = 0; i < dev->n_clocks; i++) {
        RETURN_IF_FDT_ERR(vpo_dt_add_clock(fdt, path, i, &dev->clocks[i]));
    }
    return 0;
}

static char *vpo_dt_path(const VpoDtDevice *dev)
{
    if (dev->n_regions == 0) {
        return g_strdup_printf("/%s", dev->name);
    }
    return g_strdup_printf("/%s@%" PRIx64, dev->name, dev->regions[0].addr);
}

int vpo_dt_add_device(void *fdt, const VpoDtDevice *dev, char **path)
{
    g_autofree char *where = vpo_dt_path(dev);
    g_autofree void *copy = NULL;

    *path = NULL;
    if (!vpo_dt_is_string_list(dev->compatible, dev->compatible_len) ||
        dev->name[0] == '\0' || strpbrk(dev->name, "/@") ||
        dev->n_regions > VPO_DT_MAX_REGIONS || dev->n_irqs > VPO_DT_MAX_IRQS ||
        dev->n_clocks > VPO_DT_MAX_CLOCKS) {
        return -FDT_ERR_BADVALUE;
    }
    RETURN_IF_FDT_ERR(fdt_check_header(fdt));

    copy = g_memdup2(fdt, fdt_totalsize(fdt));
    RETURN_IF_FDT_ERR(vpo_dt_add_node(copy, dev, where));
    memcpy(fdt, copy, fdt_totalsize(fdt));
    *path = g_steal_pointer(&where);
    return 0;
}

void vpo_dt_del_device(void *fdt, const char *path)
{
    int node = fdt_path_offset(fdt, path);

    if (node > 0) {
        fdt_del_node(fdt, node);
    }
}
