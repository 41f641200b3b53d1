// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbitrary host trees, nodes, properties and overlays into a guest's tree.
 *
 * The first byte of an input says what the rest is: a blob, a tree written in
 * a few bytes (most blobs are no tree at all), a blob with an overlay behind
 * it, or the user's properties. Whatever it is, the guest's tree afterwards is
 * a sound one, or the same as before.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "vpo-host.h"
#include "vpo-plan.h"

#define FUZZ_ROOM 16384
#define FUZZ_DEVICES 8
#define FUZZ_NAME 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that was not kept. */
#define FUZZ_ASSERT(cond) ((cond) ? (void)0 : abort())

typedef struct Bytes {
    const uint8_t *at, *end;
} Bytes;

static uint8_t fuzz_byte(Bytes *b)
{
    return b->at < b->end ? *b->at++ : 0;
}

/* ---- a tree in a few bytes ---- */

static const char *const fuzz_names[] = {
    "compatible", "reg", "ranges", "#address-cells", "#size-cells", "phandle",
    "interrupts", "interrupt-parent", "interrupts-extended",
    "interrupt-controller", "#interrupt-cells", "interrupt-names", "status",
    "clocks", "clock-names", "#clock-cells", "clock-frequency", "resets",
    "#reset-cells", "remote-endpoint", "gpios", "gpio-hog", "dma-coherent",
    "regulator-min-microvolt", "regulator-max-microvolt", "device_type",
    "acme,unheard-of", "memory-region", "linux,phandle",
};
static const char *const fuzz_texts[] = {
    "fixed-clock", "pci", "okay", "disabled", "a", "",
};

/* A name of one of the table's rows, its stars filled in; or of the above. */
static void fuzz_name(Bytes *b, char *name)
{
    unsigned i = fuzz_byte(b);
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;

    if (i < G_N_ELEMENTS(fuzz_names)) {
        g_strlcpy(name, fuzz_names[i], FUZZ_NAME);
        return;
    }
    parts = g_strsplit(vpo_dt_rules[i % vpo_dt_n_rules].name, "*", -1);
    text = g_strjoinv("0", parts);
    g_strlcpy(name, text, FUZZ_NAME);
}

/* Small numbers are phandles and sizes; the greatest stands for all ones. */
static uint32_t fuzz_cell(Bytes *b)
{
    uint8_t byte = fuzz_byte(b);

    return byte == 0xff ? UINT32_MAX : byte & 0x80 ? (uint32_t)byte << 8
                                                   : byte;
}

static void fuzz_prop(Bytes *b, void *fdt)
{
    uint8_t kind = fuzz_byte(b), value[64];
    unsigned n = kind & 0xf;
    char name[FUZZ_NAME];

    fuzz_name(b, name);
    if (kind & 0x80) {
        const char *text = fuzz_texts[n % G_N_ELEMENTS(fuzz_texts)];

        fdt_property(fdt, name, text, strlen(text) + !(kind & 0x40));
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        uint32_t be = GUINT32_TO_BE(fuzz_cell(b));

        memcpy(value + 4 * i, &be, 4);
    }
    fdt_property(fdt, name, value, 4 * n - (n && kind & 0x40));
}

static void *fuzz_tree(Bytes *b)
{
    void *fdt = g_malloc0(FUZZ_ROOM);
    int depth = 1;

    fdt_create(fdt, FUZZ_ROOM);
    fdt_finish_reservemap(fdt);
    fdt_begin_node(fdt, "");
    while (b->at < b->end) {
        uint8_t op = fuzz_byte(b);
        char name[8];

        if (op & 3) {
            fuzz_prop(b, fdt);
        } else if (op & 4 && depth > 1) {
            depth -= fdt_end_node(fdt) == 0;
        } else {
            g_snprintf(name, sizeof(name), op & 8 ? "n%x@1" : "n%x", op >> 4);
            depth += fdt_begin_node(fdt, name) == 0;
        }
    }
    while (depth-- > 0) {
        fdt_end_node(fdt);
    }
    return fdt_finish(fdt) == 0 ? fdt : (g_free(fdt), NULL);
}

/* ---- the guest ---- */

static void *fuzz_guest(void)
{
    static const char *const props[] = {
        "#address-cells = <2>; #size-cells = <2>; interrupt-parent = <1>;",
        "phandle = <1>; #interrupt-cells = <3>; interrupt-controller;",
    };
    void *fdt = g_malloc0(FUZZ_ROOM);

    fdt_create_empty_tree(fdt, FUZZ_ROOM);
    for (unsigned i = 0; i < G_N_ELEMENTS(props); i++) {
        int node = i ? fdt_add_subnode(fdt, 0, "intc") : 0;
        g_autoptr(GArray) edits = vpo_dt_edits_new();
        char *error;

        FUZZ_ASSERT(vpo_dt_edits_parse(edits, props[i], &error));
        for (unsigned p = 0; p < edits->len; p++) {
            const VpoDtEdit *edit = &g_array_index(edits, VpoDtEdit, p);

            fdt_setprop(fdt, node, edit->name, edit->data, edit->len);
        }
    }
    return fdt;
}

/* All that the table calls a phandle leads somewhere. */
static void fuzz_no_dangling(const VpoTree *tree, const VpoNode *node)
{
    const char *why;
    VpoDtRef ref;
    int more;

    for (const VpoProp *prop = node->props; prop; prop = prop->next) {
        const VpoDtRule *rule = vpo_dt_rule(tree, node, prop);

        if (!rule || rule->kind != VPO_DT_KIND_REFS || prop->len == 0 ||
            rule->args == VPO_DT_ARGS_UNKNOWN) {
            continue;
        }
        for (unsigned at = 0;
             (more = vpo_dt_ref(tree, rule, prop, at, &ref, &why)) > 0;
             at += ref.n_cells) {
        }
        FUZZ_ASSERT(more == 0);
    }
    for (const VpoNode *child = node->children; child; child = child->next) {
        fuzz_no_dangling(tree, child);
    }
}

static void fuzz_is_sound(const void *fdt, const VpoDtDevice *devs, unsigned n)
{
    g_autofree char *error = NULL;
    g_autoptr(VpoTree) tree = vpo_tree_borrow_blob(fdt, fdt_totalsize(fdt),
                                                   &error);

    FUZZ_ASSERT(tree);
    for (unsigned i = 0; i < n; i++) {
        const VpoNode *node = vpo_tree_find(tree, devs[i].report->path);

        FUZZ_ASSERT(node);
        if (!devs[i].overlay) {
            fuzz_no_dangling(tree, node);
        }
    }
}

static void fuzz_texts_are_made(const VpoDtDevice *devs, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        g_free(vpo_dt_report_json(devs[i].report));
        g_free(vpo_dt_report_text(devs[i].report));
    }
}

static void fuzz_add(const VpoTree *host, const VpoDtDevice *devs, unsigned n)
{
    g_autofree void *fdt = fuzz_guest();
    g_autofree void *before = g_memdup2(fdt, FUZZ_ROOM);
    g_autofree char *error = NULL;
    VpoDtGuest guest = { .fdt = fdt };

    if (vpo_dt_add(&guest, host, devs, n, &error)) {
        FUZZ_ASSERT(!error);
        fuzz_is_sound(fdt, devs, n);
        for (unsigned i = 0; i < n; i++) {
            vpo_dt_remove(fdt, devs[i].report);
        }
        FUZZ_ASSERT(n == 0 || devs[0].overlay ||
                    fdt_size_dt_struct(fdt) == fdt_size_dt_struct(before));
    } else {
        FUZZ_ASSERT(error && *error);
        FUZZ_ASSERT(memcmp(fdt, before, FUZZ_ROOM) == 0);
    }
    fuzz_texts_are_made(devs, n);
}

/* ---- devices ---- */

typedef struct Devices {
    const VpoTree *host;
    VpoPlan *plan;
    VpoDtDevice devs[FUZZ_DEVICES];
    unsigned n;
} Devices;

/* Those that might be assigned, and the first ones whatever they are. */
static void fuzz_collect(Devices *d, const VpoNode *node)
{
    if (d->n < FUZZ_DEVICES && node->parent &&
        (d->n < 2 || vpo_host_is_mmio(node))) {
        VpoDtDevice *dev = &d->devs[d->n++];

        dev->path = vpo_node_path(node);
        dev->report = vpo_dt_report_new();
        vpo_plan_device(d->plan, d->host, dev);
    }
    for (const VpoNode *child = node->children; child; child = child->next) {
        fuzz_collect(d, child);
    }
}

static void fuzz_host(const VpoTree *host, const void *overlay, size_t len)
{
    static const VpoDtUserRate rate = { "a", 1000 };
    static const VpoDtRate told = { 1, 5 };
    static const char text[] = "b; /delete-property/ clocks; n0/c = <1>;"
                               "interrupt-parent = <1>;";
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    g_autofree char *error = NULL;
    Devices d = { .host = host, .plan = vpo_plan_new() };

    fuzz_collect(&d, vpo_tree_root(host));
    for (unsigned i = 0; i < d.n; i++) {
        d.devs[i].overlay = overlay;
        d.devs[i].overlay_len = len;
        fuzz_add(host, &d.devs[i], 1);
        d.devs[i].rates = &told;
        d.devs[i].n_rates = 1;
    }
    fuzz_add(host, d.devs, d.n);
    FUZZ_ASSERT(vpo_dt_edits_parse(edits, text, &error));
    if (d.n) {
        d.devs[0].user_rates = &rate;
        d.devs[0].n_user_rates = 1;
        d.devs[0].edits = (const VpoDtEdit *)edits->data;
        d.devs[0].n_edits = edits->len;
        fuzz_add(host, d.devs, 1);
    }
    for (unsigned i = 0; i < d.n; i++) {
        vpo_plan_clear(&d.devs[i]);
        vpo_dt_report_free(d.devs[i].report);
        g_free((char *)d.devs[i].path);
    }
    vpo_plan_free(d.plan);
}

static void fuzz_blob(const void *blob, size_t size, const void *overlay,
                      size_t overlay_len)
{
    g_autofree char *error = NULL;
    g_autoptr(VpoTree) host = vpo_tree_from_blob(blob, size, &error);

    FUZZ_ASSERT(!host == (error != NULL));
    if (host) {
        fuzz_host(host, overlay, overlay_len);
    }
}

/* ---- inputs ---- */

static void fuzz_is_blob(Bytes *b)
{
    fuzz_blob(b->at, b->end - b->at, NULL, 0);
}

static void fuzz_is_tree(Bytes *b)
{
    g_autofree void *fdt = fuzz_tree(b);

    if (fdt) {
        fuzz_blob(fdt, fdt_totalsize(fdt), NULL, 0);
    }
}

/* An overlay's length comes first. */
static void fuzz_is_overlay(Bytes *b)
{
    size_t len = fuzz_byte(b) << 8;

    len = MIN(len | fuzz_byte(b), (size_t)(b->end - b->at));
    fuzz_blob(b->at + len, b->end - b->at - len, b->at, len);
}

static void fuzz_is_text(Bytes *b)
{
    g_autofree char *text = g_strndup((const char *)b->at, b->end - b->at);
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    g_autofree char *error = NULL;
    bool ok = vpo_dt_edits_parse(edits, text, &error);

    FUZZ_ASSERT(ok == !error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(Bytes *b) = {
        fuzz_is_blob, fuzz_is_tree, fuzz_is_overlay, fuzz_is_text,
    };
    Bytes b = { data, data + size };

    kinds[fuzz_byte(&b) % G_N_ELEMENTS(kinds)](&b);
    return 0;
}
