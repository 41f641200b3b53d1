# SPDX-License-Identifier: GPL-2.0-or-later
"""Unpacking of Debian source packages, in whole or in part."""
import re
import shutil
from pathlib import Path

from .packages import ensure
from .progress import SetupError, run


def _member(dsc: Path, part: str) -> Path:
    """The tarball of a 3.0 (quilt) package: part is orig or debian."""
    names = re.findall(rf"^ \S+ \d+ (\S+\.{part}\.tar\.\w+)$",
                       dsc.read_text(encoding="utf-8"), re.M)
    if not names:
        raise SetupError(f"{dsc.name}: no {part} tarball in it")
    return dsc.parent / names[0]


def _series(debian: Path) -> list[Path]:
    patches = debian / "patches"
    if not (patches / "series").exists():
        return []
    lines = (patches / "series").read_text(encoding="utf-8").splitlines()
    names = [line.split("#")[0].split() for line in lines]
    return [patches / name[0] for name in names if name]


def _patched_files(series: list[Path]) -> set[str]:
    found = set()
    for patch in series:
        text = patch.read_text(encoding="utf-8", errors="replace")
        found.update(re.findall(r"^(?:---|\+\+\+|diff --git) [^/\s]+/(\S+)",
                                text, re.M))
    return found


def _extract(tarball: Path, into: Path, *options: str) -> None:
    into.mkdir(parents=True, exist_ok=True)
    run(["tar", "-x", "-f", tarball, "-C", into, "--strip-components=1",
         "--no-same-owner", *options], what=f"unpack {tarball.name}")


def _extract_patched(tarball: Path, into: Path, files: list[str]) -> None:
    """Extracts the files that patches change; some come with the patch."""
    have = set(run(["tar", "-t", "-f", tarball]).splitlines())
    top = min(have, key=len).partition("/")[0]
    some = [f"{top}/{name}" for name in files if f"{top}/{name}" in have]
    if some:
        _extract(tarball, into, *some)


def unpack(dsc: Path, into: Path, leave_out: tuple[str, ...] = ()) -> Path:
    """Unpacks a source package and applies Debian's patches.

    The folders leave_out are not unpacked, but for files that a patch
    changes: firmware sources are most of QEMU's.
    """
    ensure("patch", "xz-utils")
    shutil.rmtree(into, ignore_errors=True)
    _extract(_member(dsc, "debian"), into / "debian")
    series = _series(into / "debian")
    orig = _member(dsc, "orig")
    _extract(orig, into, *(f"--exclude=*/{name}/*" for name in leave_out))
    lacking = [name for name in sorted(_patched_files(series))
               if name.startswith(tuple(f"{out}/" for out in leave_out))]
    if lacking:
        _extract_patched(orig, into, lacking)
    for patch in series:
        run(["patch", "-p1", "-s", "-i", patch], cwd=into,
            what=f"Debian's patch {patch.name}")
    return into
