// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Masking at the device, on registers of the test's: a device that is masked
 * does not ask, the user does not see it, and what he does meanwhile holds
 * later.
 */
#include <glib.h>
#include "share_regs.h"

/* What is enabled, by whatever kind of register; the rest of it is nobody's. */
#define BITS 0x00000f0fu
#define REST 0xa5a50000u

static struct {
    uint32_t kind;
    uint32_t raw;     /* what the device would ask for */
    uint32_t enabled; /* of BITS */
    uint32_t rest;    /* of the register of ENABLE and MASK */
    unsigned int writes;
} dev;

/* Only their addresses are used. */
static char status_reg, enable_reg, clear_reg;

/* The status is masked by what is enabled, unless the rule says "raw". */
static bool is_raw;

uint32_t readl(const void *reg)
{
    if (reg == &status_reg) {
        return is_raw ? dev.raw : dev.raw & dev.enabled;
    }
    g_assert_true(reg == &enable_reg);
    switch (dev.kind) {
    case VFIO_PLATFORM_ONESHOT_SHARE_MASK:
        return dev.rest | (BITS & ~dev.enabled);
    default:
        return dev.rest | dev.enabled;
    }
}

void writel(uint32_t value, void *reg)
{
    dev.writes++;
    switch (dev.kind) {
    case VFIO_PLATFORM_ONESHOT_SHARE_ENABLE:
        g_assert_true(reg == &enable_reg);
        dev.enabled = value & BITS;
        dev.rest = value & ~BITS;
        break;
    case VFIO_PLATFORM_ONESHOT_SHARE_MASK:
        g_assert_true(reg == &enable_reg);
        dev.enabled = ~value & BITS;
        dev.rest = value & ~BITS;
        break;
    default:
        if (reg == &enable_reg) {
            dev.enabled |= value & BITS;
        } else {
            g_assert_true(reg == &clear_reg);
            dev.enabled &= ~value;
        }
        break;
    }
}

static struct vpo_share_regs start(uint32_t kind, uint32_t enabled)
{
    bool pair = kind == VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR;

    dev.kind = kind;
    dev.enabled = enabled;
    dev.rest = pair ? 0 : REST;
    dev.raw = 0;
    return (struct vpo_share_regs) {
        .kind = vpo_share_kind(kind),
        .status = &status_reg, .enable = &enable_reg,
        .clear = pair ? &clear_reg : &enable_reg,
        .status_bits = BITS, .enable_bits = BITS, .raw = is_raw,
    };
}

/* As the user writes it: these bits enabled, by a whole register. */
static void user_enables(struct vpo_share_regs *regs, uint32_t bits)
{
    switch (dev.kind) {
    case VFIO_PLATFORM_ONESHOT_SHARE_ENABLE:
        vpo_share_keep(regs, &enable_reg, dev.rest | bits, ~0u);
        break;
    case VFIO_PLATFORM_ONESHOT_SHARE_MASK:
        vpo_share_keep(regs, &enable_reg, dev.rest | (BITS & ~bits), ~0u);
        break;
    default:
        vpo_share_keep(regs, &clear_reg, BITS & ~bits, ~0u);
        vpo_share_keep(regs, &enable_reg, bits, ~0u);
        break;
    }
}

static void check(uint32_t kind)
{
    struct vpo_share_regs regs = start(kind, 0x0103);
    uint32_t before = readl(&enable_reg);

    g_assert_false(vpo_share_asks(&regs));
    dev.raw = 0x0404;
    g_assert_false(vpo_share_asks(&regs));
    dev.raw = 0x0001;
    g_assert_true(vpo_share_asks(&regs));

    vpo_share_mask(&regs);
    g_assert_cmphex(dev.enabled, ==, 0);
    g_assert_cmphex(dev.rest, ==, kind == 2 ? 0 : REST);
    g_assert_false(vpo_share_asks(&regs));
    g_assert_cmpint(vpo_share_would_ask(&regs), ==, is_raw);
    g_assert_cmphex(vpo_share_shown(&regs, readl(&enable_reg)), ==, before);

    user_enables(&regs, 0x0802);
    g_assert_cmphex(dev.enabled, ==, 0);
    g_assert_cmphex(vpo_share_shown(&regs, readl(&enable_reg)) & BITS, ==,
                    kind == 1 ? BITS & ~0x0802 : 0x0802);
    g_assert_false(vpo_share_would_ask(&regs));
    vpo_share_unmask(&regs);
    g_assert_cmphex(dev.enabled, ==, 0x0802);
    g_assert_cmphex(dev.rest, ==, kind == 2 ? 0 : REST);
}

/* Of the upper byte only: the lower one stays as the user sees it. */
static void check_part(uint32_t kind)
{
    struct vpo_share_regs regs = start(kind, 0x0103);
    bool pair = kind == VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR;

    vpo_share_mask(&regs);
    vpo_share_keep(&regs, &enable_reg, kind == 1 ? 0x0700 : 0x0800, 0xff00);
    g_assert_cmphex(dev.enabled, ==, 0);
    vpo_share_unmask(&regs);
    g_assert_cmphex(dev.enabled, ==, pair ? 0x0903 : 0x0803);
    g_assert_cmphex(dev.rest, ==, pair ? 0 : REST);
}

/* The guest has enabled it where nobody could see that. */
static void check_past_us(uint32_t kind)
{
    struct vpo_share_regs regs = start(kind, 0x0001);

    vpo_share_mask(&regs);
    dev.enabled = 0x0100;
    dev.raw = 0x0100;
    g_assert_true(vpo_share_asks(&regs));
    vpo_share_mask_again(&regs);
    g_assert_false(vpo_share_asks(&regs));
    vpo_share_unmask(&regs);
    g_assert_cmphex(dev.enabled, ==, 0x0101);
}

static void test_kind(const void *kind)
{
    for (int raw = 0; raw < 2; raw++) {
        is_raw = raw;
        check(GPOINTER_TO_UINT(kind));
        check_part(GPOINTER_TO_UINT(kind));
        check_past_us(GPOINTER_TO_UINT(kind));
    }
}

static void test_has(void)
{
    struct vpo_share_regs none = { 0 };
    struct vpo_share_regs one = start(VFIO_PLATFORM_ONESHOT_SHARE_ENABLE, 0);
    struct vpo_share_regs pair = start(VFIO_PLATFORM_ONESHOT_SHARE_SET_CLEAR,
                                       0);

    g_assert_false(vpo_share_has(&none, NULL));
    g_assert_true(vpo_share_has(&one, &enable_reg));
    g_assert_false(vpo_share_has(&one, &clear_reg));
    g_assert_false(vpo_share_has(&one, &status_reg));
    g_assert_true(vpo_share_has(&pair, &clear_reg));
}

int main(int argc, char **argv)
{
    static const char *const kinds[VFIO_PLATFORM_ONESHOT_SHARE_KINDS] = {
        "enable", "mask", "set-clear",
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned int i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strdup_printf("/share-regs/%s", kinds[i]);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_kind);
    }
    g_test_add_func("/share-regs/has", test_has);
    return g_test_run();
}
