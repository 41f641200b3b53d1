# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group oneshot: every interrupt mode, and what must not break it."""
import os
from itertools import product

from .case import Case, Limit
from .common import (DOUBLED, EVENTS, EXACT, GICS, HELD, KERNELS, NONE_LOST,
                     ONE_EACH, RESETS, events, mode, path, place)

# mode: properties, module parameters, path
STATUS_RULE = ",irq-served=0:0x18:0x1"
MODES = {
    "automask": (",irq-mode=automask", "", "irqfd+resamplefd"),
    "hold": (",irq-mode=hold", "", "irqfd+resamplefd"),
    "threaded": (",irq-mode=threaded", "", "irqfd+resamplefd"),
    "forwarded": (",irq-mode=forwarded", "forward=1", "irqfd"),
    # where the host driver has no modes, QEMU unmasks
    "user": (",irq-mode=automask,irq-served=none", "",
             "irqfd+userspace-unmask"),
    "rule": (",irq-mode=automask" + STATUS_RULE, "",
             "irqfd+userspace-unmask"),
}
# What a ONESHOT guest makes of each; one that handles, then EOIs: ONE_EACH.
ONESHOT_LIMITS = {
    "automask": DOUBLED, "user": DOUBLED, "rule": ONE_EACH,
    "hold": (*ONE_EACH, *HELD), "threaded": (*ONE_EACH, *HELD),
    "forwarded": ONE_EACH,
}


def _modes():
    """Every mode under both kinds of guest driver."""
    for kernel, gic, (name, (props, module, way)) in product(
            KERNELS, GICS, MODES.items()):
        words = {**events(), "props": props, "module": module}
        where = place(kernel, "7.2", gic)
        at = dict(group="oneshot", kernel=kernel, gic=gic, words=words)
        used = (path(way), mode("automask" if name in ("user", "rule")
                                else name))
        yield Case(f"oneshot-{name}-{where}", guest="oneshot", **at,
                   limits=(*ONESHOT_LIMITS[name], *used))
        yield Case(f"oneshot-{name}-fasteoi-{where}", **at,
                   limits=(*EXACT, *used))


def _stay():
    """What a guest pays that never leaves to KVM between two interrupts."""
    yield _case("stay", "forwarded-fasteoi", 3, EXACT,
                _of_mode("forwarded", f"events={EVENTS} stay=1"))


# The modes of the host's driver, of which each must survive what follows.
HOST_MODES = ("automask", "hold", "threaded", "forwarded")
# An event may be late in these, which a guest should spend asleep.
LOOKING = ("hold", "threaded")
# A full run takes minutes for each mode: VPO_STRESS_EVENTS=100000,
# VPO_KILL_ROUNDS=100 in the environment.
STRESS_EVENTS = int(os.environ.get("VPO_STRESS_EVENTS", "5000"))
STRESS_SEED = int(os.environ.get("VPO_STRESS_SEED", "1"))
KILL_ROUNDS = int(os.environ.get("VPO_KILL_ROUNDS", "10"))
# What the interface promises of a line that never drops, in ticks: 8 * bound_ns
# + interval_max_ns; and its looks, of which the first few are closer together.
GAP_MOST = 81 * 62500
POLLS_MOST = 1100


def _of_mode(name: str, args: str, **words) -> dict:
    """Words and limits of a case in which the host is in that mode."""
    props, module, way = MODES[name]
    return {"words": {"props": props, "module": module, "args": args, **words},
            "limits": (path(way), mode(name))}


def _case(name: str, what: str, gic: int, limits: tuple, at: dict,
          **fields) -> Case:
    words, also = at["words"], at["limits"]
    smp = f"-smp{fields['smp']}" if "smp" in fields else ""
    return Case(f"oneshot-{what}-{name}{smp}-{place('6.1', '7.2', gic)}",
                "oneshot", gic=gic, words=words, limits=(*limits, *also),
                **fields)


def _stress():
    """Events at pseudo-random moments: see guests/stress.c."""
    spurious = {
        "automask": Limit("spurious", ">", 0),
        # signalled again while it is being served, and in no other case
        "hold": Limit("spurious", "<=", "owed"),
        "threaded": Limit("spurious", "<=", "owed"),
        "forwarded": Limit("spurious", "==", 0)}
    for name in HOST_MODES:
        yield _case(name, "stress", 3, (
            *NONE_LOST, spurious[name],
            *((Limit("guest_irqs", "==", "events"),
               Limit("absorbed", "==", 0)) if name == "forwarded" else ()),
            # Most events come again before a look has seen the line low.
            *((Limit("retriggers", "<=", STRESS_EVENTS // 10),)
              if name == "hold" else ()),
            Limit("events", ">=", STRESS_EVENTS)),
            _of_mode(name, f"events={STRESS_EVENTS} seed={STRESS_SEED} "
                     f"slow=500 idle={int(name in LOOKING)}",
                     timeout=20 + STRESS_EVENTS // 10), guest="stress",
                    seconds=60 + STRESS_EVENTS // 50)


def _stuck():
    """A line that never drops."""
    limits = (*NONE_LOST, Limit("spurious", "==", 0),
              Limit("guest_irqs", ">=", 30), Limit("gap_max", "<=", GAP_MOST),
              Limit("polls_per_second", "<=", POLLS_MOST))
    for name in HOST_MODES:
        yield _case(name, "stuck", 3, limits,
                    _of_mode(name, "irqs=30 idle=1"), guest="stuck")


def _resets():
    limits = (*ONE_EACH, Limit("resets", "==", RESETS))
    for gic, name in product(GICS, HOST_MODES):
        yield _case(name, "reset", gic, limits,
                    _of_mode(name, f"resets={RESETS}", timeout=60),
                    guest="reset")


def _kills():
    """QEMU is killed with the interrupt in flight: see host/kill.sh."""
    limits = (*ONE_EACH, Limit("rounds", "==", KILL_ROUNDS),
              Limit("worked", "==", "rounds"))
    for gic, name in product(GICS, HOST_MODES):
        yield _case(name, "kill", gic, limits,
                    _of_mode(name, "", rounds=KILL_ROUNDS),
                    function="run_kill", guest="flight",
                    seconds=60 + 10 * KILL_ROUNDS)


def _two_cpus():
    for name in HOST_MODES:
        yield _case(name, "oneshot", 3, ONESHOT_LIMITS[name],
                    _of_mode(name, "events=1000 idle=1", vcpus=2),
                    guest="oneshot", smp=2)


CASES = [*_modes(), *_stay(), *_stress(), *_stuck(), *_resets(), *_kills(),
         *_two_cpus()]
