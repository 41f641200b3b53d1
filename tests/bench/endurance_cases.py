# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group oneshot that last: what no mode may ever get wrong.

A full run takes minutes for each case; the environment asks for it:
VPO_STRESS_EVENTS=100000, VPO_KILL_ROUNDS=100.
"""
import os
from itertools import product

from .case import Limit
from .common import GICS, NONE_LOST, ONE_EACH, RESETS
from .modes import HOST_MODES, LOOKING, in_mode

STRESS_EVENTS = int(os.environ.get("VPO_STRESS_EVENTS", "5000"))
STRESS_SEED = int(os.environ.get("VPO_STRESS_SEED", "1"))
KILL_ROUNDS = int(os.environ.get("VPO_KILL_ROUNDS", "12"))
PLACES = ({}, {"gic": 2}, {"kernel": "6.12", "qemu": "10.0"}, {"smp": 2})

# What the interface promises of a line that never drops, in ticks: 8 * bound_ns
# + interval_max_ns; and its looks, of which the first few are closer together.
GAP_MOST = 81 * 62500
POLLS_MOST = 1100
# So long does a guest work beside such a line: fifteen times the longest gap, so
# that a few ms of the host's own work are not taken for that of polling.
WORK = 75000000

STRESS_LIMITS = {
    "automask": (Limit("spurious", ">", 0),),
    # signalled again while it is being served, and in no other case
    "hold": (Limit("spurious", "<=", "owed"),
             # Most events come again before a look has seen the line low.
             Limit("retriggers", "<=", STRESS_EVENTS // 10)),
    "threaded": (Limit("spurious", "<=", "owed"),),
    "forwarded": (Limit("spurious", "==", 0), Limit("absorbed", "==", 0),
                  Limit("guest_irqs", "==", "events")),
}


def _stress():
    """Events at pseudo-random moments: see guests/stress.c."""
    for at, name in product(PLACES, HOST_MODES):
        # An event may be late where the line is looked at; a guest should
        # spend that time asleep, and on two CPUs all its time.
        idle = int(name in LOOKING or "smp" in at)
        yield in_mode(
            name, f"stress-{name}", f"events={STRESS_EVENTS} seed={STRESS_SEED} "
            f"slow=500 idle={idle}",
            (*NONE_LOST, *STRESS_LIMITS[name],
             Limit("events", ">=", STRESS_EVENTS)),
            {"timeout": 20 + STRESS_EVENTS // 10}, guest="stress",
            seconds=60 + STRESS_EVENTS // 50, **at)


def _stuck():
    """A line that never drops."""
    limits = (*NONE_LOST, Limit("spurious", "==", 0),
              Limit("guest_irqs", ">=", 30), Limit("gap_max", "<=", GAP_MOST))
    looks = (Limit("polls_per_second", "<=", POLLS_MOST),)
    cost = (Limit("polling_cpu_percent", "<", 1),)
    for at, name in product(PLACES, HOST_MODES):
        # A guest that works keeps the other CPU from its turn.
        work = WORK if name in LOOKING and "smp" not in at else 0
        yield in_mode(name, f"stuck-{name}", f"irqs=30 idle=1 work={work}",
                      (*limits, *(looks if name in LOOKING else ()),
                       *(cost if work else ())), guest="stuck", **at)


def _resets():
    """The guest resets itself, with the interrupt in flight: guests/reset.c."""
    resets = max(RESETS, KILL_ROUNDS)
    for gic, name in product(GICS, HOST_MODES):
        yield in_mode(name, f"reset-{name}", f"resets={resets}",
                      (*ONE_EACH, Limit("resets", "==", resets)),
                      {"timeout": 60}, guest="reset", gic=gic)


def _flights():
    """The device is taken away, with the interrupt in flight: host/flight.sh."""
    for (how, gic), name in product((("kill", 2), ("kill", 3), ("unbind", 3),
                                     ("rmmod", 3)), HOST_MODES):
        yield in_mode(
            name, f"{how}-{name}", "", (*ONE_EACH, Limit("rounds", "==", KILL_ROUNDS),
                            Limit("worked", "==", "rounds")),
            {"how": how, "rounds": KILL_ROUNDS, "mode": name,
             "other": "hold" if name == "automask" else "automask"},
            function="run_flight", guest="flight", gic=gic,
            seconds=60 + 10 * KILL_ROUNDS)


CASES = [*_stress(), *_stuck(), *_resets(), *_flights()]
