# SPDX-License-Identifier: GPL-2.0-or-later
# A case that takes the device away with its interrupt in flight, again and again.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too,
# and some are lists.
# shellcheck disable=SC2034,SC2046,SC2086

# run_flight NAME KEY=VALUE...
#   how         what happens in flight: "kill", "unbind" or "rmmod"
#   rounds      how often
#   mode        of the interrupt, with the device's properties of the case
#   other       another mode, for another user
#   The rest as for run_case.
#
# A round: the guest stops with the interrupt acknowledged, or (every other
# round) ended and not served; the device is taken away, and QEMU killed; the
# device stays bound if it is, or (every other two rounds) goes to its own driver
# and back; then the next user must have every event: a guest in the same mode, a
# guest in another one, or the device's own driver. Twelve rounds have all
# combinations.
run_flight() {
    devices=9010000.pl031 gic=3 frontend=vfio-platform-oneshot props='' module=''
    initrd='' accel=kvm cpu=host vcpus=1 memory=64 timeout=20 warns='' rounds=12
    how=kill other='' mode=''
    name=$1
    shift
    set_words "$@"
    DRIVER=oneshot
    case_begin "$name"
    driver_of "$devices" >driver.first
    worked=0 round=0
    while [ $round -lt $rounds ]; do
        flight_round && worked=$((worked + 1))
        check_dmesg "round $round"
        round=$((round + 1))
    done
    bind "$devices" ""
    flight_own_driver_bound
    result "rounds=$rounds"
    result "worked=$worked"
    case_end
}

flight_trouble() {
    trouble "round $round ($how): $*"
    return 1
}

flight_load() {
    module_load "allow_no_iommu=$devices" $module
}

flight_round() {
    flight_load
    devices_take $devices
    taker=''
    fly $((round % 2)) || return
    "flight_$how"
    fly_end || return
    # The device is in its hands still, and the line as the guest has left it.
    [ $how != rmmod ] || { module_unload && flight_load; }
    [ $((round / 2 % 2)) = 0 ] || bind "$devices" ""
    case $((round % 3)) in
    0) flight_own_driver ;;
    1) flight_other_guest ;;
    2) flight_same_guest ;;
    esac
    ok=$?
    line_lower
    [ $((round % 3)) = 2 ] || bind "$devices" ""
    module_unload
    return $ok
}

# fly ENDED: a QEMU, process $pid, whose guest has the interrupt in flight; the
# guest's own word, not a time, says so.
fly() {
    rm -f flight.fifo
    mkfifo flight.fifo
    # Both ends, so that the open waits for nobody.
    exec 3<>flight.fifo
    set -f
    $QEMU $(machine_args) -serial file:flight.fifo -monitor none $(device_args) \
        -kernel /guest/flight.bin -append "ended=$1" </dev/null >flight.out 2>&1 3>&- &
    pid=$!
    set +f
    timeout "$timeout" grep -q '^@flying' <&3
    heard=$?
    exec 3>&-
    [ $heard = 0 ] && return
    kill -9 $pid
    flight_trouble "no interrupt in flight: $(cat flight.out)"
}

# QEMU is killed whatever else has happened; then whoever waits for it is heard.
fly_end() {
    kill -9 $pid
    wait $pid
    code=$?
    [ -z "$taker" ] || wait $taker || flight_trouble "the device cannot be unbound" || return
    [ $code = 137 ] ||
        flight_trouble "QEMU had ended before it was killed (exit code $code): $(cat flight.out)"
}

# kill_in_flight ENDED
kill_in_flight() {
    taker=''
    fly "$1" && fly_end
}

flight_kill() {
    :
}

# The device is in use, so the kernel waits, and the driver says so.
flight_unbind() {
    echo "$devices" >"$(device_path "$devices")/driver/unbind" &
    taker=$!
    until dmesg | grep -q 'is to be unbound, and in use'; do
        [ -e /proc/$taker ] || flight_trouble "unbound while in use" || return
        usleep 1000
    done
}

flight_rmmod() {
    ! rmmod $MODULE 2>/dev/null || flight_trouble "the module was removed while in use"
}

# flight_guest PREFIX MODE: the keys of its results are behind PREFIX.
flight_guest() {
    [ "$(driver_of "$devices")" = "$(driver_for "$devices")" ] ||
        bind "$devices" "$(driver_for "$devices")" ||
        flight_trouble "$devices does not bind again" || return
    # One that finds the line as it is, or one that serves the device first.
    if [ "$(line_level)" = 1 ]; then
        kernel=/guest/lineup.bin args=events=4
    else
        kernel=/guest/fasteoi.bin args=events=5
    fi
    rm -f irqs.before irqs.after guest.log qmp.out
    run_guest | sed "s/^@result /&$1/"
    grep -q '^@guest events=5 irqs=5 spurious=0 other=0 lost=0 *' guest.log ||
        flight_trouble "the next guest: $(tr -d '\r' <guest.log)" || return
    [ "$(nth_entry 2)" = "$2" ] ||
        flight_trouble "the next guest has mode '$(nth_entry 2)', not $2"
}

flight_same_guest() {
    flight_guest '' "$mode"
}

flight_other_guest() {
    mine=$props said=$warns
    props=",irq-mode=$other" warns=''
    flight_guest other. "$other"
    other_ok=$?
    props=$mine warns=$said
    return $other_ok
}

flight_own_driver_bound() {
    [ "$(driver_of "$devices")" = "$(cat driver.first)" ] ||
        flight_trouble "$devices was bound to '$(cat driver.first)' and is to '$(driver_of "$devices")' now"
}

# An alarm of the host's own clock, and one interrupt for it.
flight_own_driver() {
    bind "$devices" ""
    flight_own_driver_bound || return
    before=$(irq_count "$(cat driver.first)")
    rtcalarm "/dev/$(ls "$(device_path "$devices")/rtc")" 1 >alarm.out 2>&1
    taken=$(($(irq_count "$(cat driver.first)") - before))
    { grep -q ' taken=1$' alarm.out && [ $taken = 1 ]; } ||
        flight_trouble "the device's own driver: $(cat alarm.out), interrupts: $taken"
}
