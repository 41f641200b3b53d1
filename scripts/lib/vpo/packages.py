# SPDX-License-Identifier: GPL-2.0-or-later
"""Installation of Debian packages on this machine, only what is missing."""
import functools
import os
import subprocess
import time
from pathlib import Path

from .progress import SetupError, run, step
from .store import lock

LISTS = Path("/var/lib/apt/lists")
DAY = 24 * 3600
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def missing(*names: str) -> list[str]:
    """Which of these packages are not installed."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True, text=True, check=False)
    have = {line.split()[0] for line in done.stdout.splitlines()
            if line.endswith(" installed")}
    return [name for name in names if name not in have]


def installed_version(name: str) -> str | None:
    """The version of an installed package."""
    if missing(name):
        return None
    return run(["dpkg-query", "-W", "-f", "${Version}", name]).strip()


def _lists_are_old() -> bool:
    newest = max((f.stat().st_mtime for f in LISTS.glob("*InRelease")),
                 default=0)
    return time.time() - newest > DAY


def _install(names: list[str]) -> None:
    env = {**os.environ, **QUIET}
    command = ["apt-get", "-y", "-q", "--no-install-recommends",
               "-o", "DPkg::Lock::Timeout=300", "install", *names]
    update = ["apt-get", "-q", "update"]
    if _lists_are_old():
        run(update, env=env)
    try:
        run(command, env=env)
    except SetupError:
        # Packages move with every point release: try once more with new lists.
        run(update, env=env)
        run(command, env=env)


def ensure(*names: str) -> None:
    """Installs what is missing; needs root only if something is."""
    wanted = missing(*names)
    if not wanted:
        return
    if os.geteuid() != 0:
        raise SetupError("these packages are missing; install them first:\n"
                         f"    sudo apt-get install {' '.join(wanted)}")
    with lock("apt-install"):
        wanted = missing(*names)
        if wanted:
            with step(f"install {' '.join(wanted)}"):
                _install(wanted)


@functools.cache
def architecture() -> str:
    """Debian's name of this machine's architecture."""
    return run(["dpkg", "--print-architecture"]).strip()


@functools.cache
def system_suite() -> str:
    """The code name of the Debian that runs here."""
    for line in Path("/etc/os-release").read_text(encoding="utf-8").split("\n"):
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2].strip('"')
    return "sid"
