# SPDX-License-Identifier: GPL-2.0-or-later
"""One folder of a kernel's source, out of Debian's package of all of it."""
from pathlib import Path

from . import apt
from .packages import ensure
from .progress import run, step


def unpack(suite: str, series: str, folder: str, top: Path) -> dict:
    """Fetches the package (150 MB), and keeps the folder only."""
    ensure("xz-utils")
    view = apt.View(suite, "arm64")
    package = f"linux-source-{series}"
    with step(f"{package} of {suite}: {folder}"):
        version = view.version(package)
        debs = view.download(package)
        apt.unpack(debs, top, f"./usr/src/{package}.tar.xz")
        apt.discard(debs)
        tarball = top / f"usr/src/{package}.tar.xz"
        run(["tar", "-x", "-f", tarball, "-C", top, "--no-same-owner",
             "--strip-components=1", f"{package}/{folder}"],
            what=f"unpack {tarball.name}")
        tarball.unlink()
    return {"version": version}
