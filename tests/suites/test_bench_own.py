# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's own parts: what it hears, judges and packs, and that it repeats."""
import io
import json
import subprocess
import sys

import pytest

from vpo.paths import ROOT

sys.path.insert(0, str(ROOT / "tests"))
# pylint: disable=wrong-import-position
from bench import (  # noqa: E402
    boards, cases, costs, debug_cases, dt_cases, dt_page, latency, results)
from bench.bad_input import Expect  # noqa: E402
from bench.case import Case, Limit  # noqa: E402
from bench.cpio import Archive  # noqa: E402

CONSOLE = """\
[    0.1] some kernel message
@result stray=1
@begin one
@result guest.events=3
@result guest.irqs=3
@result guest.lost=0
@result path=irqfd
@result host_irqs=3
@text guest @end one is no end here
@end one
@begin two
@trouble the guest reported nothing
""".splitlines()
ONE = Case("one", "irq", limits=(Limit("lost", "==", 0),
                                 Limit("guest_irqs", "==", "events")))


def heard() -> results.Parser:
    parser = results.Parser()
    parser.ended = [parser.feed(line) for line in CONSOLE]
    return parser


def test_a_case_ends_once():
    assert [name for name in heard().ended if name] == ["one"]


def test_what_is_outside_of_cases_is_nobodys():
    assert set(heard().reports) == {"one", "two"}
    assert "stray" not in heard().reports["one"].results


def test_a_good_row_has_its_figures_and_no_failure():
    row = results.rows(ONE, heard().reports["one"])[0]
    assert (row["events"], row["guest_irqs"], row["host_irqs"]) == (3, 3, 3)
    assert row["path"] == "irqfd"
    assert "failed" not in row and "latency_ticks" not in row


@pytest.mark.parametrize("change, why", [
    ("@result guest.lost=1", "lost is 1, not == 0"),
    ("@result guest.irqs=4", "guest_irqs is 4, not == 3 (events)"),
    ("@trouble BUG: oops", "BUG: oops"),
])
def test_a_bad_figure_fails_the_row(change, why):
    parser = results.Parser()
    for line in (*CONSOLE[:9], change, "@end one"):
        parser.feed(line)
    assert results.rows(ONE, parser.reports["one"])[0]["failed"] == why


@pytest.mark.parametrize("said, shown", [
    ("hold", "hold"), ("automask", "automask"), (None, None)])
def test_the_mode_is_what_the_device_says_or_nothing(said, shown):
    report = results.Report(ended=True)
    if said:
        report.results["irq_mode"] = [said]
    for kind in ("irq", "mmio"):
        for row in results.rows(Case("one", "irq", kind=kind), report):
            assert row.get("irq_mode") == shown


def test_a_missing_figure_fails_the_row():
    parser = results.Parser()
    for line in ("@begin one", "@end one"):
        parser.feed(line)
    assert "missing" in results.rows(ONE, parser.reports["one"])[0]["failed"]


def test_a_case_without_end_fails():
    row = results.rows(ONE, heard().reports["two"])[0]
    assert "did not get to the end" in row["failed"]
    assert "the guest reported nothing" in row["failed"]


@pytest.mark.parametrize("code, said, right", [
    (1, "no such device 'x': ls /sys", True),
    (0, "no such device 'x': ls /sys", False),
    (1, "no such device 'x'", False),
    (None, "", False),
])
def test_bad_input_wants_code_and_words(code, said, right):
    why = Expect(1, (r"device 'x'", r"ls /sys")).broken(code, said)
    assert (why is None) == right


def test_case_names_are_unique():
    names = [case.name for case in cases.table()]
    assert len(names) == len(set(names))


def test_every_latency_has_a_bound():
    without = [case.name for case in cases.table()
               if latency.measured(case) and not latency.bounded(case)]
    assert not without, "bench/latency.py has no bound for these cases"


def test_a_latency_above_its_bound_fails_the_row():
    case = next(case for case in cases.table()
                if case.name == "irq-tcg-k6.1-q7.2-gic3")
    why = [limit.broken({"latency_ticks": 646000}) for limit in case.limits]
    assert "latency_ticks is 646000, not <= 3033" in why


def test_the_page_has_a_line_for_each_mode():
    assert {cost.line for cost in costs.costs()} == set(costs.LINES)
    assert all(cases.choose([cost.case]) for cost in costs.costs())


@pytest.mark.parametrize("ticks, host, why", [
    (196, 998, None),
    (197, 1000, "hold: 197 ticks, not 194"),
    (194, 990, "hold: 1.00 / 0.00 / 0.99, not 1.00 / 0.00 / 1.00"),
])
def test_a_figure_that_the_page_does_not_have_is_seen(ticks, host, why):
    cost = costs.Cost("hold", "one", "1.00 / 0.00 / 1.00", 194)
    row = {"events": 1000, "guest_irqs": 1000, "spurious": 0,
           "host_irqs": host, "latency_ticks": ticks}
    assert cost.wrong(row) == (why and f"{why} (one)")


def test_an_unknown_case_is_an_error():
    with pytest.raises(ValueError, match="no-such-case"):
        cases.choose(["no-such-case"])


def test_the_debug_kernel_has_the_cases_of_its_series_and_no_times():
    faults, *some = debug_cases.table()
    assert faults.name == "host-faults-kdebug" and len(some) > 100
    for case in some:
        assert "-kdebug" in case.name and case.boot.image.kernel == "debug"
        assert cases.choose([case.name.replace("kdebug", "k6.1")])
        assert case.words["timeout"] >= 200
        assert not {limit.figure for limit in case.limits} & {
            "latency_ticks", "delay_worst"}
    names = [case.name for case in some]
    assert len(names) == len(set(names))
    assert "host-power-kdebug" in names


def test_an_edit_of_the_tree_that_finds_nothing_is_an_error():
    with pytest.raises(ValueError, match="found 0 times"):
        boards.edge("\tpl031@9010000 {\n\t\treg = <0>;\n\t};\n")


def test_an_archive_is_read_by_cpio():
    archive = Archive()
    archive.file("a/b/c", b"hello", executable=True)
    archive.character_device("dev/console", 5, 1)
    done = subprocess.run(["cpio", "-tv", "--quiet"], check=True,
                          input=archive.data(), stdout=subprocess.PIPE)
    lines = done.stdout.decode().splitlines()
    assert [line.split()[-1] for line in lines] == ["a", "a/b", "a/b/c", "dev",
                                                    "dev/console"]
    assert lines[2].startswith("-rwxr-xr-x")
    assert lines[4].startswith("crw-------")


def test_two_runs_print_the_same_bytes():
    def run() -> bytes:
        return subprocess.run(
            [ROOT / "scripts/bench", "--json", "irq-fasteoi-k6.1-q7.2-gic3",
             "irq-oneshot-k6.1-q7.2-gic3", "mmio-direct-k6.1-q7.2-gic3"],
            check=False, stdout=subprocess.PIPE).stdout
    first, second = run(), run()
    assert first == second
    rows = [json.loads(line) for line in io.BytesIO(first)]
    assert len(rows) == 5
    assert rows[0]["case"] == "irq-fasteoi-k6.1-q7.2-gic3"


# The page about device trees

PAGE = """\
   * - ``dt-k6.1``
     - 6.1.0-56-arm64
     - 2
     - 30
     - 29
     - 20
     - 1
     - 0
     - 0
     - 0
     - 128.3
     - 0.7
"""
BOARDS = {"case": "dt-k6.1", "kernel": "6.1", "release": "6.1.0-56-arm64",
          "boards": 2, "nodes": 30, "cloned": 29, "with_drops": 20,
          "refused": 1, "crashes": 0, "dangling": 0, "addresses": 0,
          "median_us": 99.9, "largest_ms": 0.1}


def test_a_page_with_the_figures_of_the_row_is_right():
    assert dt_page.wrong(BOARDS, "dt", PAGE) == []


@pytest.mark.parametrize("figure", dt_page.COLUMNS["dt"])
def test_a_page_with_another_figure_is_wrong(figure):
    row = {**BOARDS, figure: 7}
    assert dt_page.wrong(row, "dt", PAGE)[0].startswith("dt-k6.1: [")


def test_the_page_is_of_each_case_of_boards():
    named = {case for case, _ in dt_page.lines(dt_page.text())}
    assert named == {case.name for case in dt_cases.CASES
                     if "sanitized" not in case.words}
