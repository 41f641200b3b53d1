// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What becomes of each property of an assigned device: the rows.
 */
#include "vpo-dt-rule.h"

#define PLAIN(name_, why_) { .name = name_, .kind = VPO_DT_KIND_PLAIN,      \
                             .why = why_ }
#define OWN(name_, why_) { .name = name_, .kind = VPO_DT_KIND_OWN,          \
                           .why = why_ }
#define DROP(name_, why_) { .name = name_, .kind = VPO_DT_KIND_DROP,        \
                            .why = why_ }
#define NAMES(name_, list_) { .name = name_, .kind = VPO_DT_KIND_NAMES,     \
                              .list = list_, .why = "names the entries of " \
                              list_ ", and goes with them" }
/* Further members of a row may follow. */
#define REFS(name_, lost_, why_, ...) { .name = name_,                      \
                                        .kind = VPO_DT_KIND_REFS,           \
                                        .lost = VPO_DT_##lost_,             \
                                        .why = why_, __VA_ARGS__ }
#define UNKNOWN_ARGS .args = VPO_DT_ARGS_UNKNOWN

#define HOST_HOLDS "the host holds it for as long as the device is assigned"
#define HOST_SET "the host has set it, and keeps it"
#define ELSEWHERE "leads to a device that the guest does not have"
#define SYSCON "leads to a system controller of the host's, which more than " \
               "this device depends on"
#define NO_IOMMU "the guest's memory is what the device sees: VFIO maps it"

const VpoDtRule vpo_dt_rules[] = {
    /* ---- made for the guest ---- */
    OWN("phandle", "the guest's nodes have phandles of their own"),
    OWN("linux,phandle", "the guest's nodes have phandles of their own"),
    OWN("name", "the node's name says the same"),
    OWN("status", "only what is enabled is given to a guest"),
    OWN("reg", "where the guest sees the registers"),
    OWN("ranges", "a bus of the clone passes the guest's addresses on"),
    OWN("interrupts", "as the guest's interrupt controller numbers them"),
    OWN("interrupt-names", "in step with the interrupts"),
    OWN("interrupt-parent", "the guest's interrupt controller"),
    OWN("#address-cells", "of the place where the node lands, on a bus"),
    OWN("#size-cells", "of the place where the node lands, on a bus"),
    OWN("dma-coherent", "said where it differs from the guest's own tree"),
    OWN("dma-noncoherent", "said where it differs from the guest's own tree"),

    REFS("interrupts-extended", DROP, "goes to interrupt controllers that the "
         "guest does not have", .cells = "#interrupt-cells"),
    PLAIN("reg-names", "in step with the registers, which are all given"),

    /* ---- replaced by a node that says the same ---- */
    REFS("clocks", REPLACE, "a fixed-clock with the real rate; the host keeps "
         "the clock running", .cells = "#clock-cells"),
    NAMES("clock-names", "clocks"),
    REFS("*vref*-supply", REPLACE, "a fixed regulator with the real voltage, "
         "which drivers ask for; the host keeps it on"),

    /* ---- what the host holds ---- */
    REFS("*-supply", DROP, "the host keeps it on; Linux gives the driver a "
         "dummy regulator"),
    REFS("resets", DROP, HOST_HOLDS, .cells = "#reset-cells"),
    NAMES("reset-names", "resets"),
    REFS("power-domains", DROP, HOST_HOLDS, .cells = "#power-domain-cells"),
    NAMES("power-domain-names", "power-domains"),
    PLAIN("pinctrl-single,*", "pins and register values"),
    PLAIN("pinctrl-pin-array", "pins and register values"),
    NAMES("pinctrl-names", "pinctrl-0"),
    REFS("pinctrl-*", DROP, HOST_HOLDS),
    REFS("interconnects", DROP, HOST_HOLDS, .cells = "#interconnect-cells",
         .whole = true),
    NAMES("interconnect-names", "interconnects"),
    DROP("assigned-clock*", HOST_SET),
    REFS("operating-points-v2", DROP, HOST_SET),
    REFS("required-opps", DROP, HOST_SET),
    REFS("power-supplies", DROP, HOST_HOLDS),
    REFS("mmc-pwrseq", DROP, HOST_HOLDS),

    /* ---- memory and DMA ---- */
    REFS("memory-region", REFUSE, "the device works in memory of the host's "
         "that the guest does not have: map it, or leave the property out"),
    NAMES("memory-region-names", "memory-region"),
    REFS("iommus", DROP, NO_IOMMU, .cells = "#iommu-cells"),
    DROP("iommu-map*", NO_IOMMU),
    DROP("dma-ranges", NO_IOMMU),
    REFS("dmas", DROP, "its DMA engine is not the guest's: assign that, too",
         .cells = "#dma-cells"),
    NAMES("dma-names", "dmas"),
    REFS("dma-masters", DROP, ELSEWHERE),
    REFS("msi-parent", DROP, "the guest's device has wired interrupts only",
         .cells = "#msi-cells", .bare_ok = true),
    DROP("msi-map*", "the guest's device has wired interrupts only"),
    DROP("interrupt-map*", "routes interrupts to the host's controllers"),

    /* ---- other devices: kept where the guest has them ---- */
    REFS("phys", DROP, ELSEWHERE, .cells = "#phy-cells"),
    NAMES("phy-names", "phys"),
    REFS("phy", DROP, ELSEWHERE),
    REFS("phy-handle", DROP, ELSEWHERE),
    REFS("usb-phy", DROP, ELSEWHERE),
    REFS("mboxes", DROP, ELSEWHERE, .cells = "#mbox-cells"),
    NAMES("mbox-names", "mboxes"),
    REFS("hwlocks", DROP, ELSEWHERE, .cells = "#hwlock-cells"),
    NAMES("hwlock-names", "hwlocks"),
    REFS("pwms", DROP, ELSEWHERE, .cells = "#pwm-cells"),
    NAMES("pwm-names", "pwms"),
    REFS("io-channels", DROP, ELSEWHERE, .cells = "#io-channel-cells"),
    NAMES("io-channel-names", "io-channels"),
    REFS("io-backends", DROP, ELSEWHERE, .cells = "#io-backend-cells"),
    REFS("thermal-sensors", DROP, ELSEWHERE,
         .cells = "#thermal-sensor-cells"),
    REFS("cooling-device", DROP, ELSEWHERE, .cells = "#cooling-cells"),
    REFS("sound-dai", DROP, ELSEWHERE, .cells = "#sound-dai-cells"),
    REFS("mux-controls", DROP, ELSEWHERE, .cells = "#mux-control-cells",
         .bare_ok = true),
    NAMES("mux-control-names", "mux-controls"),
    REFS("mux-states", DROP, ELSEWHERE, .cells = "#mux-state-cells"),
    REFS("nvmem-cells", DROP, "the host's fuses and EEPROMs are not the "
         "guest's: give what the driver reads there with a property",
         .cells = "#nvmem-cell-cells", .bare_ok = true),
    NAMES("nvmem-cell-names", "nvmem-cells"),
    REFS("trigger-sources", DROP, ELSEWHERE,
         .cells = "#trigger-source-cells", .bare_ok = true),
    REFS("access-controllers", DROP, HOST_HOLDS,
         .cells = "#access-controller-cells", .bare_ok = true),
    REFS("qcom,smem-states", DROP, ELSEWHERE,
         .cells = "#qcom,smem-state-cells"),
    REFS("remote-endpoint", DROP, "the other end of the link is not the "
         "guest's"),
    REFS("extcon", DROP, ELSEWHERE),
    REFS("wakeup-parent", DROP, "the host is woken by the host"),
    REFS("cpu", DROP, "a CPU of the host's"),
    REFS("affinity", DROP, "CPUs of the host's"),
    REFS("interrupt-affinity", DROP, "CPUs of the host's"),
    REFS("regmap", DROP, SYSCON),
    REFS("syscon", DROP, SYSCON, UNKNOWN_ARGS),
    REFS("*-syscon", DROP, SYSCON, UNKNOWN_ARGS),
    REFS("*,syscon*", DROP, SYSCON, UNKNOWN_ARGS),
    REFS("infracfg", DROP, SYSCON),
    REFS("rockchip,pins", DROP, ELSEWHERE, .lead = 3),
    REFS("eth-handle", DROP, ELSEWHERE),
    REFS("dsaf-handle", DROP, ELSEWHERE),

    /* ---- GPIOs ---- */
    PLAIN("nr-gpios", "a number"),
    PLAIN("*,nr-gpios", "a number"),
    PLAIN("ngpios", "a number"),
    PLAIN("realtek,jd*-gpio", "a number"),
    REFS("gpio-ranges", DROP, "the pins' controller is not the guest's",
         .args = 3),
    NAMES("gpio-ranges-group-names", "gpio-ranges"),
    REFS("gpios", DROP, ELSEWHERE, .cells = "#gpio-cells"),
    REFS("gpio", DROP, ELSEWHERE, .cells = "#gpio-cells"),
    REFS("*-gpios", DROP, ELSEWHERE, .cells = "#gpio-cells"),
    REFS("*-gpio", DROP, ELSEWHERE, .cells = "#gpio-cells"),

    /* ---- data that no binding gives a type ---- */
    PLAIN("#*-cells", "counts cells of what leads here"),
    PLAIN("compatible", "what drivers go by"),
    PLAIN("bus-range", "bus numbers"),
    PLAIN("gpio-reserved-ranges", "pin numbers"),
    PLAIN("*-line-names", "text, with empty ones in it"),
    PLAIN("protected-clocks", "clock numbers"),
    REFS("mode-reg", DROP, SYSCON),
    PLAIN("mode-*", "a number that the boot loader understands"),
    PLAIN("ti,mbox-*", "FIFO numbers"),
    PLAIN("marvell,reg-init", "register values"),
    PLAIN("clk-phase-*", "degrees"),
    PLAIN("*-offset", "an offset"),
    PLAIN("*-count", "a number"),
    PLAIN("*-depth", "a number"),
    PLAIN("id", "a number"),

    /* ---- data in a unit that the name ends with ---- */
#define UNIT(suffix) PLAIN("*-" suffix, "a number in the unit of its name")
    UNIT("bits"), UNIT("bytes"), UNIT("kBps"), UNIT("bps"), UNIT("kbps"),
    UNIT("mbps"), UNIT("mhz"), UNIT("khz"), UNIT("hz"), UNIT("sec"),
    UNIT("seconds"), UNIT("ms"), UNIT("us"), UNIT("ns"), UNIT("ps"),
    UNIT("mm"), UNIT("microamp"), UNIT("microamp-hours"), UNIT("nanoamp"),
    UNIT("ohms"), UNIT("micro-ohms"), UNIT("microwatt"),
    UNIT("microwatt-hours"), UNIT("mw"), UNIT("microvolt"), UNIT("millivolt"),
    UNIT("mv"), UNIT("picofarads"), UNIT("femtofarads"), UNIT("celsius"),
    UNIT("millicelsius"), UNIT("percent"), UNIT("db"), UNIT("kpascal"),
    UNIT("cycles"), UNIT("frequency"), UNIT("width"), UNIT("size"),
};

const unsigned vpo_dt_n_rules = G_N_ELEMENTS(vpo_dt_rules);
