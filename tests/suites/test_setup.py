# SPDX-License-Identifier: GPL-2.0-or-later
"""The set-up itself: apt sources in every format, the cache, the counting."""
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from vpo import (apt, debugkernel, packages, sources, store, suites, sysroot,
                 toolchain)
from vpo.paths import ROOT
from vpo.progress import SetupError

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR = "http://mirror.invalid/debian"
# name, file, text, the archives that must be found in it as (URI, security)
SOURCES = [
    ("one-line", "sources.list", f"deb {MIRROR} bookworm main\n",
     [(MIRROR, False)]),
    ("one-line-options", "sources.list.d/a.list",
     f"# comment\ndeb [arch=amd64 signed-by={KEYRING}] {MIRROR}/ trixie "
     "main contrib # more\n", [(MIRROR, False)]),
    ("deb822", "sources.list.d/debian.sources",
     f"Types: deb deb-src\nURIs: {MIRROR}\nSuites: bookworm "
     f"bookworm-updates\nComponents: main\nSigned-By: {KEYRING}\n",
     [(MIRROR, False)]),
    ("security", "sources.list",
     f"deb {MIRROR}-security bookworm-security main\n"
     f"deb {MIRROR} bookworm main\n",
     [(MIRROR, False), (f"{MIRROR}-security", True)]),
    ("same-twice", "sources.list",
     f"deb {MIRROR} bookworm main\ndeb {MIRROR} bookworm-updates main\n",
     [(MIRROR, False)]),
    ("commented-key", "sources.list.d/debian.sources",
     f"Types: deb\n# URIs: http://other.invalid\nURIs: {MIRROR}\n"
     "Suites: sid\nComponents: main\n", [(MIRROR, False)]),
]
# What must not be taken for Debian's.
FOREIGN = [
    ("disabled", "sources.list.d/a.sources",
     f"Enabled: no\nTypes: deb\nURIs: {MIRROR}\nSuites: bookworm\n"
     "Components: main\n"),
    ("source-only", "sources.list", f"deb-src {MIRROR} bookworm main\n"),
    ("vendor-component", "sources.list",
     f"deb {MIRROR} bookworm stable\n"),
    ("vendor-suite", "sources.list", f"deb {MIRROR} nodistro main\n"),
    ("vendor-suite-of-debian", "sources.list.d/pgdg.list",
     f"deb {MIRROR} jammy-pgdg main\n"),
    ("vendor-key", "sources.list",
     f"deb [signed-by=/usr/share/keyrings/vendor.gpg] {MIRROR} stable main\n"),
    ("disc", "sources.list", "deb cdrom:[Debian]/ bookworm main\n"),
    ("not-read-by-apt", "sources.list.d/debian.sources.disabled",
     f"Types: deb\nURIs: {MIRROR}\nSuites: bookworm\nComponents: main\n"),
    ("security-alone", "sources.list",
     f"deb {MIRROR} bookworm-security main\n"),
]


def _etc(top, path, text):
    (top / path).parent.mkdir(parents=True, exist_ok=True)
    (top / path).write_text(text, encoding="utf-8")
    return top


@pytest.mark.parametrize("path,text,expected",
                         [row[1:] for row in SOURCES],
                         ids=[row[0] for row in SOURCES])
def test_finds_debian(tmp_path, path, text, expected):
    found = sources.debian_sources(_etc(tmp_path, path, text))
    assert [(s.uri, s.security) for s in found] == expected


@pytest.mark.parametrize("path,text", [row[1:] for row in FOREIGN],
                         ids=[row[0] for row in FOREIGN])
def test_does_not_take_for_debian(tmp_path, path, text):
    with pytest.raises(SetupError, match="no Debian package source"):
        sources.debian_sources(_etc(tmp_path, path, text))


def test_keeps_how_to_trust_an_archive(tmp_path):
    text = f"deb [trusted=yes arch=amd64] {MIRROR} bookworm main\n"
    found = sources.debian_sources(_etc(tmp_path, "sources.list", text))
    assert found[0].options == (("trusted", "yes"),)


VERSIONS = ["1:7.2+dfsg-7+deb12u9", "1:7.2+dfsg-7+deb12u15",
            "1:7.2+dfsg-7+deb12u18", "1:10.0.2+ds-2"]


def test_orders_versions_as_dpkg():
    key = getattr(apt, "_version_key")
    assert sorted(reversed(VERSIONS), key=key) == VERSIONS


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "vfio-platform-oneshot"


def test_makes_a_thing_once(cache):
    calls = []
    for _ in range(2):
        facts = store.produce(cache / "thing", "key",
                              lambda top: calls.append(top) or {"a": 1})
        assert facts == {"a": 1}
    assert calls == [cache / "thing"]


def test_makes_it_again_for_another_recipe(cache):
    calls = []
    for key in ("one", "two"):
        store.produce(cache / "thing", key, lambda top, key=key:
                      calls.append(key))
    assert calls == ["one", "two"]


def test_makes_it_again_after_an_interruption(cache):
    def interrupted(top):
        (top / "half").touch()
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        store.produce(cache / "thing", "key", interrupted)
    assert store.facts(cache / "thing", "key") is None
    store.produce(cache / "thing", "key", lambda top: None)
    assert not (cache / "thing" / "half").exists()


# Programs of another suite run with its libraries, under their own names

def test_a_wrapped_program_runs_with_the_libraries_given(tmp_path):
    system = Path("/usr/lib") / sysroot.TRIPLET[packages.architecture()]
    libraries = tmp_path / "lib"
    libraries.mkdir()
    for pattern in (toolchain.LOADER, "libc.so.6"):
        for path in system.glob(pattern):
            shutil.copy(path, libraries)
    tool = tmp_path / "tool"
    shutil.copy("/usr/bin/cat", tool)
    toolchain.wrap(tmp_path, libraries)
    maps = subprocess.run([tool, "/proc/self/maps"], capture_output=True,
                          text=True, check=True).stdout
    used = {line.split()[5] for line in maps.splitlines() if "libc.so" in line}
    assert used == {str(libraries / "libc.so.6")}
    said = subprocess.run([tool, "/nowhere"], capture_output=True, text=True,
                          check=False).stderr
    assert said.startswith(f"{tool}: ")


# scripts/test counts, and cannot end well without having tested anything

COUNTED = [
    ("all", "def test_a(): pass\n", "1 passed, 0 failed, 0 skipped", 0),
    ("failure", "def test_a(): pass\ndef test_b(): assert 0\n",
     "1 passed, 1 failed, 0 skipped", 1),
    ("nothing", "x = 1\n", "0 passed, 0 failed, 0 skipped", 1),
    ("only-skips", "import pytest\ndef test_a(): pytest.skip('why')\n",
     "0 passed, 0 failed, 1 skipped", 1),
    ("broken-file", "import no_such_module\n",
     "0 passed, 1 failed, 0 skipped", 1),
    ("broken-fixture", """
     import pytest
     @pytest.fixture
     def f(): raise ValueError
     def test_a(f): pass
     """, "0 passed, 1 failed, 0 skipped", 1),
    ("broken-end", """
     import pytest
     @pytest.fixture
     def f():
         yield
         raise ValueError
     def test_a(f): pass
     """, "1 passed, 1 failed, 0 skipped", 1),
]


@pytest.mark.parametrize("text,last,code", [row[1:] for row in COUNTED],
                         ids=[row[0] for row in COUNTED])
def test_counts(tmp_path, text, last, code):
    (tmp_path / "test_sample.py").write_text(textwrap.dedent(text),
                                             encoding="utf-8")
    program = ("import sys, pathlib; from vpo import suites; "
               "suites.SUITES = pathlib.Path(sys.argv[1]); "
               "sys.exit(suites.main(['sample']))")
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], text=True, check=False,
        capture_output=True, env={**os.environ, "PYTHONPATH":
                                  str(ROOT / "scripts/lib")})
    assert done.stdout.splitlines()[-1] == last
    assert done.returncode == code


def test_every_suite_is_listed():
    listed = subprocess.run([ROOT / "scripts/test", "--list"], text=True,
                            capture_output=True, check=True).stdout
    names = [line.split()[0] for line in listed.splitlines()]
    assert names == list(suites.known())
    assert {"setup", "static", "unit", "plugin", "kmod"} <= set(names)


@pytest.mark.parametrize("wanted, got, lost", [
    ("# A\nCONFIG_A=y\nCONFIG_B=m\n", "CONFIG_A=y\nCONFIG_B=m\n", []),
    ("CONFIG_A=y\n", "# CONFIG_A is not set\n", ["CONFIG_A=y"]),
    ("CONFIG_B=m\n", "CONFIG_B=y\n", ["CONFIG_B=m"]),
])
def test_a_line_that_a_kernel_does_not_take_is_seen(wanted, got, lost):
    assert debugkernel.not_taken(wanted, got) == lost
