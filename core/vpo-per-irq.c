// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules in the texts of properties, one an interrupt.
 */
#include <glib.h>
#include <string.h>
#include "vpo-per-irq.h"

bool vpo_per_irq_number(const char *text, uint32_t *value)
{
    bool hex = g_str_has_prefix(text, "0x");
    guint64 wide;

    if (!g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, 0,
                                    UINT32_MAX, &wide, NULL)) {
        return false;
    }
    *value = wide;
    return true;
}

/* The interrupts that a part is for, from *@first on. */
static char *per_irq_which(const char *part, const char *eq, unsigned n_irqs,
                           uint32_t *first, unsigned *count)
{
    g_autofree char *number = eq ? g_strndup(part, eq - part) : NULL;

    *first = 0;
    *count = eq ? 1 : n_irqs;
    if (eq && (!vpo_per_irq_number(number, first) || *first >= n_irqs)) {
        return g_strdup_printf("there is no interrupt '%s': the device has "
                               "%u, counted from 0", number, n_irqs);
    }
    return NULL;
}

bool vpo_per_irq_parse(const char *text, unsigned n_irqs, void *rules,
                       size_t size, VpoPerIrqRule *parse, char **why)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", "/", -1);
    g_autofree char *rule = g_malloc0(size);

    *why = text && !*text ? g_strdup("it is empty") : NULL;
    memset(rules, 0, n_irqs * size);
    for (unsigned i = 0; parts[i] && !*why; i++) {
        const char *eq = strchr(parts[i], '=');
        uint32_t first;
        unsigned count;

        *why = parse(eq ? eq + 1 : parts[i], rule);
        if (!*why) {
            *why = per_irq_which(parts[i], eq, n_irqs, &first, &count);
        }
        for (unsigned n = 0; !*why && n < count; n++) {
            memcpy((char *)rules + (first + n) * size, rule, size);
        }
    }
    return !*why;
}
