# SPDX-License-Identifier: GPL-2.0-or-later
# A case that runs one guest with the assigned devices, and reports on it.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too,
# and some are lists.
# shellcheck disable=SC2034,SC2046,SC2086

QEMU=qemu-system-aarch64
PLUGIN=/plugin/vfio-platform-oneshot.so
QTREE='{"execute": "human-monitor-command", "arguments": {"command-line": "info qtree"}}'
irq_property() {
    echo '{"execute": "qom-get", "arguments": {"path": "/machine/peripheral/dut0", "property": "'"$1"'"}}'
}
VERSION='{"execute": "query-version"}'
# QEMU's own vfio-platform has no such property; its trace points tell.
STOCK_TRACE='vfio_platform_start_*_irqfd_injection'

machine_args() {
    echo "-M virt,gic-version=$gic -accel $accel -cpu $cpu -smp $vcpus -m $memory" \
        "-nodefaults -nic none -display none"
}

# A -device for each assigned device: dut0, dut1 …
device_args() {
    n=0
    if [ "$frontend" = vfio-platform-oneshot ]; then
        printf -- '-plugin %s ' "$PLUGIN"
    else
        printf -- '-trace %s ' "$STOCK_TRACE"
    fi
    quiet=''
    [ "$warns" != never ] || quiet=,require-reset=off
    for d in $devices; do
        printf -- '-device %s,id=dut%s,host=%s%s%s ' "$frontend" $n "$d" "$props" "$quiet"
        n=$((n + 1))
    done
}

# The guest's @guest line, as results.
guest_results() {
    grep -q '^@guest ' guest.log || trouble "the guest reported nothing"
    sed -n 's/^@guest-failed /guest: /p' guest.log | head -n 1 | while read -r why; do
        trouble "$why"
    done
    for word in $(sed -n 's/^@guest //p' guest.log | tr -d '\r'); do
        result "guest.$word"
    done
}

# An entry of irq-path is INDEX:PATH, of irq-mode-used INDEX:MODE.
# nth_entry N [INDEX]: of the N-th such answer, that of index 0 or of this one.
nth_entry() {
    sed -n 's/^qmp: {"return": "\(0:[^"]*\)".*/\1/p' qmp.out | sed -n "$1p" |
        tr ',' '\n' | sed -n "s/^${2:-0}://p"
}

# What else irq-counts has, as results: how the host has looked at the line.
counts_results() {
    for count in holds polls retriggers user_overdue storms stuck; do
        n=$(sed -n 's/^qmp: .*[{ ]"'$count'": \([0-9]*\).*/\1/p' qmp.out)
        [ -z "$n" ] || result "${count#user_}=$n"
    done
}

# What the rules have counted, of all of them together.
intercept_results() {
    [ -n "$intercept" ] || return
    for count in reads writes denied; do
        result "rule_$count=$(grep '"denied": ' qmp.out | tr '{,}' '\n\n\n' |
            sed -n 's/^ *"'$count'": \([0-9]*\).*/\1/p' | awk '{ n += $1 } END { print n + 0 }')"
    done
}

# How the line of irq-share= was masked, as results.
sharing_results() {
    for count in line_masks device_masks handovers; do
        n=$(sed -n 's/^qmp: {"return": "0:.*,'$count'=\([0-9]*\).*/\1/p' qmp.out)
        [ -z "$n" ] || result "$count=$n"
    done
}

# pauses, and those of them with an interrupt that was not completed.
pauses_results() {
    [ -n "$pauses" ] || return
    result "pauses=$(grep -c '^paused: {"return"' qmp.out)"
    # Only the guest knows of a forwarded one.
    [ "$(nth_entry 2)" != forwarded ] || return
    result "in_flight=$(sed -n 's/^paused: .*"signals": \([0-9]*\), .*"completions": \([0-9]*\).*/\1 \2/p' qmp.out |
        awk '$1 != $2 { n++ } END { print n + 0 }')"
}

path_result() {
    if [ "$frontend" = vfio-platform-oneshot ]; then
        path=$(nth_entry 1)
        result "irq_mode=$(nth_entry 2)"
        grep -q 'dev: vfio-platform-oneshot-view.*irq-path = ' qmp.out ||
            trouble "info qtree does not show the device"
    elif grep -q start_level_irqfd qemu.err; then
        path=irqfd+resamplefd
    elif grep -q start_edge_irqfd qemu.err; then
        path=irqfd
    else
        path=userspace
    fi
    [ -n "$path" ] || trouble "the interrupt's path could not be read: $(cat qmp.out)"
    result "path=$path"
    [ -z "$raise" ] || {
        result "emulated_path=$(nth_entry 1 1)"
        result "emulated_mode=$(nth_entry 2 1)"
    }
}

# run_case NAME KEY=VALUE...
#   bound       those to bind, if they are more than the devices
#   devices     to assign           gic         of the guest: 2 or 3
#   frontend    QEMU's device       props       its properties: ",x-irqfd=off"
#   kernel      guest image         initrd      for a Linux guest
#   args        its command line    accel       kvm or tcg
#   vcpus, memory                   timeout     in virtual seconds
#   line        "high": raised before QEMU starts; "falls": lowered by the host,
#               again and again
#   module      parameters of the kernel module, beside the opt-in
#   driver      of the host: "oneshot", or "mainline"
#   warns       what QEMU must say on stderr; "never": nothing at all, though the
#               device cannot be reset
#   view        an address: what the guest does to the registers there, which
#               are listed by registers, and of which may lists what it may change
#   pauses      how often QEMU is stopped and continued meanwhile
#   unsafe      1: VFIO may use an SMMU that does not remap MSIs
#   beside      a program of the host to run beside the guest; it reports figures
#   raise       "ioctl", "qmp" or "reset", and COUNT: vfio_raise does that
#   second      the device of a second guest that runs beside the first one, with
#               the same command line
#   logs        what the host's kernel must log
run_case() {
    devices=9010000.pl031 gic=3 frontend=vfio-platform-oneshot props='' module=''
    kernel='' initrd='' args='' accel=kvm cpu=host vcpus=1 memory=64 timeout=20 line='' unsafe=''
    driver=oneshot warns='' beside='' logs='' pauses='' raise=''
    driver=oneshot warns='' beside='' logs='' pauses='' bound='' second=''
    view='' registers='' may=''
    name=$1
    shift
    set_words "$@"
    [ -z "$raise" ] || beside="vfio_raise ${raise%% *} 1 ${raise##* }"
    [ $accel = kvm ] || cpu=cortex-a57
    DRIVER=$driver
    case_begin "$name"
    bound=${bound:-$devices}
    module_load "allow_no_iommu=$(echo "$bound" | tr ' ' ',')" $module
    [ -z "$unsafe" ] || echo $unsafe >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
    devices_take $bound
    [ "$line" != high ] || line_raise
    if [ "$line" = falls ]; then
        line_falls &
        falls=$!
    fi
    [ -z "$view" ] || view_snapshot view.before
    run_guest
    if [ -n "$view" ]; then
        view_snapshot view.after
        view_results view.before view.after
    fi
    [ "$line" != falls ] || kill $falls
    line_lower
    [ -z "$logs" ] || dmesg | grep -q "$logs" || trouble "the host does not log: $logs"
    devices_give_back $bound
    module_unload
    # Guests of other functions have neither.
    beside='' raise=''
    case_end
}

beside_start() {
    [ -n "$beside" ] || return
    $beside >beside.out 2>&1 &
    beside_pid=$!
}

beside_end() {
    [ -n "$beside" ] || return
    kill $beside_pid
    wait $beside_pid || trouble "$beside: $(cat beside.out)"
    for word in $(grep "=" beside.out); do
        result "$word"
    done
    text beside beside.out
}

# A second QEMU, with a device of its own.
second_start() {
    [ -n "$second" ] || return
    mkdir second
    (
        cd second || exit
        devices=$second
        set -f
        vmrun -t "$timeout" -- $QEMU $(machine_args) -serial file:guest.log \
            -no-shutdown $(device_args) -kernel "$kernel" -append "$args" \
            >qmp.out 2>qemu.err
    ) &
    second_pid=$!
}

second_end() {
    [ -n "$second" ] || return
    wait $second_pid || trouble "the second QEMU: $(cat second/qemu.err)"
    for word in $(sed -n 's/^@guest //p' second/guest.log | tr -d '\r'); do
        result "second_$word"
    done
}

check_warning() {
    case $warns in
    '') ;;
    never) [ ! -s qemu.err ] || trouble "QEMU says: $(head -n 1 qemu.err)" ;;
    *) grep -qF "$warns" qemu.err || trouble "QEMU does not say: $warns" ;;
    esac
}

run_guest() {
    first=${devices%% *}
    intercept=''
    [ "${props#*,intercept}" = "$props" ] || intercept=1
    # No word below is a pattern of files'.
    set -f
    set -- $(machine_args) -serial file:guest.log -no-shutdown $(device_args) \
        -kernel "$kernel" ${initrd:+-initrd "$initrd"} \
        ${raise:+-qmp unix:qmp.sock,server=on,wait=off}
    set +f
    result "command=$QEMU $* -append '$args'"
    irq_snapshot irqs.before
    beside_start
    second_start
    vmrun -t "$timeout" ${pauses:+-p $pauses} -x '. /bench/device.sh; irq_snapshot irqs.after' -q "$(irq_property irq-path)" \
        -q "$(irq_property irq-mode-used)" -q "$(irq_property irq-sharing)" \
        -q "$QTREE" \
        -q "$VERSION" -q "$(irq_property irq-counts)" \
        ${intercept:+-q "$(irq_property intercept-counts)"} -- \
        ${raise:+env LD_PRELOAD=/bench/onecounter.so} $QEMU "$@" -append "$args" >qmp.out 2>qemu.err
    code=$?
    second_end
    beside_end
    result "exit=$code"
    check_warning
    result "qemu_version=$(sed -n 's/.*"package": "\([^"]*\)".*/\1/p' qmp.out)"
    [ $code = 0 ] || trouble "QEMU ended with exit code $code $(grep '^vmrun: ' qemu.err | tr '\n' ';')"
    guest_results
    if [ -e irqs.after ]; then
        path_result
        counts_results
        intercept_results
        sharing_results
        pauses_results
        result "host_irqs=$(irq_growth "$first" irqs.before irqs.after)"
    fi
    text guest guest.log
    text qemu qemu.err
}
