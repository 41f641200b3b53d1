/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of each property of an assigned device, and why.
 */
#ifndef VPO_DT_REPORT_H
#define VPO_DT_REPORT_H

#include "vpo-dt-rule.h"

/* All strings belong to the report. */
typedef struct VpoDtRow {
    VpoDtAction action;
    char *node;       /* path in the host's tree */
    char *property;   /* NULL: the node as a whole */
    char *rule;       /* of the table, or of a check: "unknown", "no-reg" */
    char *why;
} VpoDtRow;

/* Of one device. */
typedef struct VpoDtReport {
    GPtrArray *rows;  /* VpoDtRow */
    char *path;       /* of its node in the guest's tree; NULL without one */
    GPtrArray *extra; /* paths of the nodes that were made beside it */
} VpoDtReport;

VpoDtReport *vpo_dt_report_new(void);
void vpo_dt_report_reset(VpoDtReport *report);
void vpo_dt_report_free(VpoDtReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpoDtReport, vpo_dt_report_free)

void vpo_dt_report_add(VpoDtReport *report, VpoDtAction action,
                       const VpoNode *node, const char *property,
                       const char *rule, const char *why);

/* A table for people, one object for programs; g_free() them. */
char *vpo_dt_report_text(const VpoDtReport *report);
char *vpo_dt_report_json(const VpoDtReport *report);
/* "name": "value", or null; for what is put around it. */
void vpo_dt_report_json_member(GString *json, const char *name,
                               const char *value);

#endif
