# SPDX-License-Identifier: GPL-2.0-or-later
"""Test programs that speak TAP: what they say, and running QEMU's."""
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LINE = re.compile(r"^(not ok|ok) \d+ (\S+)(?:.*# ?(SKIP|TODO)\s*(.*))?", re.I)
SECONDS = 600


def cases(name: str, text: str):
    """The tests inside a program's output, as (name, result, text).

    The text has the reason, or what the test has said, and its line.
    """
    said = []
    for line in text.splitlines():
        found = LINE.match(line)
        if not found:
            said.append(line)
            continue
        word, case, directive, why = found.groups()
        result = "failed" if word == "not ok" else (
            "skipped" if directive else "passed")
        yield f"{name}{case}", result, why or "\n".join([*said, line])
        said = []


def _environment(program: Path, folder: str) -> dict:
    return {**os.environ, "QTEST_QEMU_BINARY": str(program),
            "PYTHON": sys.executable, "GCOV_PREFIX": folder}


def run(test: Path, program: Path, **environment) -> list[tuple]:
    """Runs one of QEMU's test programs on a QEMU: (name, result, text)."""
    with tempfile.TemporaryDirectory(prefix="vpo-qtest-") as folder:
        try:
            done = subprocess.run(
                [test, "--tap", "-k"], cwd=folder, text=True, check=False,
                capture_output=True, stdin=subprocess.DEVNULL,
                timeout=SECONDS, errors="replace",
                env={**_environment(program, folder), **environment})
        except subprocess.TimeoutExpired as err:
            return [(f"{test.name}/end", "failed", str(err))]
    found = list(cases(test.name, done.stdout))
    # A crash ends the list early without any line that says "not ok".
    if done.returncode and "failed" not in (case[1] for case in found):
        found.append((f"{test.name}/exit", "failed",
                      f"exit code {done.returncode}\n{done.stdout[-4000:]}"
                      f"\n{done.stderr[-8000:]}"))
    return found


def run_all(tests: list[Path], program: Path, **environment) -> list[tuple]:
    """Runs several test programs, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        parts = pool.map(lambda test: run(test, program, **environment), tests)
        return [case for part in parts for case in part]
