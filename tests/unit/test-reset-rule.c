// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel driver's reset rules: what is one, what it says, what is none. */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "reset_rule.h"

static const struct {
    const char *text;
    unsigned int num;
    struct vpo_rule_step first, last;
} good[] = {
    { "0:0x10=0", 1, { 0, 0x10, 0, 0, 0 }, { 0, 0x10, 0, 0, 0 } },
    { "0:16=0/0:0x1C=1", 2, { 0, 0x10, 0, 0, 0 }, { 0, 0x1c, 0, 1, 0 } },
    { "1:0x1000=1/1:0x1000:1", 2, { 1, 0x1000, 0, 1, 0 },
      { 1, 0x1000, 1, 0, 100 } },
    { "2:0:0xff:0x80", 1, { 2, 0, 0xff, 0x80, 100 },
      { 2, 0, 0xff, 0x80, 100 } },
    { "2:0:0xff@1", 1, { 2, 0, 0xff, 0, 1 }, { 2, 0, 0xff, 0, 1 } },
    { "2:0:0xff:3@10000", 1, { 2, 0, 0xff, 3, 10000 },
      { 2, 0, 0xff, 3, 10000 } },
    { "4294967295:0xfffffffffffffffc=0xffffffff", 1,
      { UINT32_MAX, 0xfffffffffffffffc, 0, UINT32_MAX, 0 },
      { UINT32_MAX, 0xfffffffffffffffc, 0, UINT32_MAX, 0 } },
    { "0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/"
      "0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=2", 16,
      { 0, 0, 0, 1, 0 }, { 0, 0, 0, 2, 0 } },
};

static void same(const struct vpo_rule_step *a, const struct vpo_rule_step *b)
{
    g_assert_cmpuint(a->region, ==, b->region);
    g_assert_cmpuint(a->offset, ==, b->offset);
    g_assert_cmpuint(a->mask, ==, b->mask);
    g_assert_cmpuint(a->value, ==, b->value);
    g_assert_cmpuint(a->wait_ms, ==, b->wait_ms);
}

static void test_good(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        const char *end = good[i].text + strlen(good[i].text);
        struct vpo_rule rule;

        g_test_message("%s", good[i].text);
        g_assert_cmpstr(vpo_rule_parse(good[i].text, end, &rule), ==, NULL);
        g_assert_cmpuint(rule.num, ==, good[i].num);
        same(&rule.steps[0], &good[i].first);
        same(&rule.steps[rule.num - 1], &good[i].last);
    }
}

static const struct {
    const char *text;
    const char *wrong;
} bad[] = {
    { "", "a number is missing" },
    { "x", "a number is missing" },
    { "0", "':' is missing between region and offset" },
    { "0:", "a number is missing" },
    { "0:0", "'=' or ':' is missing behind an offset" },
    { "0:0=", "a number is missing" },
    { "0:0=0x", "something is left over behind a step" },
    { "0:0=0xg", "a number is missing" },
    { "0:0=1 ", "something is left over behind a step" },
    { "0:0=1/", "a number is missing" },
    { "/0:0=1", "a number is missing" },
    { "0:0=-1", "a number is missing" },
    { "0:0=1:1", "something is left over behind a step" },
    { "0:2=1", "an offset is not a multiple of 4" },
    { "0:0=4294967296", "a number is too large" },
    { "0:0=0x100000000", "a number is too large" },
    { "4294967296:0=1", "a number is too large" },
    { "0:0x10000000000000000=1", "a number is too large" },
    { "0:18446744073709551616=1", "a number is too large" },
    { "0:0:0", "a mask is 0" },
    { "0:0:1:2", "a value has bits that are not in its mask" },
    { "0:0:1@0", "a time is 0" },
    { "0:0:1@10001", "a number is too large" },
    { "0:0:1@", "a number is missing" },
    { "0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/"
      "0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1/0:0=1",
      "it has more than 16 steps" },
};

static void test_bad(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        const char *end = bad[i].text + strlen(bad[i].text);
        struct vpo_rule rule;

        g_test_message("%s", bad[i].text);
        g_assert_cmpstr(vpo_rule_parse(bad[i].text, end, &rule), ==,
                        bad[i].wrong);
    }
}

/* What is behind the end is another device's: it is not even looked at. */
static void test_end(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        size_t len = strlen(good[i].text);

        for (size_t n = 0; n <= len; n++) {
            /* A copy of its own, so that a sanitizer sees a read past it. */
            g_autofree char *part = g_memdup2(good[i].text, n);
            struct vpo_rule rule;

            vpo_rule_parse(part, part + n, &rule);
            g_assert_cmpuint(rule.num, <=, VPO_RULE_STEPS);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reset-rule/good", test_good);
    g_test_add_func("/reset-rule/bad", test_bad);
    g_test_add_func("/reset-rule/end", test_end);
    return g_test_run();
}
