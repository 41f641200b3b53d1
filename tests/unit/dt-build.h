/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees for tests, written down as paths with properties in source form.
 */
#ifndef DT_BUILD_H
#define DT_BUILD_H

#include <glib.h>
#include "vpo-dt.h"
#include "vpo-plan.h"

#define DT_ROOM 65536

/* A node and its properties; a table of them ends with a row of zeroes. */
typedef struct DtRow {
    const char *path;  /* those above it are made, too */
    const char *props; /* see vpo_dt_edits_parse() */
} DtRow;

/* A blob of @room bytes; more rows can be put into it. g_free() it. */
void *dt_blob(const DtRow *rows, size_t room);
void dt_put(void *fdt, const DtRow *rows);
VpoTree *dt_tree(const DtRow *rows);

/* A guest: two cells, a GIC with phandle 0x8001. */
void *dt_guest(size_t room);

/* The node at @path has exactly these properties, or at least these. */
void dt_assert_props(const void *fdt, const char *path, const char *props);
void dt_assert_some(const void *fdt, const char *path, const char *props);
void dt_assert_none(const void *fdt, const char *path, const char *prop);
void dt_assert_no_node(const void *fdt, const char *path);
/* The phandle of a node that has one. */
uint32_t dt_phandle(const void *fdt, const char *path);

/* A set of devices that are planned as vpo_plan_device() does. */
typedef struct DtSet {
    VpoTree *host;
    VpoDtGuest guest;
    void *before; /* the guest's tree, as it was */
    VpoPlan *plan;
    VpoDtDevice devs[4];
    unsigned n;
    char *error;
} DtSet;

void dt_set_init(DtSet *set, const DtRow *host);
/* Adds one; the caller may fill in more of it. */
VpoDtDevice *dt_set_device(DtSet *set, const char *path);
void dt_set_clear(DtSet *set);

/* It works; it fails with these words, and the guest's tree is untouched. */
void dt_set_ok(DtSet *set);
void dt_set_fails(DtSet *set, const char *words);

/* Is there such a row in the report? @property NULL: of the node itself. */
bool dt_reported(const VpoDtReport *report, VpoDtAction action,
                 const char *node, const char *property);

#endif
