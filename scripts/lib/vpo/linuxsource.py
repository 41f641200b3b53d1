# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel's source, or a folder of it, out of Debian's package."""
from pathlib import Path

from . import apt
from .packages import ensure
from .progress import run, step


def unpack(suite: str, series: str, folder: str, top: Path,
           leave_out: tuple[str, ...] = ()) -> dict:
    """Fetches the package (150 MB), and keeps the folder only.

    "" is all of it; leave_out are patterns of files.
    """
    ensure("xz-utils")
    view = apt.View(suite, "arm64")
    package = f"linux-source-{series}"
    with step(f"{package} of {suite}: {folder or 'all'}"):
        version = view.version(package)
        debs = view.download(package)
        apt.unpack(debs, top, f"./usr/src/{package}.tar.xz")
        apt.discard(debs)
        tarball = top / f"usr/src/{package}.tar.xz"
        run(["tar", "-x", "-f", tarball, "-C", top, "--no-same-owner",
             "--strip-components=1", f"{package}/{folder}",
             *(f"--exclude={package}/{path}" for path in leave_out)],
            what=f"unpack {tarball.name}")
        tarball.unlink()
    return {"version": version}
