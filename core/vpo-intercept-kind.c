// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kinds of intercept rules.
 */
#include <string.h>
#include "vpo-intercept.h"

/* ---- values of 32-bit registers ---- */

static uint64_t kind_bytes(unsigned size)
{
    return size == 8 ? UINT64_MAX : (1ull << (8 * size)) - 1;
}

/* The bits of @value, as in each register of the window, that the part has. */
static uint64_t kind_value(const VpoInterceptRule *rule,
                           const VpoInterceptPart *part, uint32_t value)
{
    uint64_t found = 0;

    for (unsigned i = 0; i < part->size; i++) {
        unsigned at = (part->offset - rule->offset + i) % 4;

        found |= (uint64_t)(uint8_t)(value >> (8 * at)) << (8 * i);
    }
    return found;
}

/* ---- what the kinds share ---- */

static void kind_pass(G_GNUC_UNUSED VpoInterceptRule *rule,
                      const VpoInterceptPart *part,
                      VpoInterceptVerdict *verdict)
{
    verdict->pass = true;
    verdict->mask = kind_bytes(part->size);
}

static void kind_first_value(VpoInterceptRule *rule,
                             const VpoInterceptPart *part,
                             VpoInterceptVerdict *verdict)
{
    verdict->value = kind_value(rule, part, rule->arg[0]);
}

/* ---- write-once ---- */

static char *once_check(const VpoInterceptRule *rule)
{
    if (rule->length <= VPO_INTERCEPT_MAX_ONCE) {
        return NULL;
    }
    return g_strdup_printf("write-once is for at most 0x%x bytes, not 0x%"
                           G_GINT64_MODIFIER "x", VPO_INTERCEPT_MAX_ONCE,
                           rule->length);
}

/* A write of a part of a register is one of the register. */
static void once_write(VpoInterceptRule *rule, const VpoInterceptPart *part,
                       VpoInterceptVerdict *verdict)
{
    uint64_t first = (part->offset - rule->offset) / 4;
    uint64_t last = (part->offset - rule->offset + part->size - 1) / 4;

    if (rule->written[first] || rule->written[last]) {
        return;
    }
    memset(rule->written + first, 1, last - first + 1);
    kind_pass(rule, part, verdict);
}

/* ---- bits ---- */

static char *bits_check(const VpoInterceptRule *rule)
{
    uint32_t mask = rule->arg[0];

    if (mask == 0 || mask == UINT32_MAX) {
        return g_strdup_printf("a mask of 0x%x is %s", mask,
                               mask ? "forward" : "deny");
    }
    if (rule->arg[1] & mask) {
        return g_strdup_printf("value 0x%x has bits of mask 0x%x, which are "
                               "the guest's: leave out 0x%x", rule->arg[1],
                               mask, rule->arg[1] & mask);
    }
    return NULL;
}

static void bits_read(VpoInterceptRule *rule, const VpoInterceptPart *part,
                      VpoInterceptVerdict *verdict)
{
    verdict->pass = true;
    verdict->mask = kind_value(rule, part, rule->arg[0]);
    verdict->value = kind_value(rule, part, rule->arg[1]);
}

/* Without a value to write, the other bits stay as they are. */
static void bits_write(VpoInterceptRule *rule, const VpoInterceptPart *part,
                       VpoInterceptVerdict *verdict)
{
    bits_read(rule, part, verdict);
    verdict->merge = rule->n_args < 2;
}

/* ---- with interrupts ---- */

static void complete_write(VpoInterceptRule *rule,
                           const VpoInterceptPart *part,
                           VpoInterceptVerdict *verdict)
{
    kind_pass(rule, part, verdict);
    verdict->complete = true;
}

static void raise_read(VpoInterceptRule *rule, const VpoInterceptPart *part,
                       VpoInterceptVerdict *verdict)
{
    verdict->value = kind_value(rule, part, rule->arg[1]);
}

static void raise_write(G_GNUC_UNUSED VpoInterceptRule *rule,
                        G_GNUC_UNUSED const VpoInterceptPart *part,
                        VpoInterceptVerdict *verdict)
{
    verdict->raise = true;
}

/* ---- the table ---- */

enum { KIND_DENY, KIND_DIRECT };

const VpoInterceptKind vpo_intercept_kinds[] = {
    [KIND_DENY] = {
        .name = "deny", .args = "[VALUE]", .max_args = 1,
        .says = "reads as VALUE (0), writes are dropped",
        .read = kind_first_value,
    },
    [KIND_DIRECT] = {
        .name = "direct", .args = "", .flags = VPO_INTERCEPT_DIRECT,
        .says = "passed on, and direct: for whole pages",
        .read = kind_pass, .write = kind_pass,
    }, {
        .name = "forward", .args = "",
        .says = "passed on and counted",
        .read = kind_pass, .write = kind_pass,
    }, {
        .name = "read-only", .args = "",
        .says = "reads are passed on, writes are dropped",
        .read = kind_pass,
    }, {
        .name = "write-once", .args = "", .flags = VPO_INTERCEPT_ONCE,
        .says = "reads are passed on, and writes to registers that were not "
                "written since the last reset",
        .check = once_check, .read = kind_pass, .write = once_write,
    }, {
        .name = "bits", .args = "MASK [VALUE]", .min_args = 1, .max_args = 2,
        .says = "bits of MASK are the guest's; the others read as in VALUE "
                "(0), and are written as in VALUE, or kept without one",
        .check = bits_check, .read = bits_read, .write = bits_write,
    }, {
        .name = "complete", .args = "INTERRUPT", .min_args = 1, .max_args = 1,
        .flags = VPO_INTERCEPT_COMPLETE,
        .says = "passed on; a write completes the interrupt",
        .read = kind_pass, .write = complete_write,
    }, {
        .name = "raise", .args = "INTERRUPT [VALUE]", .min_args = 1,
        .max_args = 2, .flags = VPO_INTERCEPT_RAISE,
        .says = "reads as VALUE (0); a write is not passed on, but raises the "
                "emulated interrupt",
        .read = raise_read, .write = raise_write,
    },
};

const unsigned vpo_intercept_n_kinds = G_N_ELEMENTS(vpo_intercept_kinds);
const VpoInterceptKind *const vpo_intercept_deny =
    &vpo_intercept_kinds[KIND_DENY];
const VpoInterceptKind *const vpo_intercept_direct =
    &vpo_intercept_kinds[KIND_DIRECT];
