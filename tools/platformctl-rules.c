// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platformctl rules: what a file of intercept rules does to the pages of
 * a device.
 */
#include <stdio.h>
#include "platformctl.h"
#include "vpo-host.h"
#include "vpo-intercept.h"
#include "vpo-plan.h"

#define RULES_HEX "0x%" G_GINT64_MODIFIER "x"

typedef struct RulesArgs {
    char *dtb, *node, *sysfs, *page, *text;
    gboolean json;
    char **names;
} RulesArgs;

typedef struct Rules {
    RulesArgs args;
    char *file;          /* NULL: only --rules */
    CtlHost host;
    VpoDtDevice dev;
    VpoInterceptDevice layout;
    bool whole_pages[VPO_DT_MAX_REGIONS]; /* else VFIO maps nothing of it */
    VpoIntercept *it;
} Rules;

/* ---- options ---- */

static const char rules_about[] =
    "Prints what the rules of FILE, as of the device's intercept=, do to the "
    "registers of a\nhost device: which pages stay direct, which are trapped, "
    "and what becomes of accesses\nto these. NAME is a device as in "
    "/sys/bus/*/devices, or the path of its node; with --dtb\nnothing of this "
    "system is looked at.";
static const char rules_codes[] =
    "Exit status: 0 the pages are printed, 1 the rules are wrong, or do not "
    "fit the device\n(the reason is on stderr), 2 bad usage, or a file that "
    "cannot be read.";

static GOptionContext *rules_options(RulesArgs *a)
{
    GOptionEntry entries[] = {
        { "dtb", 0, 0, G_OPTION_ARG_FILENAME, &a->dtb,
          "the host's device tree blob, instead of this system's", "FILE" },
        { "node", 0, 0, G_OPTION_ARG_STRING, &a->node,
          "the device's node, instead of NAME", "PATH" },
        { "rules", 0, 0, G_OPTION_ARG_STRING, &a->text,
          "short rules, as of intercept-rules=; FILE may be left out then",
          "TEXT" },
        { "page-size", 0, 0, G_OPTION_ARG_STRING, &a->page,
          "of the host's kernel, if not 4096", "BYTES" },
        { "sysfs", 0, 0, G_OPTION_ARG_FILENAME, &a->sysfs,
          "where sysfs is, if not in /sys", "DIR" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &a->json,
          "print it as one JSON object", NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->names,
          NULL, "NAME FILE" },
        { NULL }
    };
    GOptionContext *context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, rules_about);
    g_option_context_set_description(context, rules_codes);
    return context;
}

static bool rules_page_size(Rules *r, char **why)
{
    guint64 page = 0x1000;

    if (r->args.page &&
        (!g_ascii_string_to_unsigned(r->args.page, 10, 1, 1 << 30, &page,
                                     NULL) || page & (page - 1))) {
        *why = g_strdup_printf("--page-size=%s: a power of two is wanted, such "
                               "as 4096 or 65536", r->args.page);
        return false;
    }
    r->layout.page = page;
    return true;
}

static bool rules_parse(Rules *r, int argc, char **argv, char **why)
{
    g_autoptr(GOptionContext) context = rules_options(&r->args);
    g_autoptr(GError) err = NULL;
    RulesArgs *a = &r->args;
    unsigned n, device;

    if (!g_option_context_parse(context, &argc, &argv, &err)) {
        *why = g_strdup(err->message);
        return false;
    }
    n = a->names ? g_strv_length(a->names) : 0;
    device = a->node ? 0 : 1;
    if (n < device || n > device + 1 || (n == device && !a->text)) {
        *why = g_strdup("a device and its rules are wanted: NAME or "
                        "--node=PATH, and FILE or --rules=TEXT");
        return false;
    }
    if (!a->node) {
        a->node = g_strdup(a->names[0]);
    }
    if (!a->sysfs) {
        a->sysfs = g_strdup("/sys");
    }
    r->file = n > device ? a->names[device] : NULL;
    return rules_page_size(r, why);
}

/* ---- the device ---- */

static void rules_layout(Rules *r)
{
    const VpoNode *node = vpo_tree_find(r->host.tree, r->dev.path);
    VpoInterceptDevice *layout = &r->layout;

    layout->n_regions = r->dev.n_regions;
    layout->n_irqs = layout->emulated = r->dev.n_irqs;
    /* Which ones are emulated is QEMU's: any that is no line may be. */
    layout->n_emulated = UINT32_MAX - r->dev.n_irqs;
    for (unsigned i = 0; i < layout->n_regions; i++) {
        uint64_t addr = 0;

        vpo_host_region(node, i, &addr, &layout->size[i]);
        r->whole_pages[i] = !((addr | layout->size[i]) & (layout->page - 1));
    }
}

static bool rules_device(Rules *r, char **why)
{
    g_autoptr(VpoPlan) plan = vpo_plan_new();
    const RulesArgs *a = &r->args;
    VpoDtDevice *dev = &r->dev;

    if (!ctl_host_open(&r->host, a->dtb, a->sysfs, why)) {
        return false;
    }
    dev->path = ctl_host_node(&r->host, a->node, why);
    if (!dev->path) {
        return false;
    }
    vpo_plan_device(plan, r->host.tree, dev);
    if (!dev->n_regions || dev->n_regions > VPO_DT_MAX_REGIONS) {
        *why = g_strdup_printf("%s: %s", dev->path, dev->n_regions
                               ? "it has more regions than can be handled"
                               : "there is no such node, or it has no "
                                 "registers (reg)");
        return false;
    }
    rules_layout(r);
    return true;
}

static bool rules_read(Rules *r, char **why)
{
    r->it = vpo_intercept_new();
    return (!r->file || vpo_intercept_read(r->it, r->file, why)) &&
           (!r->args.text || vpo_intercept_parse(r->it, "--rules",
                                                 r->args.text, true, why)) &&
           vpo_intercept_compile(r->it, &r->layout, why);
}

/* ---- what is printed ---- */

/* A run of pages that are all trapped, or all direct. */
typedef struct Run {
    uint64_t offset, length;
    const char *how;
} Run;

/* The region's default, which stands behind the rules. */
static const VpoInterceptRule *rules_default(const Rules *r, unsigned region)
{
    const VpoInterceptRule *rule = NULL;

    for (unsigned i = 0; vpo_intercept_rule(r->it, i); i++) {
        const VpoInterceptRule *other = vpo_intercept_rule(r->it, i);

        rule = !other->length && other->region == region ? other : rule;
    }
    return rule;
}

static bool rules_run(const Rules *r, unsigned region, uint64_t at, Run *run)
{
    uint64_t size = r->layout.size[region], length;
    uint64_t trapped = vpo_intercept_run(r->it, region, at, &length);

    if (at >= size) {
        return false;
    }
    if (length && trapped == at) {
        *run = (Run) { at, length, "trapped" };
    } else {
        /* VFIO maps nothing that shares its page with another device. */
        *run = (Run) { at, (length ? trapped : size) - at,
                       r->whole_pages[region] ? "direct"
                           : "trapped: the region has no pages for itself" };
    }
    return true;
}

static bool rules_is_in(const VpoInterceptRule *rule, unsigned region,
                        const Run *run)
{
    return rule->region == region && rule->length &&
           rule->offset < run->offset + run->length &&
           run->offset < rule->offset + rule->length;
}

static void rules_text_run(const Rules *r, unsigned region, const Run *run)
{
    const VpoInterceptRule *rule;

    printf("  " RULES_HEX "+" RULES_HEX "  %s\n", run->offset, run->length,
           run->how);
    for (unsigned i = 0; (rule = vpo_intercept_rule(r->it, i)); i++) {
        if (rules_is_in(rule, region, run)) {
            printf("    %-32s %s (%s)\n", rule->text, rule->kind->says,
                   rule->origin);
        }
    }
}

static void rules_text(const Rules *r)
{
    const char *served = vpo_intercept_irq_served(r->it);

    for (unsigned i = 0; i < r->layout.n_regions; i++) {
        Run run;

        printf("region %u: " RULES_HEX " bytes, default %s\n", i,
               r->layout.size[i], rules_default(r, i)->kind->name);
        for (uint64_t at = 0; rules_run(r, i, at, &run); at += run.length) {
            rules_text_run(r, i, &run);
        }
    }
    if (served) {
        printf("irq-served %s\n", served);
    }
}

static void rules_json_rule(GString *json, const VpoInterceptRule *rule)
{
    g_string_append(json, "{");
    vpo_dt_report_json_member(json, "rule", rule->text);
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "kind", rule->kind->name);
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "origin", rule->origin);
    g_string_append_printf(json, ", \"offset\": %" G_GUINT64_FORMAT
                           ", \"length\": %" G_GUINT64_FORMAT "}",
                           rule->offset, rule->length);
}

static void rules_json_run(const Rules *r, GString *json, unsigned region,
                           const Run *run)
{
    const VpoInterceptRule *rule;
    bool first = true;

    g_string_append_printf(json, "%s{\"offset\": %" G_GUINT64_FORMAT
                           ", \"length\": %" G_GUINT64_FORMAT
                           ", \"trapped\": %s, \"rules\": [",
                           run->offset ? ", " : "", run->offset, run->length,
                           *run->how == 't' ? "true" : "false");
    for (unsigned i = 0; (rule = vpo_intercept_rule(r->it, i)); i++) {
        if (rules_is_in(rule, region, run)) {
            g_string_append(json, first ? "" : ", ");
            rules_json_rule(json, rule);
            first = false;
        }
    }
    g_string_append(json, "]}");
}

static void rules_json(const Rules *r, const char *error)
{
    g_autoptr(GString) json = g_string_new("{");

    vpo_dt_report_json_member(json, "error", error);
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "irq-served",
                              vpo_intercept_irq_served(r->it));
    g_string_append(json, ", \"regions\": [");
    for (unsigned i = 0; !error && i < r->layout.n_regions; i++) {
        Run run;

        g_string_append_printf(json, "%s{\"size\": %" G_GUINT64_FORMAT ", ",
                               i ? ", " : "", r->layout.size[i]);
        vpo_dt_report_json_member(json, "default",
                                  rules_default(r, i)->kind->name);
        g_string_append(json, ", \"pages\": [");
        for (uint64_t at = 0; rules_run(r, i, at, &run); at += run.length) {
            rules_json_run(r, json, i, &run);
        }
        g_string_append(json, "]}");
    }
    puts(g_string_append(json, "]}")->str);
}

static CtlExit rules_show(Rules *r)
{
    g_autofree char *error = NULL;

    if (r->file && !g_file_test(r->file, G_FILE_TEST_IS_REGULAR)) {
        return ctl_fail(CTL_USAGE, "%s: there is no such file", r->file);
    }
    if (!rules_read(r, &error)) {
        if (r->args.json) {
            rules_json(r, error);
        }
        return ctl_fail(CTL_REFUSED, "%s", error);
    }
    if (r->args.json) {
        rules_json(r, NULL);
    } else {
        rules_text(r);
    }
    return CTL_OK;
}

static void rules_clear(Rules *r)
{
    RulesArgs *a = &r->args;
    char *texts[] = { a->dtb, a->node, a->sysfs, a->page, a->text };

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_free(texts[i]);
    }
    g_strfreev(a->names);
    vpo_plan_clear(&r->dev);
    g_free((char *)r->dev.path);
    vpo_intercept_free(r->it);
    ctl_host_close(&r->host);
}

CtlExit ctl_rules(int argc, char **argv)
{
    Rules r = { .file = NULL };
    g_autofree char *why = NULL;
    CtlExit code;

    g_set_prgname("vfio-platformctl rules");
    if (rules_parse(&r, argc, argv, &why) && rules_device(&r, &why)) {
        code = rules_show(&r);
    } else {
        code = ctl_fail(CTL_USAGE, "%s", why);
    }
    rules_clear(&r);
    return code;
}
