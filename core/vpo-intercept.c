// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of intercept rules: which pages they trap, and accesses to these.
 */
#include <string.h>
#include "vpo-intercept-private.h"

void vpo_intercept_rule_free(gpointer data)
{
    VpoInterceptRule *rule = data;

    g_free(rule->text);
    g_free(rule->written);
    g_free(rule);
}

VpoIntercept *vpo_intercept_new(void)
{
    VpoIntercept *it = g_new0(VpoIntercept, 1);

    it->rules = g_ptr_array_new_with_free_func(vpo_intercept_rule_free);
    it->defaults = g_ptr_array_new_with_free_func(vpo_intercept_rule_free);
    it->origins = g_ptr_array_new_with_free_func(g_free);
    return it;
}

void vpo_intercept_free(VpoIntercept *it)
{
    if (it) {
        g_ptr_array_unref(it->rules);
        g_ptr_array_unref(it->defaults);
        g_ptr_array_unref(it->origins);
        g_free(it->irq_served);
        g_free(it);
    }
}

void vpo_intercept_reset(VpoIntercept *it)
{
    for (unsigned i = 0; i < it->rules->len; i++) {
        VpoInterceptRule *rule = vpo_intercept_at(it->rules, i);

        if (rule->written) {
            memset(rule->written, 0, (rule->length + 3) / 4);
        }
    }
}

/* ---- what is asked of the table ---- */

/* The first rule that ends behind @offset of the region or of a later one. */
static unsigned intercept_find(const VpoIntercept *it, unsigned region,
                               uint64_t offset)
{
    unsigned low = 0, high = it->rules->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        const VpoInterceptRule *rule = vpo_intercept_at(it->rules, middle);

        if (rule->region < region ||
            (rule->region == region && vpo_intercept_end(rule) <= offset)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* That rule, if it is of the region and begins before @end. */
static VpoInterceptRule *intercept_before(const VpoIntercept *it, unsigned i,
                                          unsigned region, uint64_t end)
{
    VpoInterceptRule *rule = i < it->rules->len
                                 ? vpo_intercept_at(it->rules, i) : NULL;

    return rule && rule->region == region && rule->offset < end ? rule : NULL;
}

bool vpo_intercept_traps(const VpoIntercept *it, unsigned region,
                         uint64_t offset, uint64_t length)
{
    const VpoInterceptRule *rule;
    uint64_t covered = offset;

    for (unsigned i = intercept_find(it, region, offset);
         (rule = intercept_before(it, i, region, offset + length)); i++) {
        if (!(rule->kind->flags & VPO_INTERCEPT_DIRECT)) {
            return true;
        }
        covered = rule->offset <= covered ? vpo_intercept_end(rule) : covered;
    }
    return covered < offset + length &&
           !(vpo_intercept_at(it->defaults, region)->kind->flags &
             VPO_INTERCEPT_DIRECT);
}

uint64_t vpo_intercept_run(const VpoIntercept *it, unsigned region,
                           uint64_t from, uint64_t *length)
{
    uint64_t size = it->device.size[region], page = it->device.page;
    uint64_t start = from;

    *length = 0;
    while (start < size &&
           !vpo_intercept_traps(it, region, start, MIN(page, size - start))) {
        start += page;
    }
    while (start + *length < size &&
           vpo_intercept_traps(it, region, start + *length,
                               MIN(page, size - start - *length))) {
        *length += MIN(page, size - start - *length);
    }
    return start;
}

VpoInterceptRule *vpo_intercept_rule(const VpoIntercept *it, unsigned i)
{
    if (i < it->rules->len) {
        return vpo_intercept_at(it->rules, i);
    }
    i -= it->rules->len;
    return i < it->defaults->len ? vpo_intercept_at(it->defaults, i) : NULL;
}

VpoInterceptRule *vpo_intercept_window(const VpoIntercept *it, unsigned region,
                                       uint64_t offset, uint64_t *end)
{
    unsigned i = intercept_find(it, region, offset);
    VpoInterceptRule *rule = intercept_before(it, i, region, UINT64_MAX);

    if (rule && rule->offset <= offset) {
        *end = vpo_intercept_end(rule);
        return rule;
    }
    *end = rule ? rule->offset : UINT64_MAX;
    return vpo_intercept_at(it->defaults, region);
}

bool vpo_intercept_completes(const VpoIntercept *it, unsigned index)
{
    for (unsigned i = 0; i < it->rules->len; i++) {
        const VpoInterceptRule *rule = vpo_intercept_at(it->rules, i);

        if (rule->kind->flags & VPO_INTERCEPT_COMPLETE &&
            rule->arg[0] == index) {
            return true;
        }
    }
    return false;
}

const char *vpo_intercept_irq_served(const VpoIntercept *it)
{
    return it->irq_served;
}
