// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Emulated interrupts in the guest's node: behind those of the hardware, with
 * names where these have some.
 */
#include "dt-build.h"

#define UART "/soc/serial@9000"
#define NODE "/serial@c000000"

/* The host's interrupts, the emulated ones (E or L), and what the node has. */
static const struct {
    const char *name, *host, *emulated, *want;
    unsigned hardware; /* that the host gives away */
} rows[] = {
    { "level", "interrupts = <0 33 4>;", "L",
      "interrupts = <0 112 4 0 200 4>;", 1 },
    { "edge", "interrupts = <0 33 4>;", "EL",
      "interrupts = <0 112 4 0 200 1 0 201 4>;", 1 },
    { "names", "interrupts = <0 33 4>; interrupt-names = \"a\";", "EL",
      "interrupts = <0 112 4 0 200 1 0 201 4>;"
      "interrupt-names = \"a\", \"emulated0\", \"emulated1\";", 1 },
    /* One of the host's is not given away: its name goes with it. */
    { "fewer", "interrupts = <0 33 4 0 34 4>; interrupt-names = \"a\", \"b\";",
      "E", "interrupts = <0 112 4 0 200 1>;"
      "interrupt-names = \"a\", \"emulated0\";", 1 },
    /* A name more would be that of the second. */
    { "fewer-names", "interrupts = <0 33 4 0 34 4>; interrupt-names = \"a\";",
      "E", "interrupts = <0 112 4 0 113 4 0 200 1>;"
      "interrupt-names = \"a\";", 2 },
    { "none", "", "E", "interrupts = <0 200 1>; interrupt-parent = <0x8001>;",
      0 },
};

static void test_row(gconstpointer data)
{
    const unsigned i = GPOINTER_TO_UINT(data), n = strlen(rows[i].emulated);
    g_autofree char *props = g_strdup_printf(
        "compatible = \"acme,serial\"; reg = <0x9000 0x1000>; %s",
        rows[i].host);
    const DtRow host[] = {
        { "/", "interrupt-parent = <1>; #address-cells = <1>;"
               "#size-cells = <1>;" },
        { "/gic", "phandle = <1>; #interrupt-cells = <3>;"
                  "interrupt-controller;" },
        { "/soc", "#address-cells = <1>; #size-cells = <1>; ranges;" },
        { UART, props },
        { NULL }
    };
    VpoDtDevice *dev;
    VpoDtIrq *irqs;
    DtSet set;

    dt_set_init(&set, host);
    dev = dt_set_device(&set, UART);
    irqs = g_renew(VpoDtIrq, (VpoDtIrq *)dev->irqs, rows[i].hardware + n);
    for (unsigned e = 0; e < n; e++) {
        irqs[rows[i].hardware + e] = (VpoDtIrq) {
            .spi = 200 + e, .level = rows[i].emulated[e] == 'L',
        };
    }
    dev->irqs = irqs;
    dev->n_irqs = rows[i].hardware + n;
    dev->n_emulated = n;
    dt_set_ok(&set);
    dt_assert_some(set.guest.fdt, NODE, rows[i].want);
    if (!strstr(rows[i].host, "names")) {
        dt_assert_none(set.guest.fdt, NODE, "interrupt-names");
    }
    dt_set_clear(&set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/dt/emulated/%s",
                                                rows[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
