// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of irq-mode= and of irq-served=.
 */
#include <glib.h>
#include <string.h>
#include "vpo-mode.h"
#include "vpo-served.h"
#include "vpo-share.h"

/* ---- irq-mode= ---- */

#define N_IRQS 3

/* @wish: what indexes 0, 1 and 2 get; or @why, a part of the refusal. */
static const struct {
    const char *text;
    VpoMode wish[N_IRQS];
    const char *why;
} modes[] = {
#define AUTO VPO_MODE_AUTO
#define HOLD VPO_MODE_HOLD
#define FWD VPO_MODE_FORWARDED
#define AMSK VPO_MODE_AUTOMASK
#define THRD VPO_MODE_THREADED
#define POLL VPO_MODE_POLLED
    { NULL, { AUTO, AUTO, AUTO }, NULL },
    { "auto", { AUTO, AUTO, AUTO }, NULL },
    { "hold", { HOLD, HOLD, HOLD }, NULL },
    { "forwarded:1=threaded", { FWD, THRD, FWD }, NULL },
    { "2=automask", { AUTO, AUTO, AMSK }, NULL },
    { "polled:1=auto", { POLL, AUTO, POLL }, NULL },
    { "0=hold:0=automask", { AMSK, AUTO, AUTO }, NULL },
    { "", { 0 }, "empty" },
    { "Hold", { 0 }, "'Hold' is not a mode" },
    { "holds", { 0 }, "'holds' is not a mode" },
    { "poll", { 0 }, "automask, polled and shared" },
    { "3=hold", { 0 }, "no interrupt 3: the device has 3" },
    { "-1=hold", { 0 }, "'-1' is not the number" },
    { "=hold", { 0 }, "'' is not the number" },
    { "4294967296=hold", { 0 }, "'4294967296' is not the number" },
    { "1=", { 0 }, "'' is not a mode" },
    { "hold:", { 0 }, "needs the number of an interrupt" },
    { "hold:automask", { 0 }, "as in 0=automask" },
};

static void test_modes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        g_autofree char *why = NULL;
        VpoModeWishes wishes;
        bool ok = vpo_mode_parse(modes[i].text, N_IRQS, &wishes, &why);

        g_test_message("irq-mode=%s: %s", modes[i].text, why ? why : "ok");
        g_assert_cmpint(ok, ==, modes[i].why == NULL);
        g_assert_cmpint(why == NULL, ==, ok);
        if (!ok) {
            g_assert_nonnull(strstr(why, modes[i].why));
            continue;
        }
        for (int n = 0; n < N_IRQS; n++) {
            g_assert_cmpint(wishes.of[n], ==, modes[i].wish[n]);
        }
    }
}

/* ---- irq-served= ---- */

static const struct {
    const char *text;
    VpoServedRule rule[2];
    const char *why;
} served[] = {
#define RULE(r, o, m, v) { true, true, r, o, m, v }
    { NULL, { { 0 }, { 0 } }, NULL },
    { "0:0x18:1", { RULE(0, 0x18, 1, 0), RULE(0, 0x18, 1, 0) }, NULL },
    { "1=2:16:0xff:0x80", { { 0 }, RULE(2, 16, 0xff, 0x80) }, NULL },
    { "none", { { .given = true }, { .given = true } }, NULL },
    { "0=none/1=0:0:1", { { .given = true }, RULE(0, 0, 1, 0) }, NULL },
    { "", { { 0 } }, "empty" },
    { "0:0x18", { { 0 } }, "is not [INDEX=]REGION:OFFSET:MASK" },
    { "0:0x18:1:1:1", { { 0 } }, "is not [INDEX=]REGION:OFFSET:MASK" },
    { "0:0x18:0", { { 0 } }, "a mask of 0" },
    { "0:0x1a:1", { { 0 } }, "0x1a is not a multiple of 4" },
    { "0:0:1:2", { { 0 } }, "bits outside mask" },
    { "0:0:0x100000000", { { 0 } }, "is not a 32-bit number" },
    { "0:-4:1", { { 0 } }, "'-4' is not a 32-bit number" },
    { "0:0:1x", { { 0 } }, "'1x' is not a 32-bit number" },
    { "2=0:0:1", { { 0 } }, "no interrupt '2': the device has 2" },
    { "0:0:1/", { { 0 } }, "is not [INDEX=]REGION:OFFSET:MASK" },
};

static void test_served(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(served); i++) {
        g_autofree char *why = NULL;
        VpoServedRule rules[2];
        bool ok = vpo_served_parse(served[i].text, 2, rules, &why);

        g_test_message("irq-served=%s: %s", served[i].text, why ? why : "ok");
        g_assert_cmpint(ok, ==, served[i].why == NULL);
        if (!ok) {
            g_assert_nonnull(strstr(why, served[i].why));
            continue;
        }
        for (int n = 0; n < 2; n++) {
            g_assert_cmpmem(&rules[n], sizeof(rules[n]), &served[i].rule[n],
                            sizeof(rules[n]));
        }
    }
}

/* ---- irq-share= ---- */

static const struct {
    const char *text;
    VpoShareRule rule[2];
    const char *why;
} shared[] = {
#define SHARE(raw, kind, ...) { true, raw, VPO_SHARE_##kind, __VA_ARGS__ }
    { NULL, { { 0 }, { 0 } }, NULL },
    { "0:0x30:0xff:enable:0x38:1",
      { SHARE(false, ENABLE, 0, 0x30, 0xff, 0x38, 0, 1),
        SHARE(false, ENABLE, 0, 0x30, 0xff, 0x38, 0, 1) }, NULL },
    { "1=2:8:1:raw:mask:12:0xffffffff",
      { { 0 }, SHARE(true, MASK, 2, 8, 1, 12, 0, ~0u) }, NULL },
    { "0=0:0:1:set-clear:4:8:2/1=0:0:1:raw:enable:4:1",
      { SHARE(false, SET_CLEAR, 0, 0, 1, 4, 8, 2),
        SHARE(true, ENABLE, 0, 0, 1, 4, 0, 1) }, NULL },
    { "", { { 0 } }, "empty" },
    { "0:0x30:1", { { 0 } }, "is not [INDEX=]REGION:STATUS:BITS[:raw]" },
    { "0:0x30:1:enable:0x38", { { 0 } }, "is not [INDEX=]REGION" },
    { "0:0x30:1:raw:enable:0x38", { { 0 } }, "is not [INDEX=]REGION" },
    { "0:0x30:1:enable:0x38:1:1", { { 0 } }, "is not [INDEX=]REGION" },
    { "0:0x30:1:set-clear:0x38:1", { { 0 } }, "is not [INDEX=]REGION" },
    { "0:0x30:1:raw:raw:0x38:1", { { 0 } }, "'raw' is not a kind; kinds are" },
    { "0:0x30:1:off:0x38:1", { { 0 } }, "'off' is not a kind; kinds are" },
    { "0:0x31:1:enable:0x38:1", { { 0 } }, "0x31 is not a multiple of 4" },
    { "0:0x30:1:enable:0x3a:1", { { 0 } }, "0x3a is not a multiple of 4" },
    { "0:0x30:0:enable:0x38:1", { { 0 } }, "no bit counts" },
    { "0:0x30:1:enable:0x38:0", { { 0 } }, "no bit counts" },
    { "0:0x30:1x:enable:0x38:1", { { 0 } }, "'1x' is not a 32-bit number" },
    { "0:0x30:1:mask:0x38:-1", { { 0 } }, "'-1' is not a 32-bit number" },
    { "2=0:0x30:1:enable:0x38:1", { { 0 } }, "no interrupt '2': the device" },
};

static void test_shared(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(shared); i++) {
        g_autofree char *why = NULL;
        VpoShareRule rules[2];
        bool ok = vpo_share_parse(shared[i].text, 2, rules, &why);

        g_test_message("irq-share=%s: %s", shared[i].text, why ? why : "ok");
        g_assert_cmpint(ok, ==, shared[i].why == NULL);
        if (!ok) {
            g_assert_nonnull(strstr(why, shared[i].why));
            continue;
        }
        for (int n = 0; n < 2; n++) {
            g_assert_cmpmem(&rules[n], sizeof(rules[n]), &shared[i].rule[n],
                            sizeof(rules[n]));
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mode/irq-mode", test_modes);
    g_test_add_func("/mode/irq-served", test_served);
    g_test_add_func("/mode/irq-share", test_shared);
    return g_test_run();
}
