# SPDX-License-Identifier: GPL-2.0-or-later
# A case without QEMU: the kernel driver answers as its interface says.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too,
# and some are lists.
# shellcheck disable=SC2034,SC2046,SC2086

# check_refused PARAMETER REASON
check_refused() {
    dmesg | grep -qF "$1 stays off: $2" || trouble "the kernel does not say: $1 stays off: $2"
    [ "$(cat "/sys/module/$MODULE/parameters/$1")" = N ] || trouble "$1 is not off"
}

# run_probe NAME KEY=VALUE...
#   device   whose driver is asked       driver, unsafe   as for run_case
#   clock    its clock 0, as the host names it, and the rate: "NAME HZ"
#   module   parameters of the kernel module, beside the opt-in
#   refused  PARAMETER=REASON: a parameter that is asked for and stays off
run_probe() {
    device='' gic='' driver=oneshot unsafe='' clock='' refused='' module=''
    name=$1
    shift
    set_words "$@"
    DRIVER=$driver
    case_begin "$name"
    module_load "allow_no_iommu=$device" $module ${refused:+"${refused%%=*}=1"}
    [ -z "$refused" ] || check_refused "${refused%%=*}" "${refused#*=}"
    [ -z "$unsafe" ] || echo $unsafe >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
    devices_take "$device"
    vfio_probe "$device" $clock >probe.out 2>&1
    code=$?
    result "exit=$code"
    [ $code -le 1 ] || trouble "vfio_probe ended with exit code $code"
    result "tests=$(grep -cE '^(not )?ok ' probe.out)"
    result "skipped=$(grep -c '# SKIP' probe.out)"
    result "planned=$(sed -n 's/^1\.\.//p' probe.out)"
    grep '^not ok' probe.out | while read -r line; do
        trouble "$line"
    done
    grep -v '^ok' probe.out >probe.notable
    text probe probe.notable
    devices_give_back "$device"
    module_unload
    case_end
}
