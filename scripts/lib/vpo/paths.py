# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things are: the checkout, the user's cache and the build folder."""
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def cache() -> Path:
    """The user's cache: shared by all checkouts, may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "vfio-platform-oneshot"
    path.mkdir(parents=True, exist_ok=True)
    return path


def build() -> Path:
    """What is built from this checkout; ignored by git."""
    path = ROOT / "build"
    path.mkdir(exist_ok=True)
    return path
