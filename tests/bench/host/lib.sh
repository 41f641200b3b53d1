# SPDX-License-Identifier: GPL-2.0-or-later
# Reporting: what the scripts of the emulated host say on its console.
#
#   @begin CASE         a case starts
#   @result KEY=VALUE   one figure or finding of the case (the rest of the line)
#   @text WHICH LINE    a line of some program's output
#   @trouble TEXT       the case has failed, and why
#   @end CASE           it is over
# shellcheck shell=sh

# A run that goes wrong may print without end.
TEXT_LINES=60

result() { echo "@result $*"; }
trouble() { echo "@trouble $*"; }

# text WHICH FILE
text() {
    [ -s "$2" ] || return 0
    tr -cd '\11\12\40-\176' <"$2" | cut -c1-400 | head -n $TEXT_LINES |
        sed "s/^/@text $1 /"
}

case_begin() {
    CASE=$1
    echo "@begin $CASE"
    result "host_kernel=$(uname -r)"
    check_dmesg boot
    rm -rf /run/case
    mkdir -p /run/case
    cd /run/case || exit
}

case_end() {
    check_dmesg case
    cd /
    echo "@end $CASE"
}

# Anything here is a fault of the kernel driver, or of the kernel under it.
DMESG_TROUBLE='cut here|WARNING:|BUG:|nobody cared|blocked for more than|lockup|Unable to handle|Call trace:|refcount_t|rcu.*stall|INFO: trying to register|turning off the locking'

# Only the debug kernel has lockdep, which is off after the first thing it reports:
# cases after that have not been looked at.
LOCKDEP=/proc/lockdep_stats

lockdep_is_on() {
    [ ! -e $LOCKDEP ] || ! grep -q 'debug_locks: *0' $LOCKDEP
}

# KVM of 7.x warns, once a boot, that it asks other CPUs for something while it
# injects an interrupt from a host's handler: any irqfd of VFIO's brings it about.
known_warning() {
    grep -q 'WARNING: kernel/smp.c' /run/dmesg || return
    [ "$(grep -cE 'cut here' /run/dmesg)" = 1 ] &&
        grep -q 'kvm_make_all_cpus_request' /run/dmesg &&
        grep -q 'vgic_irqfd_set_irq' /run/dmesg
}

check_dmesg() {
    dmesg -c >/run/dmesg
    known_warning && return
    if grep -qE "$DMESG_TROUBLE" /run/dmesg; then
        trouble "the host kernel's log ($1): $(grep -m1 -E "$DMESG_TROUBLE" /run/dmesg)"
        sed -nE "/$DMESG_TROUBLE/,\$p" /run/dmesg >/run/dmesg.trouble
        text dmesg /run/dmesg.trouble
    fi
    cat /run/dmesg >>/run/dmesg.all
    lockdep_is_on || trouble "lockdep is off ($1): see what it says first in this boot"
}

# The "key=value …" words of the caller become shell variables.
set_words() {
    for word in "$@"; do
        eval "${word%%=*}=\${word#*=}"
    done
}
