# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's source and generated headers, as the distribution configured them.

A plug-in that uses QEMU's internals must be compiled against the very source
of the binary that it is loaded into: Debian's, with Debian's patches. Only
headers are generated; QEMU itself is not built.
"""
import contextlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import apt, debsource, sysroot
from .packages import architecture, ensure
from .paths import cache
from .progress import run, say, step
from .store import digest, produce

RECIPE = 2
SCRATCH_BYTES = 1 << 30
TOOLS = """gcc libc6-dev make ninja-build meson pkg-config python3-venv
    python3-distlib flex bison patch xz-utils""".split()
NATIVE = "libglib2.0-dev libfdt-dev libpixman-1-dev zlib1g-dev".split()
# What decides struct layouts, out of the options in debian/rules.
OPTIONS = """--target-list=aarch64-softmmu --without-default-features
    --enable-fdt=system --enable-kvm --enable-tcg --enable-plugins
    --enable-modules --enable-vhost-net --enable-vhost-user
    --enable-vhost-vdpa --enable-vhost-kernel --enable-tpm --disable-user
    --disable-docs --disable-werror --disable-install-blobs""".split()
# How configure finds the meson and the python of this system, and no others.
LATER = ["--python=/usr/bin/python3", "--disable-download"]
PYTHON = {"7.2": ["--meson=/usr/bin/meson", "--with-git-submodules=ignore"],
          "10.0": LATER, "10.2": LATER}
# Never looked at, and most of the package.
LEAVE_OUT = ("roms",)
# Generated headers that need something built first, or that no one includes.
SKIP = re.compile(r"gen-features|\.fa|dbus")
KEEP = re.compile(r"\.(h|inc|def)$|/trace-events$|^scripts/tracetool"
                  r"|^COPYING|^LICENSE|^VERSION$")
DROP = re.compile(r"^(tests|roms|docs|po|pc-bios|contrib|linux-user|bsd-user"
                  r"|debian|subprojects|tools|target/(?!arm/))|^meson-|^pyvenv")


@dataclass(frozen=True)
class Headers:
    """What compiling the plug-in for one QEMU needs."""
    version: str        # of the source package
    src: Path           # patched source, reduced to headers and tracetool
    build: Path         # generated headers


def _meson_path(needed: bool) -> dict:
    """An environment in which python finds a meson that is new enough.

    Debian 12's own is too old for QEMU 10.0. The backport is pure python, so
    it is unpacked in the cache instead of being installed.
    """
    if not needed:
        return {}
    top = cache() / "meson"

    def make(top: Path) -> None:
        debs = apt.View("bookworm-backports", architecture()).download("meson")
        apt.unpack(debs, top, "*/dist-packages/*", "./usr/bin/*",
                   "./usr/share/meson/*")
        apt.discard(debs)
    produce(top, digest(RECIPE), make)
    return {"PYTHONPATH": str(top / "usr/lib/python3/dist-packages")}


def _old_meson() -> bool:
    found = run(["/usr/bin/meson", "--version"]).strip().split(".")
    return (int(found[0]), int(found[1])) < (1, 5)


def _configure_argv(name: str, version: str, arch: str) -> list[str]:
    argv = ["../src/configure", *OPTIONS, *PYTHON[name],
            f"--with-pkgversion=Debian {version}"]
    if arch != architecture():
        triplet = sysroot.TRIPLET[arch]
        libs = sysroot.get(arch) / "usr/lib" / triplet
        argv += [f"--cross-prefix={triplet}-", f"--cc={triplet}-gcc -B{libs}/",
                 f"--extra-cflags=-I{sysroot.get(arch)}/usr/include"]
    return argv


def environment(name: str, arch: str) -> dict:
    """What configure and ninja of a QEMU are run in."""
    # Another python or meson may be first on the user's PATH.
    env = {**os.environ, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
    env.update(_meson_path(name != "7.2" and _old_meson()))
    if arch != architecture():
        env["PKG_CONFIG"] = str(sysroot.get(arch) / "bin/pkg-config")
    return env


def _generate(build: Path, env: dict) -> None:
    """Makes the generated headers only."""
    targets = run(["ninja", "-t", "targets", "all"], cwd=build, env=env)
    wanted = [t for t in re.findall(r"^([^:\n]*\.h): CUSTOM_COMMAND", targets,
                                    re.M) if not SKIP.search(t)]
    run(["ninja", *wanted], cwd=build, env=env, what="QEMU's headers")


def _keep(scratch: Path, top: Path, part: str, keep: re.Pattern) -> None:
    """Copies what compiling against the tree needs out of the scratch one."""
    for folder, dirs, files in os.walk(scratch / part):
        here = Path(folder)
        links = [name for name in dirs if (here / name).is_symlink()]
        for path in [here / name for name in files + links]:
            below = str(path.relative_to(scratch / part))
            if DROP.search(below) or not (path.name in links
                                          or keep.search(below)):
                continue
            copy = top / part / below
            copy.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink():
                copy.symlink_to(os.readlink(path).replace(str(scratch),
                                                          str(top)))
            else:
                shutil.copyfile(path, copy)


@contextlib.contextmanager
def _scratch():
    """A folder for a source tree: in memory if there is room, for speed."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and (
        shutil.disk_usage(memory).free > SCRATCH_BYTES)
    with tempfile.TemporaryDirectory(
            prefix="vpo-", dir=memory if roomy else cache()) as folder:
        yield Path(folder)


def _make(name: str, version: str, arch: str, dsc: Path, top: Path) -> None:
    label = f"QEMU {name} headers, {arch}"
    env = environment(name, arch)
    argv = _configure_argv(name, version, arch)
    with _scratch() as scratch:
        with step(f"{label}: unpack {version}"):
            debsource.unpack(dsc, scratch / "src", LEAVE_OUT)
        (scratch / "build").mkdir()
        with step(f"{label}: configure"):
            run(argv, cwd=scratch / "build", env=env, what="QEMU's configure")
        with step(f"{label}: generate"):
            _generate(scratch / "build", env)
            _keep(scratch, top, "src", KEEP)
            _keep(scratch, top, "build", re.compile(r"\.(h|inc)$"))


def source(name: str, suite: str, version: str) -> tuple[str, Path]:
    """Downloads the source of a binary package: its version and .dsc file."""
    wanted = re.sub(r"\+b\d+$", "", version)
    plain = wanted.partition(":")[2] or wanted

    def download(_top: Path) -> dict:
        with step(f"QEMU {name} source"):
            view = apt.View(suite, architecture())
            found, dsc = view.source_download("qemu", wanted)
        if found != wanted:
            say(f"QEMU {name}: headers are those of {found}, the binary is "
                f"{version}")
        return {"version": found, "dsc": str(dsc)}

    facts = produce(cache() / "qemu" / name / f"source-{plain}",
                    digest(RECIPE, wanted), download)
    return facts["version"], Path(facts["dsc"])


def get(name: str, suite: str, arch: str, version: str) -> Headers:
    """Headers for the binary package of this version, from that suite."""
    recipe = digest(RECIPE, OPTIONS, KEEP.pattern, DROP.pattern, arch)
    found, dsc = source(name, suite, version)
    top = cache() / "qemu" / name / f"headers-{arch}"

    def make(top: Path) -> None:
        ensure(*TOOLS, *(NATIVE if arch == architecture() else
                         [f"gcc-{sysroot.TRIPLET[arch]}",
                          f"libc6-dev-{arch}-cross"]))
        _make(name, found, arch, dsc, top)

    produce(top, digest(recipe, found), make)
    return Headers(found, top / "src", top / "build")
