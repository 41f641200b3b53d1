# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes all that a command needs beforehand, two things at a time.

Everything here is also made on demand by who uses it; doing it here is only
quicker, since downloads, installation and compilation overlap.
"""
from concurrent.futures import ThreadPoolExecutor

from . import build, debugkernel, headers, kernel, qemu
from .packages import architecture, ensure
from .progress import SetupError

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


def _prepare(kernels, qemus, plugins, extra=(), foreign=()) -> None:
    """plugins: (architecture, versions); foreign: QEMUs of this machine."""
    packages = [*TOOLS, *extra]
    if qemu.is_installed("7.2"):
        packages.insert(0, qemu.PACKAGE)
    _together([lambda: ensure(*dict.fromkeys(packages)),
               *(lambda arch=arch, versions=versions:
                 build.plugin(arch, versions) for arch, versions in plugins)],
              [*(lambda name=name: kernel.get(name, headers=False)
                 for name in kernels),
               *(lambda name=name: qemu.source(name) for name in qemus),
               *(lambda name=name: qemu.binary(name, "arm64")
                 for name in qemus),
               *(lambda name=name: qemu.binary(name, architecture())
                 for name in foreign),
               *_modules(kernels)])


def demo() -> None:
    """One kernel, one QEMU."""
    _prepare(["6.1"], ["7.2"], [("arm64", ("7.2",))])


def bench() -> None:
    """Every kernel and QEMU of the emulated host."""
    _prepare(list(kernel.SUITES), list(qemu.SUITES),
             [("arm64", build.VERSIONS)])


def debug() -> None:
    """What the debug kernel's cases use; it is compiled the first time."""
    _prepare(["6.1", debugkernel.NAME], list(qemu.SUITES),
             [("arm64", build.VERSIONS)])


def everything() -> None:
    """All that the tests use."""
    _prepare(list(kernel.SUITES), list(qemu.SUITES),
             [("arm64", build.VERSIONS), (architecture(), build.VERSIONS)],
             headers.NATIVE, list(qemu.SUITES))


def make(what: str) -> None:
    """By name, for the entry scripts."""
    known = {"demo": demo, "bench": bench, "debug": debug,
             "everything": everything}
    if what not in known:
        raise SetupError(f"unknown {what!r}; known: {', '.join(known)}")
    known[what]()
