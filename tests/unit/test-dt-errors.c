// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What cannot be described: each with its own sentence, and the guest's tree
 * byte-identical.
 */
#include <libfdt.h>
#include <string.h>
#include "dt-build.h"

#define DEV "/soc/dev@1000"

static const DtRow board[] = {
    { "/", "#address-cells = <2>; #size-cells = <2>; interrupt-parent = <1>;" },
    { "/soc", "#address-cells = <1>; #size-cells = <1>; ranges;" },
    { "/gic", "#interrupt-cells = <3>; phandle = <1>;" },
    { "/osc", "phandle = <2>; #clock-cells = <0>;" },
    { "/bare", "phandle = <3>;" },
    { DEV, "compatible = \"acme,dev\"; reg = <0x1000 0x100>;"
           "interrupts = <0 1 4>;" },
    { DEV "/child@1", "reg = <1>; compatible = \"acme,chip\";" },
    { NULL }
};

typedef struct ErrorCase {
    const char *name;
    DtRow change;     /* of the host's tree */
    const char *path; /* of the device; NULL: DEV */
    const char *words;
} ErrorCase;

static const ErrorCase cases[] = {
    { "no-such-node", { "/x", "" }, "/soc/none",
      "the host's device tree has no device node /soc/none" },
    { "root", { "/x", "" }, "/",
      "the host's device tree has no device node /" },
    { "relative", { "/x", "" }, "soc/dev@1000",
      "the host's device tree has no device node soc/dev@1000" },
    { "disabled", { DEV, "status = \"disabled\";" }, NULL,
      DEV ": status: the node is not enabled on the host" },
    { "reserved", { DEV, "status = \"reserved\";" }, NULL,
      DEV ": status: the node is not enabled on the host" },
    { "disabled-bus", { "/soc", "status = \"disabled\";" }, NULL,
      DEV ": status: /soc is not enabled on the host" },
    { "no-compatible", { "/soc/x@2", "reg = <2 1>;" }, "/soc/x@2",
      "/soc/x@2: compatible: the node has none" },
    { "bad-compatible", { DEV, "compatible = [61];" }, NULL,
      DEV ": compatible: not a list of texts" },
    { "no-reg", { "/soc/x", "compatible = \"x\";" }, "/soc/x",
      "/soc/x: reg: the node has none" },
    { "behind-a-bus", { "/x", "" }, DEV "/child@1",
      DEV "/child@1: reg: not an address that the CPU can reach: the device "
      "is behind " DEV },
    { "pci", { DEV, "device_type = \"pci\";" }, NULL,
      DEV ": device_type: a PCI host bridge" },
    { "reg-cells", { DEV, "reg = <0x1000 0x100 0x2000>;" }, NULL,
      DEV ": reg: 12 bytes are no whole entries of 1+1 cells" },
    { "reg-bytes", { DEV, "reg = [00 00 00];" }, NULL,
      DEV ": reg: 3 bytes are no whole entries of 1+1 cells" },
    { "reg-empty", { DEV, "reg;" }, NULL,
      DEV ": reg: 0 bytes are no whole entries" },
    { "reg-huge-cells", { "/soc", "#address-cells = <0x40000000>;" }, NULL,
      DEV ": reg: 8 bytes are no whole entries of 5+1 cells" },
    { "interrupt-cells", { DEV, "interrupts = <0 1>;" }, NULL,
      DEV ": interrupts: no whole number of interrupts, as the interrupt "
      "controller counts their cells" },
    { "unknown", { DEV, "acme,unheard-of = <3>;" }, NULL,
      DEV ": acme,unheard-of: may lead to another device" },
    { "unknown-in-child", { DEV "/child@1", "acme,unheard-of = <3>;" }, NULL,
      DEV "/child@1: acme,unheard-of: may lead to another device" },
    { "memory-region", { DEV, "memory-region = <3>;" }, NULL,
      DEV ": memory-region: the device works in memory of the host's" },
    { "clocks-lead-nowhere", { DEV, "clocks = <0x99>;" }, NULL,
      DEV ": clocks: malformed on the host: a phandle in it leads nowhere" },
    { "clocks-without-cells", { DEV, "clocks = <3>;" }, NULL,
      DEV ": clocks: malformed on the host: a node that it leads to does not "
      "say how many arguments" },
    { "clocks-cut-off", { DEV, "clocks = [00 00 00 02 00];" }, NULL,
      DEV ": clocks: malformed on the host: its length" },
};

static void test_case(gconstpointer data)
{
    const ErrorCase *c = data;
    DtRow host[G_N_ELEMENTS(board) + 1];
    DtSet set;

    memcpy(host, board, sizeof(board));
    host[G_N_ELEMENTS(board) - 1] = c->change;
    host[G_N_ELEMENTS(board)] = (DtRow) { NULL };
    dt_set_init(&set, host);
    dt_set_device(&set, c->path ? c->path : DEV);
    dt_set_fails(&set, c->words);
    dt_set_clear(&set);
}

/* What is malformed and would be dropped anyway is dropped. */
static void test_malformed_is_dropped(void)
{
    static const char *const props[] = {
        "resets = <0x99>;", "resets = <3>;", "resets = [00 00 00 03 00];",
        "dmas = <2>;", "phys = <0x99 1>; phy-names = \"a\";",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(props); i++) {
        DtRow host[G_N_ELEMENTS(board) + 1] = { { DEV, props[i] } };
        DtSet set;

        memcpy(&host[1], board, sizeof(board));
        dt_set_init(&set, host);
        dt_set_device(&set, DEV);
        dt_set_ok(&set);
        dt_assert_props(set.guest.fdt, "/dev@c000000",
                        "compatible = \"acme,dev\";"
                        "reg = <0 0xc000000 0 0x100>; interrupts = <0 112 4>;"
                        "interrupt-parent = <0x8001>;");
        dt_set_clear(&set);
    }
}

/* Numbers that no phandle has are data, whatever their name. */
static void test_numbers_are_data(void)
{
    DtRow host[G_N_ELEMENTS(board) + 1] = {
        { DEV, "acme,unheard-of = <4 5 0x99>; acme,text = \"abc\";"
               "acme,bytes = [03]; acme,flag;" },
    };
    DtSet set;

    memcpy(&host[1], board, sizeof(board));
    dt_set_init(&set, host);
    dt_set_device(&set, DEV);
    dt_set_ok(&set);
    dt_assert_some(set.guest.fdt, "/dev@c000000", host[0].props);
    dt_set_clear(&set);
}

/* A blob with fixups says that it is no phandle, or that it is one. */
static void test_fixups_tell(void)
{
    DtRow host[G_N_ELEMENTS(board) + 2] = {
        { DEV, "acme,number = <3>;" },
        { "/__local_fixups__" DEV, "acme,phandle = <0>;" },
    };
    DtSet set;

    memcpy(&host[2], board, sizeof(board));
    dt_set_init(&set, host);
    dt_set_device(&set, DEV);
    dt_set_ok(&set);
    dt_assert_some(set.guest.fdt, "/dev@c000000", "acme,number = <3>;");
    dt_set_clear(&set);

    host[0].props = "acme,phandle = <3>;";
    dt_set_init(&set, host);
    dt_set_device(&set, DEV);
    dt_set_fails(&set, DEV ": acme,phandle: may lead to another device");
    dt_set_clear(&set);
}

/* ---- what the machine gives ---- */

static void test_counts_differ(void)
{
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, DEV)->n_regions = 0;
    dt_set_fails(&set, DEV ": reg: the host's tree has 1 entries, and the "
                 "device 0 regions");
    vpo_plan_clear(&set.devs[0]);
    vpo_plan_device(set.plan, set.host, &set.devs[0]);
    set.devs[0].n_irqs = 2;
    dt_set_fails(&set, DEV ": interrupts: the host's tree has 1, and the "
                 "device 2");
    dt_set_clear(&set);
}

static void test_64_bit_address(void)
{
    static const VpoDtRegion high = { 0x100000000, 0x1000 };
    static const DtRow place[] = {
        { "/bus", "#address-cells = <1>; #size-cells = <1>;" }, { NULL }
    };
    DtSet set;
    const VpoDtRegion *planned;

    dt_set_init(&set, board);
    dt_put(set.guest.fdt, place);
    set.guest.place = "/bus";
    dt_set_device(&set, DEV);
    planned = set.devs[0].regions;
    set.devs[0].regions = &high;
    dt_set_fails(&set, DEV ": reg: region 0, 0x100000000+0x1000, does not fit "
                 "the 1+1 cells");
    set.devs[0].regions = planned;
    dt_set_clear(&set);
}

static void test_place(void)
{
    static const DtRow odd[] = {
        { "/bus", "#address-cells = <3>; #size-cells = <1>;" }, { NULL }
    };
    DtSet set;

    dt_set_init(&set, board);
    dt_put(set.guest.fdt, odd);
    dt_set_device(&set, DEV);
    set.guest.place = "/none";
    dt_set_fails(&set, "the guest's device tree has no node /none");
    set.guest.place = "/bus";
    dt_set_fails(&set, DEV ": reg: nodes at the guest's /bus have 3+1 cells");
    dt_set_clear(&set);
}

static void test_no_gic(void)
{
    static const DtRow two[] = {
        { "/intc@8000000", "#interrupt-cells = <2>;" }, { NULL }
    };
    DtSet set;

    dt_set_init(&set, board);
    dt_put(set.guest.fdt, two);
    dt_set_device(&set, DEV);
    dt_set_fails(&set, DEV ": interrupts: the guest's tree names no interrupt "
                 "controller");
    dt_set_clear(&set);
}

static void test_same_node_twice(void)
{
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, DEV);
    dt_set_device(&set, DEV);
    dt_set_fails(&set, DEV ": the same node is assigned twice");
    dt_set_clear(&set);
}

static void test_name_is_taken(void)
{
    static const DtRow taken[] = { { "/dev@c000000", "" }, { NULL } };
    DtSet set;

    dt_set_init(&set, board);
    dt_put(set.guest.fdt, taken);
    dt_set_device(&set, DEV);
    dt_set_fails(&set, DEV ": the guest's device tree cannot take the node: "
                 "FDT_ERR_EXISTS");
    dt_set_clear(&set);
}

static void test_maps_of_nothing(void)
{
    static const VpoDtMap maps[] = { { "/none", "/" }, { "/osc", "/none" } };
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, DEV);
    set.guest.n_maps = 1;
    set.guest.maps = &maps[0];
    dt_set_fails(&set, "the host's device tree has no node /none");
    set.guest.maps = &maps[1];
    dt_set_fails(&set, "the guest's device tree has no node /none");
    dt_set_clear(&set);
}

/* However little room there is, it is all or nothing. */
static void test_no_room(void)
{
    bool fitted = false;

    for (size_t room = 640; !fitted; room += 4) {
        DtSet set;
        char *error;

        dt_set_init(&set, board);
        g_free(set.guest.fdt);
        set.guest.fdt = dt_guest(room);
        dt_set_device(&set, DEV);
        fitted = vpo_dt_add(&set.guest, set.host, set.devs, 1, &error);
        if (!fitted) {
            g_free(error);
            dt_set_fails(&set, "the guest's device tree cannot take the "
                         "node: FDT_ERR_NOSPACE");
        }
        g_assert_cmpuint(room, <, 2048);
        dt_set_clear(&set);
    }
}

static void test_guest_is_no_tree(void)
{
    static const char junk[64] = "this is no device tree";
    DtSet set;

    dt_set_init(&set, board);
    dt_set_device(&set, DEV);
    memcpy(set.guest.fdt, junk, sizeof(junk));
    g_assert_false(vpo_dt_add(&set.guest, set.host, set.devs, 1, &set.error));
    g_assert_nonnull(strstr(set.error, "the guest's device tree: not a sound"));
    dt_set_clear(&set);
}

/* All that is wrong is in the report, the first of it in the sentence. */
static void test_several_refusals(void)
{
    DtRow host[G_N_ELEMENTS(board) + 1] = {
        { DEV, "acme,one = <3>; acme,two = <3>; memory-region = <3>;" },
    };
    DtSet set;

    memcpy(&host[1], board, sizeof(board));
    dt_set_init(&set, host);
    dt_set_device(&set, DEV);
    dt_set_fails(&set, "(and 2 more like this)");
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_REFUSE, DEV,
                              "acme,one"));
    g_assert_true(dt_reported(set.devs[0].report, VPO_DT_REFUSE, DEV,
                              "memory-region"));
    dt_set_clear(&set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/errors/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_case);
    }
    g_test_add_func("/errors/malformed-is-dropped", test_malformed_is_dropped);
    g_test_add_func("/errors/numbers-are-data", test_numbers_are_data);
    g_test_add_func("/errors/fixups-tell", test_fixups_tell);
    g_test_add_func("/errors/counts-differ", test_counts_differ);
    g_test_add_func("/errors/64-bit-address", test_64_bit_address);
    g_test_add_func("/errors/place", test_place);
    g_test_add_func("/errors/no-gic", test_no_gic);
    g_test_add_func("/errors/same-node-twice", test_same_node_twice);
    g_test_add_func("/errors/name-is-taken", test_name_is_taken);
    g_test_add_func("/errors/maps-of-nothing", test_maps_of_nothing);
    g_test_add_func("/errors/no-room", test_no_room);
    g_test_add_func("/errors/guest-is-no-tree", test_guest_is_no_tree);
    g_test_add_func("/errors/several-refusals", test_several_refusals);
    return g_test_run();
}
