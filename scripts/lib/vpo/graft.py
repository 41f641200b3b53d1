# SPDX-License-Identifier: GPL-2.0-or-later
"""The device inside a QEMU source tree: put there, and taken out again.

Everything goes into one folder of its own, hw/vfio/oneshot; QEMU's files get
one line each in meson.build and hw/Kconfig, and no C file is touched. Tests go
into tests/qtest, where they are looked for, and get a line there.
"""
import hashlib
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .paths import ROOT
from .progress import SetupError

KNOWN = ("7.2", "10.0", "10.2")
FOLDER = "hw/vfio/oneshot"
# What was grafted, as sha256sum writes it; read by --remove.
MANIFEST = f"{FOLDER}/GRAFTED"
PLUGIN_ONLY = ("oneshot-plugin.c", "oneshot-stub.c", "oneshot-stub.h")


@dataclass(frozen=True)
class Line:
    """A line added to one of QEMU's files, right before another one."""
    file: str
    text: str
    before: str


LINES = (
    Line("meson.build", f"subdir('{FOLDER}')", "subdir('trace')"),
    Line("hw/Kconfig", "source vfio/oneshot/Kconfig", "source vfio/Kconfig"),
)
# With --tests: the made-up host, and the tests that run on it.
TESTS = "tests/qtest"
TEST_LINES = (
    Line(f"{TESTS}/meson.build", "subdir('vpo-fake')",
         "qtest_executables = {}"),
)


def sources() -> list[Path]:
    """The files of the device, as they are in this checkout."""
    own = [path for path in sorted((ROOT / "hw/vfio").glob("*.[chS]"))
           if path.name not in PLUGIN_ONLY]
    return [*own, *sorted((ROOT / "core").glob("*.[ch]")),
            ROOT / "hw/vfio/trace-events"]


def fakes() -> list[Path]:
    """The files of the made-up host."""
    return sorted((ROOT / "hw/vfio/fake").glob("*.[ch]"))


def _build_files(folder: str, **lists: list[Path]) -> tuple[bytes, bytes]:
    """Kconfig and meson.build of a folder, the lists of sources filled in."""
    texts = [(ROOT / folder / name).read_text(encoding="utf-8")
             for name in ("Kconfig", "meson.build")]
    for name, paths in lists.items():
        texts[1] = texts[1].replace(f"@{name}@", "\n".join(
            f"  '{path.name}'," for path in sorted(paths)
            if path.suffix in (".c", ".S")))
    return texts[0].encode(), texts[1].encode()


def files(tests: bool) -> dict[str, bytes]:
    """What is added to the tree: contents by path."""
    uapi = "linux/vfio_platform_oneshot.h"
    parts = [_build_files("hw/vfio/in-tree", SOURCES=sources())]
    found = {f"{FOLDER}/{path.name}": path.read_bytes() for path in sources()}
    found[f"{FOLDER}/{uapi}"] = (ROOT / "include/uapi" / uapi).read_bytes()
    if tests:
        parts.append(_build_files("hw/vfio/fake", FAKES=fakes()))
        found.update({f"{FOLDER}/{path.name}": path.read_bytes()
                      for path in fakes()})
        found.update({f"{TESTS}/{path.relative_to(ROOT / TESTS)}":
                      path.read_bytes()
                      for path in (ROOT / TESTS).rglob("*")
                      if path.is_file()})
    found[f"{FOLDER}/Kconfig"] = b"".join(part[0] for part in parts)
    found[f"{FOLDER}/meson.build"] = b"".join(part[1] for part in parts)
    found[MANIFEST] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in sorted(found.items())).encode()
    return found


# The tree

def version(tree: Path) -> str:
    """The QEMU version of a source tree, as "10.0"; SetupError if it is none.
    """
    try:
        meson = (tree / "meson.build").read_text(encoding="utf-8")
        text = (tree / "VERSION").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as err:
        raise SetupError(f"{tree} is not a QEMU source tree: {err}") from err
    found = re.match(r"\d+\.\d+(?=\.|$)", text)
    if not re.match(r"project\('qemu'", meson) or not found:
        raise SetupError(f"{tree} is not a QEMU source tree: its meson.build "
                         "does not begin with project('qemu', or its VERSION "
                         f"({text!r}) is none of QEMU's")
    return found[0]


def is_grafted(tree: Path) -> bool:
    """Whether the device, or a part of it, is in the tree."""
    return (tree / FOLDER).exists() or any(
        line.text in _lines(tree / line.file) for line in LINES)


def _lines_of(tests: bool) -> tuple[Line, ...]:
    return LINES + (TEST_LINES if tests else ())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode().split("\n")
    except OSError as err:
        raise SetupError(f"not a QEMU source tree: {err}") from err


def _with(tree: Path, line: Line) -> str:
    """The text of a file with its line added."""
    lines = _lines(tree / line.file)
    if lines.count(line.before) != 1:
        raise SetupError(f"{tree / line.file} has {lines.count(line.before)} "
                         f"lines \"{line.before}\", not one: this tree is not "
                         "as QEMU's releases are")
    lines.insert(lines.index(line.before), line.text)
    return "\n".join(lines)


def _write(path: Path, data: bytes) -> None:
    """Leaves a file alone that is as it should be, for make and ninja."""
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.graft")
        part.write_bytes(data)
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)


def graft(tree: Path, tests: bool = False) -> None:
    """Puts the device into the tree; all of it, or nothing."""
    found = version(tree)
    if found not in KNOWN:
        raise SetupError(f"{tree} is QEMU {found}; the device is known to "
                         f"build in {', '.join(KNOWN)}. What differs between "
                         "versions is in hw/vfio/oneshot-compat.h")
    if is_grafted(tree):
        raise SetupError(f"{tree} has the device already; take it out first: "
                         f"scripts/graft --remove {tree}")
    texts = [(tree / line.file, _with(tree, line))
             for line in _lines_of(tests)]
    for name, data in files(tests).items():
        _write(tree / name, data)
    for path, text in texts:
        _write(path, text.encode())


def update(tree: Path) -> None:
    """Makes the device in a grafted tree the one of this checkout."""
    manifest = _manifest(tree)
    wanted = files(_has_tests(manifest))
    for name in manifest:
        if name not in wanted:
            (tree / name).unlink(missing_ok=True)
    for name, data in wanted.items():
        _write(tree / name, data)


def _manifest(tree: Path) -> dict[str, str]:
    """The digests of what was grafted, by path."""
    try:
        text = (tree / MANIFEST).read_text(encoding="utf-8")
    except OSError as err:
        raise SetupError(f"{tree} does not have the device: {err}") from err
    return {name: digest for digest, name in
            (line.split("  ", 1) for line in text.splitlines())}


def _has_tests(manifest: dict[str, str]) -> bool:
    return any(name.startswith(TESTS) for name in manifest)


def _without(tree: Path, line: Line) -> str:
    lines = _lines(tree / line.file)
    if lines.count(line.text) != 1:
        raise SetupError(f"{tree / line.file} has {lines.count(line.text)} "
                         f"lines \"{line.text}\", not one; nothing was "
                         "removed")
    lines.remove(line.text)
    return "\n".join(lines)


def _kept(tree: Path, manifest: dict[str, str]) -> list[str]:
    """What of the device's files was not put there as it is now."""
    names = {str(path.relative_to(tree))
             for path in (tree / FOLDER).rglob("*") if path.is_file()}
    return [name for name in sorted(names | set(manifest))
            if name != MANIFEST and (tree / name).exists()
            and hashlib.sha256((tree / name).read_bytes()).hexdigest()
            != manifest.get(name)]


def remove(tree: Path) -> None:
    """Takes the device out of the tree, which is then as it was."""
    version(tree)
    manifest = _manifest(tree)
    kept = _kept(tree, manifest)
    if kept:
        raise SetupError(f"in {tree}, these files are not as they were "
                         "grafted; keep what you need of them, then delete "
                         "them:\n    " + "\n    ".join(kept))
    texts = [(tree / line.file, _without(tree, line))
             for line in _lines_of(_has_tests(manifest))]
    for path, text in texts:
        _write(path, text.encode())
    for name in (*manifest, MANIFEST):
        (tree / name).unlink(missing_ok=True)
    folders = {parent for name in manifest
               for parent in (tree / name).relative_to(tree).parents}
    for folder in sorted(folders, reverse=True):
        # Those that were there before are not empty.
        if folder.parts and not any((tree / folder).iterdir()):
            (tree / folder).rmdir()


def main(argv: list[str]) -> int:
    """The command line of scripts/graft."""
    actions = {"--remove": remove,
               "--tests": lambda tree: graft(tree, tests=True)}
    action = actions.get(argv[0], None) if len(argv) == 2 else graft
    if action is None or len(argv) not in (1, 2) or argv[-1].startswith("-"):
        print("usage: scripts/graft [--tests | --remove] QEMU_SRC",
              file=sys.stderr)
        return 2
    try:
        action(Path(argv[-1]))
    except (SetupError, OSError) as err:
        print(f"scripts/graft: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
