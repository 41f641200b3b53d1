# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/graft on small trees: all put in or nothing, and all taken out."""
import hashlib
import re
import subprocess

import pytest

from vpo import graft
from vpo.paths import ROOT

# As much of QEMU's tree as is looked at; white space as it may be.
TREE = {
    "VERSION": "10.0.13\n",
    "meson.build": "project('qemu', ['c'])\r\n\n  subdir('trace')\n"
                   "subdir('qobject')\nsubdir('trace')\nsubdir('hw')",
    "hw/Kconfig": "source usb/Kconfig\nsource vfio/Kconfig\n\n",
    "hw/vfio/Kconfig": "config VFIO\n",
    "tests/qtest/meson.build": "qtests_aarch64 = []\n"
                               "qtest_executables = {}\n",
    "hw/vfio/platform.c": "int x;\n",
}


def run(*argv):
    return subprocess.run([ROOT / "scripts/graft", *argv], text=True,
                          capture_output=True, check=False)


def snapshot(top) -> dict:
    return {str(path.relative_to(top)): path.read_bytes() if path.is_file()
            else None for path in top.rglob("*")}


@pytest.fixture
def tree(tmp_path):
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path


def test_adds_one_line_to_two_files(tree):
    before = snapshot(tree)
    assert run(tree).returncode == 0
    after = snapshot(tree)
    changed = {name: set(after[name].split(b"\n"))
               - set(before[name].split(b"\n"))
               for name in before if before[name] != after[name]}
    assert changed == {"meson.build": {b"subdir('hw/vfio/oneshot')"},
                       "hw/Kconfig": {b"source vfio/oneshot/Kconfig"}}
    assert all(name.startswith("hw/vfio/oneshot")
               for name in set(after) - set(before))


def test_tests_add_one_line_to_one_more_file(tree):
    before = snapshot(tree)
    assert run(tree).returncode == 0
    without = snapshot(tree)
    assert run("--remove", tree).returncode == 0
    assert run("--tests", tree).returncode == 0
    after = snapshot(tree)
    assert without["tests/qtest/meson.build"] == before[
        "tests/qtest/meson.build"]
    assert (set(after["tests/qtest/meson.build"].split(b"\n"))
            - set(without["tests/qtest/meson.build"].split(b"\n"))
            == {b"subdir('vpo-fake')"})
    assert all(name.startswith((graft.FOLDER, "tests/qtest/v"))
               for name in set(after) - set(without))


@pytest.mark.parametrize("more", [[], ["--tests"]])
def test_removal_leaves_the_tree_as_it_was(tree, more):
    before = snapshot(tree)
    assert run(*more, tree).returncode == 0
    assert snapshot(tree) != before
    assert run("--remove", tree).returncode == 0
    assert snapshot(tree) == before


def test_grafts_the_sources_of_the_plugin(tree):
    """All of them but what makes it one, as they are."""
    assert run(tree).returncode == 0
    text = (ROOT / "hw/vfio/meson.build").read_text(encoding="utf-8")
    plugin = set(re.findall(r"^  '(oneshot-[a-z-]+\.[cS])',$", text, re.M))
    there = tree / graft.FOLDER
    assert plugin - {path.name for path in there.iterdir()} == {
        "oneshot-plugin.c"}
    for name in plugin - {"oneshot-plugin.c"}:
        assert ((there / name).read_bytes()
                == (ROOT / "hw/vfio" / name).read_bytes())


def test_the_made_up_host_is_only_for_tests(tree):
    """Neither in the plug-in's sources nor in a tree without --tests."""
    assert run(tree).returncode == 0
    for name in ("hw/vfio/meson.build", "hw/vfio/in-tree/meson.build"):
        assert "fake" not in (ROOT / name).read_text(encoding="utf-8")
    assert not [path for path in tree.rglob("*") if "fake" in path.name]
    fake = (ROOT / "hw/vfio/fake/Kconfig").read_text(encoding="utf-8")
    assert "default" not in fake and "select" not in fake


@pytest.mark.parametrize("more", [[], ["--tests"]])
def test_every_source_is_compiled(tree, more):
    assert run(*more, tree).returncode == 0
    meson = (tree / graft.FOLDER / "meson.build").read_text(encoding="utf-8")
    assert set(re.findall(r"^  '(\S+\.[cS])',$", meson, re.M)) == {
        path.name for path in (tree / graft.FOLDER).glob("*.[cS]")}


@pytest.mark.parametrize("more", [[], ["--tests"]])
def test_the_list_of_what_was_grafted_is_sha256sums(tree, more):
    assert run(*more, tree).returncode == 0
    done = subprocess.run(["sha256sum", "--check", "--quiet", graft.MANIFEST],
                          cwd=tree, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_update_writes_what_differs(tree):
    graft.graft(tree)
    stale = tree / graft.FOLDER / "oneshot-run.c"
    other = tree / graft.FOLDER / "trace-events"
    stale.write_bytes(b"old")
    then = other.stat().st_mtime_ns
    gone = tree / graft.FOLDER / "gone.c"
    gone.write_bytes(b"old")
    with (tree / graft.MANIFEST).open("a", encoding="utf-8") as manifest:
        manifest.write(f"{hashlib.sha256(b'old').hexdigest()}  "
                       f"{graft.FOLDER}/gone.c\n")
    graft.update(tree)
    assert stale.read_bytes() == (ROOT / "hw/vfio/oneshot-run.c").read_bytes()
    assert other.stat().st_mtime_ns == then
    assert not gone.exists()
    graft.remove(tree)


# name, files changed (None: deleted), further arguments, words of the message
REFUSALS = [
    ("not-qemu", {"meson.build": "project('other')\n"}, [],
     ("is not a QEMU source tree", "project('qemu'")),
    ("no-meson", {"meson.build": None}, [],
     ("is not a QEMU source tree", "meson.build")),
    ("no-version", {"VERSION": None}, [],
     ("is not a QEMU source tree", "VERSION")),
    ("odd-version", {"VERSION": "trunk\n"}, [],
     ("is not a QEMU source tree", "'trunk'")),
    ("unknown-version", {"VERSION": "8.2.1\n"}, [],
     ("is QEMU 8.2", "7.2, 10.0, 10.2", "oneshot-compat.h")),
    ("unknown-minor", {"VERSION": "10.21.0\n"}, [], ("is QEMU 10.21",)),
    ("no-place", {"meson.build": "project('qemu')\nsubdir('hw')\n"}, [],
     ("meson.build has 0 lines \"subdir('trace')\"",)),
    ("two-places", {"hw/Kconfig": "source vfio/Kconfig\n" * 2}, [],
     ("Kconfig has 2 lines \"source vfio/Kconfig\"",)),
    ("no-kconfig", {"hw/Kconfig": None}, [], ("hw/Kconfig",)),
    ("no-qtest", {"tests/qtest/meson.build": None}, ["--tests"],
     ("tests/qtest/meson.build",)),
    ("remove-nothing", {}, ["--remove"], ("does not have the device",)),
]


@pytest.mark.parametrize("changes,more,says", [row[1:] for row in REFUSALS],
                         ids=[row[0] for row in REFUSALS])
def test_refuses(tree, changes, more, says):
    for name, text in changes.items():
        if text is None:
            (tree / name).unlink()
        else:
            (tree / name).write_bytes(text.encode())
    before = snapshot(tree)
    done = run(*more, tree)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("scripts/graft: ")
    for words in says:
        assert words in done.stderr
    assert snapshot(tree) == before


def test_refuses_a_tree_that_has_it(tree):
    assert run(tree).returncode == 0
    before = snapshot(tree)
    done = run(tree)
    assert done.returncode == 1
    assert "has the device already" in done.stderr
    assert f"scripts/graft --remove {tree}" in done.stderr
    assert snapshot(tree) == before


@pytest.mark.parametrize("name", ["oneshot-run.c", "mine.txt"])
def test_removes_nothing_that_was_changed_or_added(tree, name):
    assert run(tree).returncode == 0
    (tree / graft.FOLDER / name).write_bytes(b"precious")
    before = snapshot(tree)
    done = run("--remove", tree)
    assert done.returncode == 1
    assert f"    {graft.FOLDER}/{name}\n" in done.stderr
    assert snapshot(tree) == before


@pytest.mark.parametrize("argv", [[], ["a", "b"], ["--no-such", "a"],
                                  ["--remove"]])
def test_refuses_bad_usage(argv):
    done = run(*argv)
    assert done.returncode == 2
    assert "usage: scripts/graft" in done.stderr
