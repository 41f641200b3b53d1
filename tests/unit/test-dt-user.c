// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the user has a say in: properties, overlays; and what is reported.
 */
#include <libfdt.h>
#include <string.h>
#include "dt-build.h"

#define DEV "/soc/dev@1000"
#define G_DEV "/dev@c000000"

static const DtRow board[] = {
    { "/", "#address-cells = <1>; #size-cells = <1>; interrupt-parent = <1>;" },
    { "/soc", "#address-cells = <1>; #size-cells = <1>; ranges;" },
    { "/gic", "#interrupt-cells = <3>; phandle = <1>;" },
    { "/osc", "compatible = \"fixed-clock\"; phandle = <2>;"
              "clock-frequency = <5>; #clock-cells = <0>;" },
    { "/syscon", "phandle = <3>;" },
    { DEV, "compatible = \"acme,dev\"; reg = <0x1000 0x100>; clocks = <2 2>;"
           "interrupts = <0 1 4>; acme,unheard-of = <3 16>; vdd-supply = <3>;"
           "acme,width-in-bits-and-more = <1000>;" },
    { DEV "/port@1", "reg = <1>; label = \"one\"; acme,odd = <3>;" },
    { NULL }
};

/* Parses @text as the device's edits, and adds the device; NULL if it works. */
static void add(DtSet *set, const char *text, GArray *edits,
                const char *words)
{
    VpoDtDevice *dev;
    char *error;

    dt_set_init(set, board);
    g_assert_true(vpo_dt_edits_parse(edits, text, &error));
    dev = dt_set_device(set, DEV);
    dev->edits = (const VpoDtEdit *)edits->data;
    dev->n_edits = edits->len;
    if (words) {
        dt_set_fails(set, words);
    } else {
        dt_set_ok(set);
    }
}

#define KNOWN "acme,unheard-of = <1>; port@1/acme,odd = <9>;"

/* ---- properties ---- */

static void test_unknown_is_refused(void)
{
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    DtSet set;

    add(&set, "", edits, DEV ": acme,unheard-of: may lead to another device");
    dt_set_clear(&set);
}

static void test_set(void)
{
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    DtSet set;

    add(&set, KNOWN "compatible = \"b,c\", \"d\"; new; interrupts = <0 9 4>;",
        edits, NULL);
    dt_assert_some(set.guest.fdt, G_DEV, "compatible = \"b,c\", \"d\";"
                   "acme,unheard-of = <1>; new; interrupts = <0 9 4>;"
                   "acme,width-in-bits-and-more = <1000>;");
    dt_assert_some(set.guest.fdt, G_DEV "/port@1", "acme,odd = <9>;");
    dt_set_clear(&set);
}

static void test_drop(void)
{
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    DtSet set;

    add(&set, "/delete-property/ acme,unheard-of; /delete-property/ clocks;"
        "/delete-property/ port@1/acme,odd;/delete-property/ port@1/label;",
        edits, NULL);
    dt_assert_none(set.guest.fdt, G_DEV, "acme,unheard-of");
    dt_assert_none(set.guest.fdt, G_DEV, "clocks");
    dt_assert_props(set.guest.fdt, G_DEV "/port@1", "reg = <1>;");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP,
                              DEV "/port@1", "label"));
    dt_set_clear(&set);
}

static void test_drop_what_is_not_there(void)
{
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    DtSet set;

    add(&set, KNOWN "/delete-property/ clokcs;", edits,
        DEV ": clokcs: the node has no such property to drop");
    dt_set_clear(&set);
}

static void test_edit_of_no_node(void)
{
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    DtSet set;

    add(&set, KNOWN "port@2/label = \"x\";", edits,
        DEV ": label: the device has no node port@2");
    dt_set_clear(&set);
}

static void test_compatible(void)
{
    static const char *const strings[] = { "x,y", "z", NULL };
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    DtSet set;

    vpo_dt_edits_compatible(edits, strings);
    add(&set, KNOWN, edits, NULL);
    dt_assert_some(set.guest.fdt, G_DEV, "compatible = \"x,y\", \"z\";");
    dt_set_clear(&set);
}

static void test_values(void)
{
    static const struct {
        const char *text, *bytes;
        size_t len;
    } good[] = {
        { "a = <1 0xffffffff>;", "\0\0\0\1\377\377\377\377", 8 },
        { "a=<1>,<010>", "\0\0\0\1\0\0\0\10", 8 },
        { " a = [00 fF 1],[22] ; ", NULL, 0 },
        { "a = [zz];", NULL, 0 },
        { "a = [00 fF], [22];", "\0\377\"", 3 },
        { "a = \"x\\\"y\\\\\", \"\";", "x\"y\\\0", 6 },
        { "a = <>;", "", 0 },
        { "a;", "", 0 },
        { "a = <4294967296>;", NULL, 0 },
        { "a = <-1>;", NULL, 0 },
        { "a = <&x>;", NULL, 0 },
        { "a = <1", NULL, 0 },
        { "a = \"x", NULL, 0 },
        { "a = x;", NULL, 0 },
        { "a = ;", NULL, 0 },
        { "a b;", NULL, 0 },
        { "= <1>;", NULL, 0 },
        { "/a = <1>;", NULL, 0 },
        { "b/ = <1>;", NULL, 0 },
        { "/delete-property/ a = <1>;", NULL, 0 },
        { ";", NULL, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GArray) edits = vpo_dt_edits_new();
        g_autofree char *error = NULL;
        bool ok = vpo_dt_edits_parse(edits, good[i].text, &error);

        g_test_message("%s: %s", good[i].text, error ? error : "parsed");
        g_assert_cmpint(ok, ==, good[i].bytes != NULL);
        g_assert_cmpint(ok, ==, error == NULL);
        if (ok) {
            const VpoDtEdit *edit = &g_array_index(edits, VpoDtEdit, 0);

            g_assert_cmpstr(edit->name, ==, "a");
            g_assert_cmpmem(edit->data, edit->len, good[i].bytes, good[i].len);
        }
    }
}

/* ---- overlays ---- */

/* What dtc -@ makes of: &label { ... }; */
static void *overlay(const char *label, const char *props)
{
    g_autofree char *fixup = g_strdup_printf(
        "%s = \"/fragment@0:target:0\";", label);
    DtRow rows[] = {
        { "/fragment@0", "target = <0xffffffff>;" },
        { "/fragment@0/__overlay__", props },
        { "/__fixups__", fixup },
        { NULL }
    };

    return dt_blob(rows, 1024);
}

static void add_overlay(DtSet *set, const void *blob, size_t len,
                        const char *words)
{
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    VpoDtDevice *dev;
    char *error;

    g_assert_true(vpo_dt_edits_parse(edits, KNOWN, &error));
    dt_set_init(set, board);
    dev = dt_set_device(set, DEV);
    dev->edits = (const VpoDtEdit *)edits->data;
    dev->n_edits = edits->len;
    dev->overlay = blob;
    dev->overlay_len = len;
    if (words) {
        dt_set_fails(set, words);
    } else {
        dt_set_ok(set);
    }
}

static void test_overlay(void)
{
    g_autofree void *blob = overlay("device", "acme,unheard-of = <7>; more;");
    DtSet set;

    add_overlay(&set, blob, 1024, NULL);
    dt_assert_some(set.guest.fdt, G_DEV, "acme,unheard-of = <7>; more;");
    dt_assert_no_node(set.guest.fdt, "/__symbols__");
    dt_set_clear(&set);
}

static void test_overlay_labels(void)
{
    static const char *const labels[] = { "gic", "clock0", "clock1" };

    for (unsigned i = 0; i < G_N_ELEMENTS(labels); i++) {
        g_autofree void *blob = overlay(labels[i], "seen;");
        DtSet set;

        add_overlay(&set, blob, 1024, NULL);
        dt_assert_some(set.guest.fdt, i == 0 ? "/intc@8000000"
                       : i == 1 ? "/clock-c000000-0" : "/clock-c000000-1",
                       "seen;");
        dt_set_clear(&set);
    }
}

static void test_overlay_of_unknown_label(void)
{
    g_autofree void *blob = overlay("uart", "x;");
    DtSet set;

    add_overlay(&set, blob, 1024, DEV ": the overlay does not apply: it "
                "refers to label 'uart'");
    dt_set_clear(&set);
}

static void test_overlay_of_no_node(void)
{
    static const DtRow rows[] = {
        { "/fragment@0", "target-path = \"/nowhere\";" },
        { "/fragment@0/__overlay__", "x;" },
        { NULL }
    };
    g_autofree void *blob = dt_blob(rows, 1024);
    DtSet set;

    add_overlay(&set, blob, 1024, DEV ": the overlay does not apply: "
                "FDT_ERR_NOTFOUND");
    dt_set_clear(&set);
}

static void test_overlay_is_no_blob(void)
{
    DtSet set;

    add_overlay(&set, "/dts-v1/;", 9, DEV ": the overlay is no sound device "
                "tree blob");
    dt_set_clear(&set);
}

/* The guest's own symbols stay, those of the overlay's labels go. */
static void test_overlay_beside_symbols(void)
{
    static const DtRow own[] = {
        { "/__symbols__", "intc = \"/intc@8000000\";" }, { NULL }
    };
    g_autofree void *blob = overlay("device", "more;");
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    VpoDtDevice *dev;
    DtSet set;
    char *error;

    g_assert_true(vpo_dt_edits_parse(edits, KNOWN, &error));
    dt_set_init(&set, board);
    dt_put(set.guest.fdt, own);
    dev = dt_set_device(&set, DEV);
    dev->edits = (const VpoDtEdit *)edits->data;
    dev->n_edits = edits->len;
    dev->overlay = blob;
    dev->overlay_len = 1024;
    dt_set_ok(&set);
    dt_assert_some(set.guest.fdt, G_DEV, "more;");
    dt_assert_props(set.guest.fdt, "/__symbols__",
                    "intc = \"/intc@8000000\";");
    dt_set_clear(&set);
}

/* ---- reports ---- */

static void test_report(void)
{
    g_autoptr(GArray) edits = vpo_dt_edits_new();
    g_autofree char *text = NULL, *json = NULL;
    DtSet set;

    add(&set, KNOWN, edits, NULL);
    text = vpo_dt_report_text(set.devs[0].report);
    json = vpo_dt_report_json(set.devs[0].report);
    g_assert_nonnull(strstr(text, "dropped     " DEV " vdd-supply\n"));
    g_assert_nonnull(strstr(json, "\"path\": \"" G_DEV "\""));
    g_assert_nonnull(strstr(json, "\"extra\": [\"/clock-c000000-0\", "));
    g_assert_nonnull(strstr(json, "{\"action\": \"dropped\", \"node\": \"" DEV
                            "\", \"property\": \"vdd-supply\", \"rule\": "
                            "\"*-supply\", \"why\": \""));
    dt_set_clear(&set);
}

static void test_report_escapes(void)
{
    g_autoptr(VpoDtReport) report = vpo_dt_report_new();
    g_autofree char *json = NULL;

    report->path = g_strdup("/a\"b\\c\n\377");
    json = vpo_dt_report_json(report);
    g_assert_cmpstr(json, ==, "{\"path\": \"/a\\\"b\\\\c\\u000a\\u00ff\", "
                    "\"extra\": [], \"rows\": []}");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/user/unknown-is-refused", test_unknown_is_refused);
    g_test_add_func("/user/set", test_set);
    g_test_add_func("/user/drop", test_drop);
    g_test_add_func("/user/drop-what-is-not-there",
                    test_drop_what_is_not_there);
    g_test_add_func("/user/edit-of-no-node", test_edit_of_no_node);
    g_test_add_func("/user/compatible", test_compatible);
    g_test_add_func("/user/values", test_values);
    g_test_add_func("/overlay/applies", test_overlay);
    g_test_add_func("/overlay/labels", test_overlay_labels);
    g_test_add_func("/overlay/unknown-label", test_overlay_of_unknown_label);
    g_test_add_func("/overlay/no-node", test_overlay_of_no_node);
    g_test_add_func("/overlay/no-blob", test_overlay_is_no_blob);
    g_test_add_func("/overlay/beside-symbols", test_overlay_beside_symbols);
    g_test_add_func("/report/rows", test_report);
    g_test_add_func("/report/escapes", test_report_escapes);
    return g_test_run();
}
