#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The host's own driver at work on a shared line: reads a card, whose sectors each
# begin with their number, and after every ten reads leaves its controller and
# comes back to it. Until SIGTERM.
#
#   card.sh CONTROLLER
# shellcheck shell=sh
driver=/sys/bus/platform/drivers/sdhci-iproc
card=/dev/mmcblk0
trap 'ended=1' TERM
ended='' reads=0 wrong=0 binds=0

come() {
    [ -e "$driver/$1" ] || echo "$1" >$driver/bind
    binds=$((binds + 1))
    # The kernel says so when there is a card.
    tries=0
    until [ -b $card ]; do
        usleep 10000
        tries=$((tries + 1))
        [ $tries -lt 500 ] || { echo "no card: $(dmesg | tail -n 3)" >&2; exit 1; }
    done
}

# read_at SECTOR: eight sectors, past the cache.
read_at() {
    reads=$((reads + 1))
    dd if=$card of=card.data bs=4096 count=1 skip=$(($1 / 8)) iflag=direct 2>card.err &&
        [ "$(od -An -tu4 -N4 card.data | tr -d ' ')" = "$1" ] && return
    wrong=$((wrong + 1))
    echo "sector $1: $(od -An -tu4 -N4 card.data) $(cat card.err)" >&2
}

while read -r module; do
    [ -e "/sys/module/$(echo "${module%.ko}" | tr - _)" ] || insmod "/modules/$module"
done </modules/order.drivers
while [ -z "$ended" ]; do
    come "$1"
    n=0
    while [ $n -lt 10 ] && [ -z "$ended" ]; do
        read_at $((reads * 8 % 32768))
        n=$((n + 1))
    done
    echo "$1" >$driver/unbind
done
while read -r module; do
    echo "$module"
done </modules/order.drivers | tac | while read -r module; do
    rmmod "${module%.ko}"
done
echo "card_reads=$reads card_wrong=$wrong card_binds=$binds" \
    "card_timeouts=$(dmesg | grep -c 'Timeout waiting')"
