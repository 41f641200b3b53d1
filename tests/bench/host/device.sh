# SPDX-License-Identifier: GPL-2.0-or-later
# The host's devices and drivers: binding, interrupt counts, raising a line.
# shellcheck shell=sh

# "oneshot" is our driver; "mainline" is the kernel's.
DRIVER=oneshot
MODULE=vfio_platform_oneshot

# The device's directory in sysfs, whichever bus it is on.
device_path() {
    for bus in platform amba; do
        if [ -e "/sys/bus/$bus/devices/$1" ]; then
            echo "/sys/bus/$bus/devices/$1"
            return
        fi
    done
    return 1
}

# What is bound to the device: mainline's has a driver for each bus.
driver_for() {
    case $DRIVER in
    mainline) echo "vfio-$(basename "$(realpath "$(device_path "$1")/subsystem")")" ;;
    *) echo vfio-platform-oneshot ;;
    esac
}

driver_of() {
    link=$(readlink "$(device_path "$1")/driver") && basename "$link"
}

# bind DEVICE DRIVER; without a driver: back to whichever one the kernel picks
bind() {
    path=$(device_path "$1") || return
    [ -e "$path/driver" ] && echo "$1" >"$path/driver/unbind"
    echo "$2" >"$path/driver_override"
    echo "$1" >"$(dirname "$(dirname "$path")")/drivers_probe" 2>/run/bind.err
    [ "$(driver_of "$1")" = "$2" ] || [ -z "$2" ]
}

# driver_modules [PARAMETER=VALUE]...: "FILE [PARAMETER=VALUE]..." a line, in the
# order of loading. The parameters are for our module.
driver_modules() {
    case $DRIVER in
    mainline) cat /modules/order.mainline ;;
    *) echo "$MODULE.ko $*" ;;
    esac
}

# module_load [PARAMETER=VALUE]...
module_load() {
    # What the drivers need stays for the whole boot.
    while read -r m; do
        [ "$m" = $MODULE.ko ] || [ -e "/sys/module/${m%.ko}" ] || insmod "/modules/$m"
    done </modules/order
    driver_modules "$@" | while read -r m parameters; do
        # shellcheck disable=SC2086 # some words
        insmod "/modules/$m" $parameters || trouble "insmod $m $parameters: $(dmesg | tail -n 1)"
    done
}

# What still uses a module would be a leak.
module_unload() {
    driver_modules | tac | while read -r m parameters; do
        m=$(echo "${m%.ko}" | tr - _)
        [ ! -e "/sys/module/$m" ] || rmmod "$m" 2>/run/rmmod.err ||
            trouble "rmmod: $(cat /run/rmmod.err)"
    done
}

# Remember whose the devices are, then bind them to the VFIO driver.
devices_take() {
    for d in "$@"; do
        driver_of "$d" >"/run/case/driver.$d"
        result "driver_before=$(cat "/run/case/driver.$d")"
        result "clock_before=$(rtc_seconds "$d")"
        bind "$d" "$(driver_for "$d")" ||
            trouble "$d does not bind to $(driver_for "$d"): $(dmesg | tail -n 3)"
    done
    result "driver_during=$(driver_of "$1")"
}

devices_give_back() {
    for d in "$@"; do
        bind "$d" ""
        now=$(driver_of "$d")
        result "driver_after=$now"
        result "clock_after=$(rtc_seconds "$d")"
        [ "$now" = "$(cat "/run/case/driver.$d")" ] ||
            trouble "$d was bound to '$(cat "/run/case/driver.$d")' and is to '$now' now"
    done
}

# irq_snapshot FILE: "NUMBER COUNT ACTION[,ACTION]..." a line.
# /proc/interrupts has the same, but newer kernels leave out what nobody uses
# at the moment, and the counts go on from the last user's.
irq_snapshot() {
    for i in /sys/kernel/irq/*; do
        # One count a CPU, with commas in between.
        echo "${i##*/} $(($(tr , + <"$i/per_cpu_count"))) $(cat "$i/actions")"
    done >"$1"
}

# irq_count ACTION: how often the host took its interrupt.
irq_count() {
    irq_snapshot irqs.now
    awk -v "action=$1" '$3 == action { print $2 }' irqs.now
}

# irq_owner DEVICE: the device's name in mainline's actions, which are
# "vfio-irq[LINUX'S NUMBER](NAME)". Ours are "vfio-oneshot[INDEX](DEVICE)".
irq_owner() {
    id=$(cat "$(device_path "$1")/id" 2>/dev/null)
    echo "${id:+vfio-amba-}${id:-$1}"
}

# irq_growth DEVICE BEFORE AFTER: how often the host took the device's first
# interrupt between two snapshots, in the later of which it was in use.
irq_growth() {
    awk -v "ours=vfio-oneshot[0]($1)" -v "theirs=($(irq_owner "$1"))" '
        FNR == NR { before[$1] = $2; next }
        index($0, ours) || index($0, "vfio-irq[" $1 "]" theirs) {
            print $2 - before[$1]
        }
    ' "$2" "$3"
}

PL031=0x9010000

# The host raises the line itself, as a device does whose guest is not up yet.
line_raise() {
    devmem $((PL031 + 0x10)) 32 1
    devmem $((PL031 + 0x4)) 32 "$(devmem $((PL031)) 32)"
    [ $(($(devmem $((PL031 + 0x18)) 32))) = 1 ] || trouble "the line could not be raised"
}

# As if the device were served every few milliseconds, by whatever but a write.
line_falls() {
    while usleep 5000; do
        devmem $((PL031 + 0x1c)) 32 1
    done
}

# 1 while the line is high.
line_level() {
    echo $(($(devmem $((PL031 + 0x18)) 32)))
}

line_lower() {
    device_path 9010000.pl031 >/dev/null || return
    devmem $((PL031 + 0x10)) 32 0
    devmem $((PL031 + 0x1c)) 32 1
}

# The clock's time as its host driver reads it, if it is a clock and has one.
rtc_seconds() {
    cat "$(device_path "$1")"/rtc/rtc*/since_epoch 2>/dev/null
}
