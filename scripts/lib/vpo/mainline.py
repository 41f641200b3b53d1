# SPDX-License-Identifier: GPL-2.0-or-later
"""Mainline's vfio-platform, which Debian does not build: its source.

It is the peer that our kernel driver is measured against. Debian's package of
the kernel's whole source is fetched for the one folder, and only on demand.
"""
import shutil
from pathlib import Path

from . import apt
from .kernel import Kernel
from .packages import ensure
from .paths import cache
from .progress import run, step
from .store import digest, produce

RECIPE = 1
FOLDER = "drivers/vfio/platform"
# What its own Makefile asks for, and what that makes, in the order of loading.
CONFIG = ("CONFIG_VFIO_PLATFORM_BASE=m", "CONFIG_VFIO_PLATFORM=m",
          "CONFIG_VFIO_AMBA=m")
MODULES = ("vfio-platform-base", "vfio-platform", "vfio-amba")


def _make_source(kernel: Kernel, top: Path) -> dict:
    ensure("xz-utils")
    view = apt.View(kernel.suite, "arm64")
    package = f"linux-source-{kernel.series}"
    with step(f"{package} of {kernel.suite}: {FOLDER}"):
        version = view.version(package)
        debs = view.download(package)
        apt.unpack(debs, top, f"./usr/src/{package}.tar.xz")
        apt.discard(debs)
        tarball = top / f"usr/src/{package}.tar.xz"
        run(["tar", "-x", "-f", tarball, "-C", top, "--no-same-owner",
             "--strip-components=1", f"{package}/{FOLDER}"],
            what=f"unpack {tarball.name}")
        tarball.unlink()
    return {"version": version}


def source(kernel: Kernel) -> Path:
    """The driver's folder of this kernel's source, as Debian has it."""
    folder = cache() / "kernel" / kernel.name / "mainline"
    produce(folder, digest(RECIPE, kernel.suite, kernel.release),
            lambda top: _make_source(kernel, top))
    return folder / FOLDER


def lay_out(original: Path, top: Path, beside: tuple[Path, ...]) -> None:
    """Copies the source to where it is built; adds modules to the list."""
    shutil.copytree(original, top)
    objects = "".join(f" {path.stem}.o" for path in beside)
    for path in beside:
        shutil.copy(path, top)
    # Kbuild takes this file and leaves the Makefile to it.
    (top / "Kbuild").write_text(
        f"include $(src)/Makefile\nobj-m +={objects}\n", encoding="utf-8")
