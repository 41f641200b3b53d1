// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is inside of a device's node, and devices that refer to each other.
 */
#include <libfdt.h>
#include <string.h>
#include "dt-build.h"

#define MAC "/soc/ethernet@10000"
#define MDIO "/soc/mdio@20000"
#define GLUE "/soc/usb@30000"
#define CORE "/soc/usb@30000/dwc@40000"
#define DMA "/soc/dma@50000"
#define PORTS "/soc/camera@60000"
#define SENSOR "/soc/csi@70000"

static const DtRow board[] = {
    { "/", "#address-cells = <1>; #size-cells = <1>;"
           "interrupt-parent = <1>;" },
    { "/soc", "#address-cells = <1>; #size-cells = <1>; ranges;" },
    { "/soc/gic@1000", "#interrupt-cells = <3>; phandle = <1>;" },
    { "/soc/gpio@2000", "phandle = <2>; #gpio-cells = <2>;"
                        "#interrupt-cells = <2>; interrupt-controller;" },

    { MAC, "compatible = \"acme,mac\"; reg = <0x10000 0x1000>;"
           "interrupts = <0 1 4>; phy-handle = <0x11>; dmas = <0x50 3>;"
           "dma-names = \"rx\"; phandle = <0x10>;" },
    { MAC "/mdio", "#address-cells = <1>; #size-cells = <0>;" },
    { MAC "/mdio/phy@3", "reg = <3>; phandle = <0x11>;"
                         "reset-gpios = <2 7 1>; interrupts = <5 4>;"
                         "interrupt-parent = <2>;"
                         "interrupt-names = \"link\";" },
    { MAC "/mdio/phy@4", "reg = <4>; status = \"disabled\";" },

    { MDIO, "compatible = \"acme,mdio\"; reg = <0x20000 0x100>;"
            "#address-cells = <1>; #size-cells = <0>; ethernet = <0x10>;" },
    { MDIO "/phy@1", "reg = <1>; phandle = <0x21>;" },

    { GLUE, "compatible = \"acme,glue\"; reg = <0x30000 0x100>; ranges;"
            "#address-cells = <1>; #size-cells = <1>;" },
    { CORE, "compatible = \"snps,dwc3\"; reg = <0x40000 0x1000>;"
            "interrupts = <0 2 4>;" },
    { GLUE "/phy@30080", "reg = <0x30080 0x20>; #phy-cells = <0>;" },
    { GLUE "/wdt@300c0", "compatible = \"acme,wdt\";"
                         "reg = <0x300c0 0x20>;" },
    { GLUE "/frame@90000", "reg = <0x90000 0x20>;" },

    { DMA, "compatible = \"acme,dma\"; reg = <0x50000 0x1000>;"
           "#dma-cells = <1>; phandle = <0x50>;" },

    { PORTS, "compatible = \"acme,cam\"; reg = <0x60000 0x100>;" },
    { PORTS "/port/endpoint", "remote-endpoint = <0x71>;"
                              "phandle = <0x61>;" },
    { SENSOR, "compatible = \"acme,csi\"; reg = <0x70000 0x100>;" },
    { SENSOR "/port/endpoint", "remote-endpoint = <0x61>;"
                               "phandle = <0x71>;" },
    { NULL }
};

/* An expander on the device's bus that takes interrupts of its neighbour. */
static const DtRow expander[] = {
    { MDIO "/gpio@8", "reg = <8>; phandle = <0x80>; gpio-controller;"
                      "#gpio-cells = <2>; interrupt-controller;"
                      "#interrupt-cells = <2>; gpio-ranges = <0x80 0 0 4>;" },
    { MDIO "/gpio@8/led-hog", "gpio-hog; gpios = <2 0>; output-high;" },
    { MDIO "/chip@9", "reg = <9>; interrupt-parent = <0x80>;"
                      "interrupts = <1 8>; interrupt-names = \"alert\";"
                      "reset-gpios = <0x80 3 0>, <2 9 0>;" },
    { MDIO "/twin@a", "reg = <0xa>; interrupts-extended = <0x80 5 8>;" },
    { NULL }
};

/* ---- helpers ---- */

/* Devices at paths, with more nodes on the host; in the guest if @ok. */
static void add(DtSet *set, const DtRow *more, const char *const *paths)
{
    DtRow host[64] = { { NULL } };
    unsigned n = 0;

    for (const DtRow *row = board; row->path; row++) {
        host[n++] = *row;
    }
    for (const DtRow *row = more; row && row->path; row++) {
        host[n++] = *row;
    }
    g_assert_cmpuint(n, <, G_N_ELEMENTS(host));
    dt_set_init(set, host);
    for (; *paths; paths++) {
        dt_set_device(set, *paths);
    }
    dt_set_ok(set);
}

#define ADD(set, more, ...) \
    add(set, more, (const char *const[]) { __VA_ARGS__, NULL })

/* @prop of a guest's node is <phandle of @to, args>. */
static void assert_leads(const DtSet *set, const char *path, const char *prop,
                         const char *to, const char *args)
{
    g_autofree char *want = g_strdup_printf(
        "%s = <0x%x %s>;", prop, dt_phandle(set->guest.fdt, to), args);

    dt_assert_some(set->guest.fdt, path, want);
}

#define G_MAC "/ethernet@c000000"

/* ---- one device ---- */

static void test_child(void)
{
    DtSet set;

    ADD(&set, NULL, MAC);
    dt_assert_some(set.guest.fdt, G_MAC "/mdio",
                   "#address-cells = <1>; #size-cells = <0>;");
    dt_assert_some(set.guest.fdt, G_MAC "/mdio/phy@3", "reg = <3>;");
    assert_leads(&set, G_MAC, "phy-handle", G_MAC "/mdio/phy@3", "");
    dt_assert_no_node(set.guest.fdt, G_MAC "/mdio/phy@4");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP,
                              MAC "/mdio/phy@4", NULL));
    dt_set_clear(&set);
}

/* What goes to a GPIO controller of the host's does not come along. */
static void test_child_leads_outside(void)
{
    static const char *const lost[] = { "reset-gpios", "interrupts",
                                        "interrupt-names" };
    DtSet set;

    ADD(&set, NULL, MAC);
    for (unsigned i = 0; i < G_N_ELEMENTS(lost); i++) {
        dt_assert_none(set.guest.fdt, G_MAC "/mdio/phy@3", lost[i]);
        g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP,
                                  MAC "/mdio/phy@3", lost[i]));
    }
    dt_assert_none(set.guest.fdt, G_MAC "/mdio/phy@3", "interrupt-parent");
    dt_set_clear(&set);
}

static void test_nested_interrupt_controller(void)
{
    static const char gpio[] = "/mdio@c000000/gpio@8";
    DtSet set;

    ADD(&set, expander, MDIO);
    dt_assert_some(set.guest.fdt, "/mdio@c000000/chip@9",
                   "interrupts = <1 8>; interrupt-names = \"alert\";");
    assert_leads(&set, "/mdio@c000000/chip@9", "interrupt-parent", gpio, "");
    assert_leads(&set, "/mdio@c000000/twin@a", "interrupts-extended", gpio,
                 "5 8");
    /* The second entry keeps its place, empty. */
    assert_leads(&set, "/mdio@c000000/chip@9", "reset-gpios", gpio, "3 0 0");
    assert_leads(&set, gpio, "gpio-ranges", gpio, "0 0 4");
    dt_set_clear(&set);
}

/* A hog's pins are the controller's own, and no phandle is before them. */
static void test_hog(void)
{
    DtSet set;

    ADD(&set, expander, MDIO);
    dt_assert_props(set.guest.fdt, "/mdio@c000000/gpio@8/led-hog",
                    "gpio-hog; gpios = <2 0>; output-high;");
    dt_set_clear(&set);
}

static void test_bus(void)
{
    DtSet set;

    ADD(&set, NULL, GLUE);
    dt_assert_some(set.guest.fdt, "/usb@c000000", "ranges;"
                   "#address-cells = <2>; #size-cells = <2>;"
                   "reg = <0 0xc000000 0 0x100>;");
    /* No driver of its own, and within the device's registers. */
    dt_assert_some(set.guest.fdt, "/usb@c000000/phy@c000080",
                   "reg = <0 0xc000080 0 0x20>;");
    dt_assert_no_node(set.guest.fdt, "/usb@c000000/dwc@40000");
    /* Within its registers, and yet a device of its own. */
    dt_assert_no_node(set.guest.fdt, "/usb@c000000/wdt@c0000c0");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP,
                              GLUE "/wdt@300c0", NULL));
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP, CORE, NULL));
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP,
                              GLUE "/frame@90000", NULL));
    dt_set_clear(&set);
}

static void test_lost_link(void)
{
    DtSet set;

    ADD(&set, NULL, PORTS);
    dt_assert_props(set.guest.fdt, "/camera@c000000/port", "");
    dt_assert_no_node(set.guest.fdt, "/camera@c000000/port/endpoint");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP,
                              PORTS "/port/endpoint", NULL));
    dt_set_clear(&set);
}

/* Only what is nothing else is an end of a link: no device, and no bus. */
static void test_link_of_no_end(void)
{
    static const DtRow odd[] = {
        { MAC, "remote-endpoint = <0x71>;" },
        { GLUE "/port@30040", "reg = <0x30040 0x10>; ranges;"
                              "#address-cells = <1>; #size-cells = <1>;"
                              "remote-endpoint = <0x71>;" },
        { GLUE "/port@30040/wdt@38000", "compatible = \"acme,wdt\";"
                                  "reg = <0x38000 0x20>;" },
        { NULL }
    };
    DtSet set;

    ADD(&set, odd, MAC, GLUE, GLUE "/port@30040/wdt@38000");
    dt_assert_none(set.guest.fdt, G_MAC, "remote-endpoint");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_DROP, MAC,
                              "remote-endpoint"));
    dt_assert_none(set.guest.fdt, "/usb@c001000/port@c001040",
                   "remote-endpoint");
    g_assert_cmpstr(set.devs[2].report->path, ==,
                    "/usb@c001000/port@c001040/wdt@c002000");
    dt_set_clear(&set);
}

/* ---- several devices ---- */

static void test_kept_link(void)
{
    DtSet set;

    ADD(&set, NULL, PORTS, SENSOR);
    assert_leads(&set, "/camera@c000000/port/endpoint", "remote-endpoint",
                 "/csi@c001000/port/endpoint", "");
    assert_leads(&set, "/csi@c001000/port/endpoint", "remote-endpoint",
                 "/camera@c000000/port/endpoint", "");
    dt_set_clear(&set);
}

/* Whichever comes first: each finds the other. */
static void test_any_order(void)
{
    DtSet set;

    ADD(&set, NULL, MAC, DMA, MDIO);
    assert_leads(&set, G_MAC, "dmas", "/dma@c001000", "3");
    dt_assert_some(set.guest.fdt, G_MAC, "dma-names = \"rx\";");
    assert_leads(&set, "/mdio@c002000", "ethernet", G_MAC, "");
    dt_set_clear(&set);

    ADD(&set, NULL, MDIO, DMA, MAC);
    assert_leads(&set, "/ethernet@c002000", "dmas", "/dma@c001000", "3");
    assert_leads(&set, "/mdio@c000000", "ethernet", "/ethernet@c002000", "");
    dt_set_clear(&set);
}

static void test_without_the_engine(void)
{
    DtSet set;

    ADD(&set, NULL, MAC);
    dt_assert_none(set.guest.fdt, G_MAC, "dmas");
    dt_assert_none(set.guest.fdt, G_MAC, "dma-names");
    dt_set_clear(&set);
}

/* A device inside of another's node is found in it, as on the host. */
static void test_device_inside(void)
{
    static const char path[] = "/usb@c000000/dwc@c001000";

    for (unsigned swap = 0; swap < 2; swap++) {
        DtSet set;
        const char *want = swap ? "/usb@c001000/dwc@c000000" : path;

        if (swap) {
            ADD(&set, NULL, CORE, GLUE);
        } else {
            ADD(&set, NULL, GLUE, CORE);
        }
        g_assert_cmpstr(set.devs[swap ? 0 : 1].report->path, ==, want);
        dt_assert_some(set.guest.fdt, want, swap
                       ? "reg = <0 0xc000000 0 0x1000>;"
                         "interrupts = <0 112 4>;"
                         "interrupt-parent = <0x8001>;"
                       : "reg = <0 0xc001000 0 0x1000>;"
                         "interrupts = <0 112 4>;"
                         "interrupt-parent = <0x8001>;");
        dt_set_clear(&set);
    }
}

/* Something between them is left out: it goes to where all go. */
static void test_device_inside_of_a_lost_bus(void)
{
    static const DtRow lost[] = {
        { GLUE "/bus@41000", "compatible = \"acme,bus\"; ranges;"
                             "reg = <0x41000 0x10>; #address-cells = <1>;"
                             "#size-cells = <1>;" },
        { GLUE "/bus@41000/uart@42000", "compatible = \"acme,uart\";"
                                        "reg = <0x42000 0x100>;" },
        { NULL }
    };
    DtSet set;

    ADD(&set, lost, GLUE, GLUE "/bus@41000/uart@42000");
    g_assert_cmpstr(set.devs[1].report->path, ==, "/uart@c001000");
    dt_set_clear(&set);
}

/* Taken away in any order, nothing of them is left. */
static void test_remove(void)
{
    DtSet set;
    g_autofree void *before = dt_guest(DT_ROOM);

    ADD(&set, NULL, GLUE, CORE, MAC);
    for (unsigned i = 0; i < 3; i++) {
        vpo_dt_remove(set.guest.fdt, set.devs[i].report);
        vpo_dt_remove(set.guest.fdt, set.devs[i].report);
    }
    g_assert_cmpint(fdt_size_dt_struct(set.guest.fdt), ==,
                    fdt_size_dt_struct(before));
    dt_set_clear(&set);
}

/* ---- nodes of the guest's own that stand for the host's ---- */

static const DtRow pool[] = {
    { "/reserved-memory/pool@0", "phandle = <0x90>;" },
    { MAC, "memory-region = <0x90>; memory-region-names = \"pool\";" },
    { NULL }
};

static void test_map(void)
{
    static const VpoDtMap map = { "/reserved-memory/pool@0", "/my-pool" };
    static const DtRow mine[] = { { "/my-pool", "" }, { NULL } };
    DtRow host[64] = { { NULL } };
    DtSet set;

    memcpy(host, board, sizeof(board));
    memcpy(&host[G_N_ELEMENTS(board) - 1], pool, sizeof(pool));
    dt_set_init(&set, host);
    dt_set_device(&set, MAC);
    dt_set_fails(&set, MAC ": memory-region: the device works in memory");
    dt_set_clear(&set);

    dt_set_init(&set, host);
    dt_put(set.guest.fdt, mine);
    set.guest.maps = &map;
    set.guest.n_maps = 1;
    dt_set_device(&set, MAC);
    dt_set_ok(&set);
    assert_leads(&set, G_MAC, "memory-region", "/my-pool", "");
    dt_assert_some(set.guest.fdt, G_MAC, "memory-region-names = \"pool\";");
    dt_set_clear(&set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inside/child", test_child);
    g_test_add_func("/inside/child-leads-outside", test_child_leads_outside);
    g_test_add_func("/inside/nested-interrupt-controller",
                    test_nested_interrupt_controller);
    g_test_add_func("/inside/hog", test_hog);
    g_test_add_func("/inside/bus", test_bus);
    g_test_add_func("/inside/lost-link", test_lost_link);
    g_test_add_func("/inside/link-of-no-end", test_link_of_no_end);
    g_test_add_func("/several/kept-link", test_kept_link);
    g_test_add_func("/several/any-order", test_any_order);
    g_test_add_func("/several/without-the-engine", test_without_the_engine);
    g_test_add_func("/several/device-inside", test_device_inside);
    g_test_add_func("/several/device-inside-of-a-lost-bus",
                    test_device_inside_of_a_lost_bus);
    g_test_add_func("/several/remove", test_remove);
    g_test_add_func("/several/map", test_map);
    return g_test_run();
}
