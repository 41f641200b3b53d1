# SPDX-License-Identifier: GPL-2.0-or-later
"""Development files of arm64, unpacked, for cross compilers and pkg-config.

The C library is the cross compiler's own; only what QEMU and the plug-in
need beyond it is here. It is Debian 12's whatever the system: what is built
against an old GLib runs with a newer one.
"""
import os
from pathlib import Path

from . import apt
from .packages import ensure
from .paths import cache
from .progress import step
from .store import digest, produce

RECIPE = 2
SUITE = "bookworm"
TRIPLET = {"arm64": "aarch64-linux-gnu", "amd64": "x86_64-linux-gnu"}
PACKAGES = """
    libglib2.0-dev libglib2.0-0 libfdt-dev libfdt1 libpixman-1-dev
    libpixman-1-0 zlib1g-dev zlib1g libpcre2-dev libpcre2-8-0 libffi-dev
    libffi8 libmount-dev libmount1 libblkid-dev libblkid1 libselinux1-dev
    libselinux1 libsepol-dev libsepol2""".split()


def _relative_links(top: Path) -> None:
    """Absolute links would lead out of the unpacked tree."""
    for path in top.rglob("*"):
        if path.is_symlink() and os.readlink(path).startswith("/"):
            inside = top / os.readlink(path).lstrip("/")
            path.unlink()
            path.symlink_to(os.path.relpath(inside, path.parent))


def _pkg_config(top: Path, triplet: str) -> None:
    """A pkg-config that sees this tree only."""
    wrapper = top / "bin" / "pkg-config"
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(
        "#!/bin/sh\n"
        f"export PKG_CONFIG_SYSROOT_DIR='{top}' PKG_CONFIG_PATH=\n"
        f"export PKG_CONFIG_LIBDIR='{top}/usr/lib/{triplet}/pkgconfig:"
        f"{top}/usr/share/pkgconfig'\n"
        'exec pkg-config "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)


def _make(arch: str, top: Path) -> None:
    with step(f"development files of {arch}"):
        debs = apt.View(SUITE, arch).download(*PACKAGES)
        apt.unpack(debs, top, "./usr/include/*", "*/lib/*.so*", "*.pc",
                   "./usr/lib/*/include/*")
        apt.discard(debs)
        _relative_links(top)
        _pkg_config(top, TRIPLET[arch])


def get(arch: str) -> Path:
    """The unpacked tree for a foreign architecture."""
    ensure("pkg-config")
    top = cache() / "sysroot" / arch
    produce(top, digest(RECIPE, SUITE, PACKAGES),
            lambda top: _make(arch, top))
    return top
