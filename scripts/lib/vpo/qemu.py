# SPDX-License-Identifier: GPL-2.0-or-later
"""Unmodified QEMU binaries of Debian, and what plug-ins for them need."""
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt, headers as _headers, sysroot as _sysroot
from .packages import architecture, ensure, installed_version, system_suite
from .paths import cache
from .progress import SetupError, run, step
from .store import digest, produce

RECIPE = 1
SUITES = {"7.2": "bookworm", "10.0": "trixie"}
PACKAGE = "qemu-system-arm"
PROGRAM = "qemu-system-aarch64"
LOADER = {"arm64": "ld-linux-aarch64.so.1", "amd64": "ld-linux-x86-64.so.2"}
# Packages in the dependencies that hold no library that the program loads.
USELESS = re.compile(r"^(adduser|passwd|debconf|perl|dpkg|tar|init|iso-codes|"
                     r"ipxe|qemu-system-data|qemu-system-common|.*-bin$|"
                     r".*-data$|.*-common$|libpam|coreutils|libgstreamer)")

Headers = _headers.Headers


@dataclass(frozen=True)
class Tree:
    """A relocatable QEMU: bin/ and lib/, dynamic loader included."""
    name: str           # "7.2"
    version: str        # of the package
    arch: str
    path: Path

    def argv(self) -> list[str]:
        """How to run it where it is, whatever this system's libraries are."""
        lib = self.path / "lib"
        return [str(lib / LOADER[self.arch]), "--library-path", str(lib),
                str(self.path / "bin" / PROGRAM)]


def _needed(path: Path) -> list[str]:
    text = run(["readelf", "-d", path])
    return re.findall(r"\(NEEDED\).*\[(.*)\]", text)


def _copy_closure(root: Path, top: Path, arch: str) -> None:
    """Copies the program and the libraries that it needs, and no others."""
    libraries = {}
    for path in sorted(root.rglob("*.so*"), key=lambda p: len(p.parts)):
        libraries.setdefault(path.name, path)
    (top / "bin").mkdir()
    (top / "lib").mkdir()
    shutil.copy2(root / "usr/bin" / PROGRAM, top / "bin")
    todo, done = [LOADER[arch], *_needed(top / "bin" / PROGRAM)], set()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        if name not in libraries:
            raise SetupError(f"{PROGRAM} ({arch}) needs {name}, which none of "
                             "its packages holds")
        target = top / "lib" / name
        shutil.copyfile(libraries[name].resolve(), target)
        target.chmod(0o755)
        todo += _needed(target)


def _make_tree(name: str, arch: str, top: Path) -> dict:
    view = apt.View(SUITES[name], arch)
    with step(f"QEMU {name} program, {arch}: download"):
        debs = view.closure(PACKAGE, keep=lambda n: not USELESS.match(n))
    ensure("binutils")
    with step(f"QEMU {name} program, {arch}: unpack"):
        root = top / "root"
        apt.unpack(debs, root, f"*/{PROGRAM}", "*/lib/*.so*", "*/ld-linux*")
        _copy_closure(root, top, arch)
        shutil.rmtree(root)
    version = next(d.name.split("_")[1] for d in debs
                   if d.name.startswith(f"{PACKAGE}_")).replace("%3a", ":")
    apt.discard(debs)
    return {"version": version}


def _check(name: str, arch: str = "arm64") -> None:
    if name not in SUITES:
        raise SetupError(f"unknown QEMU {name!r}; known: {', '.join(SUITES)}")
    if arch not in LOADER:
        raise SetupError(f"unknown architecture {arch!r}; known: "
                         + ", ".join(LOADER))


def tree(name: str, arch: str) -> Tree:
    """The QEMU of a Debian release, unpacked with its libraries."""
    _check(name, arch)
    top = cache() / "qemu" / name / f"program-{arch}"
    facts = produce(top, digest(RECIPE, SUITES[name], USELESS.pattern),
                    lambda top: _make_tree(name, arch, top))
    return Tree(name, facts["version"], arch, top)


def is_installed(name: str) -> bool:
    """Whether this system's own package is that QEMU."""
    return system_suite() == SUITES[name]


def binary(name: str, arch: str) -> Tree | list[str]:
    """arm64: the tree; amd64: the arguments that run it on this machine."""
    _check(name, arch)
    if arch == "arm64":
        return tree(name, arch)
    if is_installed(name):
        ensure(PACKAGE)
        return [f"/usr/bin/{PROGRAM}"]
    return tree(name, arch).argv()


def version(name: str, arch: str) -> str:
    """The package version of the binary."""
    _check(name, arch)
    if arch == architecture() and is_installed(name):
        ensure(PACKAGE)
        return installed_version(PACKAGE)
    return tree(name, arch).version


def source(name: str) -> None:
    """Downloads the source that headers() will want, if it is known."""
    _check(name)
    found = apt.View(SUITES[name], "arm64").version(PACKAGE)
    _headers.source(name, SUITES[name], found)


def headers(name: str, arch: str) -> Headers:
    """Source and generated headers that fit the binary."""
    return _headers.get(name, SUITES[name], arch, version(name, arch))


def sysroot(arch: str) -> Path:
    """Development files for cross compilers."""
    return _sysroot.get(arch)
