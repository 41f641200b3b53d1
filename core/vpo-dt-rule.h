/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of each property of an assigned device: rows, and what a
 * phandle list of a row looks like.
 */
#ifndef VPO_DT_RULE_H
#define VPO_DT_RULE_H

#include "vpo-tree.h"

/* What is done. The report tells it by these names, in small letters. */
typedef enum VpoDtAction {
    VPO_DT_COPY,       /* as the host has it */
    VPO_DT_SYNTHESISE, /* made for the guest */
    VPO_DT_TRANSLATE,  /* its phandles are the guest's */
    VPO_DT_REPLACE,    /* leads to a node made for the guest */
    VPO_DT_DROP,       /* left out, and the report says so */
    VPO_DT_REFUSE,     /* the device cannot be described */
    VPO_DT_N_ACTIONS
} VpoDtAction;

const char *vpo_dt_action_name(VpoDtAction action);

typedef enum VpoDtKind {
    VPO_DT_KIND_PLAIN, /* data: copied */
    VPO_DT_KIND_OWN,   /* the clone makes it, or the guest's tree has its own */
    VPO_DT_KIND_DROP,  /* never of use to a guest */
    VPO_DT_KIND_NAMES, /* the names of another property's entries */
    VPO_DT_KIND_REFS,  /* a list of phandles with arguments */
} VpoDtKind;

/* The arguments of a phandle are counted by the node that it leads to... */
#define VPO_DT_ARGS_UNKNOWN 0xff /* ... or nobody here knows how many */

typedef struct VpoDtRule {
    const char *name; /* of properties; a '*' stands for any text */
    VpoDtKind kind;
    /* of REFS whose target the guest does not have: REPLACE, DROP, REFUSE */
    VpoDtAction lost;
    const char *cells; /* REFS: the property that counts the arguments, ... */
    uint8_t args;      /* ... or without one their number */
    uint8_t lead;      /* cells before each phandle */
    bool bare_ok;      /* no arguments if the target has no @cells */
    bool whole;        /* all entries are kept or none */
    const char *list;  /* NAMES: the property that they name */
    const char *why;   /* for the report and the documentation */
} VpoDtRule;

/* The rows, in the order in which they are tried. */
extern const VpoDtRule vpo_dt_rules[];
extern const unsigned vpo_dt_n_rules;

/*
 * The row of a property. Those that no row names are known from the kernel's
 * bindings (vpo-dt-names.c), or by their look: text, and numbers of which
 * none is a phandle of @tree, are data. NULL: it may carry a phandle, and
 * nobody here knows.
 */
const VpoDtRule *vpo_dt_rule(const VpoTree *tree, const VpoNode *node,
                             const VpoProp *prop);

/* ---- phandle lists ---- */

typedef struct VpoDtRef {
    unsigned first;  /* cell of the list with which the entry begins */
    unsigned n_cells; /* of the entry, with the phandle */
    uint32_t phandle; /* 0 and UINT32_MAX: an entry that is left empty */
    VpoNode *target;  /* NULL of an empty entry */
} VpoDtRef;

/*
 * The entry that begins at cell @at. 1: @ref is it. 0: the list has ended.
 * -1: it is malformed, and *@why says how (a constant).
 */
int vpo_dt_ref(const VpoTree *tree, const VpoDtRule *rule, const VpoProp *prop,
               unsigned at, VpoDtRef *ref, const char **why);

/* ---- vpo-dt-names.c: generated ---- */

/* Does a binding of the kernel give this property a phandle, or numbers? */
bool vpo_dt_names_phandle(const char *name);
bool vpo_dt_names_number(const char *name);

#endif
