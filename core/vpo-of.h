/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host's live device tree says of a device: its of_node directory.
 */
#ifndef VPO_OF_H
#define VPO_OF_H

#include "vpo-dt.h"

#define VPO_OF_BASE "/sys/firmware/devicetree/base"

/* Owned by whoever called vpo_of_read(); vpo_of_clear() frees the members. */
typedef struct VpoOfNode {
    char *name;       /* without the unit address */
    char *compatible; /* NUL-separated list */
    size_t compatible_len;
    VpoDtClock *clocks; /* rates known; in the host's order */
    unsigned n_clocks;
    char *lost_clocks; /* clocks left out, their rate unknown; NULL if none */
} VpoOfNode;

/*
 * Read the node in directory @dir of the live tree whose root is @base
 * (VPO_OF_BASE, or a copy in a test). Only the rate of a fixed-clock can be
 * read there; any other clock is named in @node->lost_clocks.
 * Returns 0; -ENOENT without a node or compatible; -EINVAL if a property is
 * malformed. On failure @node is empty.
 */
int vpo_of_read(VpoOfNode *node, const char *dir, const char *base);
void vpo_of_clear(VpoOfNode *node);

#endif
