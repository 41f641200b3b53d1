// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's node of a device: what is made for the guest, what comes along.
 */
#include <libfdt.h>
#include <string.h>
#include "dt-build.h"
#include "vpo-dt-rule.h"

#define UART "/soc/serial@9000"

static const DtRow board[] = {
    { "/", "#address-cells = <2>; #size-cells = <2>; interrupt-parent = <1>;" },
    { "/soc", "#address-cells = <1>; #size-cells = <1>; ranges;"
              "compatible = \"simple-bus\";" },
    { "/soc/gic@1000", "#interrupt-cells = <3>; phandle = <1>;" },
    { "/osc", "compatible = \"fixed-clock\"; phandle = <2>;"
              "clock-frequency = <24000000>; #clock-cells = <0>;" },
    { "/soc/pll@2000", "compatible = \"acme,pll\"; phandle = <3>;"
                       "clock-frequency = <7>; #clock-cells = <1>;" },
    { "/soc/rst@3000", "phandle = <4>; #reset-cells = <1>;" },
    { "/vref", "phandle = <5>; regulator-min-microvolt = <1800000>;"
               "regulator-max-microvolt = <1800000>;" },
    { "/vcc", "phandle = <6>; regulator-min-microvolt = <1800000>;"
              "regulator-max-microvolt = <3300000>;" },
    { "/soc/gpio@4000",
      "compatible = \"acme,gpio\"; reg = <0x4000 0x1000>; phandle = <7>;"
      "gpio-controller; #gpio-cells = <2>; interrupt-controller;"
      "#interrupt-cells = <2>; interrupts = <0 8 4>;" },
    { UART,
      "compatible = \"arm,pl011\", \"arm,primecell\"; phandle = <0x20>;"
      "reg = <0x9000 0x1000 0xa000 0x200>; reg-names = \"main\", \"dma\";"
      "interrupts = <0 33 4 0 34 1>; interrupt-names = \"a\", \"b\";"
      "clocks = <2>, <3 9>; clock-names = \"uartclk\", \"apb_pclk\";"
      "current-speed = <115200>; status = \"okay\"; no-loopback-test;" },
    { NULL }
};

/* ---- what is made ---- */

static void test_node(void)
{
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, UART);
    dt_set_ok(&set);
    g_assert_cmpstr(set.devs[0].report->path, ==, "/serial@c000000");
    dt_assert_some(set.guest.fdt, "/serial@c000000",
                   "compatible = \"arm,pl011\", \"arm,primecell\";"
                   "reg = <0 0xc000000 0 0x1000 0 0xc001000 0 0x200>;"
                   "reg-names = \"main\", \"dma\";"
                   "interrupts = <0 112 4 0 113 1>;"
                   "interrupt-names = \"a\", \"b\";"
                   "interrupt-parent = <0x8001>;"
                   "current-speed = <115200>; no-loopback-test;");
    dt_assert_none(set.guest.fdt, "/serial@c000000", "status");
    dt_assert_none(set.guest.fdt, "/serial@c000000", "phandle");
    dt_set_clear(&set);
}

static void test_one_cell_place(void)
{
    static const DtRow place[] = {
        { "/bus", "#address-cells = <1>; #size-cells = <1>; ranges;" },
        { NULL }
    };
    DtSet set;

    dt_set_init(&set, board);
    dt_put(set.guest.fdt, place);
    set.guest.place = "/bus";
    dt_set_device(&set, UART);
    dt_set_ok(&set);
    g_assert_cmpstr(set.devs[0].report->path, ==, "/bus/serial@c000000");
    dt_assert_some(set.guest.fdt, "/bus/serial@c000000",
                   "reg = <0xc000000 0x1000 0xc001000 0x200>;");
    dt_set_clear(&set);
}

/* The host gives fewer than its tree has: names keep their step. */
static void test_fewer_irqs(void)
{
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, UART)->n_irqs = 1;
    dt_set_ok(&set);
    dt_assert_some(set.guest.fdt, "/serial@c000000",
                   "interrupts = <0 112 4>; interrupt-names = \"a\";");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP, UART,
                              "interrupts"));
    dt_set_clear(&set);
}

static void test_no_irqs(void)
{
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, UART)->n_irqs = 0;
    dt_set_ok(&set);
    dt_assert_none(set.guest.fdt, "/serial@c000000", "interrupts");
    dt_assert_none(set.guest.fdt, "/serial@c000000", "interrupt-names");
    dt_assert_none(set.guest.fdt, "/serial@c000000", "interrupt-parent");
    dt_set_clear(&set);
}

/* Coherency is inherited, so it is said where guest and host differ. */
static void test_coherency(void)
{
    static const struct {
        const char *host, *guest, *want, *absent;
    } cases[] = {
        { "", "", "", "dma-coherent" },
        { "dma-coherent;", "", "dma-coherent;", "dma-noncoherent" },
        { "", "dma-coherent;", "dma-noncoherent;", "dma-coherent" },
        { "dma-coherent;", "dma-coherent;", "", "dma-noncoherent" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        DtRow host[G_N_ELEMENTS(board) + 1] = {
            [0] = { "/soc", cases[i].host },
        };
        DtRow guest[] = { { "/", cases[i].guest }, { NULL } };
        DtSet set;

        memcpy(&host[1], board, sizeof(board));
        dt_set_init(&set, host);
        dt_put(set.guest.fdt, guest);
        dt_set_device(&set, UART);
        dt_set_ok(&set);
        dt_assert_some(set.guest.fdt, "/serial@c000000", cases[i].want);
        dt_assert_none(set.guest.fdt, "/serial@c000000", cases[i].absent);
        dt_set_clear(&set);
    }
}

/* ---- clocks ---- */

static uint32_t clock_cell(const DtSet *set, unsigned i, unsigned n)
{
    int len;
    const fdt32_t *cells =
        fdt_getprop(set->guest.fdt, fdt_path_offset(set->guest.fdt,
                                                    "/serial@c000000"),
                    "clocks", &len);

    g_assert_cmpint(len, ==, 4 * n);
    return fdt32_to_cpu(cells[i]);
}

/* Clock @i leads to a fixed-clock of @hz; 0: it is left empty. */
static void assert_clock(const DtSet *set, unsigned i, unsigned n,
                         uint32_t hz)
{
    const void *fdt = set->guest.fdt;
    uint32_t phandle = clock_cell(set, i, n);
    int node = hz ? fdt_node_offset_by_phandle(fdt, phandle) : 0;
    char path[64];

    if (!hz) {
        g_assert_cmphex(phandle, ==, 0);
        return;
    }
    g_assert_cmpint(node, >, 0);
    g_assert_cmpint(fdt_get_path(fdt, node, path, sizeof(path)), ==, 0);
    dt_assert_some(fdt, path, "compatible = \"fixed-clock\";"
                   "#clock-cells = <0>;");
    g_assert_cmpuint(fdt32_to_cpu(*(const fdt32_t *)fdt_getprop(
                         fdt, node, "clock-frequency", NULL)), ==, hz);
}

/* What nobody knows is left empty; the other keeps its place and name. */
static void test_unknown_rate(void)
{
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, UART);
    dt_set_ok(&set);
    assert_clock(&set, 0, 2, 24000000);
    assert_clock(&set, 1, 2, 0);
    dt_assert_some(set.guest.fdt, "/serial@c000000",
                   "clock-names = \"uartclk\", \"apb_pclk\";");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP, UART,
                              "clocks"));
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_REPLACE, UART,
                              "clocks"));
    g_assert_cmpuint(set.devs[0].report->extra->len, ==, 1);
    dt_set_clear(&set);
}

static void test_told_rate(void)
{
    static const VpoDtRate rates[] = { { 1, 100000000 }, { 0, 48000000 } };
    static const VpoDtUserRate user[] = { { "apb_pclk", 1 } };
    DtSet set;
    VpoDtDevice *dev;

    dt_set_init(&set, board);
    dev = dt_set_device(&set, UART);
    dev->rates = rates;
    dev->n_rates = 2;
    dev->user_rates = user;
    dev->n_user_rates = 1;
    dt_set_ok(&set);
    assert_clock(&set, 0, 2, 48000000);
    assert_clock(&set, 1, 2, 100000000);
    dt_set_clear(&set);
}

static void test_user_rate(void)
{
    static const VpoDtUserRate user[] = {
        { "apb_pclk", 50000000 }, { "1", 60000000 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(user); i++) {
        DtSet set;
        VpoDtDevice *dev;

        dt_set_init(&set, board);
        dev = dt_set_device(&set, UART);
        dev->user_rates = &user[i];
        dev->n_user_rates = 1;
        dt_set_ok(&set);
        assert_clock(&set, 0, 2, 24000000);
        assert_clock(&set, 1, 2, user[i].hz);
        dt_set_clear(&set);
    }
}

static void test_rate_of_no_clock(void)
{
    static const VpoDtUserRate user[] = { { "uart", 1 } };
    DtSet set;
    VpoDtDevice *dev;

    dt_set_init(&set, board);
    dev = dt_set_device(&set, UART);
    dev->user_rates = user;
    dev->n_user_rates = 1;
    dt_set_fails(&set, UART ": clocks: the device has no clock 'uart'");
    dt_set_clear(&set);
}

static void test_rate_beyond_32_bits(void)
{
    static const VpoDtRate rates[] = { { 1, 1ull << 32 } };
    DtSet set;
    VpoDtDevice *dev;

    dt_set_init(&set, board);
    dev = dt_set_device(&set, UART);
    dev->rates = rates;
    dev->n_rates = 1;
    dt_set_ok(&set);
    assert_clock(&set, 1, 2, 0);
    dt_set_clear(&set);
}

/* Two devices' clocks: Linux registers a clock by its node's name. */
static void test_clock_names_differ(void)
{
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, UART);
    dt_set_device(&set, "/soc/gpio@4000");
    dt_set_ok(&set);
    dt_assert_some(set.guest.fdt, "/clock-c000000-0",
                   "clock-frequency = <24000000>;");
    dt_set_clear(&set);
}

/* ---- every row of the table ---- */

/* A name that the row's pattern is for. */
static char *name_of(const VpoDtRule *rule)
{
    g_auto(GStrv) parts = g_strsplit(rule->name, "*", -1);

    return g_strjoinv("0", parts);
}

static void check_row(const VpoDtRule *rule)
{
    g_autofree char *name = name_of(rule);
    g_autofree char *cells = rule->cells
                                 ? g_strdup_printf("%s = <0>;", rule->cells)
                                 : g_strdup("");
    g_autofree char *there = g_strdup_printf("phandle = <0x30>;%s", cells);
    g_autofree char *prop = g_strdup_printf("%s = <0 0 0 0x30>;", name);
    DtRow host[G_N_ELEMENTS(board) + 2] = {
        { "/there", there }, { UART, prop },
    };
    bool refused = rule->kind == VPO_DT_KIND_REFS &&
                   rule->lost == VPO_DT_REFUSE;
    DtSet set;

    memcpy(&host[2], board, sizeof(board));
    dt_set_init(&set, host);
    dt_set_device(&set, UART);
    if (refused) {
        dt_set_fails(&set, name);
    } else {
        dt_set_ok(&set);
    }
    if (rule->kind == VPO_DT_KIND_PLAIN) {
        dt_assert_some(set.guest.fdt, "/serial@c000000", prop);
    } else if (!refused) {
        dt_assert_none(set.guest.fdt, "/serial@c000000", name);
        g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP, UART,
                                  name));
    }
    dt_set_clear(&set);
}

/*
 * A property of each row, which leads to a node of the host's: no row lets
 * the host's phandle through but those of numbers, none drops without a word.
 */
static void test_rows(void)
{
    for (unsigned i = 0; i < vpo_dt_n_rules; i++) {
        const VpoDtRule *rule = &vpo_dt_rules[i];

        g_assert_nonnull(rule->why);
        if (rule->kind == VPO_DT_KIND_OWN ||
            !strcmp(rule->name, "interrupts-extended") ||
            !strcmp(rule->name, "clocks") ||
            !strcmp(rule->name, "clock-names") ||
            !strcmp(rule->name, "compatible") ||
            !strcmp(rule->name, "reg-names")) {
            continue; /* tests of their own */
        }
        check_row(rule);
    }
}

/* Names that the kernel's bindings tell of, sorted as the search wants. */
static void test_names(void)
{
    g_assert_true(vpo_dt_names_phandle("rockchip,grf"));
    g_assert_false(vpo_dt_names_phandle("bus-width"));
    g_assert_true(vpo_dt_names_number("reg-shift"));
    g_assert_false(vpo_dt_names_number("rockchip,grf"));
    g_assert_false(vpo_dt_names_number("acme,unheard-of"));
}

static void test_regulators(void)
{
    DtRow host[G_N_ELEMENTS(board) + 1] = {
        { UART, "vref-supply = <5>; ext-vref-supply = <6>;"
                "vdd-supply = <5>;" },
    };
    DtSet set;

    memcpy(&host[1], board, sizeof(board));
    dt_set_init(&set, host);
    dt_set_device(&set, UART);
    dt_set_ok(&set);
    dt_assert_some(set.guest.fdt, "/regulator-c000000-1",
                   "compatible = \"regulator-fixed\"; regulator-always-on;"
                   "regulator-min-microvolt = <1800000>;"
                   "regulator-max-microvolt = <1800000>;");
    g_assert_nonnull(fdt_getprop(set.guest.fdt,
                                 fdt_path_offset(set.guest.fdt,
                                                 "/serial@c000000"),
                                 "vref-supply", NULL));
    dt_assert_none(set.guest.fdt, "/serial@c000000", "ext-vref-supply");
    dt_assert_none(set.guest.fdt, "/serial@c000000", "vdd-supply");
    dt_set_clear(&set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dt/node", test_node);
    g_test_add_func("/dt/one-cell-place", test_one_cell_place);
    g_test_add_func("/dt/fewer-irqs", test_fewer_irqs);
    g_test_add_func("/dt/no-irqs", test_no_irqs);
    g_test_add_func("/dt/coherency", test_coherency);
    g_test_add_func("/dt/unknown-rate", test_unknown_rate);
    g_test_add_func("/dt/told-rate", test_told_rate);
    g_test_add_func("/dt/user-rate", test_user_rate);
    g_test_add_func("/dt/rate-of-no-clock", test_rate_of_no_clock);
    g_test_add_func("/dt/rate-beyond-32-bits", test_rate_beyond_32_bits);
    g_test_add_func("/dt/clock-names-differ", test_clock_names_differ);
    g_test_add_func("/dt/rows", test_rows);
    g_test_add_func("/dt/names", test_names);
    g_test_add_func("/dt/regulators", test_regulators);
    return g_test_run();
}
