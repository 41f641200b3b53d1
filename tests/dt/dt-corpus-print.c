// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dt-corpus: what it prints.
 */
#include <stdio.h>
#include <string.h>
#include "dt-corpus.h"

static void print_count(gconstpointer value)
{
    printf("%u", GPOINTER_TO_UINT(value));
}

static void print_text(gconstpointer value)
{
    g_autofree char *text = g_strescape(value, NULL);

    printf("\"%s\"", text);
}

static void print_table(const char *name, GHashTable *table,
                        void (*print_value)(gconstpointer value))
{
    GHashTableIter iter;
    gpointer key, value;
    const char *comma = "";

    printf("\"%s\": {", name);
    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        g_autofree char *text = g_strescape(key, NULL);

        printf("%s\"%s\": ", comma, text);
        print_value(value);
        comma = ", ";
    }
    printf("}, ");
}

void corpus_print(const Corpus *c, double load_us)
{
    const char *comma = "";

    printf("{\"nodes\": %u, \"cloned\": %u, \"with_drops\": %u, "
           "\"refused\": %u, \"load_us\": %.1f, \"us\": [%s], "
           "\"map\": {%s}, \"had\": [%s], ", c->nodes, c->cloned,
           c->with_drops, c->refused, load_us, c->times->str, c->map->str,
           c->had->str);
    print_table("dropped", c->dropped, print_count);
    print_table("rules", c->rules, print_count);
    print_table("why", c->why, print_text);
    printf("\"problems\": [");
    for (unsigned i = 0; i < c->problems->len; i++) {
        g_autofree char *text = g_strescape(c->problems->pdata[i], NULL);

        printf("%s\"%s\"", comma, text);
        comma = ", ";
    }
    printf("]}\n");
}

/* ["a", "b"] of what a node has in it: properties and nodes. */
static void print_names(GString *text, const VpoNode *node)
{
    const char *comma = "";

    g_string_append_c(text, '[');
    for (const VpoProp *prop = node->props; prop; prop = prop->next) {
        g_string_append_printf(text, "%s\"%s\"", comma, prop->name);
        comma = ", ";
    }
    for (const VpoNode *child = node->children; child; child = child->next) {
        g_string_append_printf(text, "%s\"%s\"", comma, child->name);
        comma = ", ";
    }
    g_string_append_c(text, ']');
}

void corpus_print_had(Corpus *c, const VpoNode *host, const VpoNode *guest)
{
    const VpoProp *compatible = vpo_node_prop(host, "compatible");
    const char *string;

    g_string_append_printf(c->had, "%s{\"compatible\": [",
                           c->had->len ? ", " : "");
    for (unsigned i = 0; (string = vpo_prop_string(compatible, i)); i++) {
        g_string_append_printf(c->had, "%s\"%s\"", i ? ", " : "", string);
    }
    g_string_append(c->had, "], \"host\": ");
    print_names(c->had, host);
    g_string_append(c->had, ", \"guest\": ");
    print_names(c->had, guest);
    g_string_append_c(c->had, '}');
}

/* ---- the rules, as docs/devel/device-tree.rst has them ---- */

#define PRINT_COLUMNS 78

static const char *print_done(const VpoDtRule *rule)
{
    static const char *const kinds[] = {
        [VPO_DT_KIND_PLAIN] = "copy", [VPO_DT_KIND_OWN] = "synthesise",
        [VPO_DT_KIND_DROP] = "drop", [VPO_DT_KIND_NAMES] = "as the list",
    };
    static const char *const lost[] = {
        [VPO_DT_DROP] = "translate, or drop",
        [VPO_DT_REPLACE] = "translate, or replace",
        [VPO_DT_REFUSE] = "translate, or refuse",
    };

    return rule->kind == VPO_DT_KIND_REFS ? lost[rule->lost]
                                          : kinds[rule->kind];
}

/* Is @next told of together with @row? Names are, with what they name. */
static bool print_is_same(const VpoDtRule *row, const VpoDtRule *next)
{
    if (next->kind == VPO_DT_KIND_NAMES) {
        return g_str_equal(next->list, (next - 1)->name);
    }
    return g_str_equal(print_done(row), print_done(next)) &&
           g_str_equal(row->why, next->why);
}

void corpus_print_rules(void)
{
    const VpoDtRule *end = vpo_dt_rules + vpo_dt_n_rules, *row, *next;

    puts(".. list-table::\n   :header-rows: 1\n\n   * - property\n"
         "     - what is done\n     - why");
    for (row = vpo_dt_rules; row < end; row = next) {
        g_autofree char *first = g_strdup_printf("   * - ``%s``", row->name);
        size_t column = strlen(first);

        fputs(first, stdout);
        for (next = row + 1; next < end && print_is_same(row, next); next++) {
            size_t len = strlen(next->name) + strlen(", ````");

            column = column + len > PRINT_COLUMNS ? 7 + len : column + len;
            printf("%s``%s``", column == 7 + len ? ",\n       " : ", ",
                   next->name);
        }
        printf("\n     - %s\n     - %s\n", print_done(row), row->why);
    }
}
