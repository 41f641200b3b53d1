// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device tree in memory.
 */
#include <string.h>
#include "vpo-tree.h"

#define TREE_CHUNK 16384
#define TREE_ALIGN 8

struct VpoTree {
    VpoNode *root;
    unsigned n_nodes, n_props;
    GHashTable *phandles; /* of vpo_tree_index(): phandle -> VpoNode */
    GPtrArray *chunks;
    char *free; /* in the newest chunk */
    size_t left;
};

/* ---- memory ---- */

VpoTree *vpo_tree_new(void)
{
    VpoTree *tree = g_new0(VpoTree, 1);

    tree->chunks = g_ptr_array_new_with_free_func(g_free);
    return tree;
}

void vpo_tree_free(VpoTree *tree)
{
    if (tree) {
        g_clear_pointer(&tree->phandles, g_hash_table_unref);
        g_ptr_array_unref(tree->chunks);
        g_free(tree);
    }
}

void *vpo_tree_alloc(VpoTree *tree, size_t size)
{
    void *mem;

    size = (MAX(size, 1) + TREE_ALIGN - 1) & ~(size_t)(TREE_ALIGN - 1);
    if (size > TREE_CHUNK / 4) {
        mem = g_malloc0(size);
        g_ptr_array_add(tree->chunks, mem);
        return mem;
    }
    if (size > tree->left) {
        tree->free = g_malloc0(TREE_CHUNK);
        tree->left = TREE_CHUNK;
        g_ptr_array_add(tree->chunks, tree->free);
    }
    mem = tree->free;
    tree->free += size;
    tree->left -= size;
    return mem;
}

char *vpo_tree_strdup(VpoTree *tree, const char *text)
{
    size_t len = strlen(text) + 1;

    return memcpy(vpo_tree_alloc(tree, len), text, len);
}

/* ---- making ---- */

VpoNode *vpo_tree_add_node(VpoTree *tree, VpoNode *parent, const char *name)
{
    VpoNode *node;

    if (tree->n_nodes >= VPO_TREE_MAX_NODES ||
        (parent && parent->depth + 1 > VPO_TREE_MAX_DEPTH)) {
        return NULL;
    }
    node = vpo_tree_alloc(tree, sizeof(*node));
    node->name = name;
    node->parent = parent;
    node->id = tree->n_nodes++;
    if (!parent) {
        tree->root = node;
        return node;
    }
    node->depth = parent->depth + 1;
    if (parent->last_child) {
        parent->last_child->next = node;
    } else {
        parent->children = node;
    }
    parent->last_child = node;
    return node;
}

VpoProp *vpo_tree_add_prop(VpoTree *tree, VpoNode *node, const char *name,
                           const void *data, uint32_t len)
{
    VpoProp *prop;

    if (tree->n_props >= VPO_TREE_MAX_PROPS) {
        return NULL;
    }
    tree->n_props++;
    prop = vpo_tree_alloc(tree, sizeof(*prop));
    prop->name = name;
    prop->data = data;
    prop->len = len;
    if (node->last_prop) {
        node->last_prop->next = prop;
    } else {
        node->props = prop;
    }
    node->last_prop = prop;
    return prop;
}

static void tree_index_node(VpoTree *tree, VpoNode *node)
{
    if (!vpo_node_u32(node, "phandle", &node->phandle)) {
        vpo_node_u32(node, "linux,phandle", &node->phandle);
    }
    if (node->phandle == UINT32_MAX) {
        node->phandle = 0;
    }
    if (node->phandle) {
        g_hash_table_insert(tree->phandles,
                            GUINT_TO_POINTER(node->phandle), node);
    }
    for (VpoNode *child = node->children; child; child = child->next) {
        tree_index_node(tree, child);
    }
}

void vpo_tree_index(VpoTree *tree)
{
    tree->phandles = g_hash_table_new(NULL, NULL);
    tree_index_node(tree, tree->root);
}

/* ---- asking ---- */

VpoNode *vpo_tree_root(const VpoTree *tree)
{
    return tree->root;
}

unsigned vpo_tree_n_nodes(const VpoTree *tree)
{
    return tree->n_nodes;
}

VpoNode *vpo_tree_by_phandle(const VpoTree *tree, uint32_t phandle)
{
    return g_hash_table_lookup(tree->phandles, GUINT_TO_POINTER(phandle));
}

VpoNode *vpo_node_child(const VpoNode *node, const char *name, size_t len)
{
    for (VpoNode *child = node->children; child; child = child->next) {
        if (strncmp(child->name, name, len) == 0 && !child->name[len]) {
            return child;
        }
    }
    return NULL;
}

VpoNode *vpo_tree_find(const VpoTree *tree, const char *path)
{
    VpoNode *node = *path == '/' ? tree->root : NULL;

    while (node && *(path += strspn(path, "/"))) {
        size_t len = strcspn(path, "/");

        node = vpo_node_child(node, path, len);
        path += len;
    }
    return node;
}

char *vpo_node_path(const VpoNode *node)
{
    GString *path = g_string_new(node->parent ? NULL : "/");

    for (; node->parent; node = node->parent) {
        g_string_prepend(path, node->name);
        g_string_prepend_c(path, '/');
    }
    return g_string_free(path, FALSE);
}

bool vpo_node_is_inside(const VpoNode *node, const VpoNode *ancestor)
{
    while (node && node != ancestor) {
        node = node->parent;
    }
    return node != NULL;
}

const VpoProp *vpo_node_prop(const VpoNode *node, const char *name)
{
    for (const VpoProp *prop = node->props; prop; prop = prop->next) {
        if (strcmp(prop->name, name) == 0) {
            return prop;
        }
    }
    return NULL;
}

bool vpo_node_u32(const VpoNode *node, const char *name, uint32_t *value)
{
    const VpoProp *prop = vpo_node_prop(node, name);

    if (!prop || prop->len != 4) {
        return false;
    }
    *value = vpo_prop_cell(prop, 0);
    return true;
}

bool vpo_node_has_string(const VpoNode *node, const char *name,
                         const char *word)
{
    const VpoProp *prop = vpo_node_prop(node, name);
    const char *here;

    for (unsigned i = 0; prop && (here = vpo_prop_string(prop, i)); i++) {
        if (strcmp(here, word) == 0) {
            return true;
        }
    }
    return false;
}

unsigned vpo_prop_n_cells(const VpoProp *prop)
{
    return prop->len / 4;
}

uint32_t vpo_prop_cell(const VpoProp *prop, unsigned i)
{
    uint32_t be;

    memcpy(&be, prop->data + 4 * (size_t)i, sizeof(be));
    return GUINT32_FROM_BE(be);
}

bool vpo_prop_is_strings(const VpoProp *prop)
{
    bool text = false;

    for (uint32_t i = 0; i < prop->len; i++) {
        uint8_t c = prop->data[i];

        if (c ? !g_ascii_isprint(c) : !text) {
            return false;
        }
        text = c != 0;
    }
    return prop->len > 0 && !text;
}

const char *vpo_prop_string(const VpoProp *prop, unsigned i)
{
    const char *at = (const char *)prop->data;
    const char *end = at + prop->len;

    if (prop->len == 0 || end[-1] != '\0') {
        return NULL;
    }
    while (at < end && i-- > 0) {
        at += strlen(at) + 1;
    }
    return at < end ? at : NULL;
}
