// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What becomes of an access to a page with intercept rules.
 */
#include "vpo-intercept-private.h"

/* An access that is being dealt with. */
typedef struct Access {
    VpoIntercept *it;
    unsigned region;
    const VpoInterceptOps *ops;
    void *opaque;
} Access;

static uint64_t access_bits(unsigned size)
{
    return size == 8 ? UINT64_MAX : (1ull << (8 * size)) - 1;
}

static void access_note(const Access *a, VpoInterceptRule *rule,
                        const VpoInterceptPart *part, uint64_t value,
                        const VpoInterceptVerdict *verdict)
{
    VpoInterceptNote note = {
        .rule = rule, .part = part, .value = value, .pass = verdict->pass,
        .denied = !verdict->pass || (part->write && value != part->value),
    };

    rule->counts.reads += !part->write;
    rule->counts.writes += part->write;
    rule->counts.denied += note.denied;
    a->ops->note(a->opaque, &note);
}

static uint64_t access_read(const Access *a, VpoInterceptRule *rule,
                            const VpoInterceptPart *part)
{
    VpoInterceptVerdict verdict = { .pass = false };
    uint64_t value = 0;

    if (rule->kind->read) {
        rule->kind->read(rule, part, &verdict);
    }
    if (verdict.pass) {
        value = a->ops->read(a->opaque, a->region, part->offset, part->size);
    }
    value = (value & verdict.mask) | (verdict.value & ~verdict.mask);
    value &= access_bits(part->size);
    access_note(a, rule, part, value, &verdict);
    return value;
}

static uint64_t access_merge(const Access *a, const VpoInterceptPart *part,
                             const VpoInterceptVerdict *verdict)
{
    uint64_t other = verdict->value;

    if (verdict->merge) {
        other = a->ops->read(a->opaque, a->region, part->offset, part->size);
    }
    return ((part->value & verdict->mask) | (other & ~verdict->mask)) &
           access_bits(part->size);
}

static void access_write(const Access *a, VpoInterceptRule *rule,
                         const VpoInterceptPart *part)
{
    VpoInterceptVerdict verdict = { .pass = false };
    uint64_t value = 0;

    if (rule->kind->write) {
        rule->kind->write(rule, part, &verdict);
    }
    if (verdict.pass) {
        value = access_merge(a, part, &verdict);
        a->ops->write(a->opaque, a->region, part->offset, value, part->size);
    }
    access_note(a, rule, part, value, &verdict);
    if (verdict.complete) {
        a->ops->complete(a->opaque, rule->arg[0]);
    }
    if (verdict.raise) {
        a->ops->raise(a->opaque, rule->arg[0]);
    }
}

/* The longest part at @offset that is aligned and of one rule. */
static VpoInterceptRule *access_cut(const Access *a, uint64_t offset,
                                    unsigned rest, unsigned *size)
{
    uint64_t end;
    VpoInterceptRule *rule = vpo_intercept_window(a->it, a->region, offset,
                                                  &end);

    *size = 8;
    while (*size > rest || offset % *size || *size > end - offset) {
        *size /= 2;
    }
    return rule;
}

uint64_t vpo_intercept_do_read(VpoIntercept *it, unsigned region,
                               uint64_t offset, unsigned size,
                               const VpoInterceptOps *ops, void *opaque)
{
    Access a = { it, region, ops, opaque };
    uint64_t value = 0;
    unsigned n;

    for (unsigned done = 0; done < size; done += n) {
        VpoInterceptRule *rule = access_cut(&a, offset + done, size - done,
                                            &n);
        VpoInterceptPart part = { offset + done, n, false, 0 };

        value |= access_read(&a, rule, &part) << (8 * done);
    }
    return value;
}

void vpo_intercept_do_write(VpoIntercept *it, unsigned region, uint64_t offset,
                            uint64_t value, unsigned size,
                            const VpoInterceptOps *ops, void *opaque)
{
    Access a = { it, region, ops, opaque };
    unsigned n;

    for (unsigned done = 0; done < size; done += n) {
        VpoInterceptRule *rule = access_cut(&a, offset + done, size - done,
                                            &n);
        VpoInterceptPart part = { offset + done, n, true,
                                  (value >> (8 * done)) & access_bits(n) };

        access_write(&a, rule, &part);
    }
}
