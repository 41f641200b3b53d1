/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dt-corpus: what its parts share.
 */
#ifndef DT_CORPUS_H
#define DT_CORPUS_H

#include "vpo-plan.h"

/* As much as QEMU's machines have; more for all devices of a board. */
#define CORPUS_ROOM (1 << 20)
#define CORPUS_ALL_ROOM (8 << 20)
/* Of a device, those whose rate is told. */
#define CORPUS_CLOCKS 64
/* Where no device of the guest's own is. */
#define CORPUS_ALL_BASE 0x4000000000

typedef struct Corpus {
    char *out;           /* where the guest with all devices goes */
    gboolean told;       /* the host's kernel tells all rates */
    gboolean names;      /* print what each node has */
    gboolean table;      /* print the table of rules, and do nothing else */
    char **files;
    const VpoTree *host;
    void *guest;         /* as it is without devices */
    void *fdt;           /* with one device */
    void *all;           /* with all of them */
    VpoPlan *all_plan;
    unsigned nodes, cloned, with_drops, refused;
    GString *times, *map, *had;
    GPtrArray *problems; /* of what came out */
    GHashTable *dropped, *rules;
    GHashTable *why; /* of what is dropped */
} Corpus;

/* What came out, looked at by other means than those it was made by. */
void corpus_check(Corpus *c, const VpoNode *host, const void *fdt,
                  const VpoDtReport *report);

/* What the host's node has in it, and what the guest's has. */
void corpus_print_had(Corpus *c, const VpoNode *host, const VpoNode *guest);
/* All of a board; the table of rules. */
void corpus_print(const Corpus *c, double load_us);
void corpus_print_rules(void);

#endif
