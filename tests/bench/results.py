# SPDX-License-Identifier: GPL-2.0-or-later
"""From what the emulated host prints to rows of figures, and their verdicts."""
import json
import re
from dataclasses import dataclass, field

from .case import Case

# The first ones of each row, in this order.
COMMON = ("case", "qemu", "kernel", "release", "gic", "driver", "device",
          "irq_mode", "path", "guest", "smp")
# How the guests call their figures, and how rows do.
GUEST_FIGURES = {"events": "events", "irqs": "guest_irqs",
                 "spurious": "spurious", "other": "other", "lost": "lost",
                 "resets": "resets", "driver": "guest_driver",
                 "clocks": "guest_clocks", "were_on": "were_on",
                 "are_on": "are_on", "said": "guest_said",
                 "latency": "latency_ticks", "min": "latency_min",
                 "max": "latency_max", "first": "latency_first",
                 "mean": "latency_mean",
                 # stress and stuck
                 "merged": "merged", "absorbed": "absorbed",
                 "before_eoi": "before_eoi", "before_service": "before_service",
                 "before_unmask": "before_unmask",
                 "after_unmask": "after_unmask", "later": "later",
                 "slow_services": "slow_services",
                 "seed": "seed", "gap_max": "gap_max", "ticks": "ticks",
                 "work_alone": "work_alone", "work_stuck": "work_stuck",
                 # regfuzz and gpio
                 "accesses": "accesses", "nonzero": "nonzero",
                 "direction": "direction", "high": "high", "low": "low",
                 "one_line": "one_line", "both_edges": "both_edges",
                 "gpio_irqs": "gpio_irqs", "denied_irqs": "denied_irqs",
                 "of_lines": "of_lines"}
HOST_FIGURES = ("host_irqs", "holds", "polls", "retriggers", "overdue",
                "storms", "stuck", "rounds", "worked", "checks",
                "device_resets", "pauses", "in_flight", "wakeups", "delay_mean", "delay_worst",
                "answered", "garbled", "rule_reads", "rule_writes",
                "rule_denied", "changed", "forbidden", "line_masks", "device_masks",
                "handovers", "visits", "visits_lost", "visits_spurious",
                "second_events", "second_irqs", "second_spurious",
                "second_lost", "card_reads", "card_wrong", "card_binds",
                "card_timeouts")
# Of cases about what the host keeps.
HOST_KEEPS = ("cycles", "checks", "rounds", "worked", "opens",
              "device_resets")
TICKS_PER_SECOND = 62500000
MMIO_ROWS = ("read", "write", "after_irq")
WINDOW_ROWS = ("read", "write")


@dataclass
class Report:
    """What the host said about one case."""
    results: dict[str, list[str]] = field(default_factory=dict)
    text: dict[str, list[str]] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    ended: bool = False

    def last(self, key: str) -> str | None:
        return self.results[key][-1] if key in self.results else None

    def number(self, key: str) -> int | None:
        value = self.last(key)
        return int(value) if value and re.fullmatch(r"-?\d+", value) else None


class Parser:
    """Takes the host's console line by line."""

    def __init__(self) -> None:
        self.reports: dict[str, Report] = {}
        self.finished = False
        self._now: Report | None = None

    def feed(self, line: str) -> str | None:
        """Takes a line; the name of a case that has just ended."""
        word, _, rest = line.rstrip("\r\n").partition(" ")
        if word == "@done":
            self.finished = True
        elif word == "@begin":
            self._now = self.reports.setdefault(rest, Report())
        elif self._now is None:
            pass
        elif word == "@end":
            self._now.ended = True
            self._now = None
            return rest
        else:
            self._note(word, rest)
        return None

    def _note(self, word: str, rest: str) -> None:
        if word == "@result":
            key, _, value = rest.partition("=")
            self._now.results.setdefault(key, []).append(value)
        elif word == "@text":
            which, _, text = rest.partition(" ")
            self._now.text.setdefault(which, []).append(text)
        elif word == "@trouble":
            self._now.trouble.append(rest)


def _common(case: Case, report: Report) -> dict:
    return {"case": case.name, "qemu": case.qemu, "kernel": case.kernel,
            "release": report.last("host_kernel"), "gic": case.gic,
            "driver": case.driver, "device": case.device,
            "irq_mode": case.irq_mode, "path": None, "guest": case.guest,
            "smp": case.smp}


def _verdict(case: Case, row: dict, report: Report) -> dict:
    """Adds why the row has failed; drops what it has no value for."""
    why = list(report.trouble)
    if not report.ended:
        why.append("the host did not get to the end of the case")
    if not why:
        why = [text for text in (limit.broken(row) for limit in case.limits)
               if text]
    row = {key: value for key, value in row.items() if value is not None}
    if why:
        row["failed"] = "; ".join(why)
    return row


def _irq_mode(case: Case, report: Report) -> str | None:
    """As the device says; only QEMU's own, which has no modes, is declared."""
    return case.irq_mode if case.device != "oneshot" else report.last("irq_mode")


def _irq_rows(case: Case, report: Report) -> list[dict]:
    row = _common(case, report)
    row["path"] = report.last("path")
    row["irq_mode"] = _irq_mode(case, report)
    for theirs, ours in GUEST_FIGURES.items():
        number = report.number(f"guest.{theirs}")
        text = report.last(f"guest.{theirs}") or None
        row[ours] = text if number is None else number
    for figure in HOST_FIGURES:
        row[figure] = report.number(figure)
    row["registers"] = report.last("registers")
    if row["slow_services"] is not None:
        row["owed"] = row["slow_services"] + row["absorbed"]
    if row["ticks"] and row["polls"] is not None:
        row["polls_per_second"] = round(
            row["polls"] * TICKS_PER_SECOND / row["ticks"], 1)
    if row["slow_services"] is not None and row["events"]:
        row["spurious_percent"] = round(
            100 * row["spurious"] / row["events"], 3)
    if row["work_alone"] and row["work_stuck"]:
        row["polling_cpu_percent"] = round(
            100 * (1 - row["work_stuck"] / row["work_alone"]), 3)
    return [_verdict(case, row, report)]


def _emulated_rows(case: Case, report: Report) -> list[dict]:
    """A row of the emulated interrupts, and one of the device's own line."""
    rows = []
    for nth, (who, prefix) in enumerate((("raised", "emulated_"),
                                         ("line", ""))):
        row = _common(case, report)
        row["case"] += f"-{who}"
        row["path"] = report.last(f"{prefix}path")
        row["irq_mode"] = report.last(
            "emulated_mode" if prefix else "irq_mode")
        for theirs, ours in GUEST_FIGURES.items():
            said = report.results.get(f"guest.{theirs}", [])
            if len(said) > nth:
                row[ours] = int(said[nth])
        row["emulated_path"] = report.last("emulated_path")
        row["emulated_mode"] = report.last("emulated_mode")
        row["not_taken"] = report.number(
            "not_taken" if prefix else "not_taken_line")
        rows.append(row)
    for row in rows:
        row["raised_ticks"] = rows[0].get("latency_ticks")
        row["line_ticks"] = rows[1].get("latency_ticks")
    return [_verdict(case, row, report) for row in rows]


def _mmio_rows(case: Case, report: Report) -> list[dict]:
    """One row for each kind of access; the limits are those of a read."""
    mapping = "trapped" if "x-no-mmap" in case.words.get("props", "") else (
        "stock" if case.device != "oneshot" else
        "writes-trapped" if report.last("path") == "irqfd+trapped-writes" else
        "direct")
    rows = []
    for kind in MMIO_ROWS:
        ticks = report.number(f"guest.{kind}")
        accesses = report.number("guest.accesses")
        row = _common(case, report)
        row["case"] += f"-{kind.replace('_', '-')}"
        row["path"] = report.last("path")
        row["irq_mode"] = _irq_mode(case, report)
        row.update(access=kind, mapping=mapping, accesses=accesses,
                   wrong=report.number("guest.wrong"))
        if ticks is not None and accesses:
            row["ticks_per_access"] = round(ticks / accesses, 4)
        rows.append(_verdict(case, row, report))
    return rows


def _window_rows(case: Case, report: Report) -> list[dict]:
    """One row for each kind of access to one register; limits are of each."""
    rows = []
    for kind in WINDOW_ROWS:
        row = _common(case, report)
        row["case"] += f"-{kind}"
        row["path"] = report.last("path")
        row["irq_mode"] = _irq_mode(case, report)
        row.update(access=kind, accesses=report.number("guest.accesses"))
        for figure in ("rule_reads", "rule_writes", "rule_denied"):
            row[figure] = report.number(figure)
        ticks = report.number(f"guest.{kind}")
        if ticks is not None and row["accesses"]:
            row["ticks_per_access"] = round(ticks / row["accesses"], 4)
        rows.append(_verdict(case, row, report))
    return rows


def _bad_input_rows(case: Case, report: Report) -> list[dict]:
    row = _common(case, report)
    row["irq_mode"] = row["guest"] = None
    row["exit"] = report.number("exit")
    said = " / ".join(report.text.get("said", []))
    row["message"] = said
    why = case.expect.broken(row["exit"], said)
    if why and not report.trouble:
        report.trouble.append(why)
    return [_verdict(case, row, report)]


def _probe_rows(case: Case, report: Report) -> list[dict]:
    row = _common(case, report)
    row["irq_mode"] = row["guest"] = row["qemu"] = row["device"] = None
    for figure in ("tests", "planned", "skipped"):
        row[figure] = report.number(figure)
    return [_verdict(case, row, report)]


def _host_rows(case: Case, report: Report) -> list[dict]:
    """Rows of no guest, or of many."""
    row = _common(case, report)
    row["irq_mode"] = row["guest"] = row["qemu"] = row["device"] = None
    row["shutdown"] = report.last("shutdown")
    for figure in HOST_KEEPS:
        row[figure] = report.number(figure)
    return [_verdict(case, row, report)]


KINDS = {"irq": _irq_rows, "emulated": _emulated_rows, "mmio": _mmio_rows,
         "window": _window_rows, "bad": _bad_input_rows,
         "probe": _probe_rows, "host": _host_rows}


def rows(case: Case, report: Report) -> list[dict]:
    """The rows of a case."""
    return KINDS[case.kind](case, report)


def as_json(row: dict) -> str:
    return json.dumps(row)


def as_text(row: dict) -> str:
    """A line for people."""
    shown = {key: value for key, value in row.items()
             if key not in (*COMMON, "failed", "message") or key == "path"}
    figures = "  ".join(f"{key} {value}" for key, value in shown.items())
    verdict = "FAILED" if "failed" in row else "ok"
    line = f"{verdict:<6} {row['case']:<46} {figures}"
    return line + (f"\n       {row['failed']}" if "failed" in row else "")
