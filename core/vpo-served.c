// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parsing of irq-served=.
 */
#include <glib.h>
#include <string.h>
#include "vpo-number.h"
#include "vpo-served.h"

#define SERVED_SYNTAX "[INDEX=]REGION:OFFSET:MASK[:VALUE], or none"

static char *vpo_served_check(const char *text, const VpoServedRule *rule)
{
    if (rule->offset % 4) {
        return g_strdup_printf("'%s': offset 0x%x is not a multiple of 4",
                               text, rule->offset);
    }
    if (rule->mask == 0) {
        return g_strdup_printf("'%s': a mask of 0 says nothing", text);
    }
    if (rule->value & ~rule->mask) {
        return g_strdup_printf("'%s': value 0x%x has bits outside mask 0x%x, "
                               "so it is never read", text, rule->value,
                               rule->mask);
    }
    return NULL;
}

static char *vpo_served_parse_rule(const char *text, VpoServedRule *rule)
{
    uint32_t *const fields[] = { &rule->region, &rule->offset, &rule->mask,
                                 &rule->value };
    g_auto(GStrv) part = g_strsplit(text, ":", -1);
    unsigned n = g_strv_length(part);

    *rule = (VpoServedRule) { .given = true };
    if (strcmp(text, "none") == 0) {
        return NULL;
    }
    rule->reads = true;
    if (n < 3 || n > G_N_ELEMENTS(fields)) {
        return g_strdup_printf("'%s' is not " SERVED_SYNTAX, text);
    }
    for (unsigned i = 0; i < n; i++) {
        if (!vpo_number_u32(part[i], fields[i])) {
            return g_strdup_printf("'%s' is not a 32-bit number", part[i]);
        }
    }
    return vpo_served_check(text, rule);
}

static char *vpo_served_parse_part(const char *part, unsigned n_irqs,
                                   VpoServedRule *rules)
{
    const char *eq = strchr(part, '=');
    VpoServedRule rule;
    char *why = vpo_served_parse_rule(eq ? eq + 1 : part, &rule);
    uint32_t index;

    if (why) {
        return why;
    }
    if (!eq) {
        for (unsigned i = 0; i < n_irqs; i++) {
            rules[i] = rule;
        }
        return NULL;
    }
    g_autofree char *number = g_strndup(part, eq - part);
    if (!vpo_number_u32(number, &index) || index >= n_irqs) {
        return g_strdup_printf("there is no interrupt '%s': the device has "
                               "%u, counted from 0", number, n_irqs);
    }
    rules[index] = rule;
    return NULL;
}

bool vpo_served_parse(const char *text, unsigned n_irqs, VpoServedRule *rules,
                      char **why)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", "/", -1);

    *why = NULL;
    for (unsigned i = 0; i < n_irqs; i++) {
        rules[i] = (VpoServedRule) { 0 };
    }
    for (unsigned i = 0; parts[i] && !*why; i++) {
        *why = vpo_served_parse_part(parts[i], n_irqs, rules);
    }
    if (text && !*text) {
        *why = g_strdup("it is empty");
    }
    return !*why;
}
