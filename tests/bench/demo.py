#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/demo: a Linux guest's own driver uses a device of the host's."""
import sys
import textwrap
import time
from datetime import datetime, timezone
from pathlib import Path

if __package__ in (None, ""):
    # Started as a file: its own folder must not hide the package `bench`.
    ROOT = Path(__file__).resolve().parents[2]
    sys.path[:1] = [str(ROOT / "tests"), str(ROOT / "scripts/lib")]

# pylint: disable=wrong-import-position
from bench import boot, case, cases, results, runner  # noqa: E402
from vpo.progress import SetupError  # noqa: E402

HOST_DRIVER, VFIO_DRIVER = "rtc-pl031", "vfio-platform-oneshot"


def heading(text: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}{text}{plain}", flush=True)


def fact(what: str, value: object) -> None:
    print(f"  {what:<22} {value}", flush=True)


def clock(seconds: str | None) -> str:
    """A time as the host's kernel gives it, for people."""
    if not seconds:
        return "?"
    moment = datetime.fromtimestamp(int(seconds), timezone.utc)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def show_command(command: str) -> None:
    """The command line, broken where an option starts."""
    for line in textwrap.wrap(command, 76, subsequent_indent="    ",
                              break_long_words=False, break_on_hyphens=False):
        print("  " + line)


def show(report: results.Report, row: dict) -> None:
    """The whole story, in the order in which it happened."""
    last = report.last
    heading("The host: an emulated ARM board, unmodified Debian")
    fact("kernel", last("host_kernel"))
    fact("QEMU", last("qemu_version"))
    heading(f"The device: {case.PL031} (AMBA), the board's clock")
    fact("host driver before", last("driver_before"))
    fact("its time, by that", clock(last("clock_before")))
    fact("now bound to", last("driver_during"))
    heading("QEMU")
    show_command(last("command") or "?")
    heading("The guest: Linux, with a driver that knows nothing of all this")
    fact("device tree node", last("guest.node"))
    fact("compatible", last("guest.compatible"))
    fact("guest driver", f"{row.get('guest_driver')} ({last('guest.rtc')})")
    fact("time, by that", (last("guest.time") or "?").replace("T", " "))
    fact("alarms set", row.get("events"))
    fact("alarms that came", row.get("events", 0) - row.get("lost", 0))
    heading("Interrupts")
    fact("path", row.get("path"))
    fact("counted in the guest", row.get("guest_irqs"))
    fact("counted in the host", row.get("host_irqs"))
    heading("Afterwards")
    fact("host driver after", last("driver_after"))
    fact("its time, by that", clock(last("clock_after")))


def problems(report: results.Report, row: dict) -> list[str]:
    """What is not as it should be."""
    found = [row["failed"]] if "failed" in row else []
    for what, want in (("driver_before", HOST_DRIVER),
                       ("driver_during", VFIO_DRIVER),
                       ("driver_after", HOST_DRIVER)):
        if report.last(what) != want:
            found.append(f"{what} is {report.last(what)}, not {want}")
    times = [report.number("clock_before"), report.number("clock_after")]
    if None in times:
        found.append("the host could not read the clock")
    elif times[1] < times[0] + row.get("events", 0):
        found.append("the host's clock went wrong")
    if not report.last("guest.time"):
        found.append("the guest did not read the time")
    return found


def main() -> int:
    """Exit code 0 only if everything that is shown was as it should be."""
    begin = time.monotonic()
    print("Assigning a device of an emulated ARM host to a Linux guest …",
          flush=True)
    try:
        report = runner.reports([cases.DEMO]).get("demo", results.Report())
    except SetupError as err:
        print(f"scripts/demo: {err}", file=sys.stderr)
        return 2
    row = results.rows(cases.DEMO, report)[0]
    show(report, row)
    wrong = problems(report, row)
    heading("FAILED" if wrong else "All of it is as it should be.")
    for text in wrong:
        print(f"  {text}")
    if wrong:
        print(f"  log: {boot.log_path(cases.DEMO.boot)}")
    print(f"  {time.monotonic() - begin:.1f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
