# SPDX-License-Identifier: GPL-2.0-or-later
"""Arbitrary device trees, nodes and overlays, for a minute, under sanitizers."""
import pytest

from vpo import fuzz


def test_nothing_is_found():
    if obstacle := fuzz.obstacle():
        pytest.skip(obstacle.splitlines()[0])
    fuzz.fuzz("60")
