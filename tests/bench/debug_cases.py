# SPDX-License-Identifier: GPL-2.0-or-later
"""The cases of kernel 6.1 on the debug kernel, for what that one's log says.

Nothing is measured there: it takes several times as long for everything.
"""
from dataclasses import replace

from vpo.debugkernel import NAME, SERIES

from . import cases
from .case import Case, Limit
from .modes import LOOKING

GROUPS = ("host", "kernel", "oneshot", "emulated")
# How much longer a case may take, in the host's time and in this machine's.
SLOWER = 10
TIMEOUT = 20        # in host/vm.sh, where a case gives none
KILLED_WITHIN = 400000  # us: in host/return.sh
# Figures that are times, or come of how much happens in a time.
TIMES = ("latency_ticks", "raised_ticks", "delay_worst", "gap_max",
         "polls_per_second", "polling_cpu_percent", "retriggers")
# A storm is how often a line fires in 100 ms: less often there. A guest with a
# device in order has half as many.
STORM = "storm_limit=200"
# What the kernel must object to, or all else shows nothing.
FAULTS = Case(f"host-faults-k{NAME}", "host", NAME, board="faults",
              function="run_faults", kind="host",
              limits=(Limit("checks", "==", 3),))


def _limits(case: Case):
    """Those that are no times, nor follow from a line that is looked at late:
    there the bound may pass, and what was signalled again is spurious."""
    looking = {limit.other for limit in case.limits
               if limit.figure == "irq_mode"} & set(LOOKING)
    for limit in case.limits:
        if looking and (limit.figure, limit.op) == ("spurious", "=="):
            yield Limit("spurious", "<=", "retriggers")
        elif limit.figure not in TIMES and not (
                looking and (limit.figure, limit.op) == ("guest_irqs", "==")):
            yield limit


def in_debug(case: Case) -> Case:
    """The case on the debug kernel."""
    words = {**case.words,
             "timeout": SLOWER * int(case.words.get("timeout", TIMEOUT))}
    if case.kind == "probe" or case.guest == "storm":
        words["module"] = f"{words.get('module', '')} {STORM}"
    if case.function == "run_kills":
        words["within"] = SLOWER * KILLED_WITHIN
    return replace(
        case, kernel=NAME, name=case.name.replace(f"-k{SERIES}", f"-k{NAME}"),
        words=words, limits=tuple(_limits(case)),
        seconds=SLOWER * case.seconds)


def table() -> list[Case]:
    """What shows that the kernel sees faults, then all that it looks at."""
    return [FAULTS, *(in_debug(case) for case in cases.table()
                      if case.kernel == SERIES and case.group in GROUPS
                      and case.driver == "oneshot")]
