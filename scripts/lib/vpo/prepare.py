# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes all that a command needs beforehand, two things at a time.

Everything here is also made on demand by who uses it; doing it here is only
quicker, since downloads, installation and compilation overlap.
"""
from concurrent.futures import ThreadPoolExecutor

from . import build, headers, kernel, qemu
from .packages import architecture, ensure

# Recommendations are not followed, so the C library is named too.
CROSS = ["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"]
TOOLS = ["device-tree-compiler", "cpio", "make", "bc", "kmod", "binutils",
         "xz-utils", "zstd", *headers.TOOLS, *build.MESON, *CROSS]


def _together(*lists) -> None:
    """Runs lists of functions side by side, each list in its order."""
    def run_all(functions):
        for function in functions:
            function()
    with ThreadPoolExecutor(len(lists)) as pool:
        for future in [pool.submit(run_all, some) for some in lists]:
            future.result()


def _modules(kernels) -> list:
    return [lambda name=name: build.kmod(kernel.get(name))
            for name in kernels]


def demo() -> None:
    """One kernel, one QEMU."""
    packages = list(dict.fromkeys(TOOLS))
    if qemu.is_installed("7.2"):
        packages.insert(0, qemu.PACKAGE)
    _together([lambda: ensure(*packages),
               lambda: build.plugin("arm64", ("7.2",))],
              [lambda: kernel.get("6.1", headers=False),
               lambda: qemu.source("7.2"),
               lambda: qemu.binary("7.2", "arm64"),
               *_modules(["6.1"])])


def everything() -> None:
    """All that the tests and the bench use."""
    packages = [*TOOLS, *headers.NATIVE]
    if qemu.is_installed("7.2"):
        packages.insert(0, qemu.PACKAGE)
    _together([lambda: ensure(*dict.fromkeys(packages)),
               lambda: build.plugin("arm64"),
               lambda: build.plugin(architecture())],
              [lambda: kernel.get("6.1", headers=False),
               lambda: kernel.get("6.12", headers=False),
               lambda: qemu.binary("7.2", "arm64"),
               lambda: qemu.binary("10.0", "arm64"),
               lambda: qemu.binary("10.0", "amd64"),
               *_modules(["6.1", "6.12"])])
