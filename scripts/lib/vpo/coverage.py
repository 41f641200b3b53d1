# SPDX-License-Identifier: GPL-2.0-or-later
"""Which lines of core/ and hw/vfio/ the unit tests and the qtests run."""
import json
from dataclasses import dataclass
from pathlib import Path

from . import build, graft
from .progress import run

# Files that are not counted, and why: docs/devel/testing.rst says so, too.
NOT_HERE = {
    "oneshot-kernel.c": "the calls themselves, which the made-up host stands "
                        "in for; the bench makes them",
    "oneshot-resample-vm.c": "a virtual machine in KVM, on arm64 hosts; the "
                             "bench runs it",
    "oneshot-resample-stub.c": "what stands in for it on other hosts, where "
                               "there is no KVM to ask",
}


@dataclass
class Lines:
    """How many lines of a file hold code, and how many of them were run."""
    total: int
    ran: int
    never: list[int]

    def __str__(self) -> str:
        never = f", never {' '.join(map(str, self.never))}"
        return f"{self.ran} of {self.total}{never if self.never else ''}"


def _counts(objects: list[Path]) -> dict[str, dict[int, int]]:
    """How often each line was run, by file name."""
    found = {}
    for start in range(0, len(objects), 20):
        text = run(["gcov", "--json-format", "--stdout",
                    *objects[start:start + 20]], what="gcov")
        for line in text.splitlines():
            for source in json.loads(line)["files"]:
                counts = found.setdefault(Path(source["file"]).name, {})
                for row in source["lines"]:
                    number = row["line_number"]
                    counts[number] = counts.get(number, 0) + row["count"]
    return found


def _unit() -> list[Path]:
    """Notes of the unit tests, after a run of them."""
    folder = build.variant("coverage")
    for old in folder.rglob("*.gcda"):
        old.unlink()
    build.unit(folder)
    return [path for path in folder.rglob("*.gcda")
            if "core" in str(path.relative_to(folder))]


def _lines(counts: dict[int, int]) -> Lines:
    return Lines(len(counts), sum(map(bool, counts.values())),
                 sorted(number for number, n in counts.items() if not n))


def measure(harness) -> dict[str, Lines]:
    """The lines by file; the qtests have been run."""
    counts = _counts(_unit())
    for name, lines in _counts(harness.gcov_data()).items():
        mine = counts.setdefault(name, {})
        for number, count in lines.items():
            mine[number] = mine.get(number, 0) + count
    return {path.name: _lines(counts.get(path.name, {}))
            for path in graft.sources() if path.suffix == ".c"}
