/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user wants of emulated interrupts: the text of emulated-irqs=.
 *
 *   COUNT[:KIND][/COUNT[:KIND]]...
 *
 * "2:level/1" is two level interrupts and then one edge, which is
 * the KIND that need not be given.
 */
#ifndef VPO_EMULATED_H
#define VPO_EMULATED_H

#include <stdbool.h>

/* As many as the host's driver takes in one request. */
#define VPO_EMULATED_MOST 64

typedef struct VpoEmulatedWishes {
    unsigned n;
    bool level[VPO_EMULATED_MOST];
} VpoEmulatedWishes;

/*
 * Parse @text (NULL: none). Returns true, or false with a sentence in @why
 * (free with g_free()) that names the wrong part; @wishes is then undefined.
 */
bool vpo_emulated_parse(const char *text, VpoEmulatedWishes *wishes,
                        char **why);

#endif
