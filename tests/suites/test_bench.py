# SPDX-License-Identifier: GPL-2.0-or-later
"""Every case of the bench: real KVM and VFIO on the emulated ARM host."""
import sys

import pytest

from vpo.paths import ROOT

sys.path.insert(0, str(ROOT / "tests"))
# pylint: disable=wrong-import-position
from bench import cases, runner  # noqa: E402

TABLE = cases.table()


@pytest.fixture(scope="module")
def rows(request):
    """All cases are run at once: those on one host image share its boot."""
    wanted = {item.callspec.params["name"] for item in request.session.items
              if "rows" in getattr(item, "fixturenames", ())}
    return runner.run([case for case in TABLE if case.name in wanted])


@pytest.mark.parametrize("name", [case.name for case in TABLE])
def test_bench(name, rows):
    assert rows[name], "the case reported nothing"
    for row in rows[name]:
        if "failed" in row:
            pytest.fail(f"{row['failed']}\nlog: {row['log']}", pytrace=False)
