# SPDX-License-Identifier: GPL-2.0-or-later
# A second view of an assigned device's registers: the host's.
# shellcheck shell=sh

# The words of a case are variables that functions of other files use, too.
# shellcheck disable=SC2154

# view_snapshot FILE: "OFFSET VALUE" of each of $registers at $view
view_snapshot() {
    for register in $registers; do
        echo "$register $(devmem $((view + register)) 32)"
    done >"$1"
}

# How many registers have changed between two snapshots, how many of their bits
# that $may, "OFFSET:MASK...", does not allow, and what the last one has.
view_results() {
    changed=0 forbidden=0 registers_now=''
    while read -r register before && read -r _ after <&3; do
        mask=0
        for pair in $may; do
            [ "${pair%:*}" != "$register" ] || mask=${pair#*:}
        done
        difference=$((before ^ after))
        [ $difference = 0 ] || changed=$((changed + 1))
        [ $((difference & ~mask)) = 0 ] || forbidden=$((forbidden + 1))
        registers_now=$registers_now,$register:$(printf %#x $((after)))
    done <"$1" 3<"$2"
    result "changed=$changed"
    result "forbidden=$forbidden"
    result "registers=${registers_now#,}"
}
