/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in the texts of properties: decimal, or hexadecimal after 0x. */
#ifndef VPO_NUMBER_H
#define VPO_NUMBER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Returns false, with @value as it was, for anything but a 32-bit number. */
static inline bool vpo_number_u32(const char *text, uint32_t *value)
{
    bool hex = g_str_has_prefix(text, "0x");
    guint64 wide;

    if (!g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, 0,
                                    UINT32_MAX, &wide, NULL)) {
        return false;
    }
    *value = wide;
    return true;
}

#endif
