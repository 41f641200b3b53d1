// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platformctl dt: the node that a guest would get for a device.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "platformctl.h"
#include "vpo-plan.h"

/* As much as QEMU's machines have. */
#define DT_ROOM (1 << 20)

typedef struct DtArgs {
    char *dtb, *node, *sysfs, *overlay, *guest;
    char **with, **properties, **drops, **compatible, **rates;
    gboolean report, json;
    char **names;
} DtArgs;

typedef struct Dt {
    DtArgs args;
    CtlHost host;
    void *fdt;
    VpoPlan *plan;
    VpoDtDevice *devs;
    unsigned n;
    GArray *edits;
    GArray *rates;
    char *overlay;
} Dt;

/* ---- options ---- */

static const char dt_about[] =
    "Prints the device tree node that a guest would get for a host device, as "
    "source\nthat dtc compiles. NAME is a device as in /sys/bus/*/devices, or "
    "the path of its\nnode; with --dtb nothing of this system is looked at. "
    "Addresses and SPIs are\nthose that the first devices of QEMU's machine "
    "virt get. Options about\nproperties, clocks and overlays are for the "
    "first device.";
static const char dt_codes[] =
    "Exit status: 0 the node is printed, 1 there can be none (the reason is "
    "on stderr),\n2 bad usage, or a file that cannot be read.";

static GOptionContext *dt_options(DtArgs *a)
{
    GOptionEntry entries[] = {
        { "dtb", 0, 0, G_OPTION_ARG_FILENAME, &a->dtb,
          "the host's device tree blob, instead of this system's", "FILE" },
        { "node", 0, 0, G_OPTION_ARG_STRING, &a->node,
          "the device's node, instead of NAME", "PATH" },
        { "with", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->with,
          "a device that is assigned to the same guest", "NAME" },
        { "clock-rate", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->rates,
          "the rate of a clock that nobody else knows; NAME as in "
          "clock-names, or the place in clocks", "NAME=HZ" },
        { "property", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->properties,
          "properties as in device tree source: 'name = <1>, \"text\"; flag;'"
          "; CHILD/name for a child's", "TEXT" },
        { "drop", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->drops,
          "leave a property out", "NAME" },
        { "compatible", 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->compatible,
          "compatible string instead of the host's; may be repeated", "TEXT" },
        { "overlay", 0, 0, G_OPTION_ARG_FILENAME, &a->overlay,
          "overlay blob to apply; labels: device, gic, clock0...", "FILE" },
        { "guest", 0, 0, G_OPTION_ARG_FILENAME, &a->guest,
          "the guest's tree, as from qemu -machine dumpdtb=FILE", "FILE" },
        { "sysfs", 0, 0, G_OPTION_ARG_FILENAME, &a->sysfs,
          "where sysfs is, if not in /sys", "DIR" },
        { "report", 0, 0, G_OPTION_ARG_NONE, &a->report,
          "print what became of each property, and why", NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &a->json,
          "print report and source as one JSON object", NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &a->names,
          NULL, "NAME" },
        { NULL }
    };
    GOptionContext *context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, dt_about);
    g_option_context_set_description(context, dt_codes);
    return context;
}

static bool dt_parse(Dt *dt, int argc, char **argv, char **why)
{
    g_autoptr(GOptionContext) context = dt_options(&dt->args);
    g_autoptr(GError) err = NULL;
    DtArgs *a = &dt->args;
    unsigned n;

    if (!g_option_context_parse(context, &argc, &argv, &err)) {
        *why = g_strdup(err->message);
        return false;
    }
    n = (a->names ? g_strv_length(a->names) : 0) + (a->node != NULL);
    if (n != 1) {
        *why = g_strdup("exactly one device is wanted: NAME or --node=PATH");
        return false;
    }
    if (!a->node) {
        a->node = g_strdup(a->names[0]);
    }
    if (!a->sysfs) {
        a->sysfs = g_strdup("/sys");
    }
    return true;
}

/* ---- what the options say ---- */

static bool dt_read_edits(Dt *dt, char **why)
{
    const DtArgs *a = &dt->args;

    for (char **text = a->properties; text && *text; text++) {
        if (!vpo_dt_edits_parse(dt->edits, *text, why)) {
            return false;
        }
    }
    for (char **name = a->drops; name && *name; name++) {
        g_autofree char *text = g_strdup_printf("/delete-property/ %s;",
                                                *name);

        if (!vpo_dt_edits_parse(dt->edits, text, why)) {
            return false;
        }
    }
    if (a->compatible) {
        vpo_dt_edits_compatible(dt->edits,
                                (const char *const *)a->compatible);
    }
    return true;
}

/* NAME=HZ; the text is cut in two, so the name stays where it is. */
static bool dt_read_rates(Dt *dt, char **why)
{
    for (char **text = dt->args.rates; text && *text; text++) {
        char *equal = strrchr(*text, '='), *end = NULL;
        VpoDtUserRate rate = { .name = *text };

        rate.hz = equal ? g_ascii_strtoull(equal + 1, &end, 0) : 0;
        if (!rate.hz || *end) {
            *why = g_strdup_printf("--clock-rate=%s: NAME=HZ is wanted, such "
                                   "as apb_pclk=24000000", *text);
            return false;
        }
        *equal = '\0';
        g_array_append_val(dt->rates, rate);
    }
    return true;
}

static bool dt_read_file(const char *path, char **data, gsize *len,
                         char **why)
{
    g_autoptr(GError) err = NULL;

    if (!g_file_get_contents(path, data, len, &err)) {
        *why = g_strdup(err->message);
        return false;
    }
    return true;
}

static bool dt_read_guest(Dt *dt, char **why)
{
    g_autofree char *blob = NULL;
    gsize len;

    if (!dt->args.guest) {
        dt->fdt = ctl_dts_guest(DT_ROOM);
        return true;
    }
    if (!dt_read_file(dt->args.guest, &blob, &len, why)) {
        return false;
    }
    dt->fdt = g_malloc0(DT_ROOM);
    if (fdt_check_full(blob, len) || fdt_open_into(blob, dt->fdt, DT_ROOM)) {
        *why = g_strdup_printf("%s: not a sound device tree blob, or one of "
                               "more than %d bytes", dt->args.guest, DT_ROOM);
        return false;
    }
    return true;
}

/* ---- devices ---- */

static bool dt_add_device(Dt *dt, const char *name, char **why)
{
    VpoDtDevice *dev = &dt->devs[dt->n];

    dev->path = ctl_host_node(&dt->host, name, why);
    if (!dev->path) {
        return false;
    }
    dev->report = vpo_dt_report_new();
    vpo_plan_device(dt->plan, dt->host.tree, dev);
    dt->n++;
    return true;
}

static bool dt_add_devices(Dt *dt, char **why)
{
    char **with = dt->args.with;
    VpoDtDevice *dev;
    gsize len;

    dt->devs = g_new0(VpoDtDevice, 1 + (with ? g_strv_length(with) : 0));
    if (!dt_add_device(dt, dt->args.node, why)) {
        return false;
    }
    dev = &dt->devs[0];
    dev->edits = (const VpoDtEdit *)dt->edits->data;
    dev->n_edits = dt->edits->len;
    dev->user_rates = (const VpoDtUserRate *)dt->rates->data;
    dev->n_user_rates = dt->rates->len;
    if (dt->args.overlay) {
        if (!dt_read_file(dt->args.overlay, &dt->overlay, &len, why)) {
            return false;
        }
        dev->overlay = dt->overlay;
        dev->overlay_len = len;
    }
    for (; with && *with; with++) {
        if (!dt_add_device(dt, *with, why)) {
            return false;
        }
    }
    return true;
}

static bool dt_read(Dt *dt, char **why)
{
    return dt_read_edits(dt, why) && dt_read_rates(dt, why) &&
           dt_read_guest(dt, why) &&
           ctl_host_open(&dt->host, dt->args.dtb, dt->args.sysfs, why) &&
           dt_add_devices(dt, why);
}

/* ---- what is printed ---- */

static void dt_print_json(const Dt *dt, const char *error)
{
    g_autofree char *source = error ? NULL
                                    : ctl_dts_print(dt->fdt, dt->devs, dt->n);
    g_autoptr(GString) json = g_string_new("{");

    vpo_dt_report_json_member(json, "error", error);
    g_string_append(json, ", ");
    vpo_dt_report_json_member(json, "source", source);
    g_string_append(json, ", \"devices\": [");
    for (unsigned i = 0; i < dt->n; i++) {
        g_autofree char *one = vpo_dt_report_json(dt->devs[i].report);

        g_string_append_printf(json, "%s%s", i ? ", " : "", one);
    }
    puts(g_string_append(json, "]}")->str);
}

static void dt_print(const Dt *dt, const char *error)
{
    if (dt->args.json) {
        dt_print_json(dt, error);
    } else if (dt->args.report) {
        for (unsigned i = 0; i < dt->n; i++) {
            g_autofree char *text = vpo_dt_report_text(dt->devs[i].report);

            fputs(text, stdout);
        }
    } else if (!error) {
        g_autofree char *source = ctl_dts_print(dt->fdt, dt->devs, dt->n);

        fputs(source, stdout);
    }
}

/* Is a property at fault that the user could set or leave out? */
static bool dt_is_about_property(const Dt *dt)
{
    const GPtrArray *rows = dt->devs[0].report->rows;

    for (unsigned i = 0; i < rows->len; i++) {
        const VpoDtRow *row = rows->pdata[i];

        if (row->action == VPO_DT_REFUSE && row->property &&
            (strcmp(row->rule, "unknown") == 0 ||
             strcmp(row->rule, row->property) == 0)) {
            return true;
        }
    }
    return false;
}

static CtlExit dt_show(Dt *dt)
{
    VpoDtGuest guest = { .fdt = dt->fdt };
    g_autofree char *error = NULL;

    vpo_dt_add(&guest, dt->host.tree, dt->devs, dt->n, &error);
    dt_print(dt, error);
    if (!error) {
        return CTL_OK;
    }
    return ctl_fail(CTL_REFUSED, "%s%s", error, dt_is_about_property(dt)
                    ? "\n(--property='NAME = <...>;' sets a property, "
                      "--drop=NAME leaves it out)" : "");
}

static void dt_clear(Dt *dt)
{
    DtArgs *a = &dt->args;
    char *texts[] = { a->dtb, a->node, a->sysfs, a->overlay, a->guest };
    char **lists[] = { a->with, a->properties, a->drops, a->compatible,
                       a->rates, a->names };

    for (unsigned i = 0; i < dt->n; i++) {
        vpo_plan_clear(&dt->devs[i]);
        vpo_dt_report_free(dt->devs[i].report);
        g_free((char *)dt->devs[i].path);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_free(texts[i]);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_strfreev(lists[i]);
    }
    g_free(dt->devs);
    g_free(dt->fdt);
    g_free(dt->overlay);
    g_array_unref(dt->edits);
    g_array_unref(dt->rates);
    vpo_plan_free(dt->plan);
    ctl_host_close(&dt->host);
}

CtlExit ctl_dt(int argc, char **argv)
{
    Dt dt = {
        .plan = vpo_plan_new(),
        .edits = vpo_dt_edits_new(),
        .rates = g_array_new(FALSE, FALSE, sizeof(VpoDtUserRate)),
    };
    g_autofree char *why = NULL;
    CtlExit code;

    g_set_prgname("vfio-platformctl dt");
    if (dt_parse(&dt, argc, argv, &why) && dt_read(&dt, &why)) {
        code = dt_show(&dt);
    } else {
        code = ctl_fail(CTL_USAGE, "%s", why);
    }
    dt_clear(&dt);
    return code;
}
