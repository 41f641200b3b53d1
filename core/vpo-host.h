/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device tree says of a device: is it in use, where are its registers,
 * how many interrupts has it. As Linux reads it.
 */
#ifndef VPO_HOST_H
#define VPO_HOST_H

#include "vpo-tree.h"

#define VPO_HOST_MAX_CELLS 4

/* The node that is not enabled: @node or one above it; NULL if all are. */
const VpoNode *vpo_host_disabled(const VpoNode *node);

/*
 * Can the CPU reach its registers? True if it has some, and every bus above
 * it passes addresses on.
 */
bool vpo_host_is_mmio(const VpoNode *node);

/* Does it pass the CPU's accesses on to what is on it? */
bool vpo_host_is_bus(const VpoNode *node);

/* Cells of an address and of a size of @node's children. */
unsigned vpo_host_address_cells(const VpoNode *node);
unsigned vpo_host_size_cells(const VpoNode *node);

/*
 * Entries in "reg"; -1 if its length fits no number of them. Entry @i as a
 * CPU address; false if it cannot be translated.
 */
int vpo_host_n_regions(const VpoNode *node);
bool vpo_host_region(const VpoNode *node, unsigned i, uint64_t *addr,
                     uint64_t *size);

/* The node that takes the interrupts of @node; NULL if there is none. */
VpoNode *vpo_host_irq_parent(const VpoTree *tree, const VpoNode *node);

/*
 * How many interrupts the node has; -1 if that cannot be told. Is interrupt
 * @i, by its specifier, a level one? (Yes, if it does not say.)
 */
int vpo_host_n_irqs(const VpoTree *tree, const VpoNode *node);
bool vpo_host_irq_is_level(const VpoTree *tree, const VpoNode *node,
                           unsigned i);

/* Does the device see the caches, as far as the tree says? */
bool vpo_host_is_coherent(const VpoNode *node);

#endif
