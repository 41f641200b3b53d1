# SPDX-License-Identifier: GPL-2.0-or-later
# A case that kills QEMU with the device's interrupt in flight, again and again.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too,
# and some are lists.
# shellcheck disable=SC2034,SC2046,SC2086

# What else irq-counts has, as results: how the host has looked at the line.
counts_results() {
    for count in holds polls retriggers user_overdue storms stuck; do
        n=$(sed -n 's/^qmp: .*[{ ]"'$count'": \([0-9]*\).*/\1/p' qmp.out)
        [ -z "$n" ] || result "${count#user_}=$n"
    done
}

# run_kill NAME KEY=VALUE...
#   rounds      how often                 the rest as for run_case
#
# A round: the guest stops with the interrupt acknowledged, or (every other
# round) ended and not served; QEMU is killed; the device is bound anew, or
# goes back to its driver; then the next user's guest must have every event.
# The module is unloaded after each round: with the device in its hands, or not.
run_kill() {
    devices=9010000.pl031 gic=3 frontend=vfio-platform-oneshot props='' module=''
    initrd='' accel=kvm cpu=host vcpus=1 memory=64 timeout=20 warns='' rounds=10
    name=$1
    shift
    set_words "$@"
    DRIVER=oneshot
    case_begin "$name"
    driver_of "$devices" >driver.first
    worked=0 round=0
    while [ $round -lt $rounds ]; do
        kill_round && worked=$((worked + 1))
        round=$((round + 1))
    done
    kill_end
    result "rounds=$rounds"
    result "worked=$worked"
    case_end
}

kill_round() {
    module_load "allow_no_iommu=$devices" $module
    devices_take $devices
    kill_in_flight $((round % 2)) || return
    case $((round / 2 % 2)) in
    # From one user to the next: the line is as the killed guest has left it.
    0) bind "$devices" "$(driver_for "$devices")" || trouble "$devices does not bind again" ;;
    # By way of its own driver, which serves it.
    1)
        bind "$devices" ""
        bind "$devices" "$(driver_for "$devices")" || trouble "$devices does not bind by way of its driver"
        ;;
    esac
    kill_next_user
    ok=$?
    [ $((round % 3)) = 0 ] || bind "$devices" ""
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
    trouble "no interrupt in flight: $(cat flight.out)"
    return 1
}

kill_in_flight() {
    fly "$1" || return
    kill -9 $pid
    wait $pid
    code=$?
    [ $code = 137 ] && return
    trouble "round $round: QEMU had ended before it was killed (exit code $code): $(cat flight.out)"
    return 1
}

# A guest that finds the line as it is, or one that serves the device first.
kill_next_user() {
    if [ "$(line_level)" = 1 ]; then
        kernel=/guest/lineup.bin args=events=4
    else
        kernel=/guest/fasteoi.bin args=events=5
    fi
    rm -f irqs.before irqs.after guest.log
    run_guest
    line_lower
    grep -q '^@guest events=5 irqs=5 spurious=0 other=0 lost=0 *' guest.log && return
    trouble "round $round, after the kill: $(tr -d '\r' <guest.log)"
    return 1
}

line_level() {
    echo $(($(devmem $((PL031 + 0x18)) 32)))
}

# The device is its first driver's again, whatever the last round did.
kill_end() {
    bind "$devices" ""
    [ "$(driver_of "$devices")" = "$(cat driver.first)" ] ||
        trouble "$devices was bound to '$(cat driver.first)' and is to '$(driver_of "$devices")' now"
}
