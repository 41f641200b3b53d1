# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/demo ends well, says what it must, and is quick the second time."""
import subprocess
import time

import pytest

from vpo.paths import ROOT


@pytest.fixture(scope="module")
def demo():
    """The demonstration, run once more after everything is there."""
    for _ in range(2):
        begin = time.monotonic()
        done = subprocess.run([ROOT / "scripts/demo"], text=True, check=False,
                              stdout=subprocess.PIPE, timeout=900)
        if done.returncode:
            break
    return done, time.monotonic() - begin


def test_ends_well(demo):
    assert demo[0].returncode == 0, demo[0].stdout


@pytest.mark.parametrize("words", ["irqfd+resamplefd", "rtc-pl031"])
def test_shows(demo, words):
    assert words in demo[0].stdout


def test_second_run_is_quick(demo):
    assert demo[0].returncode == 0
    assert demo[1] < 30
