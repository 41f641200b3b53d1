# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's arm64 kernels: image, modules, headers for a cross build, busybox."""
import contextlib
import lzma
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from . import apt, debugkernel, toolchain
from .packages import architecture
from .paths import cache
from .progress import SetupError, say, step
from .store import digest, produce

RECIPE = 1
# Where a kernel series is looked for, in this order; "newest" is whichever
# series is there at the time.
SUITES = {
    "6.1": ["bookworm"],
    "6.12": ["bookworm-backports", "trixie"],
    "newest": ["trixie-backports"],
}
# Those that neither Debian 12's compiler nor its C library is enough for.
OWN_COMPILER = ("newest",)
# The parts of the module tree that a host with assigned devices, or a guest,
# may want; the rest (sound, media, network cards …) is most of the package.
MODULES = ["drivers/vfio/*", "drivers/iommu/*", "virt/*", "drivers/virtio/*",
           "drivers/block/virtio_blk.ko*", "drivers/net/virtio_net.ko*",
           "drivers/net/net_failover.ko*", "net/core/failover.ko*",
           "drivers/gpio/*", "drivers/input/keyboard/gpio_keys.ko*"]


@dataclass(frozen=True)
class Kernel:
    """A kernel that the emulated host or a guest boots."""
    name: str           # "6.1", "newest", "debug"
    release: str        # "6.1.0-56-arm64"
    image: Path         # uncompressed Image
    modules: Path       # holds the modules
    kdir: Path          # headers, for make -C
    busybox: Path       # static, arm64
    suite: str = ""     # of Debian, that it is from
    cross: str = toolchain.PREFIX   # for CROSS_COMPILE

    @property
    def series(self) -> str:
        """As in the names of Debian's packages: "6.1"."""
        return re.match(r"\d+\.\d+", self.release)[0]

    def module(self, name: str) -> Path | None:
        """The file of a module; None if it is built in or unknown."""
        want = name.replace("-", "_")
        for path in self.modules.rglob("*.ko"):
            if path.stem.replace("-", "_") == want:
                return path
        return None

    def insmod_order(self, *names: str) -> list[Path]:
        """The files to load, in order, for these modules and their needs."""
        order: list[Path] = []
        for name in names:
            path = self.module(name)
            if path is None or path in order:
                continue
            for part in self.insmod_order(*module_needs(path)) + [path]:
                if part not in order:
                    order.append(part)
        return order


def module_needs(path: Path) -> list[str]:
    """The modules that a module file says it depends on."""
    found = re.search(rb"\0depends=([^\0]*)\0", path.read_bytes())
    return found[1].decode().split(",") if found and found[1] else []


def _resolve(name: str) -> tuple[str, str]:
    """The suite that has this series, and the release there."""
    tried, series = [], r"\d+" if name == "newest" else re.escape(name)
    for suite in SUITES[name]:
        try:
            needs = apt.View(suite, "arm64").depends("linux-image-arm64")
        except SetupError as err:
            tried.append(f"{suite}: {err}")
            continue
        for package in needs:
            release = package.removeprefix("linux-image-")
            if re.match(rf"{series}\.\d", release):
                return suite, release
        tried.append(f"{suite}: has {' '.join(needs)}")
    raise SetupError(f"no kernel {name} found:\n    " + "\n    ".join(tried))


def _plain_image(path: Path) -> None:
    """Checks that the boot image is one that QEMU takes as it is."""
    with path.open("rb") as image:
        head = image.read(64)
    if head[56:60] != b"ARM\x64":
        raise SetupError(f"{path.name}: not an uncompressed arm64 Image")


def _decompress_modules(top: Path) -> None:
    """busybox insmod takes no compressed modules."""
    for path in top.rglob("*.ko.xz"):
        path.with_suffix("").write_bytes(lzma.decompress(path.read_bytes()))
        path.unlink()


def _image_packages(view: apt.View, release: str) -> list[str]:
    """What holds image and modules: one package, or two since 7.x."""
    parts = [f"linux-binary-{release}", f"linux-modules-{release}"]
    needs = view.depends(f"linux-image-{release}")
    return parts if set(parts) <= set(needs) else [f"linux-image-{release}"]


def _make_image(suite: str, release: str, top: Path) -> None:
    view = apt.View(suite, "arm64")
    debs = view.download(*_image_packages(view, release))
    apt.unpack(debs, top / "modules", "./boot/vmlinuz-*",
               f"*/lib/modules/{release}/vmlinuz", *(
                   f"*/lib/modules/{release}/kernel/{part}"
                   for part in MODULES))
    next((top / "modules").rglob("vmlinuz*")).rename(top / "Image")
    _plain_image(top / "Image")
    _decompress_modules(top / "modules")
    apt.discard(debs)


def _relocate(tree: Path, release: str) -> Path:
    """Makes unpacked header packages usable where they are."""
    headers = tree / "usr/src" / f"linux-headers-{release}"
    makefile = headers / "Makefile"
    text = makefile.read_text(encoding="utf-8")
    makefile.write_text(text.replace("/usr/src/", f"{tree}/usr/src/"),
                        encoding="utf-8")
    # Debian's variables choose one compiler version and a native build.
    (headers / ".kernelvariables").write_text("", encoding="utf-8")
    # BTF of a module needs pahole and helps nobody here.
    (headers / "vmlinux").unlink(missing_ok=True)
    return headers


def _common(release: str) -> str:
    return release.removesuffix("-arm64") + "-common"


def _own_compiler(suite: str, needs: list[str], top: Path) -> str:
    """Gets the compiler that the headers ask for, and has kbuild's programs
    run as it does; returns what CROSS_COMPILE has to be."""
    gcc = next(filter(None, (re.match(r"gcc-(\d+)", p) for p in needs)))[1]
    cross, libraries = toolchain.get(suite, gcc, top.parent / "compiler")
    toolchain.wrap(top / "usr/lib", libraries)
    return cross


def _make_headers(suite: str, release: str, own_compiler: bool,
                  top: Path) -> dict:
    view = apt.View(suite, "arm64")
    needs = view.depends(f"linux-headers-{release}")
    kbuild = next(p for p in needs if p.startswith("linux-kbuild-"))
    debs = view.download(f"linux-headers-{release}",
                         f"linux-headers-{_common(release)}")
    debs += apt.View(suite, architecture()).download(kbuild)
    apt.unpack(debs, top, "./usr/lib/*", "./usr/src/*")
    for arch in (top / "usr/src" / f"linux-headers-{_common(release)}"
                 / "arch").iterdir():
        if arch.name not in ("arm64", "arm"):
            shutil.rmtree(arch)
    apt.discard(debs)
    cross = (_own_compiler(suite, needs, top) if own_compiler
             else toolchain.PREFIX)
    return {"kdir": str(_relocate(top, release)), "cross": cross}


def _make_busybox(suite: str, top: Path) -> None:
    debs = apt.View(suite, "arm64").download("busybox-static")
    apt.unpack(debs, top)
    apt.discard(debs)


def _choose(name: str, top: Path) -> dict:
    suite, release = _resolve(name)
    say(f"kernel {name}: {release} of {suite}")
    return {"suite": suite, "release": release}


def _key(name: str) -> str:
    return digest(RECIPE, SUITES[name], MODULES)


def chosen(name: str) -> tuple[str, str]:
    """The suite that a series is taken from, and the release there."""
    if name not in SUITES:
        raise SetupError(f"unknown kernel {name!r}; known: "
                         + ", ".join(SUITES))
    facts = produce(cache() / "kernel" / name / "choice", _key(name),
                    lambda top: _choose(name, top))
    return facts["suite"], facts["release"]


@contextlib.contextmanager
def choice_holds(name: str):
    """What fails here may be due to a release that has left the archive:
    lets it be chosen again next time."""
    try:
        yield
    except SetupError:
        shutil.rmtree(cache() / "kernel" / name / "choice")
        raise


def get(name: str, headers: bool = True) -> Kernel:
    """The kernel of a series, made if it is not in the cache."""
    if name == debugkernel.NAME:
        return _get_debug()
    suite, release = chosen(name)
    with choice_holds(name):
        return _get(name, suite, release, headers)


def _get_debug() -> Kernel:
    """The one that is compiled here, with the user space of its series."""
    top = cache() / "kernel" / debugkernel.NAME
    facts = produce(top, debugkernel.key(), debugkernel.make)
    return Kernel(debugkernel.NAME, facts["release"], top / "Image",
                  top / "modules", top / "tree",
                  get(debugkernel.SERIES, headers=False).busybox,
                  debugkernel.SUITE)


def _make_more(suite: str, release: str, pattern: str, top: Path) -> None:
    view = apt.View(suite, "arm64")
    with step(f"kernel {release}: {pattern}"):
        debs = view.download(*_image_packages(view, release))
        apt.unpack(debs, top, f"*/lib/modules/{release}/kernel/{pattern}")
        _decompress_modules(top)
        apt.discard(debs)


def with_more(kernel: Kernel, name: str, pattern: str) -> Kernel:
    """The kernel with other modules than MODULES, for few that want them."""
    top = cache() / "kernel" / kernel.name / f"modules-{name}"
    with choice_holds(kernel.name):
        produce(top, digest(RECIPE, kernel.release, pattern),
                lambda top: _make_more(kernel.suite, kernel.release, pattern,
                                       top))
    return replace(kernel, modules=top)


def _get(name: str, suite: str, release: str, headers: bool) -> Kernel:
    base = cache() / "kernel" / name
    key = digest(_key(name), release)

    def announced(what, make):
        def inner(top):
            with step(f"kernel {release}: {what}"):
                return make(top)
        return inner

    produce(base / "image", key, announced(
        "image and modules", lambda top: _make_image(suite, release, top)))
    produce(base / "busybox", digest(RECIPE), announced(
        "busybox", lambda top: _make_busybox(suite, top)))
    facts = produce(base / "headers", key, announced(
        "headers", lambda top: _make_headers(
            suite, release, name in OWN_COMPILER, top))) if headers else {}
    return Kernel(name, release, base / "image/Image", base / "image/modules",
                  Path(facts.get("kdir", "")),
                  next((base / "busybox").rglob("bin/busybox")), suite,
                  facts.get("cross", toolchain.PREFIX))
