# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of docs/devel/oneshot-interrupts.rst, and the rows they are from."""
import re
from dataclasses import dataclass

from vpo.paths import ROOT

PAGE = ROOT / "docs/devel/oneshot-interrupts.rst"
HERE = "-k6.1-q7.2-gic3"
# A row that is moved by the rest of its boot moves by a tick or two, one through
# userspace, which is ten to twenty times as long, by one in five hundred.
TICKS, PART = 2, 500
# The first cell of a line of the page, and the rows whose figures follow.
LINES = {
    "forwarded": ("oneshot-forwarded", "oneshot-forwarded-fasteoi"),
    "hold": ("oneshot-hold", "oneshot-hold-fasteoi"),
    "threaded": ("oneshot-threaded", "oneshot-threaded-fasteoi"),
    "automask": ("oneshot-automask", "oneshot-automask-fasteoi"),
    "userspace unmask, rule": ("oneshot-rule", "oneshot-rule-fasteoi"),
    "userspace unmask, no rule": ("oneshot-user", "oneshot-user-fasteoi"),
    "mainline: automask": ("oneshot-mainline", "oneshot-mainline-fasteoi"),
    "mainline: userspace unmask, no rule": (
        "oneshot-mainline-user", "oneshot-mainline-user-fasteoi"),
    "mainline: userspace unmask, rule": (
        "oneshot-mainline-rule", "oneshot-mainline-rule-fasteoi"),
    "mainline, QEMU's own device": (
        "oneshot-mainline-stock-oneshot", "oneshot-mainline-stock-fasteoi"),
}


@dataclass(frozen=True)
class Cost:
    """What the page says of one row."""
    line: str
    case: str
    irqs: str       # "guest / spurious / host", of one event
    ticks: int

    def wrong(self, row: dict) -> str | None:
        """What the row says otherwise, or None."""
        irqs = " / ".join(f"{row[key] / row['events']:.2f}" for key in (
            "guest_irqs", "spurious", "host_irqs"))
        if irqs != self.irqs:
            return f"{self.line}: {irqs}, not {self.irqs} ({self.case})"
        if (abs(row["latency_ticks"] - self.ticks)
                > max(TICKS, self.ticks // PART)):
            return (f"{self.line}: {row['latency_ticks']} ticks, not "
                    f"{self.ticks} ({self.case})")
        return None


def on_page(text: str) -> list[Cost]:
    """The figures in the lines of the page's tables that have any."""
    found = []
    for line in re.findall(r"^ {3}\* - .*\n(?: {5}.*\n)+", text, re.M):
        name = re.match(r" {3}\* - (.*)", line)[1]
        figures = re.findall(r" {5}- (\d\.\d\d / \S+ / \S+)\n {5}- (\d+)\n",
                             line)
        if figures:
            found += [Cost(name, case + HERE, irqs, int(ticks))
                      for case, (irqs, ticks) in zip(LINES[name], figures)]
    return found


def costs() -> list[Cost]:
    return on_page(PAGE.read_text(encoding="utf-8"))
