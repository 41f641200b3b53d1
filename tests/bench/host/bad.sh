# SPDX-License-Identifier: GPL-2.0-or-later
# A case of bad input: QEMU must refuse, or warn, and leave everything as it was.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too,
# and some are lists.
# shellcheck disable=SC2034,SC2046,SC2086

# run_bad NAME KEY=VALUE...
#   device    what host= says             bind      "yes", "no", or "fails"
#   allow     devices without a group     module    "no": not loaded
#   plugin    the object to load          uid       QEMU's user
#   machine   all of the machine          more      more arguments
#   accel     kvm or tcg                  second    "yes": a QEMU has the device
#   options   more properties, from a comma on
#   before, after: shell commands around QEMU
run_bad() {
    device='' gic=3 bind=yes allow=same module=yes plugin=$PLUGIN uid='' machine='' more=''
    accel=kvm cpu=host vcpus=1 memory=64 second='' before='' after='' options=''
    name=$1
    shift
    set_words "$@"
    [ "$allow" != same ] || allow=$device
    [ $accel = kvm ] || cpu=cortex-a57
    [ -n "$machine" ] || machine=$(machine_args)
    case_begin "$name"
    bad_setup
    eval "$before"
    bad_run
    eval "$after"
    bad_undo
    case_end
}

bad_setup() {
    # QEMU may be another user, who writes its census here.
    chmod 777 .
    driver=$(driver_of "$device")
    if [ $module = yes ]; then
        module_load "allow_no_iommu=$allow"
    fi
    case $bind in
    yes) bind "$device" "$(driver_for "$device")" || trouble "$device does not bind: $(dmesg | tail -n 1)" ;;
    fails) ! bind "$device" "$(driver_for "$device")" || trouble "$device does bind" ;;
    esac
    bound=$(driver_of "$device")
}

# bad_qemu CENSUS ARG...: a QEMU that is told to quit if it gets that far
bad_qemu() {
    census=$1
    shift
    FDCENSUS=/run/case/$census LD_PRELOAD=/bench/fdcensus.so \
        vmrun ${uid:+-u $uid} -t 20 -e ready -- $QEMU $machine -S -display none \
        $more "$@" >qemu.out 2>qemu.err
}

bad_run() {
    assign="-plugin $plugin -device vfio-platform-oneshot,id=dut0,host=$device$options"
    # Without the device: what this one keeps open is not the device's.
    bad_qemu fds.without -plugin $PLUGIN -device no-such-type
    if [ -n "$second" ]; then
        bad_second
    else
        bad_qemu fds $assign
        code=$?
    fi
    result "exit=$code"
    text said qemu.err
    [ "$(driver_of "$device")" = "$bound" ] ||
        trouble "QEMU has changed the driver from '$bound' to '$(driver_of "$device")'"
    [ "$code" = 0 ] || bad_census
}

# The device belongs to a QEMU that is up; the one that is looked at comes then.
bad_second() {
    cat >second.sh <<EOF
. /bench/bad.sh
QEMU=$QEMU machine='$machine' more='$more' uid=$uid
bad_qemu fds $assign
echo \$? >code
EOF
    vmrun -t 60 -e ready -x 'sh ./second.sh' -- $QEMU $machine -S -display none \
        $assign >first.out 2>first.err || trouble "the first QEMU: $(cat first.err)"
    code=$(cat code)
}

# Each file that is open more often than without the device. QEMU keeps one
# kvm-vfio device for all that it assigns, and never closes it.
bad_census() {
    if ! [ -e fds ]; then
        trouble "QEMU did not end by exit()"
        return
    fi
    leaked=$(awk 'FNR == NR { n[$0]++; next } n[$0]-- < 1 && !/kvm-vfio$/' \
        fds.without fds)
    [ -z "$leaked" ] || trouble "open at QEMU's exit, and not without the device: "$leaked
}

bad_undo() {
    if [ -e "$(device_path "$device")" ]; then
        bind "$device" ""
        [ "$(driver_of "$device")" = "$driver" ] ||
            trouble "$device was bound to '$driver' and is to '$(driver_of "$device")' now"
    fi
    module_unload
}

# wrong_object [disguised]: makes a plug-in folder whose only object is another
# QEMU's, under its own name or under that of the one for this QEMU
wrong_object() {
    mkdir wrong
    cp $PLUGIN wrong/
    this=$($QEMU --version | sed -n 's/.*version \([0-9]*\.[0-9]*\).*/\1/p')
    for object in /plugin/*-qemu-*.so; do
        other=${object##*-qemu-}
        other=${other%.so}
        [ "$other" = "$this" ] && continue
        [ -z "$1" ] || other=$this
        cp "$object" "wrong/vfio-platform-oneshot-qemu-$other.so"
    done
}
