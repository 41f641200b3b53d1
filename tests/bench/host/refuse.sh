# SPDX-License-Identifier: GPL-2.0-or-later
# A case about what the driver does not let happen: board "lab".
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too.
# shellcheck disable=SC2034

# A device of 512 bytes, eight to a page, that does DMA.
DMA_DEVICE=a003e00.virtio_mmio
# Of /proc/sys/kernel/tainted: "userspace", as the kernel calls it.
TAINT_USER=64

tainted() {
    [ $(($(cat /proc/sys/kernel/tainted) & TAINT_USER)) != 0 ]
}

# run_refuse NAME
run_refuse() {
    DRIVER=oneshot checks=0
    case_begin "$1"
    module_load
    refuse_without_iommu
    refuse_to_flood_the_log
    module_unload
    result "checks=$checks"
    case_end
}

# A device that could overwrite the host is allowed by its name, twice.
refuse_without_iommu() {
    params=/sys/module/$MODULE/parameters
    check "bound without a word" refused bind $DMA_DEVICE vfio-platform-oneshot
    check "no reason was given" says "not assigned: it has no IOMMU group"
    echo $DMA_DEVICE >$params/allow_no_iommu
    check "bound in spite of its DMA" refused bind $DMA_DEVICE vfio-platform-oneshot
    check "no reason was given" says "its device tree node shows DMA by the property dma-coherent"
    check "tainted by a refusal" refused tainted
    echo $DMA_DEVICE >$params/allow_no_iommu_dma
    check "not bound, though allowed twice" bind $DMA_DEVICE vfio-platform-oneshot
    check "not tainted" tainted
    bind $DMA_DEVICE ""
    check "another device is allowed, too" refused bind $RTC vfio-platform-oneshot
}

# Nobody provides clock 1 of this board's RTC, and each open has to say so.
refuse_to_flood_the_log() {
    echo $RTC >$params/allow_no_iommu
    bind $RTC vfio-platform-oneshot || trouble "not bound"
    vfio_user $RTC cycle 1000 || trouble "opening and closing failed"
    lines=$(dmesg | grep -c 'clock 1: no driver provides it')
    check "said $lines times in 1000 opens" [ "$lines" -le 10 ]
    check "not said" [ "$lines" -ge 1 ]
    bind $RTC ""
}
