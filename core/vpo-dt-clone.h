/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of the clone: what one vpo_dt_add() works on.
 */
#ifndef VPO_DT_CLONE_H
#define VPO_DT_CLONE_H

#include "vpo-dt.h"

typedef struct VpoDtClone VpoDtClone;

/* A device of the set, and the nodes that are made beside its own. */
typedef struct VpoDtTop {
    VpoDtClone *clone;
    const VpoDtDevice *dev;
    VpoNode *host;
    VpoNode *out;
    char *unit;            /* its first address, in hexadecimal */
    GPtrArray *extra;      /* nodes made beside it, in out */
    VpoNode **clocks;      /* by place in "clocks"; NULL without a rate */
    unsigned n_clocks;
    bool *rate_used;       /* of dev->user_rates */
    bool *edit_used;       /* of dev->edits */
} VpoDtTop;

struct VpoDtClone {
    const VpoDtGuest *guest;
    const VpoTree *host;
    char *error;
    bool refused;

    VpoTree *base;         /* the guest's tree, as it is */
    VpoNode *place;        /* in base */
    uint32_t gic;          /* phandle of the guest's interrupt controller */
    uint32_t last_phandle; /* the greatest in use */

    VpoTree *out;          /* what is made; ... */
    VpoNode *at_place;     /* ... nodes that go there */
    VpoNode *at_root;      /* ... nodes that go to the guest's root */

    VpoDtTop *tops;
    unsigned n_tops;
    /* By the id of a host node */
    VpoDtTop **owner;      /* the device whose clone it is kept in */
    VpoNode **twin;        /* its node in out; in base, of a map */
};

/* The device that has this very node; NULL if it is only inside of one. */
static inline VpoDtTop *vpo_dt_clone_top(const VpoDtClone *clone,
                                         const VpoNode *host)
{
    VpoDtTop *top = clone->owner[host->id];

    return top && top->host == host ? top : NULL;
}

/* The guest's phandle of a node in out or base, which has one from now on. */
uint32_t vpo_dt_clone_phandle(VpoDtClone *clone, VpoNode *node);

/* Rows of the report; a refusal makes the whole call fail in the end. */
void vpo_dt_clone_note(VpoDtClone *clone, VpoDtAction action,
                       const VpoNode *host, const char *property,
                       const char *rule, const char *why, ...)
    G_GNUC_PRINTF(6, 7);

/* Set a property of a node in out; the data is copied. */
void vpo_dt_clone_put(VpoDtClone *clone, VpoNode *out, const char *name,
                      const void *data, size_t len);
void vpo_dt_clone_put_u32(VpoDtClone *clone, VpoNode *out, const char *name,
                          uint32_t value);
void vpo_dt_clone_put_string(VpoDtClone *clone, VpoNode *out, const char *name,
                             const char *text);
/* A cell at the end of a list. */
void vpo_dt_clone_cell(GByteArray *cells, uint32_t value);

/* ---- vpo-dt-check.c ---- */

/* Everything that makes a device impossible to describe, before it is tried. */
bool vpo_dt_check(VpoDtClone *clone, const VpoDtTop *top);

/* ---- vpo-dt-prop.c ---- */

/* All properties of a kept node. */
void vpo_dt_prop_all(VpoDtClone *clone, VpoNode *host);

/* Edits of the user's that no node of the device's took. */
void vpo_dt_prop_check(VpoDtTop *top);

/* ---- vpo-dt-synth.c ---- */

/* The name of the node that a kept host node becomes. */
const char *vpo_dt_synth_name(VpoDtClone *clone, const VpoNode *host);

/*
 * Its registers as the guest sees them: of a node without a driver of its own
 * that lies within those of the device. False if it does not.
 */
bool vpo_dt_synth_window(const VpoDtTop *top, const VpoNode *host,
                         unsigned i, uint64_t *addr, uint64_t *size);

/* What is made instead of an OWN property, and what the host has not. */
void vpo_dt_synth_own(VpoDtClone *clone, VpoNode *host, const VpoProp *prop);
void vpo_dt_synth_rest(VpoDtClone *clone, VpoNode *host);

/* ---- vpo-dt-replace.c ---- */

/*
 * The node that stands for entry @i of a list: a fixed-clock, or a fixed
 * regulator. NULL if its rate or voltage is not known; that is in the report.
 */
VpoNode *vpo_dt_replace(VpoDtClone *clone, VpoNode *host, const VpoProp *prop,
                        const VpoDtRule *rule, unsigned i,
                        const VpoNode *target);

/* Rates that the user gave for clocks that the device does not have. */
void vpo_dt_replace_check(VpoDtTop *top);

/* ---- vpo-dt-write.c ---- */

/*
 * Put what was made into the guest's tree, overlays applied: into a copy, and
 * only when all of it is there, into the tree itself.
 */
bool vpo_dt_write(VpoDtClone *clone);

#endif
