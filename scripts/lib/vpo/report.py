# SPDX-License-Identifier: GPL-2.0-or-later
"""One line a test as it ends, failures in full, and the counts at the end."""
import sys
import time

import pytest

from .progress import START

WORD = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}


class Report:
    """A pytest plug-in that replaces its terminal output."""

    def __init__(self):
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config):
        """Takes pytest's own reporter away."""
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        config.pluginmanager.unregister(reporter)

    def _line(self, outcome: str, name: str, seconds: float) -> None:
        self.counts[outcome] += 1
        print(f"[{time.time() - START:6.1f} s] {WORD[outcome]:<7} {name} "
              f"({seconds:.2f} s)", flush=True)

    def pytest_collectreport(self, report):
        """A file that cannot be read as tests is a failure."""
        if report.failed:
            self._line("failed", report.nodeid, 0)
            print(report.longrepr, flush=True)

    def pytest_runtest_logreport(self, report):
        """Counts a test once: at its call, or where it got stuck before."""
        name = report.nodeid.removeprefix("tests/suites/test_")
        if report.skipped:
            reason = str(report.longrepr[2]).removeprefix("Skipped: ")
            self._line("skipped", f"{name}: {reason}", report.duration)
        elif report.failed:
            self._line("failed", f"{name} [{report.when}]"
                       if report.when != "call" else name, report.duration)
            print("    " + str(report.longrepr).replace("\n", "\n    "),
                  flush=True)
        elif report.when == "call":
            self._line("passed", name, report.duration)

    def pytest_internalerror(self, excrepr):
        """An error of pytest itself must not look like success."""
        self.counts["failed"] += 1
        print(excrepr, file=sys.stderr, flush=True)

    def summary(self) -> str:
        """The last line of the output."""
        return ", ".join(f"{count} {word}"
                         for word, count in self.counts.items())
