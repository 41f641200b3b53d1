# SPDX-License-Identifier: GPL-2.0-or-later
"""Building this checkout: the plug-in, the kernel module, the unit tests."""
import contextlib
import fcntl
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import cross, kernel as _kernel, mainline as _mainline, qemu
from .headers import NATIVE
from .packages import architecture, ensure
from .paths import ROOT, build
from .progress import SetupError, run, step
from .store import digest
from .sysroot import TRIPLET

VERSIONS = ("7.2", "10.0")
MESON = ["gcc", "libc6-dev", "meson", "ninja-build", "pkg-config"]
# Another python, meson or ninja may be first on the user's PATH.
ENV = {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
SANITIZE = ("-Db_sanitize=address,undefined", "-Db_lundef=false")
# Builds for tests: packages, environment, options of meson.
VARIANTS = {
    "sanitized": ([], {}, SANITIZE),
    "coverage": ([], {}, ("-Db_coverage=true", "-Doptimization=0")),
    "fuzz": (["clang", "libclang-rt-dev"], {"CC": "clang"},
             (*SANITIZE, "-Dfuzz=true", "-Dtests=false")),
}
# Kernel builds print these whatever one does.
HARMLESS = re.compile(r"the compiler differs|The kernel was built (by|with)"
                      r"|pahole version differs|You are using:|^\s*$")


@contextlib.contextmanager
def _folder_lock(folder: Path):
    with (build() / f".{folder.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _options(arch: str, versions) -> list[str]:
    specs = []
    for version in versions:
        headers = qemu.headers(version, arch)
        specs.append(f"{version}={headers.src}={headers.build}")
    native = arch == architecture()
    options = [f"-Dqemu={','.join(specs)}",
               f"-Dtests={'true' if native else 'false'}"]
    if not native:
        path = build() / f"{arch}.cross"
        cross.write(arch, path)
        options.append(f"--cross-file={path}")
    return options


def _setup(arch: str, versions) -> Path:
    """Configures build/ARCH for these QEMU versions and those it has."""
    folder = build() / arch
    record = folder / "vpo-setup.json"
    try:
        old = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        old = {"versions": [], "key": ""}
    wanted = [v for v in VERSIONS if v in (*versions, *old["versions"])]
    ensure(*MESON, *(NATIVE if arch == architecture() else ()))
    options = _options(arch, wanted)
    key = digest(options)
    if old["key"] != key or not (folder / "build.ninja").exists():
        with step(f"configure {arch} for QEMU {' '.join(wanted) or '(none)'}"):
            shutil.rmtree(folder, ignore_errors=True)
            run(["meson", "setup", folder, ROOT, *options], env=ENV,
                what="meson setup")
        record.write_text(json.dumps({"versions": wanted, "key": key}),
                          encoding="utf-8")
    return folder


def _ninja(folder: Path, what: str) -> None:
    idle = run(["ninja", "-C", folder, "-n"], env=ENV)
    if "no work to do" in idle:
        return
    with step(what):
        run(["ninja", "-C", folder], env=ENV, what=what)


def plugin(arch: str, versions=VERSIONS) -> Path:
    """The folder that holds the stub and an object for each QEMU version."""
    for version in versions:
        if version not in VERSIONS:
            raise SetupError(f"unknown QEMU {version!r}; known: "
                             + ", ".join(VERSIONS))
    if arch not in TRIPLET:
        raise SetupError(f"unknown architecture {arch!r}; known: "
                         + ", ".join(TRIPLET))
    with _folder_lock(build() / arch):
        folder = _setup(arch, versions)
        _ninja(folder, f"build the plug-in for {arch}")
    found = {path.parent for path in folder.rglob("vfio-platform-oneshot.so")}
    if len(found) != 1:
        raise SetupError(f"no vfio-platform-oneshot.so under {folder}; "
                         "delete it and try again")
    return found.pop()


# The kernel module

def _sync(source: Path, target: Path) -> None:
    """Copies changed files, so that make rebuilds only what it must."""
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        if path.is_dir() or path.suffix in (".o", ".ko", ".cmd", ".mod"):
            continue
        text = path.read_bytes()
        if not copy.exists() or copy.read_bytes() != text:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(text)
    for copy in list(target.rglob("*.[ch]")):
        if (not copy.name.endswith(".mod.c")
                and not (source / copy.relative_to(target)).exists()):
            copy.unlink()


def _sources_key(kdir: Path) -> str:
    parts = [str(kdir)]
    for top in (ROOT / "kernel", ROOT / "include/uapi"):
        for path in sorted(p for p in top.rglob("*") if p.is_file()):
            parts += [str(path), path.read_bytes().hex()]
    return digest(parts)


def make_module(kernel: _kernel.Kernel, source: Path, *extra: str) -> str:
    """Cross-builds an out-of-tree module; returns what make printed."""
    ensure("make", "gcc", "libc6-dev", "gcc-aarch64-linux-gnu",
           "bc", "kmod")
    return run(["make", "-s", "-C", kernel.kdir, f"M={source}", "ARCH=arm64",
                f"CROSS_COMPILE={kernel.cross}",
                "CONFIG_DEBUG_INFO_BTF_MODULES=", f"-j{os.cpu_count()}",
                *extra, "modules"],
               env={**ENV, "LC_ALL": "C.UTF-8"}, what="the kernel module",
               merge=True)


@dataclass(frozen=True)
class Module:
    """A built module, and what the compiler had to say."""
    path: Path
    warnings: list[str]


def _module(kernel: _kernel.Kernel, kind: str, header: str,
            args: tuple[str, ...]) -> Module:
    """Builds the module in a folder of its own for each kernel and kind.

    header is the text of one that is included before all else.
    """
    top = build() / f"kmod-{kernel.name}{kind}"
    stamp = top / "vpo-done.json"
    result = top / "kernel" / "vfio-platform-oneshot.ko"
    key = digest(_sources_key(kernel.kdir), header, args)
    with _folder_lock(top):
        done = (json.loads(stamp.read_text(encoding="utf-8"))
                if stamp.exists() else {})
        if done.get("key") != key or not result.exists():
            with step(f"build the kernel module for {kernel.release}{kind}"):
                _sync(ROOT / "kernel", top / "kernel")
                _sync(ROOT / "include/uapi", top / "include/uapi")
                (top / "before.h").write_text(header, encoding="utf-8")
                text = make_module(kernel, top / "kernel", *args, *(
                    [f"KCFLAGS=-include {top}/before.h"] if header else ()))
            done = {"key": key, "warnings": [
                line for line in text.splitlines()
                if not HARMLESS.search(line)]}
            stamp.write_text(json.dumps(done), encoding="utf-8")
    return Module(result, done["warnings"])


def module(kernel: _kernel.Kernel, wrong: Path | None = None) -> Module:
    """The module for a kernel.

    wrong is a header that is included before all else, and makes a module that
    tests must find to be wrong.
    """
    if wrong:
        return _module(kernel, f"-{wrong.stem}",
                       wrong.read_text(encoding="utf-8"), ())
    return _module(kernel, "", "", ())


def checked_module(kernel: _kernel.Kernel, *checks: str) -> Module:
    """The module, built only to hear what W=1 and C=2 (sparse) say of it."""
    return _module(kernel, "-checked", "", checks)


def kmod(kernel: _kernel.Kernel) -> Path:
    """The kernel module for a kernel."""
    return module(kernel).path


def bench_module(kernel: _kernel.Kernel, source: Path) -> Path:
    """A module of the bench's own, of a folder with a Kbuild file."""
    name = f"vpo-bench-{source.name}"
    top = build() / f"{name}-{kernel.name}"
    stamp, result = top / "vpo-done.key", top / f"{name}.ko"
    key = digest(str(kernel.kdir), [(path.name, path.read_text(encoding="utf-8"))
                                    for path in sorted(source.iterdir())])
    with _folder_lock(top):
        done = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
        if done != key or not result.exists():
            with step(f"build {name} for {kernel.release}"):
                shutil.rmtree(top, ignore_errors=True)
                shutil.copytree(source, top)
                make_module(kernel, top)
            stamp.write_text(key, encoding="utf-8")
    return result


def mainline(kernel: _kernel.Kernel, *beside: Path) -> list[Path]:
    """Mainline's vfio-platform for a kernel, in the order of loading.

    Each of beside is the source of a module to build with its headers, and is
    loaded right after the base module.
    """
    top = build() / f"mainline-{kernel.name}"
    stamp = top / "vpo-done.key"
    source = _mainline.source(kernel)
    key = digest(str(kernel.kdir), str(source), _mainline.CONFIG,
                 [path.read_text(encoding="utf-8") for path in beside])
    base, *rest = _mainline.MODULES
    modules = [top / f"{name}.ko"
               for name in (base, *(path.stem for path in beside), *rest)]
    with _folder_lock(top):
        done = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
        if done != key or not all(path.exists() for path in modules):
            with step(f"build mainline's vfio-platform for {kernel.release}"):
                shutil.rmtree(top, ignore_errors=True)
                _mainline.lay_out(source, top, beside)
                make_module(kernel, top, *_mainline.CONFIG)
            stamp.write_text(key, encoding="utf-8")
    return modules


# The tests

def variant(name: str) -> Path:
    """The folder of a build for tests only: VARIANTS says how."""
    packages, env, options = VARIANTS[name]
    folder = build() / f"{architecture()}-{name}"
    with _folder_lock(folder):
        ensure(*MESON, *NATIVE, *packages)
        if not (folder / "build.ninja").exists():
            with step(f"configure {folder.name}"):
                run(["meson", "setup", folder, ROOT, *options],
                    env={**ENV, **env}, what="meson setup")
        _ninja(folder, f"build {folder.name}")
    return folder


def native() -> Path:
    """The folder of this machine's own build."""
    with _folder_lock(build() / architecture()):
        folder = _setup(architecture(), ())
        _ninja(folder, "build the tests")
    return folder


def unit(folder: Path) -> list[dict]:
    """Runs meson's tests; returns them as meson logged them."""
    with _folder_lock(folder):
        log = folder / "meson-logs" / "testlog.json"
        log.unlink(missing_ok=True)
        with contextlib.suppress(SetupError):
            # A failed test is in the log; what matters here is that it ran.
            run(["meson", "test", "-C", folder, "--no-rebuild"], env=ENV)
        lines = log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
