# SPDX-License-Identifier: GPL-2.0-or-later
# A case that shows what the debug kernel sees: board "faults", kmod/faults.
# shellcheck shell=sh

# LOCKDEP is lib.sh's.
# shellcheck disable=SC2034

# A fault, and what the kernel's log says of it. Lockdep is off after either of
# the last two, so their order matters.
FAULTS='sleeps:sleeping function called
locks:inconsistent lock state
late:KASAN: use-after-free in read_it'

# The words of the plan: run_faults NAME
run_faults() {
    case_begin "$1"
    lockdep_is_on || trouble "lockdep is off before the first fault"
    checks=0
    echo "$FAULTS" >faults
    while IFS=: read -r fault words; do
        insmod /modules/vpo-bench-faults.ko "fault=$fault" || trouble "$fault: insmod fails"
        rmmod vpo_bench_faults
        check_dmesg "$fault" >said
        if grep -q "^@trouble .*$words" said; then
            checks=$((checks + 1))
        else
            trouble "$fault: nobody says '$words': $(head -n 1 said)"
        fi
    done <faults
    ! lockdep_is_on || trouble "lockdep is on after what turns it off"
    result "checks=$checks"
    LOCKDEP=/dev/null
    case_end
}
