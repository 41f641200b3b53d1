# SPDX-License-Identifier: GPL-2.0-or-later
# A case about resetting a device without a reset line: by a rule, or not at all.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too.
# shellcheck disable=SC2034

RULES=/sys/module/vfio_platform_oneshot/parameters/reset
# Clears the PL031's interrupt, and waits until its status says so.
GOOD_RULE='0:0x10=0/0:0x1c=1/0:0x14:1@50'
VFIO_AMBA=8 VFIO_RESET=1

# check WHAT COMMAND...: counts, and reports a failure
check() {
    what=$1
    shift
    checks=$((checks + 1))
    "$@" || trouble "$what"
}

says() {
    dmesg | grep -qF "$1"
}

flags_are() {
    [ "$(vfio_user $RTC flags)" = "$1" ]
}

refused() {
    ! "$@" 2>/dev/null
}

set_rules() {
    { echo "$1" >$RULES; } 2>/dev/null
}

# run_reset NAME
run_reset() {
    DRIVER=oneshot checks=0
    case_begin "$1"
    module_load allow_no_iommu=$RTC
    devices_take $RTC
    reset_without
    reset_bad_rules
    reset_unfit_rules
    reset_by_rule
    devices_give_back $RTC
    module_unload
    result "checks=$checks"
    case_end
}

# Said once, however often the device is opened.
reset_without() {
    check "flags without a reset" flags_are $VFIO_AMBA
    check "a reset that there is not" refused vfio_user $RTC reset
    vfio_user $RTC cycle 3
    check "'cannot be reset' is not said once" [ "$(dmesg | grep -c 'cannot be reset')" = 1 ]
    line_raise
    vfio_user $RTC cycle 1
    check "a device that cannot be reset was" [ "$(line_level)" = 1 ]
    line_lower
}

# One bad entry, and nothing of the list is taken.
reset_bad_rules() {
    set_rules "other/0:0=1" || trouble "a good list was refused"
    for rule in "$RTC" "$RTC/" "/0:0=1" "$RTC/0:0=1," "$RTC/0:3=1" "$RTC/0:0:1:2" \
        "$RTC/0:0=1/" "$RTC/0:0=1,a b/0:0=1" "$RTC/0:0x100000000=0x100000000"; do
        check "taken: $rule" refused set_rules "$rule"
        check "the old list is gone" [ "$(cat $RULES)" = "other/0:0=1" ]
    done
    check "no reason was given" says "is not taken: a value has bits that are not in its mask"
    set_rules "" || trouble "the empty list was refused"
}

# What the rule means must be there, or the device is not bound.
reset_unfit_rules() {
    for rule in 1:0=1 0:0x1000=1 0:0xffc:1/0:0xfffffffffffffffc=1; do
        set_rules "$RTC/$rule"
        check "bound: $rule" refused bind $RTC vfio-platform-oneshot
    done
    check "no reason was given" says "register at 0xfffffffffffffffc of region 0, which the device does not have"
    set_rules "$RTC/0:0:0xffffffff:0x1@5"
    bind $RTC vfio-platform-oneshot || trouble "not bound"
    check "opened, though its reset failed" refused vfio_user $RTC cycle 1
    check "no reason was given" says "register at 0x0 of region 0: -ETIMEDOUT"
}

reset_by_rule() {
    set_rules "other/0:0=1,$RTC/$GOOD_RULE" || trouble "a good list was refused"
    bind $RTC vfio-platform-oneshot || trouble "not bound"
    check "flags with a reset" flags_are $((VFIO_AMBA | VFIO_RESET))
    line_raise
    vfio_user $RTC run ". /bench/device.sh; [ \$(line_level) = 0 ] && line_raise"
    check "not reset at open" [ $? = 0 ]
    check "not reset at close" [ "$(line_level)" = 0 ]
    check "no reset for its user" vfio_user $RTC reset
    check "it can be reset, and 'cannot be reset' was said" [ "$(dmesg | grep -c 'cannot be reset')" = 1 ]
}
