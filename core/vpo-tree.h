/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device tree in memory: read from a blob or from a live tree, and made.
 *
 * Nodes and properties belong to their tree and go with it; what they point
 * to (names, data) is the tree's own or lives as long.
 */
#ifndef VPO_TREE_H
#define VPO_TREE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than any board has. Linux refuses deeper trees, too. */
#define VPO_TREE_MAX_DEPTH 64
#define VPO_TREE_MAX_NODES 65536
#define VPO_TREE_MAX_PROPS (1 << 20)
#define VPO_TREE_MAX_BYTES (16 << 20)

/* Where Linux shows its live tree. */
#define VPO_TREE_LIVE "/sys/firmware/devicetree/base"

typedef struct VpoProp VpoProp;
struct VpoProp {
    VpoProp *next;
    const char *name;
    const uint8_t *data;
    uint32_t len;
};

typedef struct VpoNode VpoNode;
struct VpoNode {
    const char *name; /* with the unit address; "" of the root */
    VpoNode *parent;  /* NULL of the root */
    VpoNode *next;    /* sibling */
    VpoNode *children, *last_child;
    VpoProp *props, *last_prop;
    uint32_t phandle; /* 0 without */
    unsigned id;      /* below the tree's n_nodes, parents first */
    unsigned depth;
};

typedef struct VpoTree VpoTree;

/* ---- reading ---- */

/*
 * Copy and check a blob of @size bytes; check one that stays as it is for as
 * long as the tree, and is aligned for libfdt; read the directory of a live
 * tree. NULL with a sentence in *@error (free with g_free()) if it cannot be
 * read or is larger than any board's.
 */
VpoTree *vpo_tree_from_blob(const void *blob, size_t size, char **error);
VpoTree *vpo_tree_borrow_blob(const void *blob, size_t size, char **error);
VpoTree *vpo_tree_from_dir(const char *dir, char **error);

/* ---- making ---- */

VpoTree *vpo_tree_new(void);
void vpo_tree_free(VpoTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpoTree, vpo_tree_free)

/* Zeroed memory that goes with the tree. */
void *vpo_tree_alloc(VpoTree *tree, size_t size);
char *vpo_tree_strdup(VpoTree *tree, const char *text);

/*
 * Append a node or a property; name and data are not copied. A node without
 * parent is the root. NULL past the limits above.
 */
VpoNode *vpo_tree_add_node(VpoTree *tree, VpoNode *parent, const char *name);
VpoProp *vpo_tree_add_prop(VpoTree *tree, VpoNode *node, const char *name,
                           const void *data, uint32_t len);

/* After all nodes have been read: let phandles be found. */
void vpo_tree_index(VpoTree *tree);

/* ---- asking ---- */

VpoNode *vpo_tree_root(const VpoTree *tree);
unsigned vpo_tree_n_nodes(const VpoTree *tree);
VpoNode *vpo_tree_find(const VpoTree *tree, const char *path);
VpoNode *vpo_tree_by_phandle(const VpoTree *tree, uint32_t phandle);

/* "/soc/serial@9000"; free with g_free() */
char *vpo_node_path(const VpoNode *node);
VpoNode *vpo_node_child(const VpoNode *node, const char *name, size_t len);
bool vpo_node_is_inside(const VpoNode *node, const VpoNode *ancestor);

const VpoProp *vpo_node_prop(const VpoNode *node, const char *name);
/* A property of exactly one cell; false leaves *@value alone. */
bool vpo_node_u32(const VpoNode *node, const char *name, uint32_t *value);
/* Is @word in the string list of the property @name? */
bool vpo_node_has_string(const VpoNode *node, const char *name,
                         const char *word);

/* Cells of a property; vpo_prop_cell() is not to be asked past the last. */
unsigned vpo_prop_n_cells(const VpoProp *prop);
uint32_t vpo_prop_cell(const VpoProp *prop, unsigned i);
/* A list of terminated strings, none of them empty. */
bool vpo_prop_is_strings(const VpoProp *prop);
/* The i-th string of such a list, or NULL past the last. */
const char *vpo_prop_string(const VpoProp *prop, unsigned i);

#endif
