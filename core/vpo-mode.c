// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parsing of irq-mode=.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "vpo-mode.h"

static const char *const mode_names[VPO_MODE_N] = {
    [VPO_MODE_AUTO] = "auto",
    [VPO_MODE_FORWARDED] = "forwarded",
    [VPO_MODE_HOLD] = "hold",
    [VPO_MODE_THREADED] = "threaded",
    [VPO_MODE_AUTOMASK] = "automask",
    [VPO_MODE_POLLED] = "polled",
    [VPO_MODE_SHARED] = "shared",
};

const char *vpo_mode_str(VpoMode mode)
{
    return mode < VPO_MODE_N ? mode_names[mode] : "?";
}

static bool vpo_mode_find(const char *name, VpoMode *mode)
{
    for (int m = 0; m < VPO_MODE_N; m++) {
        if (strcmp(mode_names[m], name) == 0) {
            *mode = m;
            return true;
        }
    }
    return false;
}

/* One part: "MODE", only where it stands first, or "INDEX=MODE". */
static char *vpo_mode_parse_part(const char *part, bool first, unsigned n_irqs,
                                 VpoModeWishes *wishes)
{
    const char *eq = strchr(part, '=');
    guint64 index = 0;
    VpoMode mode;

    if (eq) {
        g_autofree char *number = g_strndup(part, eq - part);

        if (!g_ascii_string_to_unsigned(number, 10, 0, UINT32_MAX, &index,
                                        NULL)) {
            return g_strdup_printf("'%s' is not the number of an interrupt",
                                   number);
        }
        if (index >= n_irqs) {
            return g_strdup_printf("there is no interrupt %s: the device has "
                                   "%u, counted from 0", number, n_irqs);
        }
    } else if (!first) {
        return g_strdup_printf("'%s' needs the number of an interrupt before "
                               "it, as in 0=%s", part, part);
    }
    if (!vpo_mode_find(eq ? eq + 1 : part, &mode)) {
        return g_strdup_printf("'%s' is not a mode; modes are auto, forwarded, "
                               "hold, threaded, automask, polled and shared",
                               eq ? eq + 1 : part);
    }
    if (eq) {
        wishes->of[index] = mode;
    } else {
        memset(wishes->of, mode, sizeof(wishes->of));
    }
    return NULL;
}

bool vpo_mode_parse(const char *text, unsigned n_irqs, VpoModeWishes *wishes,
                    char **why)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "auto", ":", -1);

    *why = NULL;
    memset(wishes->of, VPO_MODE_AUTO, sizeof(wishes->of));
    if (!parts[0]) {
        *why = g_strdup("it is empty");
    }
    for (unsigned i = 0; parts[i] && !*why; i++) {
        *why = vpo_mode_parse_part(parts[i], i == 0,
                                   MIN(n_irqs, VPO_DT_MAX_IRQS), wishes);
    }
    return !*why;
}
