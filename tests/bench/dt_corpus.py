# SPDX-License-Identifier: GPL-2.0-or-later
"""Every device of every board that Debian's kernels know, into a guest's tree.

Nothing is booted: tests/dt/dt-corpus.c clones each node of a board alone and
looks at what comes out; here it is run for all boards and added up.
"""
import functools
import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from vpo import build, paths, trees
from vpo.packages import ensure

from . import boards
from .case import Case

SECONDS = 120
MOST = 20
# Of a clock, the report names the one that is meant.
REASONS = {"clocks": "nobody tells its rate offline; on a live host the "
                     "kernel driver does"}
# A check that could not be made because another one failed, which is listed.
CONSEQUENCE = "Failed prerequisite"
WARNING = re.compile(r"(?:Warning|ERROR) \((\w+)\): (/[^:\s]*)?(.*)")


@functools.cache
def guest_tree() -> Path:
    """The tree that QEMU makes for its machine `virt`."""
    folder = paths.build() / "bench/dt"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "virt.dtb"
    args = boards.machine_args(boards.BOARDS["stock"], 3, 1)
    args[1] += f",dumpdtb={path}"
    subprocess.run([*boards.host_qemu(), *args, "-serial", "null"], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return path


@dataclass
class Board:
    """What dt-corpus said of a board; nothing if it crashed."""
    path: Path
    said: dict = field(default_factory=dict)
    trouble: str = ""
    warnings: list[str] = field(default_factory=list)


@functools.cache
def _folder(sanitized: bool) -> Path:
    return build.variant("sanitized") if sanitized else build.native()


def _program(case: Case) -> Path:
    return _folder("sanitized" in case.words) / "tests/dt/dt-corpus"


def run(case: Case, path: Path, *options: str) -> Board:
    """One board."""
    board = Board(path)
    done = subprocess.run([_program(case), *options, guest_tree(), path],
                          capture_output=True, text=True, timeout=SECONDS,
                          check=False, env={**os.environ, "UBSAN_OPTIONS":
                                            "halt_on_error=1"})
    if done.returncode:
        board.trouble = (f"{board.path.name}: exit code {done.returncode}: "
                         + done.stderr[-2000:])
    else:
        board.said = json.loads(done.stdout)
    return board


# dtc's opinion

def _warnings(blob: Path) -> set[tuple[str, str, str]]:
    """What dtc says when it decompiles a blob and compiles that again."""
    source = subprocess.run(["dtc", "-I", "dtb", "-O", "dts", blob],
                            capture_output=True, text=True, check=False)
    again = subprocess.run(["dtc", "-I", "dts", "-O", "dtb", "-o", os.devnull,
                            "-"], input=source.stdout, capture_output=True,
                           text=True, check=False)
    text = source.stderr + again.stderr
    if source.returncode or again.returncode:
        text += f"\nERROR (compile): {text[-500:]!r}"
    return {(found[1], found[2] or "/", found[0])
            for found in WARNING.finditer(text) if CONSEQUENCE not in found[0]}


def _excused(check: str, path: str, there: set) -> bool:
    """Whether the same check objects to the same node of the host's."""
    return any(check == other and (at + "/").startswith(path + "/")
               for other, at, _ in there)


def _new_warnings(board: Board, out: Path, own: set) -> list[str]:
    """What dtc says of the guest's nodes, and not of those they are from."""
    found, host = [], None
    for check, path, text in sorted(_warnings(out) - own):
        source = board.said["map"].get("/" + path.split("/")[1])
        if source and host is None:
            host = _warnings(board.path)
        if not source or not _excused(check, source, host):
            found.append(f"{board.path.name}: {source}: {text}")
    return found


# All boards

def each(case: Case, make) -> list[Board]:
    """Two boards at a time: each keeps a CPU busy."""
    _program(case), guest_tree()
    with ThreadPoolExecutor(max_workers=max(1, min(2, os.cpu_count() or 1))
                            ) as pool:
        return list(pool.map(make, trees.boards(case.kernel)))


def _sum(found: list[Board], name: str) -> int:
    return sum(board.said.get(name, 0) for board in found)


def _counts(found: list[Board], name: str) -> Counter:
    total: Counter = Counter()
    for board in found:
        total.update(board.said.get(name, {}))
    return total


def _problems(found: list[Board], kind: str) -> list[str]:
    return [f"{board.path.name}: {text}" for board in found
            for text in board.said.get("problems", [])
            if text.startswith(f"{kind} ")]


def _clone_row(found: list[Board]) -> dict:
    times = sorted(us for board in found for us in board.said.get("us", []))
    nodes, cloned = _sum(found, "nodes"), _sum(found, "cloned")
    load = max((board.said.get("load_us", 0) for board in found), default=0)
    return {"nodes": nodes, "cloned": cloned,
            "with_drops": _sum(found, "with_drops"),
            "refused": _sum(found, "refused"),
            "dangling": len(_problems(found, "dangling")),
            "addresses": len(_problems(found, "address")),
            "broken": len(_problems(found, "broken")),
            "cloned_percent": round(100 * cloned / max(1, nodes), 2),
            "median_us": times[len(times) // 2] if times else None,
            "p99_us": times[len(times) * 99 // 100] if times else None,
            "largest_ms": round(load / 1000, 3),
            "refused_by": dict(_counts(found, "rules").most_common())}


def clone(case: Case) -> tuple[dict, list[str]]:
    """Each node alone; the figures, and what is wrong."""
    found = each(case, lambda path: run(case, path))
    row = {"boards": len(found), **_clone_row(found),
           "crashes": sum(bool(board.trouble) for board in found)}
    _tables(case, found)
    return row, [board.trouble for board in found if board.trouble] + [
        text for kind in ("dangling", "address", "broken")
        for text in _problems(found, kind)]


def source(case: Case) -> tuple[dict, list[str]]:
    """All nodes of a board in one guest: dtc's warnings that are new."""
    ensure("device-tree-compiler")
    own = _warnings(guest_tree())

    def one(path: Path) -> Board:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.dtb"
            board = run(case, path, f"--out={out}")
            if board.said:
                board.warnings = _new_warnings(board, out, own)
        return board

    found = each(case, one)
    wrong = [text for board in found for text in board.warnings]
    row = {"boards": len(found), "devices": sum(
        len(board.said.get("map", {})) for board in found),
        "warnings": len(wrong),
        "crashes": sum(bool(board.trouble) for board in found)}
    return row, [board.trouble for board in found if board.trouble] + wrong


# The tables of the documentation

def _list_table(header: list[str], rows: list[list[str]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in [header, *rows]:
        lines += [f"   {'*' if i == 0 else ' '} - {cell}"
                  for i, cell in enumerate(row)]
    return "\n".join(lines) + "\n"


def table_path(kernel: str, what: str) -> Path:
    """Where a case leaves the table of what is "refused", "dropped" …"""
    return paths.build() / f"bench/dt/{kernel}-{what}.rst"


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _tables(case: Case, found: list[Board]) -> None:
    """What was refused and dropped most, as the documentation shows it."""
    reasons: dict[str, str] = {}
    for board in found:
        reasons.update(board.said.get("why", {}))
    refused = [[rule, f"``{name}``", str(count)] for (rule, _, name), count in
               ((key.partition(" "), count)
                for key, count in _most(_counts(found, "rules")))]
    dropped = [[f"``{name}``", str(count), REASONS.get(name) or reasons[name]]
               for name, count in _most(_counts(found, "dropped"))]
    # Nodes are in brackets.
    nodes = [row for row in dropped if "(" in row[0]]
    for what, header, rows in (
            ("refused", ["refused by", "property", "devices"], refused),
            ("dropped", ["property", "devices", "why"],
             [row for row in dropped if row not in nodes][:MOST]),
            ("nodes", ["node", "devices", "why"], nodes)):
        table_path(case.kernel, what).write_text(_list_table(header, rows),
                                                 encoding="utf-8")
