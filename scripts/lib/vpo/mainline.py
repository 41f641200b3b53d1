# SPDX-License-Identifier: GPL-2.0-or-later
"""Mainline's vfio-platform, which Debian does not build: its source.

It is the peer that our kernel driver is measured against.
"""
import shutil
from pathlib import Path

from . import linuxsource
from .kernel import Kernel
from .paths import cache
from .store import digest, produce

RECIPE = 1
FOLDER = "drivers/vfio/platform"
# What its own Makefile asks for, and what that makes, in the order of loading.
CONFIG = ("CONFIG_VFIO_PLATFORM_BASE=m", "CONFIG_VFIO_PLATFORM=m",
          "CONFIG_VFIO_AMBA=m")
MODULES = ("vfio-platform-base", "vfio-platform", "vfio-amba")


def source(kernel: Kernel) -> Path:
    """The driver's folder of this kernel's source, as Debian has it."""
    folder = cache() / "kernel" / kernel.name / "mainline"
    produce(folder, digest(RECIPE, kernel.suite, kernel.release),
            lambda top: linuxsource.unpack(kernel.suite, kernel.series,
                                           FOLDER, top))
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
