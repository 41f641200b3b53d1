/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parser of intercept rules and their table share.
 */
#ifndef VPO_INTERCEPT_PRIVATE_H
#define VPO_INTERCEPT_PRIVATE_H

#include "vpo-intercept.h"

/* What "default" says without a region; one of a region is stronger. */
#define VPO_INTERCEPT_ANY_REGION UINT32_MAX

struct VpoIntercept {
    GPtrArray *rules;      /* VpoInterceptRule, of windows */
    GPtrArray *defaults;   /* as they were written, or one for each region */
    GPtrArray *origins;    /* texts that rules point to */
    char *irq_served;
    VpoInterceptDevice device;
};

void vpo_intercept_rule_free(gpointer rule);

static inline VpoInterceptRule *vpo_intercept_at(const GPtrArray *rules,
                                                 unsigned i)
{
    return rules->pdata[i];
}

static inline uint64_t vpo_intercept_end(const VpoInterceptRule *rule)
{
    return rule->offset + rule->length;
}

/*
 * The rule of what is at @offset of a region, and in @end where another one
 * begins, or UINT64_MAX.
 */
VpoInterceptRule *vpo_intercept_window(const VpoIntercept *it, unsigned region,
                                       uint64_t offset, uint64_t *end);

#endif
