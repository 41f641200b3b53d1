// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dt-corpus [OPTION...] GUEST.dtb BOARD.dtb: every device of a board into a
 * guest.
 *
 * Each node that the CPU can reach, is enabled and has a driver is cloned into
 * the guest's tree alone, and what comes out is looked at by other means than
 * the clone's. Prints one JSON object.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "dt-corpus.h"
#include "vpo-host.h"

/* Of this thread: other programs of this machine do not count. */
static double corpus_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void corpus_count(GHashTable *table, const char *key)
{
    unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));

    g_hash_table_insert(table, g_strdup(key), GUINT_TO_POINTER(n + 1));
}

/* ---- one device ---- */

/* A whole node goes by its rule, in brackets. */
static char *corpus_dropped(const VpoDtRow *row)
{
    return row->property ? g_strdup(row->property)
                         : g_strdup_printf("(%s)", row->rule);
}

static void corpus_report(Corpus *c, const VpoDtReport *report)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal,
                                                       g_free, NULL);

    for (unsigned i = 0; i < report->rows->len; i++) {
        const VpoDtRow *row = report->rows->pdata[i];
        g_autofree char *what = corpus_dropped(row);

        if (row->action == VPO_DT_DROP &&
            g_hash_table_add(seen, g_strdup(what))) {
            corpus_count(c->dropped, what);
            g_hash_table_insert(c->why, g_strdup(what), g_strdup(row->why));
        }
    }
    c->with_drops += g_hash_table_size(seen) > 0;
}

/* The first rule that refused it is the one that counts. */
static void corpus_refusal(Corpus *c, const VpoDtReport *report,
                           const char *error)
{
    for (unsigned i = 0; i < report->rows->len; i++) {
        const VpoDtRow *row = report->rows->pdata[i];

        if (row->action == VPO_DT_REFUSE) {
            g_autofree char *key = g_strdup_printf(
                "%s %s", row->rule, row->property ? row->property : "-");

            corpus_count(c->rules, key);
            return;
        }
    }
    corpus_count(c->rules, error);
}

/* Into @fdt; how long that took is noted for @times. */
static bool corpus_add(Corpus *c, VpoPlan *plan, void *fdt, VpoDtDevice *dev,
                       GString *times, char **error)
{
    VpoDtGuest guest = { .fdt = fdt };
    double begin;
    bool ok;

    vpo_plan_device(plan, c->host, dev);
    begin = corpus_us();
    ok = vpo_dt_add(&guest, c->host, dev, 1, error);
    if (times) {
        g_string_append_printf(times, "%s%.1f", times->len ? ", " : "",
                               corpus_us() - begin);
    }
    vpo_plan_clear(dev);
    return ok;
}

static void corpus_device(Corpus *c, const VpoNode *host)
{
    g_autoptr(VpoDtReport) report = vpo_dt_report_new();
    g_autoptr(VpoPlan) plan = vpo_plan_new();
    g_autofree char *path = vpo_node_path(host), *error = NULL;
    VpoDtDevice dev = { .path = path, .report = report };
    VpoDtRate rates[CORPUS_CLOCKS];

    for (unsigned i = 0; i < CORPUS_CLOCKS; i++) {
        rates[i] = (VpoDtRate) { i, 1000000 };
    }
    dev.rates = rates;
    dev.n_rates = c->told ? CORPUS_CLOCKS : 0;
    c->nodes++;
    fdt_open_into(c->guest, c->fdt, CORPUS_ROOM);
    if (!corpus_add(c, plan, c->fdt, &dev, c->times, &error)) {
        c->refused++;
        corpus_refusal(c, report, error);
        return;
    }
    c->cloned++;
    corpus_report(c, report);
    corpus_check(c, host, c->fdt, report);
    if (c->all && corpus_add(c, c->all_plan, c->all, &dev, NULL, &error)) {
        g_string_append_printf(c->map, "%s\"%s\": \"%s\"",
                               c->map->len ? ", " : "", report->path, path);
    }
}

static void corpus_walk(Corpus *c, const VpoNode *node)
{
    if (vpo_host_is_mmio(node) && vpo_node_prop(node, "compatible") &&
        !vpo_host_disabled(node)) {
        corpus_device(c, node);
    }
    for (const VpoNode *child = node->children; child; child = child->next) {
        corpus_walk(c, child);
    }
}

/* ---- one board ---- */

static void *corpus_read(const char *path, gsize *len)
{
    g_autoptr(GError) err = NULL;
    char *data;

    if (!g_file_get_contents(path, &data, len, &err)) {
        g_error("%s", err->message);
    }
    return data;
}

static void corpus_write(Corpus *c)
{
    g_autoptr(GError) err = NULL;

    fdt_pack(c->all);
    if (!g_file_set_contents(c->out, c->all, fdt_totalsize(c->all), &err)) {
        g_error("%s", err->message);
    }
}

static void corpus_free(Corpus *c)
{
    g_free(c->fdt);
    g_free(c->all);
    vpo_plan_free(c->all_plan);
    g_string_free(c->times, TRUE);
    g_string_free(c->map, TRUE);
    g_string_free(c->had, TRUE);
    g_strfreev(c->files);
    g_free(c->out);
    g_ptr_array_unref(c->problems);
    g_hash_table_unref(c->dropped);
    g_hash_table_unref(c->rules);
    g_hash_table_unref(c->why);
}

static void corpus_init(Corpus *c)
{
    c->fdt = g_malloc0(CORPUS_ROOM);
    c->all_plan = vpo_plan_new();
    c->all_plan->base = CORPUS_ALL_BASE;
    c->times = g_string_new(NULL);
    c->map = g_string_new(NULL);
    c->had = g_string_new(NULL);
    c->problems = g_ptr_array_new_with_free_func(g_free);
    c->dropped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    c->why = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    c->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (c->out) {
        c->all = g_malloc0(CORPUS_ALL_ROOM);
        fdt_open_into(c->guest, c->all, CORPUS_ALL_ROOM);
    }
}

static bool corpus_args(Corpus *c, int argc, char **argv)
{
    GOptionEntry entries[] = {
        { "out", 0, 0, G_OPTION_ARG_FILENAME, &c->out,
          "the guest with all devices of the board", "FILE" },
        { "told", 0, 0, G_OPTION_ARG_NONE, &c->told,
          "as if the host's kernel told the rate of every clock", NULL },
        { "names", 0, 0, G_OPTION_ARG_NONE, &c->names,
          "print what each node has in it", NULL },
        { "rules", 0, 0, G_OPTION_ARG_NONE, &c->table,
          "print the table of rules for the documentation, and no more",
          NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &c->files,
          NULL, "GUEST.dtb BOARD.dtb" },
        { NULL }
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) err = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &err) ||
        (!c->table && (!c->files || g_strv_length(c->files) != 2))) {
        fprintf(stderr, "%s\n", err ? err->message : "see --help");
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    Corpus c = { NULL };
    gsize guest_len, len;
    double load_us;

    if (!corpus_args(&c, argc, argv)) {
        return 2;
    }
    if (c.table) {
        corpus_print_rules();
        return 0;
    }
    g_autofree void *guest = corpus_read(c.files[0], &guest_len);
    g_autofree void *board = corpus_read(c.files[1], &len);
    g_autofree char *error = NULL;

    load_us = corpus_us();
    g_autoptr(VpoTree) host = vpo_tree_from_blob(board, len, &error);
    load_us = corpus_us() - load_us;
    if (!host) {
        g_error("%s: %s", c.files[1], error);
    }
    c.host = host;
    c.guest = guest;
    corpus_init(&c);
    corpus_walk(&c, vpo_tree_root(host));
    corpus_print(&c, load_us);
    if (c.out) {
        corpus_write(&c);
    }
    corpus_free(&c);
    return 0;
}
