# SPDX-License-Identifier: GPL-2.0-or-later
"""Every case of the bench: real KVM and VFIO on the emulated ARM host."""
import sys

import pytest

from vpo.paths import ROOT

sys.path.insert(0, str(ROOT / "tests"))
# pylint: disable=wrong-import-position
from bench import cases, costs, dt_page, runner  # noqa: E402

TABLE = cases.table()
COSTS = costs.costs()
DT_CASES = {case.name: case for case in TABLE
            if case.kind in dt_page.COLUMNS and "sanitized" not in case.words}


@pytest.fixture(scope="module")
def rows(request):
    """All cases are run at once: those on one host image share its boot."""
    wanted = set()
    for item in request.session.items:
        if "rows" in getattr(item, "fixturenames", ()):
            params = item.callspec.params
            wanted.add(params["name"] if "name" in params
                       else params["cost"].case)
    return runner.run([case for case in TABLE if case.name in wanted])


@pytest.mark.parametrize("name", [case.name for case in TABLE])
def test_bench(name, rows):
    assert rows[name], "the case reported nothing"
    for row in rows[name]:
        if "failed" in row:
            pytest.fail(f"{row['failed']}\nlog: {row['log']}", pytrace=False)


@pytest.mark.parametrize("cost", COSTS, ids=lambda cost: cost.case)
def test_the_page_has_the_figures_of_the_row(cost, rows):
    wrong = cost.wrong(rows[cost.case][0])
    assert wrong is None, f"{costs.PAGE.name}: {wrong}"


@pytest.mark.parametrize("name", DT_CASES)
def test_the_page_has_the_figures_of_the_boards(name, rows):
    page, row = dt_page.text(), rows[name][0]
    if (name, row["release"]) not in dt_page.lines(page):
        pytest.skip(f"{dt_page.PAGE.name} is of an earlier kernel than "
                    f"{row['release']}: renew it")
    assert not dt_page.wrong(row, DT_CASES[name].kind, page)
