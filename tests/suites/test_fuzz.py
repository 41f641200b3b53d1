# SPDX-License-Identifier: GPL-2.0-or-later
"""Arbitrary device trees and intercept rules, for a minute each, sanitized."""
import pytest

from vpo import fuzz


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_nothing_is_found(target):
    if obstacle := fuzz.obstacle():
        pytest.skip(obstacle.splitlines()[0])
    fuzz.fuzz("60", target)
