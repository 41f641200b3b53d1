# SPDX-License-Identifier: GPL-2.0-or-later
"""Unit tests in C: every state and event of the interrupt core, the guest's DT."""
import pytest

from vpo import build, tap
from vpo.progress import SetupError


def _all(folder, prefix: str = ""):
    """The tests of a build: what names them, the result, and a text."""
    try:
        log = build.unit(folder())
    except SetupError as err:
        return [(f"{prefix}build", "failed", str(err))]
    found = []
    for entry in log:
        cases = list(tap.cases(entry["name"], entry.get("stdout", "")))
        found += cases
        # A crash ends the list early without any line that says "not ok".
        if entry["result"] not in ("OK", "SKIP"):
            text = entry.get("stdout", "") + entry.get("stderr", "")
            found.append((f"{entry['name']}/exit", "failed", text))
        elif not entry.get("stdout"):
            # No TAP, so the program as a whole is the test.
            found.append((entry["name"], "passed", ""))
        elif not cases:
            found.append((f"{entry['name']}/tests", "failed",
                          "the program ran no test"))
    return [(prefix + name, *rest) for name, *rest in found]


def pytest_generate_tests(metafunc):
    cases = [*_all(build.native),
             *_all(lambda: build.variant("sanitized"), "sanitized/")]
    metafunc.parametrize("result,text", [case[1:] for case in cases],
                         ids=[case[0] for case in cases])


def test_unit(result, text):
    if result == "skipped":
        pytest.skip(text)
    assert result == "passed", text
