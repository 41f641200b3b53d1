# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of scripts/test: lists, selects and runs the suites."""
import ast
import sys
from pathlib import Path

import pytest

from . import prepare
from .paths import ROOT
from .progress import SetupError, say
from .report import Report

SUITES = ROOT / "tests" / "suites"
# Quick ones first: what they find need not wait for the emulated host.
ORDER = ["setup", "static", "docs", "unit", "tool", "fuzz", "graft", "kmod",
         "plugin", "qtest", "demo", "bench"]


def known() -> dict[str, Path]:
    """The suites by name; each is a file."""
    files = {path.stem.removeprefix("test_"): path
             for path in SUITES.glob("test_*.py")}
    rank = {name: place for place, name in enumerate(ORDER)}
    return dict(sorted(files.items(),
                       key=lambda item: (rank.get(item[0], len(rank)),
                                         item[0])))


def _describe(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return (text or "").splitlines()[0]


def _run(files: list[Path]) -> int:
    report = Report()
    status = pytest.main(
        ["-s", "-p", "no:cacheprovider", "--rootdir", str(ROOT),
         "--import-mode=importlib", "--continue-on-collection-errors",
         *map(str, files)], plugins=[report])
    counts = report.counts
    print(report.summary(), flush=True)
    ran = counts["passed"] + counts["failed"]
    return 0 if status == 0 and ran and not counts["failed"] else 1


def _prepare() -> None:
    """Overlaps the set-up of all suites; they report what fails in it."""
    try:
        prepare.everything()
    except (SetupError, OSError) as err:
        say(f"set-up: {err}")


def main(argv: list[str]) -> int:
    """Returns the exit code of scripts/test."""
    suites = known()
    if "--list" in argv:
        for name, path in suites.items():
            print(f"{name:<8} {_describe(path)}")
        return 0
    unknown = [name for name in argv if name not in suites]
    if unknown:
        print(f"scripts/test: no suite is called {unknown[0]!r}; there are: "
              + ", ".join(suites), file=sys.stderr)
        return 2
    chosen = {name: path for name, path in suites.items()
              if not argv or name in argv}
    if "bench" in chosen:
        _prepare()
    return _run(list(chosen.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
