/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How to see from a register that the guest has served its device: the text of
 * irq-served=.
 *
 *   [INDEX=]REGION:OFFSET:MASK[:VALUE]   or   [INDEX=]none,   joined by '/'
 *
 * The device is served while the 32-bit register at OFFSET of REGION, and'ed
 * with MASK, is VALUE (0 if not given). Without INDEX the rule is for every
 * interrupt. "none" serves at once: userspace unmasks, and asks nothing.
 * Numbers are decimal, or hexadecimal after 0x.
 */
#ifndef VPO_SERVED_H
#define VPO_SERVED_H

#include <stdbool.h>
#include <stdint.h>
#include "vpo-dt.h"

typedef struct VpoServedRule {
    bool given;
    bool reads;      /* false: "none" */
    uint32_t region;
    uint32_t offset; /* bytes, a multiple of 4 */
    uint32_t mask;   /* not 0 */
    uint32_t value;  /* no bit outside mask */
} VpoServedRule;

/*
 * Parse @text (NULL: no rule for any) into @rules, which has @n_irqs entries.
 * Returns true, or false with a sentence in @why (free with g_free()) that
 * names the part that is wrong; @rules is then undefined.
 */
bool vpo_served_parse(const char *text, unsigned n_irqs, VpoServedRule *rules,
                      char **why);

#endif
