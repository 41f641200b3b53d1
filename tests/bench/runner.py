# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs cases: each boot once, two boots at a time, rows in the table's order."""
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from . import boot as booting
from . import dt_cases, programs, results
from .case import Boot, Case

# Each boot keeps one CPU of this machine busy.
PARALLEL = max(1, min(2, os.cpu_count() or 1))


class Progress:
    """Lines on stderr that say how far it is."""

    def __init__(self, total: int) -> None:
        self._total, self._done = total, 0
        self._start = time.monotonic()
        self._lock = threading.Lock()

    def case(self, case: Case, word: str) -> None:
        with self._lock:
            self._done += 1
            seconds = time.monotonic() - self._start
            print(f"[{self._done}/{self._total}] {seconds:5.1f} s  "
                  f"{case.name}  {word}", file=sys.stderr, flush=True)


def by_boot(cases: list[Case]) -> dict[Boot, list[Case]]:
    boots: dict[Boot, list[Case]] = {}
    for case in cases:
        boots.setdefault(case.boot, []).append(case)
    return boots


def reports(cases: list[Case]) -> dict[str, results.Report]:
    """What the host reported on each case."""
    programs.need_tools()
    progress = Progress(len(cases))
    boots = by_boot(cases)

    def one(item: tuple[Boot, list[Case]]) -> results.Parser:
        boot, some = item
        parser = booting.run(boot, some, lambda c: progress.case(c, "done"))
        for case in some:
            if not parser.reports.get(case.name, results.Report()).ended:
                progress.case(case, "did not end")
        return parser

    found: dict[str, results.Report] = {}
    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        for parser in pool.map(one, boots.items()):
            found.update(parser.reports)
    return found


def run(cases: list[Case]) -> dict[str, list[dict]]:
    """The rows of each case."""
    booted = [case for case in cases if not dt_cases.is_one(case)]
    found = reports(booted) if booted else {}
    rows = {}
    for case in cases:
        if dt_cases.is_one(case):
            rows[case.name] = dt_cases.rows(case)
            continue
        report = found.get(case.name, results.Report())
        rows[case.name] = results.rows(case, report)
        for row in rows[case.name]:
            if "failed" in row:
                row["log"] = str(booting.log_path(case.boot))
    return rows
