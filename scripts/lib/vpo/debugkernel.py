# SPDX-License-Identifier: GPL-2.0-or-later
"""A host kernel that watches itself: lockdep, KASAN and so on, compiled here.

It is Debian's source with a small configuration, which says what it checks.
"""
import os
import shutil
import subprocess
from pathlib import Path

from . import linuxsource
from .packages import ensure
from .paths import ROOT
from .progress import SetupError, run, say, step
from .store import digest
from .toolchain import PREFIX

RECIPE = 1
NAME = "debug"
SUITE, SERIES = "bookworm", "6.1"
CONFIG = ROOT / "tests/bench/debug.config"
TOOLS = ("make", "gcc", "libc6-dev", "gcc-aarch64-linux-gnu", "bc", "flex",
         "bison", "xz-utils", "kmod")
# Drivers and documents that it has none of: half of the source.
UNUSED = tuple(f"{folder}/*.[ch]" for folder in (
    "drivers/gpu", "drivers/infiniband", "drivers/media", "drivers/net/*",
    "drivers/scsi", "drivers/staging", "sound")) + ("Documentation/*/*",)
# What a module is built with; the rest of the tree is not kept.
KEPT = {".config", "Makefile", "Module.symvers", "arch", "include", "scripts"}
SAY_EACH = 100


def key() -> str:
    return digest(RECIPE, SUITE, SERIES, UNUSED,
                  CONFIG.read_text(encoding="utf-8"))


def _make(tree: Path, *args: str) -> list[str]:
    return ["make", "-C", str(tree), "ARCH=arm64", f"CROSS_COMPILE={PREFIX}",
            *args]


def not_taken(wanted: str, got: str) -> list[str]:
    """Lines of a configuration that the kernel's own has not."""
    have = set(got.splitlines())
    return [line for line in wanted.splitlines()
            if line.startswith("CONFIG_") and line not in have]


def _configure(tree: Path) -> None:
    run(_make(tree, f"KCONFIG_ALLCONFIG={CONFIG}", "allnoconfig"),
        what="the debug kernel's configuration")
    lost = not_taken(CONFIG.read_text(encoding="utf-8"),
                     (tree / ".config").read_text(encoding="utf-8"))
    if lost:
        raise SetupError(f"{CONFIG.name}: this kernel does not take "
                         + ", ".join(lost))


def _compile(tree: Path) -> None:
    """Says now and then how many files it has compiled."""
    said, count = [], 0
    with subprocess.Popen(
            _make(tree, f"-j{os.cpu_count()}", "Image", "modules"), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, errors="replace") as process:
        for line in process.stdout:
            said = [*said[-24:], line.rstrip()]
            count += line.startswith("  CC ")
            if line.startswith("  CC ") and count % SAY_EACH == 0:
                say(f"debug kernel: {count} files compiled")
    if process.returncode:
        raise SetupError("\n    ".join(["the debug kernel does not compile:",
                                        *said]))


def _keep(tree: Path, top: Path) -> None:
    """Takes out what is booted, then all that no module is built with."""
    (tree / "arch/arm64/boot/Image").rename(top / "Image")
    (top / "modules").mkdir()
    for path in [*tree.rglob("*.ko")]:
        path.rename(top / "modules" / path.name)
    for path in tree.iterdir():
        if path.name in KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def make(top: Path) -> dict:
    """Builds it: Image, modules/, and tree/ to build modules with."""
    ensure(*TOOLS)
    tree = top / "tree"
    facts = linuxsource.unpack(SUITE, SERIES, "", tree, UNUSED)
    with step(f"debug kernel {facts['version']}: compile (once)"):
        _configure(tree)
        _compile(tree)
        _keep(tree, top)
    release = tree / "include/config/kernel.release"
    return {"release": release.read_text(encoding="utf-8").strip(), **facts}
