# SPDX-License-Identifier: GPL-2.0-or-later
# A case about getting the device back: however its user ends, all that the host
# keeps for it is as before, and the host's own driver works on it again.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too, and
# some are lists.
# shellcheck disable=SC2034,SC2046,SC2086

# return_begin NAME KEY=VALUE...: board "power"
return_begin() {
    devices=$RTC gic=3 frontend=vfio-platform-oneshot props='' module=''
    initrd='' accel=kvm cpu=host vcpus=1 memory=64 timeout=20 warns=''
    rounds=10 seed=1 modes='' args='' within=400000
    DRIVER=oneshot checks=0 round=-
    name=$1
    shift
    set_words "$@"
    case_begin "$name"
    cat $NOTES/state >state.first
    sed 's/ \(on\|prepared\|enabled\) 1/ \1 0/g' state.first >state.closed
    opens_before=$(calls_of supply1.enable)
    module_load allow_no_iommu=$RTC $module
}

# The words of the plan: run_return NAME KEY=VALUE...
#   module   parameters of the kernel module, beside the opt-in
run_return() {
    return_begin "$@"
    for how in exit term kill abort panic unbind unbind_asked unbind_flying \
        unbind_powerdown unbind_shutdown remove; do
        bind $RTC vfio-platform-oneshot || trouble "$how: not bound"
        return_$how
        return_check
    done
    module_unload
    result "checks=$checks"
    case_end
}

# What must be so after each way: closed, then the host driver's own.
return_check() {
    [ "$(driver_of $RTC)" != vfio-platform-oneshot ] || state_is "$how" state.closed
    bind $RTC ""
    check "$how: not the host driver's again" [ "$(driver_of $RTC)" = rtc-pl031 ]
    state_is "$how, given back" state.first
    check "$how: the host driver does not work" return_rtc_works
}

# Its time goes on, and an alarm interrupts.
return_rtc_works() {
    since=$(rtc_seconds $RTC)
    rtcalarm "/dev/$(ls "$(device_path $RTC)/rtc")" 1 >alarm.out 2>&1 &&
        [ "$(rtc_seconds $RTC)" -gt "$since" ]
}

return_exit() {
    kernel=/guest/fasteoi.bin args=events=5
    run_guest
}

return_kill() {
    kill_in_flight 0
}

# The same way out as QMP's quit, with the interrupt in flight.
return_term() {
    fly 0 || return
    kill -TERM $pid
    wait $pid
    check "term: QEMU's exit code is $?" [ $? = 0 ]
}

return_abort() {
    fly 0 || return
    kill -ABRT $pid
    wait $pid
    check "abort: QEMU's exit code is $?" [ $? = 134 ]
}

# A Linux whose driver has the device, and which finds no first process.
return_panic() {
    timeout 60 $QEMU $(machine_args) -serial file:guest.log -monitor none \
        $(device_args) -no-reboot -m 256 -kernel /guest/linux -append \
        "console=ttyAMA0 panic=-1 rdinit=/none init=/none" </dev/null >qemu.out 2>&1
    check "panic: QEMU's exit code" [ $? = 0 ]
    check "panic: there was none" grep -q 'Kernel panic' guest.log
}

start_unbind() {
    echo $RTC >"$(device_path $RTC)/driver/unbind" &
    unbinding=$!
    check "$how: the log does not say that it waits" \
        timeout 10 grep -q -m1 "is to be unbound, and in use: its user $1" /dev/kmsg
}

end_unbind() {
    wait $unbinding
    check "$how: it is still bound" [ -z "$(driver_of $RTC)" ]
    dmesg -c >>/run/dmesg.all
}

# The user has no eventfd for it: whoever unbinds waits until it ends.
return_unbind() {
    mkfifo go opened
    vfio_user $RTC run 'echo >opened; cat go' &
    user=$!
    read -r _ <opened
    start_unbind "cannot be asked"
    check "unbind: it did not wait" kill -0 $unbinding
    echo >go
    wait $user
    end_unbind
}

# The user gives the device up when it is asked.
return_unbind_asked() {
    mkfifo said
    vfio_user $RTC asked >said &
    user=$!
    # Both ends, so that what is said later finds a reader.
    exec 3<>said
    read -r _ <&3
    start_unbind "has been asked"
    wait $user
    check "unbind: the user's exit code" [ $? = 0 ]
    exec 3>&-
    end_unbind
}

# QEMU, with the interrupt in flight; it says what is up, and goes on.
return_unbind_flying() {
    fly 0 || return
    start_unbind "has been asked"
    check "unbind: QEMU does not say so" timeout 10 sh -c \
        "until grep -q 'the host wants the device back.*end QEMU' flight.out; do usleep 1000; done"
    check "unbind: QEMU has ended" kill -0 $pid
    kill -9 $pid
    wait $pid
    end_unbind
}

# It has been told to press the guest's power button; vmrun waits for that.
return_unbind_powerdown() {
    real=$QEMU props=,on-unbind=powerdown
    # $QEMU is split into words, and the command is to be one.
    QEMU="vmrun -t 20 -e POWERDOWN -q $(irq_property unbind-requests | tr -d ' ') -- $QEMU"
    fly 0
    QEMU=$real props=''
    start_unbind "has been asked"
    wait $pid
    check "unbind: the power button was not pressed" [ $? = 0 ]
    check "unbind: QEMU does not count the request" grep -q '^qmp: {"return": 1}' flight.out
    end_unbind
}

# It has been told to end, and whoever unbinds needs to do nothing else.
return_unbind_shutdown() {
    props=,on-unbind=shutdown
    fly 0
    props=''
    start_unbind "has been asked"
    # Or whoever unbinds would wait for ever.
    (sleep 20 && kill -9 $pid) &
    watchdog=$!
    wait $pid
    check "unbind: QEMU has not ended by itself" [ $? = 0 ]
    kill $watchdog
    end_unbind
}

# In use, the module stays; then it goes, and so does its device.
return_remove() {
    fly 1 || return
    check "remove: a module in use was removed" refused rmmod $MODULE
    check "remove: not bound any more" [ "$(driver_of $RTC)" = vfio-platform-oneshot ]
    kill -9 $pid
    wait $pid
    check "remove: it cannot be removed" rmmod $MODULE
    check "remove: still bound" [ -z "$(driver_of $RTC)" ]
    module_load allow_no_iommu=$RTC $module
}

# The words of the plan: run_kills NAME KEY=VALUE...
#   rounds   how often QEMU is killed     seed   of the moments
#   modes    of the interrupt, in turn    within   so many us of its start
# At any moment, from its start on, while its guest takes interrupts.
run_kills() {
    return_begin "$@"
    worked=0 round=0 how=kill
    # The first QEMU of a boot waits a second for the kernel's randomness.
    bind $RTC vfio-platform-oneshot && kill_in_flight 0
    while [ $round -lt $rounds ]; do
        set -- $modes
        shift $((round % $#))
        bind $RTC vfio-platform-oneshot || trouble "round $round: not bound"
        kill_some_time "$1" && worked=$((worked + 1))
        state_is "round $round, closed" state.closed
        bind $RTC ""
        state_is "round $round, given back" state.first
        return_rtc_works || trouble "round $round: the host driver does not work"
        round=$((round + 1))
    done
    module_unload
    kills_balanced
    result "rounds=$rounds"
    result "worked=$worked"
    case_end
}

# It fails if QEMU did not last until it was killed.
kill_some_time() {
    props=,irq-mode=$1
    set -f
    $QEMU $(machine_args) -serial none -monitor none $(device_args) \
        -kernel /guest/stress.bin -append 'events=1000000 slow=500' </dev/null >stress.out 2>&1 &
    pid=$!
    set +f
    usleep "$(awk -v "seed=$seed" -v "round=$round" -v "within=$within" \
        'BEGIN { srand(1000 * seed + round); print int(rand() * within) }')"
    kill -9 $pid
    wait $pid
    code=$?
    [ $code = 137 ] && return
    trouble "round $round: QEMU ended by itself, with $code: $(cat stress.out)"
    return 1
}

# Whatever was turned on has been turned off as often.
kills_balanced() {
    for pair in supply0.enable:supply0.disable supply1.enable:supply1.disable \
        clock1.prepare:clock1.unprepare clock1.enable:clock1.disable; do
        [ "$(calls_of ${pair%:*})" = "$(calls_of ${pair#*:})" ] ||
            trouble "$(calls_of ${pair%:*}) $pair $(calls_of ${pair#*:})"
    done
    opens=$(($(calls_of supply1.enable) - opens_before))
    result "opens=$opens"
}

# run_reboots NAME KEY=VALUE...
#   args   the guest's command line, with the number of its resets
run_reboots() {
    return_begin "$@"
    how=reboots kernel=/guest/reset.bin timeout=60
    bind $RTC vfio-platform-oneshot || trouble "not bound"
    before=$(calls_of reset0.assert)
    run_guest
    kills_balanced
    check "reboots: opened more than once" [ $opens = 1 ]
    result "device_resets=$(($(calls_of reset0.assert) - before))"
    return_check
    module_unload
    result "checks=$checks"
    case_end
}

# run_clocks NAME KEY=VALUE...: a Linux guest that turns off every clock it can.
# For the host there is one user from open to close, with one guest reset: the
# machine's first.
run_clocks() {
    return_begin "$@"
    how=clocks kernel=/guest/linux initrd=/guest/linux.initrd memory=256 timeout=120
    args='console=ttyAMA0 quiet alarms=2 clocks=off'
    bind $RTC vfio-platform-oneshot || trouble "not bound"
    echo >$NOTES/log
    run_guest
    notes_are "a guest that turns off its clocks" \
        "$RTC_OPENS reset0.assert reset0.deassert $RTC_CLOSES"
    told=$(sed -n 's/.* clocks=\([0-9,]*\).*/\1/p' guest.log)
    check "clocks: the guest was told $told Hz" \
        [ "$told" = "$(cat /sys/kernel/debug/clk/bench-clock[01]/clk_rate | paste -sd,)" ]
    return_check
    module_unload
    result "checks=$checks"
    case_end
}

# run_shutdown NAME: the host goes down while a device is in use; the last case of
# its boot. The provider tells, after its consumers, what was asked of it.
run_shutdown() {
    return_begin "$@"
    how=shutdown
    bind $RTC vfio-platform-oneshot || trouble "not bound"
    printf '@end %s\n@done\n' "$name" >$NOTES/last
    # Without times, or the lines would not be the bench's.
    echo N >/sys/module/printk/parameters/time
    vfio_user $RTC run "echo >$NOTES/log; poweroff -f"
    trouble "the host is still up"
}

# run_sleep NAME: the host does not sleep while a device is in use; after it has
# slept, one that was not works.
run_sleep() {
    return_begin "$@"
    how='sleep'
    bind $RTC vfio-platform-oneshot || trouble "not bound"
    # Stops short of what would need something to wake it.
    echo devices >/sys/power/pm_test
    check "sleep: it slept with a device in use" refused vfio_user $RTC run 'echo freeze >/sys/power/state'
    check "sleep: no reason was given" says "the host cannot sleep while a user has the device"
    check "sleep: it did not sleep" sh -c 'echo freeze >/sys/power/state'
    check "sleep: it does not open" vfio_user $RTC cycle 1
    return_check
    module_unload
    result "checks=$checks"
    case_end
}
