# SPDX-License-Identifier: GPL-2.0-or-later
"""What Debian's kernel packages hold of device trees: every board's, and the
bindings that say what the properties mean."""
import re
from pathlib import Path

from . import apt, kernel, linuxsource
from .paths import cache
from .progress import step
from .store import digest, produce

RECIPE = 2
BINDINGS = "Documentation/devicetree/bindings"


def _make_boards(suite: str, release: str, top: Path) -> None:
    """The image's package has them or, since 7.x, one that it needs."""
    view = apt.View(suite, "arm64")
    needs = view.depends(f"linux-image-{release}")
    base = f"linux-base-{release}"
    package = base if base in needs else f"linux-image-{release}"
    with step(f"kernel {release}: device trees"):
        debs = view.download(package)
        apt.unpack(debs, top, "./usr/lib/*.dtb")
        apt.discard(debs)


def boards(name: str) -> list[Path]:
    """The blob of every board that the kernel of a series knows."""
    suite, release = kernel.chosen(name)
    top = cache() / "kernel" / name / "boards"
    with kernel.choice_holds(name):
        produce(top, digest(RECIPE, release),
                lambda top: _make_boards(suite, release, top))
    return sorted(top.rglob("*.dtb"))


def bindings(name: str) -> Path:
    """The folder of bindings in the source of a series."""
    suite, release = kernel.chosen(name)
    top = cache() / "kernel" / name / "bindings"
    series = re.match(r"\d+\.\d+", release)[0]
    with kernel.choice_holds(name):
        produce(top, digest(RECIPE, release), lambda top: linuxsource.unpack(
            suite, series, BINDINGS, top))
    return top / BINDINGS
