// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parsing of irq-served=.
 */
#include <glib.h>
#include <string.h>
#include "vpo-per-irq.h"
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

static char *vpo_served_parse_rule(const char *text, void *data)
{
    VpoServedRule *rule = data;
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
        if (!vpo_per_irq_number(part[i], fields[i])) {
            return g_strdup_printf("'%s' is not a 32-bit number", part[i]);
        }
    }
    return vpo_served_check(text, rule);
}

bool vpo_served_parse(const char *text, unsigned n_irqs, VpoServedRule *rules,
                      char **why)
{
    return vpo_per_irq_parse(text, n_irqs, rules, sizeof(*rules),
                             vpo_served_parse_rule, why);
}
