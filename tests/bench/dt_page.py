# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of docs/devel/device-tree.rst, and the rows they are from.

They are of the kernel packages that the page names. Another release has other
boards: its rows have to keep their limits, and the page waits to be renewed.
"""
import re

from vpo.paths import ROOT

from . import dt_corpus

PAGE = ROOT / "docs/devel/device-tree.rst"
# The columns of the page's tables that are exact, in their order.
COLUMNS = {
    "dt": ("boards", "nodes", "cloned", "with_drops", "refused", "crashes",
           "dangling", "addresses"),
    "dt-source": ("boards", "devices", "warnings", "crashes"),
    "dt-required": ("with_binding", "host_satisfied", "satisfied"),
}
# Tables that a case leaves behind, for the one kernel that the page has them of.
TABLES = {"dt-k6.12": ("refused", "dropped", "nodes")}


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def lines(page: str) -> dict[tuple[str, str], list[int]]:
    """The figures of a row of the page's tables, by case and release."""
    found = {}
    for row in re.findall(r"^ {3}\* - ``dt.*\n(?: {5}- .*\n)+", page, re.M):
        case, release, *figures = re.findall(r"- (.*)", row)
        found[case.strip("`"), release] = [int(figure) for figure in figures
                                           if figure.isdigit()]
    return found


def wrong(row: dict, kind: str, page: str) -> list[str]:
    """What the page says otherwise; it must have the row's release."""
    figures = [row[name] for name in COLUMNS[kind]]
    said = lines(page)[row["case"], row["release"]]
    found = [] if said == figures else [f"{row['case']}: {figures}, not {said}"]
    for what in TABLES.get(row["case"], ()):
        path = dt_corpus.table_path(row["kernel"], what)
        if path.read_text(encoding="utf-8") not in page:
            found.append(f"the table in {path} is not on the page")
    return found
