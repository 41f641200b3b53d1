# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases around KVM's resamplefd: its self-test, and the ways that need none.

KVM of the newest kernel loses the guest's end of level interrupts on GICv3; see
newest_cases.py, which shows the storm. These show how our device finds out,
what it does then, and what that costs.
"""
from itertools import product

from .bad_input import REFUSED, WARNED, Row, case as bad_input
from .case import Case, Limit
from .common import (EVENTS, EXACT, HELD, KERNELS, NONE_LOST, ONE_EACH, QEMUS,
                     RESETS, events, mode, path, place)
from .endurance_cases import KILL_ROUNDS, STRESS_EVENTS, STRESS_SEED

NEWEST = "newest"
GUESTS = ("fasteoi", "oneshot")
BUG = "loses the guest's end of level interrupts"
# A trapped access asks the line again, and one that is still high fires: once
# for the write that raises it, and for each read before it is served.
ASKED = (Limit("host_irqs", ">=", "events"),)
# name: properties, module parameters, what the host does, path, what QEMU says
WAYS = {
    "auto": ("", "", "automask", "irqfd+trapped-writes", BUG),
    "trapped": (",x-no-mmap=on", "", "automask", "irqfd+trapped", BUG),
    "userspace": (",x-irqfd=off", "", "automask", "userspace",
                  "falls back to automask by userspace"),
}
POLLED = (",irq-mode=polled", "", "polled", "irqfd", "never")
FORWARDED = ("", "forward=1", "forwarded", "irqfd", "never")


def _of(way: tuple, args: str, **words) -> dict:
    """Words and limits of a case in that way."""
    props, module, used, by, says = way
    return {"words": {"props": props, "module": module, "args": args,
                      "warns": says, **words}, "limits": (mode(used), path(by))}


def _case(name: str, qemu: str, limits: tuple, at: dict, **fields) -> Case:
    words, also = at["words"], at["limits"]
    smp = f"-smp{fields['smp']}" if "smp" in fields else ""
    return Case(f"oneshot-{name}{smp}-{place(NEWEST, qemu, 3)}", "oneshot",
                kernel=NEWEST, qemu=qemu, words=words, limits=(*limits, *also),
                **fields)


def _ways():
    """What auto takes; by newest_cases.py, forwarded, if that is allowed."""
    args = events()["args"]
    for qemu, guest, (name, way) in product(QEMUS, GUESTS, WAYS.items()):
        yield _case(f"{name}-{guest}", qemu, (*ONE_EACH, *ASKED),
                    _of(way, args), guest=guest)
    # Write-protected in the IOMMU as well, for the DMA of other devices.
    for qemu in QEMUS:
        yield _case("auto-smmu", qemu, ONE_EACH, _of(
            WAYS["auto"], args, unsafe=1), board="smmu")
    for guest in GUESTS:
        yield _case(f"forwarded-{guest}", "7.2", ONE_EACH,
                    _of(FORWARDED, args), guest=guest)


def _polled():
    """By name only: an event that comes before a look waits for the next one."""
    for qemu in QEMUS:
        yield _case("polled-oneshot", qemu, (*ONE_EACH, *HELD),
                    _of(POLLED, events()["args"]), guest="oneshot")
    yield _case("polled-back-to-back", "10.0",
                (*ONE_EACH, *HELD, Limit("retriggers", "==", 0)),
                _of(POLLED, events()["args"]))


def _guard():
    """The storm that is believed not to be there: seen, ended, survived."""
    believe = ",x-resample-check=off"
    ends = (*NONE_LOST, Limit("guest_irqs", ">=", "events"),
            Limit("overdue", ">=", 3), Limit("latency_ticks", "<=", 1500))
    args = events()["args"]
    for qemu in QEMUS:
        yield _case("guard-trapped-writes", qemu, ends, _of(
            (believe, "", "automask", "irqfd+trapped-writes",
             "was hold by irqfd+resamplefd"), args, timeout=60))
    yield _case("guard-forwarded", "10.0", ends, _of(
        (believe + ",irq-mode=automask", "forward=1", "forwarded", "irqfd",
         "was automask by irqfd+resamplefd"), args, timeout=60))
    # A device whose line drops on a read, which no trapped write tells of.
    yield _case("guard-reads", "10.0",
                (*NONE_LOST, Limit("overdue", "==", 3)),
                _of(("", "", "automask", "irqfd+trapped",
                     "was automask by irqfd+trapped-writes"), "events=20",
                    line="falls"), guest="reads")
    # This guest leaves to KVM while it has the interrupt: nothing is wrong.
    yield _case("guard-quiet", "10.0",
                (*ONE_EACH, *HELD, Limit("overdue", "==", 0)),
                _of((believe, "", "hold", "irqfd+resamplefd", "never"), args),
                guest="oneshot")


def _two_cpus():
    for name, way in (*WAYS.items(), ("polled", POLLED)):
        if name != "userspace":
            yield _case(f"{name}-oneshot", "10.0", ONE_EACH,
                        _of(way, f"events={EVENTS} idle=1", vcpus=2),
                        guest="oneshot", smp=2)


def _resets():
    for name, way in (("auto", WAYS["auto"]), ("polled", POLLED)):
        yield _case(f"{name}-reset", "10.0",
                    (*ONE_EACH, Limit("resets", "==", RESETS)),
                    _of(way, f"resets={RESETS}", timeout=60), guest="reset")
        yield _case(f"{name}-line-high-at-start", "10.0", ONE_EACH,
                    _of(way, "events=4", line="high"), guest="lineup")


def _stress():
    """Events at pseudo-random moments: see guests/stress.c."""
    exact = (Limit("spurious", "==", 0), Limit("guest_irqs", "==", "events"))
    for name, way, limits in (
            ("auto", WAYS["auto"], exact), ("trapped", WAYS["trapped"], exact),
            # signalled again while it is being served
            ("polled", POLLED, (Limit("spurious", "<=", "owed"),))):
        yield _case(f"{name}-stress", "10.0", (
            *NONE_LOST, *limits, Limit("events", ">=", STRESS_EVENTS)),
            _of(way, f"events={STRESS_EVENTS} seed={STRESS_SEED} slow=500 "
                f"idle={int(name == 'polled')}",
                timeout=20 + STRESS_EVENTS // 10), guest="stress",
            seconds=60 + STRESS_EVENTS // 50)


def _kills():
    """QEMU is killed with the interrupt in flight: see host/flight.sh."""
    for name, way, other in (("auto", WAYS["auto"], "polled"),
                             ("polled", POLLED, "automask")):
        at = _of(way, "", rounds=KILL_ROUNDS, mode=way[2], other=other)
        yield _case(f"{name}-kill", "10.0", (
            *ONE_EACH, Limit("rounds", "==", KILL_ROUNDS),
            Limit("worked", "==", "rounds")), at, function="run_flight",
            guest="flight", seconds=60 + 10 * KILL_ROUNDS)


def _linux():
    words = {"initrd": "/guest/linux.initrd", "memory": 256, "timeout": 120}
    for name, way in (("auto", WAYS["auto"]), ("polled", POLLED),
                      ("forwarded", FORWARDED)):
        yield _case(f"linux-{name}", "10.0",
                    (Limit("lost", "==", 0),
                     Limit("guest_irqs", "==", "events"),
                     Limit("guest_driver", "==", "rtc-pl031")),
                    _of(way, "console=ttyAMA0 quiet alarms=10", **words),
                    guest="linux")


def _mmio():
    """Reads are direct where writes are trapped."""
    for qemu in QEMUS:
        yield Case(f"mmio-writes-trapped-{place(NEWEST, qemu, 3)}", "mmio",
                   kernel=NEWEST, qemu=qemu, kind="mmio", guest="mmio",
                   words={"args": "accesses=1000", "warns": BUG},
                   limits=(Limit("wrong", "==", 0),
                           path("irqfd+trapped-writes")))


def _right():
    """The self-test, where KVM is right: hold by name is refused otherwise."""
    words = {**events(), "props": ",irq-mode=hold,x-resample-check=on",
             "warns": "never"}
    for kernel, qemu in product(KERNELS, QEMUS):
        yield Case(f"oneshot-resample-right-{place(kernel, qemu, 3)}",
                   "oneshot", kernel=kernel, qemu=qemu, words=words,
                   limits=(*EXACT, mode("hold"), path("irqfd+resamplefd")))


BAD = (
    (Row("hold-on-broken-kvm", (BUG, "forward=1", "repair_resample=1"),
         {"options": ",irq-mode=hold"}, REFUSED), NEWEST),
    (Row("checked-and-broken", (BUG, "forward=1"),
         {"options": ",x-resample-check=on"}, WARNED), NEWEST),
    (Row("hold-by-userspace", ("hold by userspace", "irq-mode=automask"),
         {"options": ",irq-mode=hold,x-irqfd=off"}, REFUSED), "6.1"),
    (Row("check-without-kvm", ("x-resample-check=on", "KVM is not in use"),
         {"options": ",x-resample-check=on", "accel": "tcg"}, REFUSED), "6.1"),
)


CASES = [*_ways(), *_polled(), *_guard(), *_two_cpus(), *_resets(), *_stress(),
         *_kills(), *_linux(), *_mmio(), *_right(),
         *(bad_input(row, kernel, "10.0") for row, kernel in BAD)]
