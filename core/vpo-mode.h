/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user wants of the interrupts: the text of irq-mode=.
 *
 *   MODE[:INDEX=MODE]...      or      INDEX=MODE[:INDEX=MODE]...
 *
 * "hold:2=automask" is hold for every interrupt but number 2. An index that is
 * not named, where no mode stands first, is auto.
 */
#ifndef VPO_MODE_H
#define VPO_MODE_H

#include <stdbool.h>
#include "vpo-dt.h"

typedef enum VpoMode {
    VPO_MODE_AUTO,      /* the best that the host offers */
    VPO_MODE_FORWARDED,
    VPO_MODE_HOLD,
    VPO_MODE_THREADED,
    VPO_MODE_AUTOMASK,
    VPO_MODE_POLLED,
    VPO_MODE_SHARED,
    VPO_MODE_N
} VpoMode;

/* One wish an index; filled whole by vpo_mode_parse(). */
typedef struct VpoModeWishes {
    unsigned char of[VPO_DT_MAX_IRQS];
} VpoModeWishes;

/*
 * Parse @text (NULL: auto for all) for a device with @n_irqs interrupts.
 * Returns true, or false with a sentence in @why (free with g_free()) that
 * names the part that is wrong; @wishes is then undefined.
 */
bool vpo_mode_parse(const char *text, unsigned n_irqs, VpoModeWishes *wishes,
                    char **why);

/* "auto", "hold"...; static storage. */
const char *vpo_mode_str(VpoMode mode);

#endif
