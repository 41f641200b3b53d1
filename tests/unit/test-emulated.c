// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of emulated-irqs=: what it means, and what is wrong with it.
 */
#include <glib.h>
#include "vpo-emulated.h"

/* @kinds: a letter for each interrupt, E or L; or NULL, and @why. */
static const struct {
    const char *text, *kinds, *why;
} rows[] = {
    { NULL, "" },
    { "1", "E" },
    { "3", "EEE" },
    { "2:edge", "EE" },
    { "2:level", "LL" },
    { "2:level/1", "LLE" },
    { "1/1:level/1:edge", "ELE" },
    { "", NULL, "it is empty" },
    { "0", NULL, "'0' is not a number from 1 to 64" },
    { "65", NULL, "'65' is not a number from 1 to 64" },
    { "-1", NULL, "'-1' is not a number from 1 to 64" },
    { "one", NULL, "'one' is not a number from 1 to 64" },
    { ":level", NULL, "'' is not a number from 1 to 64" },
    { "1/", NULL, "'' is not a number from 1 to 64" },
    { "1:", NULL, "'' is neither edge nor level" },
    { "1:Level", NULL, "'Level' is neither edge nor level" },
    { "1:level:edge", NULL, "'level:edge' is neither edge nor level" },
    { "64/1", NULL, "there can be 64 at most" },
};

static void test_parse(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        VpoEmulatedWishes wishes;
        g_autofree char *why = NULL;
        bool ok = vpo_emulated_parse(rows[i].text, &wishes, &why);

        g_test_message("%s", rows[i].text);
        g_assert_cmpstr(why, ==, rows[i].why);
        g_assert_cmpint(ok, ==, rows[i].kinds != NULL);
        if (ok) {
            g_autoptr(GString) kinds = g_string_new(NULL);

            for (unsigned n = 0; n < wishes.n; n++) {
                g_string_append_c(kinds, wishes.level[n] ? 'L' : 'E');
            }
            g_assert_cmpstr(kinds->str, ==, rows[i].kinds);
        }
    }
}

static void test_most(void)
{
    VpoEmulatedWishes wishes;
    g_autofree char *why = NULL;

    g_assert_true(vpo_emulated_parse("63:level/1", &wishes, &why));
    g_assert_cmpuint(wishes.n, ==, VPO_EMULATED_MOST);
    g_assert_true(wishes.level[62]);
    g_assert_false(wishes.level[63]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/emulated/parse", test_parse);
    g_test_add_func("/emulated/most", test_most);
    return g_test_run();
}
