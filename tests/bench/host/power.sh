# SPDX-License-Identifier: GPL-2.0-or-later
# Cases about what the host keeps for a device: board "power", whose provider of
# clocks, resets and so on counts its calls (kmod/power/notes.c).
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too.
# shellcheck disable=SC2034

NOTES=/sys/kernel/debug/vpo-bench
RTC=9010000.pl031 TWIN=9030000.pl061

# What the host does for each device, in order. Reset line 1 is of both, so it
# is never asserted; line 2 was found asserted; 3 is pulsed by its controller.
RTC_OPENS='supply0.enable supply1.enable domain0.on clock0.prepare clock0.enable clock1.prepare clock1.enable reset1.deassert reset0.assert reset0.deassert'
RTC_CLOSES='reset0.assert reset0.deassert clock1.disable clock1.unprepare clock0.disable clock0.unprepare domain0.off supply1.disable supply0.disable'
TWIN_OPENS='supply0.enable domain1.on domain2.on reset1.deassert reset2.assert reset3.pulse reset2.deassert reset3.deassert'
TWIN_CLOSES='reset2.assert reset3.pulse reset2.deassert reset3.deassert reset2.assert domain2.off domain1.off supply0.disable'

# notes_are WHEN CALLS: what was called since the last time that this was asked
notes_are() {
    got=$(tr '\n' ' ' <$NOTES/log)
    echo >$NOTES/log
    [ "${got% }" = "$2" ] || trouble "$1: $got, not $2"
}

# state_is WHEN FILE: all is on or off as it was then
state_is() {
    diff "$2" $NOTES/state >state.diff || trouble "$1: $(tr '\n' ' ' <state.diff)"
}

# calls_of THING.VERB
calls_of() {
    awk -v "what=$1" '$1 == what { n = $2 } END { print n + 0 }' $NOTES/calls
}

# The words of the plan: run_power NAME KEY=VALUE...
#   cycles    how often each device is opened and closed
run_power() {
    cycles=1000
    name=$1
    shift
    set_words "$@"
    DRIVER=oneshot
    case_begin "$name"
    cat $NOTES/state >state.first
    module_load "allow_no_iommu=$RTC,$TWIN"
    devices_take $RTC $TWIN
    power_once
    power_cycles
    power_failed_open
    devices_give_back $RTC $TWIN
    module_unload
    state_is "after all" state.first
    case_end
}

power_once() {
    # While nobody has it, a device is off; its pins are those of its node.
    sed 's/ \(on\|prepared\|enabled\) 1/ \1 0/g' state.first >state.closed
    state_is "bound" state.closed
    echo >$NOTES/log
    vfio_user $RTC run ". /bench/lib.sh; . /bench/power.sh; notes_are 'RTC, open' '$RTC_OPENS'"
    notes_are 'RTC, closed' "$RTC_CLOSES"
    vfio_user $TWIN run ". /bench/lib.sh; . /bench/power.sh; notes_are 'twin, open' '$TWIN_OPENS'"
    notes_are 'twin, closed' "$TWIN_CLOSES"
    state_is "closed" state.closed
}

# The last step of opening fails: this clock never reads 1 in such a short time.
power_failed_open() {
    echo "$RTC/0:0:0xffffffff:1@5" >/sys/module/$MODULE/parameters/reset
    bind $RTC vfio-platform-oneshot || trouble "not bound with a rule"
    ! vfio_user $RTC cycle 1 2>/dev/null || trouble "opened, though its reset failed"
    state_is "after a failed open" state.closed
}

# Each pair of calls as often as the device was opened, and not once more.
power_cycles() {
    cat $NOTES/calls >calls.before
    vfio_user $RTC cycle "$cycles" || trouble "opening and closing failed"
    result "cycles=$cycles"
    for pair in supply0.enable:supply0.disable supply1.enable:supply1.disable \
        domain0.on:domain0.off clock0.prepare:clock0.unprepare \
        clock0.enable:clock0.disable clock1.prepare:clock1.unprepare \
        clock1.enable:clock1.disable; do
        for call in ${pair%:*} ${pair#*:}; do
            n=$(($(calls_of "$call") - $(awk -v "what=$call" '$1 == what { print $2 }' calls.before)))
            [ $n = "$cycles" ] || trouble "$call: $n times in $cycles cycles"
        done
    done
    state_is "after $cycles cycles" state.closed
}
