// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intercept rules are put together for a device, and checked against it.
 */
#include "vpo-intercept-private.h"

#define COMPILE_HEX "0x%" G_GINT64_MODIFIER "x"

static gint compile_compare(gconstpointer a, gconstpointer b)
{
    const VpoInterceptRule *x = *(VpoInterceptRule *const *)a;
    const VpoInterceptRule *y = *(VpoInterceptRule *const *)b;

    if (x->region != y->region) {
        return x->region < y->region ? -1 : 1;
    }
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Each of these gives NULL, or what is wrong with a rule. */

static char *compile_check_region(const VpoIntercept *it,
                                  const VpoInterceptRule *rule)
{
    const VpoInterceptDevice *device = &it->device;

    if (rule->region >= device->n_regions) {
        return g_strdup_printf("there is no region %u: the device has %u, "
                               "counted from 0", rule->region,
                               device->n_regions);
    }
    if (vpo_intercept_end(rule) > device->size[rule->region]) {
        return g_strdup_printf("the window ends at " COMPILE_HEX ", and "
                               "region %u at " COMPILE_HEX,
                               vpo_intercept_end(rule), rule->region,
                               device->size[rule->region]);
    }
    return NULL;
}

static char *compile_check_direct(const VpoIntercept *it,
                                  const VpoInterceptRule *rule)
{
    uint64_t in_page = it->device.page - 1;
    bool ends = !(rule->length & in_page) ||
                vpo_intercept_end(rule) == it->device.size[rule->region];

    if (!(rule->kind->flags & VPO_INTERCEPT_DIRECT) ||
        (!(rule->offset & in_page) && ends)) {
        return NULL;
    }
    return g_strdup_printf("direct is for whole pages, of " COMPILE_HEX
                           " bytes: write forward for a part of one",
                           it->device.page);
}

static char *compile_check_irq(const VpoIntercept *it,
                               const VpoInterceptRule *rule)
{
    const VpoInterceptDevice *device = &it->device;
    uint32_t index = rule->arg[0];

    if (rule->kind->flags & VPO_INTERCEPT_COMPLETE &&
        index >= device->n_irqs) {
        return g_strdup_printf("there is no interrupt %u: the device has %u, "
                               "counted from 0", index, device->n_irqs);
    }
    if (rule->kind->flags & VPO_INTERCEPT_RAISE &&
        (index < device->emulated ||
         index - device->emulated >= device->n_emulated)) {
        return g_strdup_printf("interrupt %u is no emulated one, of which the "
                               "device has %u: only these can be raised "
                               "(emulated-irqs= adds some)",
                               index, device->n_emulated);
    }
    return NULL;
}

static char *compile_check_rule(const VpoIntercept *it,
                                const VpoInterceptRule *rule,
                                const VpoInterceptRule *before)
{
    char *wrong = compile_check_region(it, rule);

    if (!wrong) {
        wrong = compile_check_direct(it, rule);
    }
    if (!wrong) {
        wrong = compile_check_irq(it, rule);
    }
    if (!wrong && before && before->region == rule->region &&
        vpo_intercept_end(before) > rule->offset) {
        wrong = g_strdup_printf("the window overlaps that of '%s' (%s)",
                                before->text, before->origin);
    }
    return wrong;
}

static bool compile_check(VpoIntercept *it, char **why)
{
    for (unsigned i = 0; i < it->rules->len; i++) {
        VpoInterceptRule *rule = vpo_intercept_at(it->rules, i);
        g_autofree char *wrong = compile_check_rule(
            it, rule, i ? vpo_intercept_at(it->rules, i - 1) : NULL);

        if (wrong) {
            *why = g_strdup_printf("%s: '%s': %s", rule->origin, rule->text,
                                   wrong);
            return false;
        }
    }
    return true;
}

/* What was written for the region, or for any; else direct. */
static VpoInterceptRule *compile_default(const VpoIntercept *it,
                                         unsigned region)
{
    VpoInterceptRule *rule = g_new0(VpoInterceptRule, 1);

    rule->kind = vpo_intercept_direct;
    rule->region = region;
    for (unsigned i = 0; i < it->defaults->len; i++) {
        const VpoInterceptRule *from = vpo_intercept_at(it->defaults, i);

        if (from->region == region ||
            (from->region == VPO_INTERCEPT_ANY_REGION && !rule->origin)) {
            rule->kind = from->kind;
            rule->origin = from->origin;
        }
    }
    rule->text = g_strdup_printf("default %u %s", region, rule->kind->name);
    return rule;
}

static bool compile_defaults(VpoIntercept *it, char **why)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(vpo_intercept_rule_free);

    for (unsigned r = 0; r < it->device.n_regions; r++) {
        g_ptr_array_add(all, compile_default(it, r));
    }
    for (unsigned i = 0; i < it->defaults->len && !*why; i++) {
        const VpoInterceptRule *rule = vpo_intercept_at(it->defaults, i);
        g_autofree char *wrong = NULL;

        if (rule->region != VPO_INTERCEPT_ANY_REGION) {
            wrong = compile_check_region(it, rule);
            *why = wrong ? g_strdup_printf("%s: %s", rule->origin, wrong)
                         : NULL;
        }
    }
    g_ptr_array_unref(it->defaults);
    it->defaults = all;
    return !*why;
}

bool vpo_intercept_compile(VpoIntercept *it, const VpoInterceptDevice *device,
                           char **why)
{
    it->device = *device;
    *why = NULL;
    g_ptr_array_sort(it->rules, compile_compare);
    if (!compile_check(it, why) || !compile_defaults(it, why)) {
        return false;
    }
    for (unsigned i = 0; i < it->rules->len; i++) {
        VpoInterceptRule *rule = vpo_intercept_at(it->rules, i);

        if (rule->kind->flags & VPO_INTERCEPT_ONCE) {
            rule->written = g_malloc0((rule->length + 3) / 4);
        }
    }
    return true;
}
