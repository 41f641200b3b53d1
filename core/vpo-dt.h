/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's device tree node of an assigned device.
 *
 * Pure logic on libfdt: a description goes in, a node comes out. All or
 * nothing: a failure leaves the tree byte-identical.
 */
#ifndef VPO_DT_H
#define VPO_DT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than any board has; what the host's tree claims is checked against it */
#define VPO_DT_MAX_REGIONS 64
#define VPO_DT_MAX_IRQS 256
#define VPO_DT_MAX_CLOCKS 32

typedef struct VpoDtRegion {
    uint64_t addr; /* guest physical */
    uint64_t size; /* bytes */
} VpoDtRegion;

typedef struct VpoDtIrq {
    uint32_t spi; /* SPI number, INTID - 32 */
    bool level;   /* level high, else rising edge */
} VpoDtIrq;

typedef struct VpoDtClock {
    const char *name; /* as in clock-names; NULL if the host gives none */
    uint32_t hz;      /* the host's real rate */
} VpoDtClock;

/* Everything is borrowed from the caller for the time of the call. */
typedef struct VpoDtDevice {
    const char *name; /* node name without the unit address */
    const char *compatible; /* NUL-separated list */
    size_t compatible_len;  /* bytes, with the last NUL */
    const VpoDtRegion *regions;
    unsigned n_regions;
    const VpoDtIrq *irqs;
    unsigned n_irqs;
    const VpoDtClock *clocks;
    unsigned n_clocks;
} VpoDtDevice;

/*
 * Add the node of @dev, and a fixed-clock node for each of its clocks, under
 * the root of @fdt, whose fdt_totalsize() is the room there is. The root's
 * interrupt-parent is taken to be the GIC (three cells).
 *
 * Returns 0 and the node's path in @path (free with g_free()), or -FDT_ERR_*
 * with @fdt as it was.
 */
int vpo_dt_add_device(void *fdt, const VpoDtDevice *dev, char **path);

/* Take away what vpo_dt_add_device() added; no harm if it is not there. */
void vpo_dt_del_device(void *fdt, const char *path);

#endif
