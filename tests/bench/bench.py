#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of the bench: scripts/bench."""
import argparse
import sys
from pathlib import Path

if __package__ in (None, ""):
    # Started as a file: its own folder must not hide the package `bench`.
    ROOT = Path(__file__).resolve().parents[2]
    sys.path[:1] = [str(ROOT / "tests"), str(ROOT / "scripts/lib")]

# pylint: disable=wrong-import-position
from bench import (  # noqa: E402
    boot, cases, debug_cases, dt_cases, results, runner)
from vpo.progress import SetupError  # noqa: E402


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Run cases on the emulated ARM host "
        "and print their figures. docs/devel/bench.rst says what they mean.")
    parser.add_argument("case", nargs="*", metavar="CASE|GROUP|PATTERN",
                        help="what to run; everything without one")
    parser.add_argument("--list", action="store_true",
                        help="list the cases and run none")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object a line for each row")
    parser.add_argument("--debug-kernel", action="store_true",
                        help="on the debug kernel: see scripts/debug-kernel")
    parser.add_argument("--shell", action="store_true",
                        help="boot the host of the (first) case, for a shell "
                        "in it; Ctrl-A X ends it")
    return parser.parse_args(argv)


def show_list(chosen: list) -> None:
    for case in chosen:
        where = "offline" if dt_cases.is_one(case) else case.boot
        print(f"{case.group:<9} {case.name:<48} {where}")


def main(argv: list[str]) -> int:
    args = arguments(argv)
    try:
        chosen = cases.choose(args.case, debug_cases.table()
                              if args.debug_kernel else None)
        if args.list:
            show_list(chosen)
            return 0
        if args.shell and not dt_cases.is_one(chosen[0]):
            return boot.shell(chosen[0].boot, chosen[:1])
        rows = [row for some in runner.run(chosen).values() for row in some]
    except (SetupError, ValueError) as err:
        print(f"scripts/bench: {err}", file=sys.stderr)
        return 2
    for row in rows:
        print(results.as_json(row) if args.json else results.as_text(row))
    failed = [row for row in rows if "failed" in row]
    for row in failed:
        print(f"FAILED {row['case']}: {row['failed']}\n  log: {row['log']}",
              file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
