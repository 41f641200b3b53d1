// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbitrary texts of intercept rules, and accesses under them.
 *
 * An input is a text up to a zero byte, and four bytes for each access. No
 * access changes a byte of the device that its rule does not give, and every
 * page with such a byte is trapped.
 */
#include <stdlib.h>
#include <string.h>
#include "vpo-intercept.h"

#define FUZZ_SIZE 256
#define FUZZ_PAGE 64
#define FUZZ_REGIONS 2

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that was not kept. */
#define FUZZ_ASSERT(cond) ((cond) ? (void)0 : abort())

static const VpoInterceptDevice fuzz_device = {
    .n_regions = FUZZ_REGIONS, .size = { FUZZ_SIZE, FUZZ_SIZE - 8 },
    .page = FUZZ_PAGE, .n_irqs = 4, .emulated = 4, .n_emulated = 4,
};

typedef struct Fuzz {
    VpoIntercept *it;
    uint8_t bytes[FUZZ_REGIONS][FUZZ_SIZE];
} Fuzz;

static uint64_t fuzz_read(void *opaque, unsigned region, uint64_t offset,
                          unsigned size)
{
    Fuzz *f = opaque;
    uint64_t le = 0;

    FUZZ_ASSERT(offset % size == 0);
    FUZZ_ASSERT(offset + size <= fuzz_device.size[region]);
    memcpy(&le, f->bytes[region] + offset, size);
    return GUINT64_FROM_LE(le);
}

static void fuzz_write(void *opaque, unsigned region, uint64_t offset,
                       uint64_t value, unsigned size)
{
    Fuzz *f = opaque;
    uint64_t le = GUINT64_TO_LE(value);

    FUZZ_ASSERT(offset % size == 0);
    FUZZ_ASSERT(offset + size <= fuzz_device.size[region]);
    FUZZ_ASSERT(size == 8 || value >> (8 * size) == 0);
    memcpy(f->bytes[region] + offset, &le, size);
}

static void fuzz_complete(G_GNUC_UNUSED void *opaque, unsigned index)
{
    FUZZ_ASSERT(index < fuzz_device.n_irqs);
}

static void fuzz_raise(G_GNUC_UNUSED void *opaque, unsigned index)
{
    FUZZ_ASSERT(index - fuzz_device.emulated < fuzz_device.n_emulated);
}

static void fuzz_note(G_GNUC_UNUSED void *opaque, const VpoInterceptNote *note)
{
    FUZZ_ASSERT(note->rule && note->part->size);
}

static const VpoInterceptOps fuzz_ops = {
    .read = fuzz_read, .write = fuzz_write, .complete = fuzz_complete,
    .raise = fuzz_raise, .note = fuzz_note,
};

/* The rule of a byte, found by looking at each. */
static const VpoInterceptRule *fuzz_rule(const Fuzz *f, unsigned region,
                                         uint64_t offset)
{
    const VpoInterceptRule *rule, *found = NULL;

    for (unsigned i = 0; (rule = vpo_intercept_rule(f->it, i)); i++) {
        bool inside = offset - rule->offset < rule->length ||
                      (!rule->length && !found);

        if (rule->region == region && inside) {
            FUZZ_ASSERT(!found);
            found = rule;
        }
    }
    FUZZ_ASSERT(found);
    return found;
}

/* May a write that changes the bits of @changed have reached the device? */
static bool fuzz_may_change(const VpoInterceptRule *rule, uint64_t offset,
                            uint8_t changed)
{
    const char *kind = rule->kind->name;

    if (strcmp(kind, "bits") == 0 && rule->n_args == 1) {
        unsigned shift = 8 * ((offset - rule->offset) % 4);

        return !(changed & ~(rule->arg[0] >> shift));
    }
    return strcmp(kind, "deny") && strcmp(kind, "read-only") &&
           strcmp(kind, "raise");
}

static void fuzz_access(Fuzz *f, const uint8_t *bytes)
{
    unsigned region = bytes[0] & 1, size = 1 << (bytes[0] >> 1 & 3);
    uint64_t offset = bytes[1], value = 0x0101010101010101ull * bytes[2];
    uint8_t before[FUZZ_SIZE];

    if (offset + size > fuzz_device.size[region]) {
        return;
    }
    memcpy(before, f->bytes[region], FUZZ_SIZE);
    if (bytes[0] & 0x80) {
        vpo_intercept_do_write(f->it, region, offset, value ^ bytes[3], size,
                               &fuzz_ops, f);
    } else {
        vpo_intercept_do_read(f->it, region, offset, size, &fuzz_ops, f);
    }
    for (unsigned i = 0; i < fuzz_device.size[region]; i++) {
        uint8_t changed = before[i] ^ f->bytes[region][i];

        FUZZ_ASSERT(!changed || (bytes[0] & 0x80 && i - offset < size &&
                    fuzz_may_change(fuzz_rule(f, region, i), i, changed)));
    }
}

static void fuzz_pages(const Fuzz *f, unsigned region)
{
    for (uint64_t i = 0; i < fuzz_device.size[region]; i++) {
        uint64_t page = i / FUZZ_PAGE * FUZZ_PAGE;

        if (!(fuzz_rule(f, region, i)->kind->flags & VPO_INTERCEPT_DIRECT)) {
            FUZZ_ASSERT(vpo_intercept_traps(f->it, region, page, FUZZ_PAGE));
        }
    }
    for (uint64_t at = 0, length; at = vpo_intercept_run(f->it, region, at,
                                                         &length), length;
         at += length) {
        FUZZ_ASSERT(at % FUZZ_PAGE == 0);
        FUZZ_ASSERT(at + length <= fuzz_device.size[region]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t len = size ? strnlen((const char *)data, size) : 0;
    g_autofree char *text = g_strndup((const char *)data, len);
    g_autofree char *why = NULL, *not_put = NULL;
    Fuzz f = { .it = vpo_intercept_new() };
    bool ok = vpo_intercept_parse(f.it, "fuzz", text, len & 1, &why);

    FUZZ_ASSERT(ok == !why);
    if (ok) {
        ok = vpo_intercept_compile(f.it, &fuzz_device, &not_put);
        FUZZ_ASSERT(ok == !not_put);
    }
    if (ok) {
        for (unsigned r = 0; r < FUZZ_REGIONS; r++) {
            fuzz_pages(&f, r);
        }
        for (size_t at = len + 1; at + 4 <= size; at += 4) {
            fuzz_access(&f, data + at);
        }
    }
    vpo_intercept_free(f.it);
    return 0;
}
