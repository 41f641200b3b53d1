# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU with the device in it, built from Debian's source for qtest.

The trees are kept in the user's cache, built: from one run to the next only
the device's files change. They are configured for the least that the device
and QEMU's own tests need.
"""
import hashlib
import json
import os
import re
import shlex
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import apt, debsource, graft, headers, qemu, tap
from .packages import architecture, ensure
from .paths import build, cache
from .progress import SetupError, run, step
from .store import digest, lock, produce

RECIPE = 3
# Where the source of a series is looked for.
SUITES = {**qemu.SUITES, "10.2": "sid"}
PROGRAM = "qemu-system-aarch64"
BOARD = "vpo"
BOARD_FILE = f"configs/devices/aarch64-softmmu/{BOARD}.mak"
OURS = "vfio-platform-oneshot"
DEVICES = ["ARM_VIRT", "PXB", "CXL", "CXL_MEM_DEVICE", "PCIE_PORT",
           # The VFIO core of 10.2 does not link without.
           "VFIO_PCI", "VFIO_PLATFORM_ONESHOT", "VFIO_PLATFORM_ONESHOT_FAKE"]
# What 7.2's ARM target does not link without, and what is not in it yet.
MORE = {"7.2": ["ARM_V7M", "SEMIHOSTING", "ARM_COMPATIBLE_SEMIHOSTING"],
        "10.0": ["IOMMUFD"], "10.2": ["IOMMUFD"]}
OPTIONS = ["--target-list=aarch64-softmmu", "--without-default-features",
           "--enable-fdt=system", "--enable-tcg", "--disable-user",
           "--without-default-devices", f"--with-devices-aarch64={BOARD}",
           "--disable-docs", "--disable-werror", "--disable-install-blobs",
           "--disable-debug-info"]
# Not optimised: that is most of the time of a build.
CFLAGS = "--extra-cflags=-O0 -g1 -U_FORTIFY_SOURCE"
PLAIN = [CFLAGS]
# With the sanitizers, and counting the lines of the device that are run.
CHECKED = [f"{CFLAGS} --coverage "
           f"-fprofile-filter-files=.*{graft.FOLDER}/.*",
           "--extra-ldflags=--coverage", "--enable-asan", "--enable-ubsan"]
# Options by version. In the main one all tests of QEMU's own are run, with the
# device and without; in the others that are run, those that look at every type.
# What is not run is compiled: the device and its tests.
MAIN = "10.0"
CHOSEN = os.environ.get("VPO_QTEST_QEMU", f"{MAIN},10.2").split(",")
COMPILED = [name for name in SUITES if name not in CHOSEN]
LOOK_AT_TYPES = {"device-introspect-test", "qom-test", "test-hmp"}
FLAVOURS = {"10.0": CHECKED, "10.2": PLAIN, "7.2": PLAIN}
# A minute and more, on machines that have none of our devices.
LEFT_OUT = {"migration-test"}
# They start the machine with its default NIC, which is not built.
NEED_A_NIC = {"7.2": {"qom-test", "test-hmp"}}


class NotThere(SetupError):
    """The suite of a QEMU has gone on to another one."""


@dataclass(frozen=True)
class Harness:
    """A QEMU to run tests on, in this checkout's build folder."""
    name: str           # "10.0"
    version: str        # of the source package
    folder: Path        # the program, and tests/
    baseline: dict      # without the device: QEMU's own tests -> result

    @property
    def checked(self) -> bool:
        """Has it the sanitizers, and does it count lines?"""
        return FLAVOURS[self.name] is CHECKED

    @property
    def program(self) -> Path:
        """QEMU with the device."""
        return self.folder / PROGRAM

    @property
    def gcov(self) -> Path:
        """Where programs leave how often each line was run (GCOV_PREFIX)."""
        return self.folder / "gcov"

    def gcov_data(self) -> list[Path]:
        """What they have left, with the compiler's notes beside it."""
        found = sorted(self.gcov.rglob("*.gcda"))
        for path in found:
            notes = ("/" / path.relative_to(self.gcov)).with_suffix(".gcno")
            shutil.copy2(notes, path.with_suffix(".gcno"))
        return found

    def tests(self, ours: bool) -> list[Path]:
        """Test programs: of the device, or QEMU's own."""
        return [path for path in sorted((self.folder / "tests").iterdir())
                if path.name.startswith(OURS) == ours]


@dataclass(frozen=True)
class _Tree:
    name: str
    version: str
    top: Path

    @property
    def src(self) -> Path:
        return self.top / "src"

    @property
    def build(self) -> Path:
        return self.top / "build"

    def run(self, argv, **kwargs) -> str:
        """Runs a command in the build folder, as configure was run."""
        return run(argv, cwd=self.build,
                   env=headers.environment(self.name, architecture()),
                   **kwargs)


# Source and configuration

def _newest(name: str) -> str:
    """The newest source version of a series in its suite."""
    found = apt.View(SUITES[name], architecture()).source_versions("qemu")
    for version in found:
        if re.match(rf"(\d+:)?{re.escape(name)}[.+]", version):
            return version
    raise NotThere(f"Debian {SUITES[name]} has no source of QEMU {name}, "
                   f"only of {' '.join(found)}")


def _choose(name: str) -> dict:
    version, dsc = headers.source(name, SUITES[name], _newest(name))
    return {"version": version, "dsc": str(dsc)}


def fingerprint(top: Path) -> dict[str, str]:
    """What is in a source tree: a digest by path."""
    found = {}
    for folder, dirs, files in os.walk(top):
        for path in (Path(folder) / name for name in [*dirs, *files]):
            if path.is_symlink():
                data = os.readlink(path).encode()
            else:
                data = path.read_bytes() if path.is_file() else b""
            found[str(path.relative_to(top))] = hashlib.sha256(
                data + str(path.lstat().st_mode).encode()).hexdigest()
    return found


def _make_tree(tree: _Tree, dsc: Path) -> None:
    ensure(*headers.TOOLS, *headers.NATIVE)
    with step(f"QEMU {tree.version}: unpack"):
        debsource.unpack(dsc, tree.src, headers.LEAVE_OUT)
    (tree.top / "unpacked.json").write_text(
        json.dumps(fingerprint(tree.src)), encoding="utf-8")
    graft.graft(tree.src, tests=True)
    names = DEVICES + MORE[tree.name]
    (tree.src / BOARD_FILE).write_text(
        "".join(f"CONFIG_{device}=y\n" for device in names), encoding="utf-8")
    tree.build.mkdir()
    with step(f"QEMU {tree.version}: configure"):
        tree.run([tree.src / "configure", *headers.PYTHON[tree.name], *OPTIONS,
                  *FLAVOURS[tree.name]],
                 what="QEMU's configure")


def _tree(name: str) -> _Tree:
    """A source tree with some state of the device in it, configured."""
    if name not in SUITES:
        raise SetupError(f"VPO_QTEST_QEMU: no QEMU {name!r} is known; there "
                         f"are: {' '.join(SUITES)}")
    base = cache() / "qemu" / name
    chosen = produce(base / "harness-choice", digest(RECIPE, SUITES[name]),
                     lambda top: _choose(name))
    tree = _Tree(name, chosen["version"], base / f"harness-{architecture()}")
    key = digest(RECIPE, DEVICES, MORE[name], OPTIONS, FLAVOURS[name],
                 graft.LINES, graft.TEST_LINES, chosen)
    produce(tree.top, key, lambda top: _make_tree(tree, Path(chosen["dsc"])))
    return tree


def source(name: str) -> tuple[Path, dict[str, str]]:
    """QEMU's source tree with the device in it; its fingerprint without."""
    tree = _tree(name)
    return tree.src, json.loads(
        (tree.top / "unpacked.json").read_text(encoding="utf-8"))


# Building

def _test_names(tree: _Tree) -> list[str]:
    """The programs of QEMU's test suite for this target."""
    text = (tree.build / "meson-info/intro-tests.json").read_text(
        encoding="utf-8")
    names = {entry["name"].removeprefix("qtest-aarch64/")
             for entry in json.loads(text)
             if entry["name"].startswith("qtest-aarch64/")}
    left_out = LEFT_OUT | NEED_A_NIC.get(tree.name, set())
    return sorted(name for name in names - left_out
                  if tree.name == MAIN or name in LOOK_AT_TYPES
                  or name.startswith(OURS))


def _configured(tree: _Tree) -> list[str]:
    """Configures anew if need be; returns the names of the test programs."""
    graft.update(tree.src)
    tree.run(["ninja", "build.ninja"], what="QEMU's configure")
    return _test_names(tree)


def _ninja(tree: _Tree, what: str, targets: list[str]) -> None:
    """Builds what is not up to date."""
    # What a link is made of is kept: see _link_without().
    argv = ["ninja", f"-j{os.cpu_count()}", "-d", "keeprsp", *targets]
    if "no work to do" not in tree.run([*argv, "-n"]):
        with step(f"QEMU {tree.version}: {what}"):
            tree.run(argv, what=f"QEMU {tree.version}", merge=True)


def _link_without(tree: _Tree, top: Path) -> Path:
    """QEMU linked once more, without the device's objects."""
    command = tree.run(["ninja", "-t", "commands", PROGRAM]).splitlines()[-1]
    response = tree.build / f"{PROGRAM}.rsp"
    if f"@{response.name}" in command:
        command = command.replace(f"@{response.name}", response.read_text(
            encoding="utf-8").replace("\n", " "))
    ours = graft.FOLDER.replace("/", "_")
    words = [word for word in shlex.split(command)
             if not re.search(rf"/{ours}_.*\.o$", word)]
    program = top / PROGRAM
    words[words.index("-o") + 1] = str(program)
    tree.run(words, what="QEMU without the device")
    return program


def run_own(tests: list[Path], program: Path) -> list[tuple]:
    """Runs QEMU's own tests, whose leaks are not ours to find."""
    return tap.run_all(tests, program, ASAN_OPTIONS="detect_leaks=0")


def _baseline(tree: _Tree, names: list[str], top: Path) -> dict:
    """What QEMU's own tests say where the device is not."""
    program = _link_without(tree, top)
    with step(f"QEMU {tree.version}: its own tests, without the device"):
        found = run_own([tree.build / "tests/qtest" / name for name in names],
                        program)
    program.unlink()
    return {name: result for name, result, _ in found}


def _copy(source: Path, target: Path) -> None:
    """Copies what was built since; another checkout may build right after."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = source.stat()
    old = target.stat() if target.exists() else None
    if not old or (old.st_size, old.st_mtime_ns) != (new.st_size,
                                                     new.st_mtime_ns):
        part = target.with_name(f".{target.name}")
        shutil.copy2(source, part)
        part.replace(target)


def get(name: str) -> Harness:
    """The QEMU of this version, with this checkout's device in it."""
    tree = _tree(name)
    folder = build() / "qtest" / name
    with lock(f"{tree.top}-build"):
        names = _configured(tree)
        _ninja(tree, "build",
               [PROGRAM, *(f"tests/qtest/{test}" for test in names)])
        own = [test for test in names if not test.startswith(OURS)]
        baseline = {} if name != MAIN else produce(
            tree.top / "baseline", digest(RECIPE, own),
            lambda top: _baseline(tree, own, top))
        _copy(tree.build / PROGRAM, folder / PROGRAM)
        for test in names:
            _copy(tree.build / "tests/qtest" / test, folder / "tests" / test)
        for old in (folder / "tests").iterdir():
            if old.name not in names:
                old.unlink()
    return Harness(name, tree.version, folder, baseline)


def objects(name: str) -> tuple[str, list[str]]:
    """Compiles only the device and its tests: the version, and what is made."""
    tree = _tree(name)
    with lock(f"{tree.top}-build"):
        _configured(tree)
        known = re.findall(r"^(\S+\.o): ", tree.run(["ninja", "-t", "targets",
                                                     "all"]), re.M)
        found = [target for target in known
                 if graft.FOLDER.replace("/", "_") in target
                 or OURS in target and target.startswith(graft.TESTS)]
        _ninja(tree, "compile the device", found)
    return tree.version, found


def prepare():
    """Has all trees unpacked and configured, one while another compiles."""
    ahead = ThreadPoolExecutor(1)
    for name in CHOSEN + COMPILED:
        ahead.submit(_tree, name)
    ahead.shutdown(wait=False)
