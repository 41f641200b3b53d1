// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parses what the user wants of emulated interrupts.
 */
#include <glib.h>
#include <string.h>
#include "vpo-emulated.h"

static char *vpo_emulated_parse_part(const char *part,
                                     VpoEmulatedWishes *wishes)
{
    const char *colon = strchr(part, ':');
    const char *kind = colon ? colon + 1 : "edge";
    g_autofree char *number = g_strndup(part, colon ? (size_t)(colon - part)
                                                    : strlen(part));
    guint64 count;

    if (!g_ascii_string_to_unsigned(number, 10, 1, VPO_EMULATED_MOST, &count,
                                    NULL)) {
        return g_strdup_printf("'%s' is not a number from 1 to %u", number,
                               VPO_EMULATED_MOST);
    }
    if (strcmp(kind, "edge") && strcmp(kind, "level")) {
        return g_strdup_printf("'%s' is neither edge nor level", kind);
    }
    if (count > VPO_EMULATED_MOST - wishes->n) {
        return g_strdup_printf("there can be %u at most", VPO_EMULATED_MOST);
    }
    while (count--) {
        wishes->level[wishes->n++] = strcmp(kind, "level") == 0;
    }
    return NULL;
}

bool vpo_emulated_parse(const char *text, VpoEmulatedWishes *wishes,
                        char **why)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", "/", -1);

    *why = NULL;
    *wishes = (VpoEmulatedWishes) { 0 };
    for (unsigned i = 0; parts[i] && !*why; i++) {
        *why = vpo_emulated_parse_part(parts[i], wishes);
    }
    if (text && !*text) {
        *why = g_strdup("it is empty");
    }
    return !*why;
}
