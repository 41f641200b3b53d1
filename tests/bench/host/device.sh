# SPDX-License-Identifier: GPL-2.0-or-later
# The host's devices and drivers: binding, interrupt counts, raising a line.
# shellcheck shell=sh

DRIVER=vfio-platform-oneshot
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

# module_load [PARAMETER=VALUE]...
module_load() {
    for m in $(cat /modules/order); do
        case $m in
        "$MODULE.ko") insmod "/modules/$m" "$@" || trouble "insmod $m $*: $(dmesg | tail -n 1)" ;;
        # These stay for the whole boot.
        *) [ -e "/sys/module/${m%.ko}" ] || insmod "/modules/$m" ;;
        esac
    done
}

# What still uses the module would be a leak.
module_unload() {
    [ -e /sys/module/$MODULE ] || return 0
    rmmod $MODULE 2>/run/rmmod.err || trouble "rmmod: $(cat /run/rmmod.err)"
}

# Remember whose the devices are, then bind them to the VFIO driver.
devices_take() {
    for d in "$@"; do
        driver_of "$d" >"/run/case/driver.$d"
        result "driver_before=$(cat "/run/case/driver.$d")"
        result "clock_before=$(rtc_seconds "$d")"
        bind "$d" $DRIVER || trouble "$d does not bind to $DRIVER: $(dmesg | tail -n 3)"
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

# irq_snapshot FILE: "NUMBER COUNT[,COUNT]... ACTION[,ACTION]..." a line.
# /proc/interrupts has the same, but newer kernels leave out what nobody uses
# at the moment, and the counts go on from the last user's.
irq_snapshot() {
    for i in /sys/kernel/irq/*; do
        echo "${i##*/} $(cat "$i/per_cpu_count") $(cat "$i/actions")"
    done >"$1"
}

# irq_growth DEVICE BEFORE AFTER: how often the host took the device's first
# interrupt between two snapshots, in the later of which it was in use.
irq_growth() {
    awk -v "action=vfio-oneshot[0]($1)" '
        function count(   part, n, i) {
            for (i = split($2, part, ","); i; i--)
                n += part[i]
            return n
        }
        FNR == NR { before[$1] = count(); next }
        index($0, action) { print count() - before[$1] }
    ' "$2" "$3"
}

PL031=0x9010000

# The host raises the line itself, as a device does whose guest is not up yet.
line_raise() {
    devmem $((PL031 + 0x10)) 32 1
    devmem $((PL031 + 0x4)) 32 "$(devmem $((PL031)) 32)"
    [ $(($(devmem $((PL031 + 0x18)) 32))) = 1 ] || trouble "the line could not be raised"
}

line_lower() {
    devmem $((PL031 + 0x10)) 32 0
    devmem $((PL031 + 0x1c)) 32 1
}

# The clock's time as its host driver reads it, if it is a clock and has one.
rtc_seconds() {
    cat "$(device_path "$1")"/rtc/rtc*/since_epoch 2>/dev/null
}
