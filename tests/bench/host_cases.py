# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group host: what the host keeps for a device, and gets back."""
from itertools import product

from .case import Case, Limit
from .common import KERNELS, NONE_LOST, ONE_EACH, QEMUS, mode
from .endurance_cases import KILL_ROUNDS
from .modes import HOST_MODES, MODES
from .newest_cases import PLACE as NEWEST
from .oneshot_cases import ONESHOT_LIMITS

# A kernel is one boot.
PLACES = (*zip(KERNELS, QEMUS), NEWEST)
REBOOTS = 100
# Exact on every kernel, whatever is wrong with its resamplefd.
FORWARD = {"module": "forward=1"}
# Those that need its resamplefd are refused where that is broken.
KILL_MODES = {"newest": "automask polled forwarded auto"}


def _case(name: str, kernel: str, qemu: str, board: str = "power",
          **fields) -> Case:
    return Case(f"host-{name}-k{kernel}", "host", kernel, qemu, board=board,
                **{"function": f"run_{name}", "kind": "host", **fields})


def _checks(number: int) -> tuple[Limit, ...]:
    return (Limit("checks", "==", number),)


def _cases():
    for place in PLACES:
        yield _case("power", *place, limits=(Limit("cycles", "==", 1000),))
        yield _case("reset", *place, board="stock", limits=_checks(34))
        yield _case("sleep", *place, limits=_checks(6))
        yield _case("shutdown", *place, board="poweroff",
                    limits=(Limit("shutdown", "==",
                                  "reset0.assert reset0.deassert "),))
        yield _case("refuse", *place, board="lab", limits=_checks(10))
        yield _case("return", *place, guest="linux", words=FORWARD,
                    limits=_checks(47), seconds=120)
        yield _case("clocks", *place, guest="linux", kind="irq",
                    words=FORWARD, seconds=120,
                    limits=(Limit("guest_driver", "==", "rtc-pl031"),
                            Limit("were_on", ">", 0), Limit("are_on", "==", 0),
                            *_checks(3)))
        modes = KILL_MODES.get(place[0], " ".join(HOST_MODES))
        yield _case("kills", *place, words={"rounds": KILL_ROUNDS,
                                            "modes": modes, **FORWARD},
                    limits=(Limit("rounds", "==", KILL_ROUNDS),
                            Limit("worked", "==", "rounds"),
                            Limit("opens", ">", KILL_ROUNDS // 2)),
                    seconds=60 + 10 * KILL_ROUNDS)
        yield _case("reboots", *place, guest="reset", kind="irq",
                    words={"args": f"resets={REBOOTS} cleared=1", **FORWARD},
                    # Also at open, at close, and with the machine's first.
                    limits=(*ONE_EACH, Limit("resets", "==", REBOOTS),
                            Limit("device_resets", "==", REBOOTS + 3),
                            *_checks(3)))


PAUSES = 100


def _pauses():
    """QEMU is stopped and continued, with the interrupt in flight or not."""
    for name, place in (*product(HOST_MODES, [("6.1", "7.2")]),
                        ("forwarded", NEWEST)):
        props, module, _ = MODES[name]
        # Held ones are completed by the guest's early EOI: few are in flight.
        flying = ((Limit("in_flight", ">", 0),)
                  if name in ("automask", "threaded") else ())
        yield _case(f"pause-{name}", *place, board="stock", kind="irq",
                    guest="oneshot", function="run_case",
                    words={"props": props, "module": module, "pauses": PAUSES,
                           "args": "events=2000"},
                    limits=(*ONESHOT_LIMITS[name], mode(name),
                            Limit("pauses", "==", PAUSES), *flying))


# A real-time thread of the host is never woken later than this, in us.
DELAY = Limit("delay_worst", "<=", 5000)
STORM = {"devices": "9010000.pl031 9030000.pl061", "beside": "timerlat"}
STORM_ARGS = "compat=vpo-test,rtc events=1500 storm="
# What becomes of a line that is high for ever, and what the host's log and QEMU
# say. In hold and threaded it is looked at; else it fires whenever the guest ends
# it.
FIRES = ("fires more often than", Limit("storms", ">=", 2),
         Limit("stuck", "==", 0))
STUCK = ("is stuck", Limit("storms", "==", 0),
         Limit("stuck", "==", 1))
ENDS = {"automask": FIRES, "forwarded": FIRES, "hold": STUCK,
        "threaded": STUCK}


def _storm(name: str, kernel: str, qemu: str):
    """One device's line is high for ever; the guest's other one must work."""
    props, module, _ = MODES[name]
    trouble, *limits = ENDS[name]
    return _case(f"storm-{name}", kernel, qemu, board="lab", kind="irq",
                 guest="storm", function="run_case", seconds=120,
                 words={**STORM, "props": props, "module": module,
                        "args": f"{STORM_ARGS}1",
                        "logs": f"interrupt 0 .* {trouble}",
                        "warns": f"interrupt 0 {trouble}"},
                 limits=(NONE_LOST[0], DELAY, mode(name),
                         Limit("guest_irqs", "==", "events"), *limits))


def _storms():
    for name in HOST_MODES:
        for place in zip(KERNELS, QEMUS):
            yield _storm(name, *place)
    yield _storm("forwarded", *NEWEST)
    # The same without a storm, to compare with.
    yield _case("storm-none", "6.1", "7.2", board="lab", kind="irq",
                guest="storm", function="run_case",
                words={**STORM, "args": f"{STORM_ARGS}0"},
                limits=(*NONE_LOST, DELAY, Limit("storms", "==", 0)))


CASES = [*_cases(), *_pauses(), *_storms()]
