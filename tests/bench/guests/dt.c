/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader of flattened device trees, as small as the guests need it. */
#include "guest.h"

#define FDT_MAGIC 0xd00dfeed
enum { FDT_BEGIN_NODE = 1, FDT_END_NODE, FDT_PROP, FDT_NOP, FDT_END = 9 };

#define MAX_DEPTH 8
/* IRQ_TYPE_EDGE_RISING and IRQ_TYPE_EDGE_FALLING of the interrupt binding */
#define DT_EDGE 3

struct prop {
    const u8 *data;
    u32 len;
};

struct level {
    u32 addr_cells, size_cells;     /* for the children */
    struct prop compatible, reg, interrupts, ranges, bootargs;
};

/* Called for each node once its own properties are known; true stops. */
typedef bool (*visit_fn)(const struct level *node, void *opaque);

static u32 be32(const u8 *p)
{
    return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static u64 cells(const u8 *p, u32 n)
{
    u64 v = 0;

    while (n--) {
        v = v << 32 | be32(p);
        p += 4;
    }
    return v;
}

static bool same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static u32 length(const char *s)
{
    u32 n = 0;

    while (s[n]) {
        n++;
    }
    return n;
}

static void remember(struct level *node, const char *name, struct prop prop)
{
    if (same(name, "compatible")) {
        node->compatible = prop;
    } else if (same(name, "reg")) {
        node->reg = prop;
    } else if (same(name, "interrupts")) {
        node->interrupts = prop;
    } else if (same(name, "ranges")) {
        node->ranges = prop;
    } else if (same(name, "bootargs")) {
        node->bootargs = prop;
    } else if (same(name, "#address-cells")) {
        node->addr_cells = be32(prop.data);
    } else if (same(name, "#size-cells")) {
        node->size_cells = be32(prop.data);
    }
}

static void walk(const u8 *dtb, visit_fn visit, void *opaque)
{
    static struct level stack[MAX_DEPTH + 1];
    const u8 *p = dtb + be32(dtb + 8);
    const char *names = (const char *)dtb + be32(dtb + 12);
    u32 depth = 0;
    bool fresh = false;     /* stack[depth] has not been visited yet */

    for (;;) {
        u32 token = be32(p);

        p += 4;
        if ((token == FDT_BEGIN_NODE || token == FDT_END_NODE) && fresh) {
            if (visit(&stack[depth], opaque)) {
                return;
            }
            fresh = false;
        }
        if (token == FDT_BEGIN_NODE) {
            if (depth == MAX_DEPTH) {
                fail("device tree too deep");
            }
            stack[++depth] = (struct level){ .addr_cells = 2, .size_cells = 1 };
            fresh = true;
            p += (length((const char *)p) + 4) & ~3u;
        } else if (token == FDT_END_NODE) {
            depth--;
        } else if (token == FDT_PROP) {
            struct prop prop = { .data = p + 8, .len = be32(p) };

            remember(&stack[depth], names + be32(p + 4), prop);
            p += 8 + ((prop.len + 3) & ~3u);
        } else if (token != FDT_NOP) {
            return;
        }
    }
}

/* The parent of a visited node is the level below it on the stack. */
static u64 translate(const struct level *node, u64 addr)
{
    const struct level *bus = node - 1;
    const struct prop *r = &bus->ranges;
    u32 up = (bus - 1)->addr_cells;
    u32 entry = 4 * (bus->addr_cells + up + bus->size_cells);

    for (u32 at = 0; at + entry <= r->len; at += entry) {
        const u8 *p = r->data + at;
        u64 child = cells(p, bus->addr_cells);
        u64 parent = cells(p + 4 * bus->addr_cells, up);
        u64 size = cells(p + 4 * (bus->addr_cells + up), bus->size_cells);

        if (addr >= child && addr - child < size) {
            return addr - child + parent;
        }
    }
    return addr;
}

struct search {
    const char *compatible;
    u64 not_at;
    struct dt_node *out;
    bool found;
};

static bool is_compatible(const struct level *node, const char *with)
{
    const char *list = (const char *)node->compatible.data;

    for (u32 at = 0; at < node->compatible.len; at += length(list + at) + 1) {
        if (same(list + at, with)) {
            return true;
        }
    }
    return false;
}

static bool visit_search(const struct level *node, void *opaque)
{
    struct search *s = opaque;
    const struct level *bus = node - 1;
    const struct prop *irqs = &node->interrupts;
    u64 addr;

    if (!is_compatible(node, s->compatible) || !node->reg.len) {
        return false;
    }
    addr = translate(node, cells(node->reg.data, bus->addr_cells));
    if (addr == s->not_at) {
        return false;
    }
    *s->out = (struct dt_node){
        .addr = addr,
        .size = cells(node->reg.data + 4 * bus->addr_cells, bus->size_cells),
        .has_irq = irqs->len >= 12 && be32(irqs->data) == 0,
    };
    if (s->out->has_irq) {
        const u8 *last = irqs->data + (irqs->len / 12 - 1) * 12;

        s->out->spi = be32(irqs->data + 4);
        s->out->edge = be32(irqs->data + 8) & DT_EDGE;
        s->out->irqs = irqs->len / 12;
        s->out->last_spi = be32(last + 4);
        s->out->last_edge = be32(last + 8) & DT_EDGE;
    }
    s->found = true;
    return true;
}

static bool visit_bootargs(const struct level *node, void *opaque)
{
    if (node->bootargs.len) {
        *(const char **)opaque = (const char *)node->bootargs.data;
        return true;
    }
    return false;
}

bool dt_valid(const void *dtb)
{
    return dtb && be32(dtb) == FDT_MAGIC;
}

bool dt_find(const void *dtb, const char *compatible, u64 not_at,
             struct dt_node *out)
{
    struct search s = { compatible, not_at, out, false };

    walk(dtb, visit_search, &s);
    return s.found;
}

/* The text after "key=" in the command line, or NULL. */
static const char *argument(const void *dtb, const char *key)
{
    const char *args = NULL;
    u32 len = length(key);

    walk(dtb, visit_bootargs, &args);
    while (args && *args) {
        u32 i = 0;

        while (i < len && args[i] == key[i]) {
            i++;
        }
        if (i == len && args[i] == '=') {
            return args + len + 1;
        }
        while (*args && *args != ' ') {
            args++;
        }
        while (*args == ' ') {
            args++;
        }
    }
    return NULL;
}

u64 dt_arg(const void *dtb, const char *key, u64 dflt)
{
    const char *s = argument(dtb, key);
    u32 base = 10;
    u64 v = 0;

    if (!s) {
        return dflt;
    }
    if (s[0] == '0' && s[1] == 'x') {
        base = 16;
        s += 2;
    }
    for (; *s && *s != ' '; s++) {
        v = v * base + (*s <= '9' ? *s - '0' : *s - 'a' + 10);
    }
    return v;
}

bool dt_arg_string(const void *dtb, const char *key, char *out, u32 size)
{
    const char *s = argument(dtb, key);
    u32 n = 0;

    while (s && s[n] && s[n] != ' ' && n + 1 < size) {
        out[n] = s[n];
        n++;
    }
    out[n] = 0;
    return n;
}
