# SPDX-License-Identifier: GPL-2.0-or-later
# What every entry script sources: installs the interpreter and sets paths.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VPO_START=${VPO_START:-$(date +%s.%N)}
export VPO_START PYTHONPATH="$root/scripts/lib" PYTHONDONTWRITEBYTECODE=1

# Prints the comment block of the calling script as its help.
usage() {
    sed -n '3,/^[^#]/s/^# \{0,1\}//p' "$0"
}

progress() {
    printf '[%6.1f s] %s\n' "$(awk "BEGIN { print $(date +%s.%N) - $VPO_START }")" \
        "$*" >&2
}

missing_packages() {
    local name
    for name; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
            echo "$name"
    done
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install "$@"
}

# Installs packages; lists of packages are fetched only when apt needs them.
need_packages() {
    local want log
    read -ra want <<<"$(missing_packages "$@" | tr '\n' ' ')"
    [ ${#want[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "$0: these packages are missing; install them first:" >&2
        echo "    sudo apt-get install ${want[*]}" >&2
        exit 1
    fi
    progress "install ${want[*]} …"
    log=$(mktemp)
    if ! apt_install "${want[@]}" >"$log" 2>&1 &&
        ! { apt-get -q update && apt_install "${want[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        echo "$0: cannot install ${want[*]}; apt's last words are above" >&2
        exit 1
    fi
    rm -f "$log"
    progress "install ${want[*]}: done"
}

if ! command -v dpkg-query >/dev/null; then
    echo "$0: this needs a Debian system (12 or 13)" >&2
    exit 1
fi
