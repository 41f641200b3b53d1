/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules in the texts of properties: "[INDEX=]RULE", joined by '/'. Without
 * INDEX a rule is for every interrupt. Numbers are decimal, or hexadecimal
 * after 0x.
 */
#ifndef VPO_PER_IRQ_H
#define VPO_PER_IRQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns false, with @value undefined, for anything but a 32-bit number. */
bool vpo_per_irq_number(const char *text, uint32_t *value);

/*
 * Fill the whole of @rule from @text; NULL, or a sentence that names what is
 * wrong (free with g_free()).
 */
typedef char *VpoPerIrqRule(const char *text, void *rule);

/*
 * Parse @text (NULL: no rule for any) into @rules, which has @n_irqs entries of
 * @size bytes; one without a rule is all zeros. Returns true, or false with a
 * sentence in @why (free with g_free()); @rules is then undefined.
 */
bool vpo_per_irq_parse(const char *text, unsigned n_irqs, void *rules,
                       size_t size, VpoPerIrqRule *parse, char **why);

#endif
