/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a device that shares its interrupt line is masked in its own registers:
 * the text of irq-share=.
 *
 *   [INDEX=]REGION:STATUS:BITS[:raw]:enable:REGISTER:BITS
 *   [INDEX=]REGION:STATUS:BITS[:raw]:mask:REGISTER:BITS
 *   [INDEX=]REGION:STATUS:BITS[:raw]:set-clear:SET:CLEAR:BITS
 *
 * joined by '/'. The device asks for its interrupt while any of BITS is set in
 * the 32-bit register at offset STATUS of REGION; with "raw", while the same
 * bit enables it, too. What enables are the BITS of REGISTER that are 1
 * ("enable"), or 0 ("mask"), or those last written as 1 to SET and not to
 * CLEAR. Without INDEX the rule is for every interrupt. Numbers are decimal, or
 * hexadecimal after 0x.
 */
#ifndef VPO_SHARE_H
#define VPO_SHARE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum VpoShareKind {
    VPO_SHARE_ENABLE,
    VPO_SHARE_MASK,
    VPO_SHARE_SET_CLEAR,
    VPO_SHARE_N
} VpoShareKind;

typedef struct VpoShareRule {
    bool given;
    bool raw;
    VpoShareKind kind;
    uint32_t region;
    uint32_t status;      /* offsets in bytes, multiples of 4 */
    uint32_t status_bits; /* not 0, as enable_bits */
    uint32_t enable;
    uint32_t clear;       /* of SET_CLEAR, otherwise 0 */
    uint32_t enable_bits;
} VpoShareRule;

/*
 * Parse @text (NULL: no rule for any) into @rules, which has @n_irqs entries.
 * Returns true, or false with a sentence in @why (free with g_free()) that
 * names the part that is wrong; @rules is then undefined.
 */
bool vpo_share_parse(const char *text, unsigned n_irqs, VpoShareRule *rules,
                     char **why);

/* For messages. */
#define VPO_SHARE_SYNTAX \
    "[INDEX=]REGION:STATUS:BITS[:raw]:KIND:REGISTER:BITS, where KIND is " \
    "enable or mask, or set-clear with two registers"

#endif
