// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of intercept rules, and the pages that they trap.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include "vpo-intercept.h"

/* A device of three regions, two lines and two emulated interrupts. */
static const VpoInterceptDevice device = {
    .n_regions = 3, .size = { 0x4000, 0x200, 0 }, .page = 0x1000,
    .n_irqs = 2, .emulated = 4, .n_emulated = 2,
};

/* Parsed and put together; or NULL, with @why. */
static VpoIntercept *compiled(const char *text, bool short_form, char **why)
{
    g_autoptr(VpoIntercept) it = vpo_intercept_new();

    if (!vpo_intercept_parse(it, "f", text, short_form, why) ||
        !vpo_intercept_compile(it, &device, why)) {
        g_assert_nonnull(*why);
        return NULL;
    }
    g_assert_null(*why);
    return g_steal_pointer(&it);
}

/* ---- what is wrong ---- */

static const struct {
    const char *text;
    const char *why; /* all of it, or its beginning */
} errors[] = {
    { "0", "f: line 1, column 2: this is no rule: write REGION:OFFSET" },
    { "\n\n  x:0 deny", "f: line 3, column 3: 'x' is not a number of at most "
      "0x3f for the region" },
    { "64:0 deny", "f: line 1, column 1: '64' is not a number" },
    { "-1:0 deny", "f: line 1, column 1: '-1' is not a number" },
    { "0:zero deny", "f: line 1, column 3: 'zero' is not a number" },
    { "0:0x deny", "f: line 1, column 3: '0x' is not a number" },
    { "0:0x10000000000000000 deny", "f: line 1, column 3: " },
    { "0:0+ deny", "f: line 1, column 5: '' is not a number" },
    { "0:0x10+4k deny", "f: line 1, column 8: '4k' is not a number" },
    { "0:0x10+0 deny", "f: line 1, column 8: a length of 0 is no window: give "
      "the bytes of the registers, or leave out '+0' for 4" },
    { "0:4", "f: line 1, column 4: what happens to the window is missing: one "
      "of deny, direct, forward, read-only, write-once, bits, complete, "
      "raise" },
    { "0:4   # deny", "f: line 1, column 4: what happens" },
    { "0:4  dney", "f: line 1, column 6: 'dney' is no kind of rule; the kinds "
      "are deny, direct" },
    { "0:4 d\"\x01ny", "f: line 1, column 5: 'd\\\"\\001ny' is no kind" },
    { "0:4 deny 1 2", "f: line 1, column 12: too many arguments: write "
      "REGION:OFFSET[+LENGTH] deny [VALUE]" },
    { "0:4 forward 1", "f: line 1, column 13: too many arguments: write "
      "REGION:OFFSET[+LENGTH] forward" },
    { "0:4 bits", "f: line 1, column 9: too few arguments: write "
      "REGION:OFFSET[+LENGTH] bits MASK [VALUE]" },
    { "0:4 complete", "f: line 1, column 13: too few" },
    { "0:4 raise", "f: line 1, column 10: too few" },
    { "0:4 deny x", "f: line 1, column 10: 'x' is not a number of at most "
      "0xffffffff" },
    { "0:4 deny 0x100000000", "f: line 1, column 10: " },
    { "0:4 bits 0", "f: line 1, column 5: a mask of 0x0 is deny" },
    { "0:4 bits 0xffffffff", "f: line 1, column 5: a mask of 0xffffffff is "
      "forward" },
    { "0:4 bits 0xf0 0x11", "f: line 1, column 5: value 0x11 has bits of mask "
      "0xf0, which are the guest's: leave out 0x10" },
    { "0:0+0x10001 write-once", "f: line 1, column 13: write-once is for at "
      "most 0x10000 bytes, not 0x10001" },
    { "1 2 3 4 5 6 7 8 9", "f: line 1, column 17: too many words" },
    { "default", "f: line 1, column 8: write default direct, default deny" },
    { "default refuse", "f: line 1, column 9: write default" },
    { "default x deny", "f: line 1, column 9: 'x' is not a number" },
    { "default 0 1 deny", "f: line 1, column 13: write default" },
    { "default deny\ndefault direct", "f: line 2, column 1: there is such a "
      "default already (f: line 1): leave one of them out" },
    { "default 1 deny\ndefault\t1 deny", "f: line 2, column 1: there is" },
    { "default 3 deny", "f: line 1: there is no region 3: the device has 3, "
      "counted from 0" },
    { "irq-served", "f: line 1, column 11: it is empty" },
    { "irq-served 0:0x18", "f: line 1, column 12: '0:0x18' is not [INDEX=]" },
    { "irq-served 0:4:1\nirq-served 0:4:1", "f: line 2, column 1: irq-served "
      "is there already" },
    { "3:0 deny", "f: line 1: '3:0 deny': there is no region 3: the device "
      "has 3, counted from 0" },
    { "0:0x3ffe deny", "f: line 1: '0:0x3ffe deny': the window ends at 0x4002, "
      "and region 0 at 0x4000" },
    { "2:0 deny", "f: line 1: '2:0 deny': the window ends at 0x4, and region "
      "2 at 0x0" },
    { "0:0x7fffffffffffffff+0x7fffffffffffffff deny", "f: line 1: " },
    { "0:8+8 deny\n0:4+5 forward", "f: line 1: '0:8+8 deny': the window "
      "overlaps that of '0:4+5 forward' (f: line 2)" },
    { "0:8 deny\n0:8 deny", "f: line " },
    { "0:0x1000 direct", "f: line 1: '0:0x1000 direct': direct is for whole "
      "pages, of 0x1000 bytes: write forward for a part of one" },
    { "0:0x800+0x800 direct", "f: line 1: " },
    { "0:0 complete 2", "f: line 1: '0:0 complete 2': there is no interrupt "
      "2: the device has 2, counted from 0" },
    { "0:0 raise 3", "f: line 1: '0:0 raise 3': interrupt 3 is no emulated "
      "one, of which the device has 2: only these can be raised" },
    { "0:0 raise 6", "f: line 1: " },
    { "0:0 raise 0", "f: line 1: " },
};

static void test_errors(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
        g_autofree char *why = NULL;
        g_autoptr(VpoIntercept) it = compiled(errors[i].text, false, &why);

        g_test_message("%s -> %s", errors[i].text, why);
        g_assert_null(it);
        g_assert_true(g_str_has_prefix(why, errors[i].why));
        g_assert_false(g_str_has_suffix(why, "."));
    }
}

static void test_too_many(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *why = NULL;

    for (int i = 0; i <= VPO_INTERCEPT_MAX_RULES; i++) {
        g_string_append_printf(text, "0:%d+1 deny\n", i);
    }
    g_assert_null(compiled(text->str, false, &why));
    g_assert_cmpstr(why, ==, "f: line 4097, column 1: more than 4096 rules: "
                    "let one window stand for several registers");
}

/* The short form counts rules, and the column is one of the rule. */
static void test_short_form(void)
{
    g_autofree char *why = NULL, *wrong = NULL;
    g_autoptr(VpoIntercept) it = compiled("0:4:deny:7/default:1:deny", true,
                                          &why);

    g_assert_nonnull(it);
    g_assert_cmpstr(vpo_intercept_rule(it, 0)->text, ==, "0:4 deny 7");
    g_assert_cmpuint(vpo_intercept_rule(it, 0)->arg[0], ==, 7);
    g_assert_true(vpo_intercept_traps(it, 1, 0, 0x200));
    g_assert_null(compiled("0:4:deny/0:8:dney", true, &wrong));
    g_assert_true(g_str_has_prefix(wrong, "f: rule 2, column 5: 'dney'"));
}

/* ---- what is right ---- */

static const char good[] =
    "# The first lines are nothing.\n"
    "\n"
    "\t  # neither\r\n"
    "default 1 deny\n"
    "0:0x18 read-only  # a comment\n"
    "  0 : 0x10+8\tdeny 0x12 \r\n"
    "1:0x0+0x10 bits 0xf0 0x3\n"
    "0:12+4 complete 1\n"
    "0:0x2000+0x1000 direct\n"
    "irq-served 1=0:0x18:0x1:0x1/0=none # of the lines\n"
    "0:0x3ffc raise 5 0x55";

static const struct {
    const char *text, *kind;
    uint32_t region;
    uint64_t offset, length;
    unsigned n_args;
    uint32_t arg[2];
    const char *origin;
} rules[] = {
    { "0:12+4 complete 1", "complete", 0, 12, 4, 1, { 1 }, "f: line 8" },
    { "0:0x10+8 deny 0x12", "deny", 0, 16, 8, 1, { 0x12 }, "f: line 6" },
    { "0:0x18 read-only", "read-only", 0, 24, 4, 0, { 0 }, "f: line 5" },
    { "0:0x2000+0x1000 direct", "direct", 0, 0x2000, 0x1000, 0, { 0 },
      "f: line 9" },
    { "0:0x3ffc raise 5 0x55", "raise", 0, 0x3ffc, 4, 2, { 5, 0x55 },
      "f: line 11" },
    { "1:0x0+0x10 bits 0xf0 0x3", "bits", 1, 0, 16, 2, { 0xf0, 3 },
      "f: line 7" },
    { "default 0 direct", "direct", 0, 0, 0, 0, { 0 }, NULL },
    { "default 1 deny", "deny", 1, 0, 0, 0, { 0 }, "f: line 4" },
    { "default 2 direct", "direct", 2, 0, 0, 0, { 0 }, NULL },
};

static void test_rules(void)
{
    g_autofree char *why = NULL;
    g_autoptr(VpoIntercept) it = compiled(good, false, &why);

    g_assert_nonnull(it);
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        const VpoInterceptRule *rule = vpo_intercept_rule(it, i);

        g_test_message("%s", rules[i].text);
        g_assert_cmpstr(rule->text, ==, rules[i].text);
        g_assert_cmpstr(rule->kind->name, ==, rules[i].kind);
        g_assert_cmpuint(rule->region, ==, rules[i].region);
        g_assert_cmpuint(rule->offset, ==, rules[i].offset);
        g_assert_cmpuint(rule->length, ==, rules[i].length);
        g_assert_cmpuint(rule->n_args, ==, rules[i].n_args);
        g_assert_cmpmem(rule->arg, sizeof(rule->arg), rules[i].arg,
                        sizeof(rules[i].arg));
        g_assert_cmpstr(rule->origin, ==, rules[i].origin);
        g_assert_cmpuint(rule->counts.reads + rule->counts.writes, ==, 0);
    }
    g_assert_null(vpo_intercept_rule(it, G_N_ELEMENTS(rules)));
    g_assert_cmpstr(vpo_intercept_irq_served(it), ==,
                    "1=0:0x18:0x1:0x1/0=none");
    g_assert_false(vpo_intercept_completes(it, 0));
    g_assert_true(vpo_intercept_completes(it, 1));
    /* arg[0] of other kinds is no interrupt. */
    g_assert_false(vpo_intercept_completes(it, 5));
}

/* Several texts are one set of rules. */
static void test_texts(void)
{
    g_autoptr(VpoIntercept) it = vpo_intercept_new();
    g_autofree char *why = NULL;

    g_assert_true(vpo_intercept_parse(it, "f", "0:4 deny", false, &why));
    g_assert_true(vpo_intercept_parse(it, "intercept-rules", "0:6 deny", true,
                                      &why));
    g_assert_false(vpo_intercept_compile(it, &device, &why));
    g_assert_cmpstr(why, ==, "intercept-rules: rule 1: '0:6 deny': the window "
                    "overlaps that of '0:4 deny' (f: line 1)");
}

static void test_file(void)
{
    static const char binary[] = "0:4 deny\0";
    g_autoptr(VpoIntercept) it = vpo_intercept_new();
    g_autofree char *path = NULL, *why = NULL, *zero = NULL, *none = NULL;
    int fd = g_file_open_tmp("vpo-XXXXXX", &path, NULL);

    g_assert_true(g_close(fd, NULL));
    g_assert_true(g_file_set_contents(path, good, -1, NULL));
    g_assert_true(vpo_intercept_read(it, path, &why));
    g_assert_true(g_file_set_contents(path, binary, sizeof(binary), NULL));
    g_assert_false(vpo_intercept_read(it, path, &zero));
    g_assert_nonnull(strstr(zero, "there is a zero byte in it, at 8"));
    g_assert_cmpint(remove(path), ==, 0);
    g_assert_false(vpo_intercept_read(it, path, &none));
    g_assert_nonnull(strstr(none, path));
}

/* ---- pages ---- */

static const struct {
    const char *text;
    const char *trapped; /* of region 0, "START+LENGTH ..." */
} pages[] = {
    { "", "" },
    { "0:0 deny", "0x0+0x1000" },
    { "0:0xfff+1 deny", "0x0+0x1000" },
    { "0:0x1000 forward", "0x1000+0x1000" },
    { "0:0xffc+8 deny", "0x0+0x2000" },
    { "0:0 deny\n0:0x2000 deny", "0x0+0x1000 0x2000+0x1000" },
    { "0:0x1000+0x3000 read-only", "0x1000+0x3000" },
    { "1:0 deny", "" },
    { "default deny", "0x0+0x4000" },
    { "default 1 deny", "" },
    { "default 0 deny\n0:0x1000+0x2000 direct", "0x0+0x1000 0x3000+0x1000" },
    { "default deny\ndefault 0 direct\n0:0x3ffc deny", "0x3000+0x1000" },
    { "default deny\n0:0+0x1000 direct\n0:0x1000+0x3000 direct", "" },
    { "0:0x1000+0x1000 direct", "" },
};

static void test_pages(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_autofree char *why = NULL;
        g_autoptr(VpoIntercept) it = compiled(pages[i].text, false, &why);
        g_autoptr(GString) found = g_string_new(NULL);
        uint64_t length, at = 0;

        g_assert_nonnull(it);
        while (at = vpo_intercept_run(it, 0, at, &length), length) {
            g_string_append_printf(found, "%s0x%x+0x%x", found->len ? " " : "",
                                   (unsigned)at, (unsigned)length);
            at += length;
        }
        g_test_message("%s: %s", pages[i].text, found->str);
        g_assert_cmpstr(found->str, ==, pages[i].trapped);
    }
}

/* A region that is no whole page ends where it ends. */
static void test_small_region(void)
{
    g_autofree char *why = NULL;
    g_autoptr(VpoIntercept) it = compiled("1:0x1fc deny", false, &why);
    uint64_t length;

    g_assert_cmpuint(vpo_intercept_run(it, 1, 0, &length), ==, 0);
    g_assert_cmpuint(length, ==, 0x200);
    vpo_intercept_run(it, 2, 0, &length);
    g_assert_cmpuint(length, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/intercept/errors", test_errors);
    g_test_add_func("/intercept/too-many", test_too_many);
    g_test_add_func("/intercept/short-form", test_short_form);
    g_test_add_func("/intercept/rules", test_rules);
    g_test_add_func("/intercept/texts", test_texts);
    g_test_add_func("/intercept/file", test_file);
    g_test_add_func("/intercept/pages", test_pages);
    g_test_add_func("/intercept/small-region", test_small_region);
    return g_test_run();
}
