# SPDX-License-Identifier: GPL-2.0-or-later
"""The compiler of another Debian suite, unpacked and run where it is.

What builds a kernel's modules is the compiler that built the kernel, and that
wants a newer C library than this system may have. So each program is run by
its own suite's loader with its own suite's libraries: no chroot, no root.
"""
import re
from pathlib import Path

from . import apt
from .packages import architecture
from .progress import step
from .store import digest, produce
from .sysroot import TRIPLET

RECIPE = 1
PREFIX = "aarch64-linux-gnu-"
LOADER = "ld-linux*.so.*"
# What a C compiler for a kernel needs of all that it depends on.
NEEDED = re.compile(r"^(binutils-aarch64|(cpp|gcc)-\d+-aarch64-linux-gnu$"
                    r"|libgcc-\d+-dev-arm64|zlib1g$"
                    r"|lib(c6|gcc-s1|stdc\+\+6|jansson4|sframe\d+|zstd1|gmp10"
                    r"|isl23|mpfr6|mpc3)$)")
FILES = ("./usr/bin/*", "./usr/aarch64-linux-gnu/bin/*", "*/cc1",
         "*/collect2", "*/include/*.h", f"*/{LOADER}", "*/lib*.so*")
WRAPPER = """\
#!/bin/sh
exec {loader} --library-path {libraries} --argv0 "$0" {program} "$@"
"""


def _is_program(path: Path) -> bool:
    if path.is_symlink() or not path.is_file() or ".so" in path.suffixes:
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF" and bool(path.stat().st_mode & 0o111)


def wrap(folder: Path, libraries: Path) -> None:
    """Has each program under a folder run with these libraries."""
    loader = next(libraries.glob(LOADER))
    for path in [p for p in folder.rglob("*") if _is_program(p)]:
        program = path.with_name(f"{path.name}.elf")
        path.rename(program)
        path.write_text(WRAPPER.format(loader=loader, libraries=libraries,
                                       program=program), encoding="utf-8")
        path.chmod(0o755)


def _make(suite: str, version: str, top: Path) -> dict:
    view = apt.View(suite, architecture())
    with step(f"compiler of {suite}: gcc {version} for arm64"):
        debs = view.closure(f"gcc-{version}-aarch64-linux-gnu",
                            keep=NEEDED.match)
        apt.unpack(debs, top, *FILES)
        apt.discard(debs)
        libraries = top / "usr/lib" / TRIPLET[architecture()]
        wrap(top / "usr/bin", libraries)
        wrap(top / "usr/libexec", libraries)
        gcc = top / "usr/bin" / f"{PREFIX}gcc"
        gcc.symlink_to(f"{gcc.name}-{version}")
    return {"prefix": str(gcc.with_name(PREFIX)), "libraries": str(libraries)}


def get(suite: str, version: str, top: Path) -> tuple[str, Path]:
    """What CROSS_COMPILE has to be, and where the suite's libraries are."""
    facts = produce(top, digest(RECIPE, suite, version, FILES, NEEDED.pattern),
                    lambda top: _make(suite, version, top))
    return facts["prefix"], Path(facts["libraries"])
