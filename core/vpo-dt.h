/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's device tree nodes of assigned devices.
 *
 * Pure logic: the host's tree and what the guest's machine gave to the devices
 * go in, nodes in the guest's tree come out. All or nothing: a failure leaves
 * the guest's tree byte-identical.
 *
 * All devices of a guest are described in one call, so that those that refer
 * to each other find each other whatever their order. For one device more,
 * vpo_dt_remove() what is there and describe them all.
 */
#ifndef VPO_DT_H
#define VPO_DT_H

#include "vpo-dt-report.h"

/* More than any board has; what the host's tree claims is checked against it */
#define VPO_DT_MAX_REGIONS 64
#define VPO_DT_MAX_IRQS 256
/* Of a property whose entries are replaced by nodes. */
#define VPO_DT_MAX_CLOCKS 256

typedef struct VpoDtRegion {
    uint64_t addr; /* as the CPU sees it at VpoDtGuest.place */
    uint64_t size; /* bytes */
} VpoDtRegion;

typedef struct VpoDtIrq {
    uint32_t spi; /* SPI number, INTID - 32 */
    bool level;   /* level high, else rising edge */
} VpoDtIrq;

/* A rate that the host's kernel tells. */
typedef struct VpoDtRate {
    unsigned index; /* in "clocks" */
    uint64_t hz;
} VpoDtRate;

/* A rate that the user gives, used where nobody else knows it. */
typedef struct VpoDtUserRate {
    const char *name; /* as in "clock-names", or the index in figures */
    uint64_t hz;
} VpoDtUserRate;

/* A property that the user sets or drops: see vpo_dt_edits_parse(). */
typedef struct VpoDtEdit {
    char *node; /* of the host, below the device's: "mdio/phy@0"; "" is it */
    char *name;
    uint8_t *data;
    size_t len;
    bool drop;
} VpoDtEdit;

/* Everything is borrowed from the caller for the time of the call. */
typedef struct VpoDtDevice {
    const char *path; /* of the host's node */
    /* In the order of the host's "reg" and "interrupts" */
    const VpoDtRegion *regions;
    unsigned n_regions;
    const VpoDtIrq *irqs;
    unsigned n_irqs;
    unsigned n_emulated; /* the last so many, which the host's node has not */
    const VpoDtRate *rates;
    unsigned n_rates;
    const VpoDtUserRate *user_rates;
    unsigned n_user_rates;
    const VpoDtEdit *edits;
    unsigned n_edits;
    /*
     * Applied to the guest's tree when the node is in it. Its labels: "device"
     * is the node, "clock0", "clock1"... are its fixed clocks by their place
     * in "clocks", "gic" is the guest's interrupt controller.
     */
    const void *overlay;
    size_t overlay_len;
    VpoDtReport *report; /* filled in anew: a row for each property, a path */
} VpoDtDevice;

/* A node of the guest's own that stands for one of the host's. */
typedef struct VpoDtMap {
    const char *host, *guest; /* paths */
} VpoDtMap;

typedef struct VpoDtGuest {
    void *fdt;         /* its fdt_totalsize() is the room there is */
    const char *place; /* where nodes go; NULL is the root */
    const VpoDtMap *maps;
    unsigned n_maps;
} VpoDtGuest;

/*
 * Add the nodes of @devs, which are nodes of @host, to the guest's tree.
 * False with the guest's tree as it was, and *@error (free with g_free()) a
 * sentence that names the node and, if it is one's fault, the property.
 */
bool vpo_dt_add(const VpoDtGuest *guest, const VpoTree *host,
                const VpoDtDevice *devs, unsigned n_devs, char **error);

/* Take away what vpo_dt_add() added for the device of this report. */
void vpo_dt_remove(void *fdt, const VpoDtReport *report);

/* ---- the user's properties ---- */

/*
 * Parse properties as device tree source has them, each ended by a ';':
 *   name = <1 0x2>, "text", [00 ff];    name;    /delete-property/ name;
 * "child/name" is the property of a child node. Appends VpoDtEdit to @edits,
 * an array from vpo_dt_edits_new(). False with a sentence in *@error.
 */
GArray *vpo_dt_edits_new(void);
bool vpo_dt_edits_parse(GArray *edits, const char *text, char **error);
/* "compatible" = these strings, a NULL-terminated list. */
void vpo_dt_edits_compatible(GArray *edits, const char *const *strings);

#endif
