# SPDX-License-Identifier: GPL-2.0-or-later
"""The documents: what they show compiles, and what they name is there."""
import re
import subprocess
import sys
import textwrap
from fnmatch import fnmatchcase

import pytest

from vpo import build, packages
from vpo.paths import ROOT

sys.path.insert(0, str(ROOT / "tests"))
# pylint: disable=wrong-import-position
from bench import cases  # noqa: E402

PAGES = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8")
         for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.rst"))]}
UAPI = (ROOT / "include/uapi/linux/vfio_platform_oneshot.h").read_text(
    encoding="utf-8")
SPEC = "docs/specs/vfio-platform-oneshot-uapi.rst"
C_CODE = re.compile(r"\.\. code-block:: c\n\n((?: {3}.*\n|\n)+)")
FOLDERS = "core|docs|hw|include|kernel|scripts|tests|tools"
MADE = (".ko", ".so")
FILE = re.compile(rf"(?<![\w./-])((?:{FOLDERS})/[\w./*-]*\w\*?)")


@pytest.mark.parametrize("page", ["docs/man/qemu-vfio-platform-oneshot.1",
                                  "docs/system/vfio-platform-oneshot.rst"])
def test_every_option_is_told_of(page):
    code = (ROOT / "hw/vfio/oneshot-device.c").read_text(encoding="utf-8")
    options = re.findall(r'DEFINE_PROP_\w+\("([a-z-]+)", VpoDevice', code)
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\-", "-")
    assert "irq-share" in options
    assert not [name for name in options
                if not name.startswith("x-") and f"{name}=" not in text]


BACKENDS = {"resample": "irqfd+resamplefd", "served": "irqfd+userspace-unmask",
            "trapped_writes": "irqfd+trapped-writes",
            "trapped": "irqfd+trapped"}


def _ways_of_the_page() -> set:
    """The cells of the matrix, as (backend, path)."""
    page = PAGES["docs/devel/interrupt-context.rst"]
    rows = [re.findall(r"^ {3}[ *] -[ ]?(.*)$", row, re.M)
            for row in re.split(r"^(?= {3}\* - )", page, flags=re.M)[1:]]
    return {(row[0], path) for row in rows[1:]
            for path, cell in zip(rows[0][1:], row[1:]) if cell.strip()}


def test_the_matrix_has_every_way():
    code = (ROOT / "hw/vfio/oneshot-backend.c").read_text(encoding="utf-8")
    calls = re.findall(r"(WAY|FALLBACK|OWN)\((\w+), (\w+)[,)]", code)
    ways = {("emulated-qemu" if macro == "OWN" else
             mode.removesuffix("_level").removesuffix("_edge"),
             BACKENDS.get(path, path))
            for macro, mode, path in calls if path != "path"}
    assert _ways_of_the_page() == ways


def test_every_way_has_a_test():
    tests = "".join(path.read_text(encoding="utf-8") for path in
                    (ROOT / "tests/qtest").glob("*-test.c"))
    tested = {(mode, path) for path, mode in re.findall(
        r'"(irqfd[+\w-]*|userspace)",\s+"([\w-]+)"', tests)}
    assert not _ways_of_the_page() - tested


def _examples():
    for name, text in PAGES.items():
        for number, found in enumerate(C_CODE.finditer(text)):
            yield pytest.param(textwrap.dedent(found[1]), id=f"{name}-{number}")


@pytest.mark.parametrize("code", _examples())
def test_an_example_compiles(code):
    packages.ensure("gcc-aarch64-linux-gnu")
    done = subprocess.run(
        ["aarch64-linux-gnu-gcc", "-Wall", "-Wextra", "-Werror",
         "-fsyntax-only", "-I", ROOT / "include/uapi", "-xc", "-"],
        input=code, text=True, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", PAGES)
def test_a_file_that_is_named_is_there(name):
    """Patterns, as kernel/irq_*.c, must fit a file; what is made need not."""
    missing = [path for path in FILE.findall(PAGES[name])
               if not path.endswith(MADE) and not any(ROOT.glob(path))]
    assert not missing


SECURITY = "docs/devel/security.rst"
SHOWN = [name for claim in re.findall(r"^Shown by\s(.*?)\.$", PAGES[SECURITY],
                                      re.M | re.S)
         for name in re.findall(r"``([^`]+)``", claim)]
UNIT_TESTS = "".join(path.read_text(encoding="utf-8")
                     for path in ROOT.glob("tests/unit/*.c"))


@pytest.mark.parametrize("name", sorted(set(SHOWN)))
def test_what_shows_a_claim_is_there(name):
    """A unit test, a file, or a pattern of cases."""
    if name.startswith("/"):
        assert f'"{name}"' in UNIT_TESTS
    elif "/" in name:
        assert (ROOT / name).exists()
    else:
        assert any(fnmatchcase(case.name, name) for case in cases.table())


def test_each_claim_is_shown():
    """Bold words begin one, in the sections about who does what."""
    text = PAGES[SECURITY]
    claims = re.findall(r"^\*\*.*?(?=^\*\*|^===)", text, re.M | re.S)
    assert len(claims) >= 10
    assert not [claim for claim in claims if "\nShown by " not in claim]


def test_the_specification_tells_of_each_feature():
    features = re.findall(r"#define VFIO_DEVICE_FEATURE_ONESHOT_(\w+)\t", UAPI)
    assert len(features) >= 4
    assert not [name for name in features if f"``…_{name}``" not in PAGES[SPEC]]


def test_the_specification_tells_of_each_mode():
    modes = re.findall(r"^\tVFIO_PLATFORM_ONESHOT_([A-Z]+)\t= \d+,", UAPI, re.M)
    assert len(modes) >= 5
    assert not [mode for mode in modes
                if f"\n{mode.lower()} " not in PAGES[SPEC]]


def test_the_specification_repeats_no_sentence_of_the_header():
    def sentences(text):
        plain = re.sub(r"[\s*`]+", " ", text)
        return {s.strip() for s in re.split(r"[.:;]\s", plain)
                if len(s.split()) > 6}
    assert not sentences(UAPI) & sentences(PAGES[SPEC])


def test_the_user_is_told_of_each_kind_of_rule():
    source = (ROOT / "core/vpo-intercept-kind.c").read_text(encoding="utf-8")
    kinds = re.findall(r'\.name = "(\S+)", \.args = "(.*?)"', source)
    page = PAGES["docs/system/vfio-platform-oneshot.rst"]
    assert len(kinds) >= 8
    assert not [kind for kind in kinds
                if f"\n``{' '.join(kind).strip()}``\n" not in page]


def test_the_page_has_the_rules():
    rules = subprocess.run([build.native() / "tests/dt/dt-corpus", "--rules"],
                           check=True, text=True, stdout=subprocess.PIPE)
    assert len(rules.stdout.splitlines()) > 100
    assert rules.stdout in PAGES["docs/devel/device-tree.rst"]
