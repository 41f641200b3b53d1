// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parsing of irq-share=.
 */
#include <glib.h>
#include <string.h>
#include "vpo-per-irq.h"
#include "vpo-share.h"

static const struct {
    const char *name;
    unsigned registers;
} share_kinds[VPO_SHARE_N] = {
    [VPO_SHARE_ENABLE] = { "enable", 1 },
    [VPO_SHARE_MASK] = { "mask", 1 },
    [VPO_SHARE_SET_CLEAR] = { "set-clear", 2 },
};

static bool share_find_kind(const char *name, VpoShareKind *kind)
{
    for (int k = 0; k < VPO_SHARE_N; k++) {
        if (strcmp(share_kinds[k].name, name) == 0) {
            *kind = k;
            return true;
        }
    }
    return false;
}

static char *share_check(const char *text, const VpoShareRule *rule)
{
    const uint32_t offsets[] = { rule->status, rule->enable, rule->clear };

    for (unsigned i = 0; i < G_N_ELEMENTS(offsets); i++) {
        if (offsets[i] % 4) {
            return g_strdup_printf("'%s': offset 0x%x is not a multiple of 4",
                                   text, offsets[i]);
        }
    }
    if (!rule->status_bits || !rule->enable_bits) {
        return g_strdup_printf("'%s': a register of which no bit counts says "
                               "nothing", text);
    }
    return NULL;
}

/* The numbers of part[] into @fields; both end with NULL. */
static char *share_numbers(char **part, uint32_t *const *fields)
{
    for (; *part && *fields; part++, fields++) {
        if (!vpo_per_irq_number(*part, *fields)) {
            return g_strdup_printf("'%s' is not a 32-bit number", *part);
        }
    }
    return *part || *fields ? g_strdup("") : NULL;
}

/* Takes the words that say which bits ask; the first one behind them. */
static char **share_status(char **part, VpoShareRule *rule, char **why)
{
    uint32_t *const fields[] = { &rule->region, &rule->status,
                                 &rule->status_bits, NULL };
    char *head[] = { part[0], part[1], part[2], NULL };

    *why = share_numbers(head, fields);
    part += 3;
    if (!*why && strcmp(*part, "raw") == 0) {
        rule->raw = true;
        part++;
    }
    return part;
}

static char *share_parse_rule(const char *text, void *data)
{
    VpoShareRule *rule = data;
    uint32_t *one[] = { &rule->enable, &rule->enable_bits, NULL };
    uint32_t *two[] = { &rule->enable, &rule->clear, &rule->enable_bits, NULL };
    g_auto(GStrv) words = g_strsplit(text, ":", -1);
    char **part, *why = NULL;

    *rule = (VpoShareRule) { .given = true };
    if (g_strv_length(words) < 6) {
        return g_strdup_printf("'%s' is not " VPO_SHARE_SYNTAX, text);
    }
    part = share_status(words, rule, &why);
    if (!why && !share_find_kind(*part, &rule->kind)) {
        return g_strdup_printf("'%s' is not a kind; kinds are enable, mask and "
                               "set-clear", *part);
    }
    if (!why) {
        why = share_numbers(part + 1, share_kinds[rule->kind].registers == 1
                                          ? one : two);
    }
    if (why && !*why) {
        g_free(why);
        return g_strdup_printf("'%s' is not " VPO_SHARE_SYNTAX, text);
    }
    return why ? why : share_check(text, rule);
}

bool vpo_share_parse(const char *text, unsigned n_irqs, VpoShareRule *rules,
                     char **why)
{
    return vpo_per_irq_parse(text, n_irqs, rules, sizeof(*rules),
                             share_parse_rule, why);
}
