// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What became of each property of an assigned device, and why.
 */
#include <string.h>
#include "vpo-dt-report.h"

static void report_row_free(gpointer data)
{
    VpoDtRow *row = data;

    g_free(row->node);
    g_free(row->property);
    g_free(row->rule);
    g_free(row->why);
    g_free(row);
}

VpoDtReport *vpo_dt_report_new(void)
{
    VpoDtReport *report = g_new0(VpoDtReport, 1);

    report->rows = g_ptr_array_new_with_free_func(report_row_free);
    report->extra = g_ptr_array_new_with_free_func(g_free);
    return report;
}

void vpo_dt_report_reset(VpoDtReport *report)
{
    g_ptr_array_set_size(report->rows, 0);
    g_ptr_array_set_size(report->extra, 0);
    g_clear_pointer(&report->path, g_free);
}

void vpo_dt_report_free(VpoDtReport *report)
{
    if (report) {
        g_ptr_array_unref(report->rows);
        g_ptr_array_unref(report->extra);
        g_free(report->path);
        g_free(report);
    }
}

void vpo_dt_report_add(VpoDtReport *report, VpoDtAction action,
                       const VpoNode *node, const char *property,
                       const char *rule, const char *why)
{
    VpoDtRow *row = g_new0(VpoDtRow, 1);

    row->action = action;
    row->node = vpo_node_path(node);
    row->property = g_strdup(property);
    row->rule = g_strdup(rule);
    row->why = g_strdup(why);
    g_ptr_array_add(report->rows, row);
}

/* ---- for people ---- */

static void report_text_rows(GString *text, const VpoDtReport *report,
                             VpoDtAction action)
{
    for (unsigned i = 0; i < report->rows->len; i++) {
        const VpoDtRow *row = report->rows->pdata[i];

        if (row->action == action) {
            g_string_append_printf(text, "%-11s %s%s%s\n            %s\n",
                                   vpo_dt_action_name(action), row->node,
                                   row->property ? " " : "",
                                   row->property ? row->property : "",
                                   row->why);
        }
    }
}

char *vpo_dt_report_text(const VpoDtReport *report)
{
    GString *text = g_string_new(NULL);

    for (int action = VPO_DT_N_ACTIONS - 1; action >= 0; action--) {
        report_text_rows(text, report, action);
    }
    return g_string_free(text, FALSE);
}

/* ---- for programs ---- */

static void report_json_string(GString *json, const char *text)
{
    if (!text) {
        g_string_append(json, "null");
        return;
    }
    g_string_append_c(json, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            g_string_append_c(json, '\\');
        }
        if (g_ascii_isprint(*text)) {
            g_string_append_c(json, *text);
        } else {
            g_string_append_printf(json, "\\u%04x", (unsigned char)*text);
        }
    }
    g_string_append_c(json, '"');
}

void vpo_dt_report_json_member(GString *json, const char *name,
                               const char *value)
{
    g_string_append_printf(json, "\"%s\": ", name);
    report_json_string(json, value);
}

static void report_json_row(GString *json, const VpoDtRow *row)
{
    g_string_append_c(json, '{');
    vpo_dt_report_json_member(json, "action", vpo_dt_action_name(row->action));
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "node", row->node);
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "property", row->property);
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "rule", row->rule);
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "why", row->why);
    g_string_append_c(json, '}');
}

static void report_json_paths(GString *json, const char *name,
                              const GPtrArray *paths)
{
    g_string_append_printf(json, "\"%s\": [", name);
    for (unsigned i = 0; i < paths->len; i++) {
        g_string_append(json, i ? ", " : "");
        report_json_string(json, paths->pdata[i]);
    }
    g_string_append(json, "], ");
}

char *vpo_dt_report_json(const VpoDtReport *report)
{
    GString *json = g_string_new("{");

    vpo_dt_report_json_member(json, "path", report->path);
    g_string_append(json, ", ");
    report_json_paths(json, "extra", report->extra);
    g_string_append(json, "\"rows\": [");
    for (unsigned i = 0; i < report->rows->len; i++) {
        g_string_append(json, i ? ", " : "");
        report_json_row(json, report->rows->pdata[i]);
    }
    g_string_append(json, "]}");
    return g_string_free(json, FALSE);
}
