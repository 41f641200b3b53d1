# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases on Debian's newest kernel.

Since 6.19, KVM on a GICv3 does not signal resamplefd if the guest acknowledges
and ends a level interrupt without leaving to KVM in between: a storm, shown
once as the peer's row. What does not rest on resamplefd must be exact there,
and everything must be on a GICv2 host, which has no such bug.
"""
from itertools import product

from .bad_input import ROWS
from .bad_input import case as bad_input
from .case import PL031, Case, Limit
from .common import (EVENTS, EXACT, HELD, KERNELS, NONE_LOST, ONE_EACH, RESETS,
                     events, mode, path, place)
from .modes import MODES, in_mode
from .oneshot_cases import ONESHOT_LIMITS

PLACE = KERNEL, QEMU = "newest", "10.0"
GIC2, GIC3 = place(KERNEL, QEMU, 2), place(KERNEL, QEMU, 3)
# Of those that depend on the host's kernel.
BAD = ("bound-to-another-driver", "no-opt-in", "driver-not-loaded",
       "no-permission", "two-vms-on-one-device", "region-too-large")
# Each event costs tens of thousands of interrupts and some seconds. From the third
# on the guard (hw/vfio/oneshot-guard.c) would not believe in resamplefd any more.
STORM_EVENTS = 2
STORM_LEAST = 1000 * STORM_EVENTS
NO_PMU = "host,pmu=off"


def _at(group: str, gic: int, **fields) -> dict:
    return dict(group=group, kernel=KERNEL, qemu=QEMU, gic=gic, **fields)


def _in_mode(name: str, title: str, args: str, limits: tuple,
             guest: str = "fasteoi", smp: int = 1, **words) -> Case:
    """A case on GICv3 in which the host is in that mode."""
    return in_mode(name, title, args, limits, words, kernel=KERNEL, qemu=QEMU,
                   gic=3, guest=guest, smp=smp)


def _gic2():
    """As on every other kernel."""
    resample = path("irqfd+resamplefd")
    yield Case(f"irq-fasteoi-{GIC2}", **_at("irq", 2), words=events(),
               limits=(*EXACT, mode("hold"), resample))
    yield Case(f"irq-oneshot-{GIC2}", **_at("irq", 2, guest="oneshot"),
               words=events(), limits=(*ONE_EACH, *HELD, mode("hold"),
                                       resample))
    yield Case(f"irq-edge-{GIC2}", **_at("irq", 2, board="edge"),
               words=events(), limits=(*EXACT, mode("edge"), path("irqfd")))
    yield Case(f"reset-{GIC2}", **_at("reset", 2, guest="reset"),
               words={"args": f"resets={RESETS}", "timeout": 60},
               limits=(*ONE_EACH, resample, Limit("resets", "==", RESETS)))
    yield Case(f"reset-line-high-at-start-{GIC2}",
               **_at("reset", 2, guest="lineup"), words={"line": "high"},
               limits=(*ONE_EACH, resample))


def _storm():
    """Nobody looks whether KVM is right before it is used."""
    yield _in_mode(
        "automask", "storm-automask-fasteoi", f"events={STORM_EVENTS}",
        (*NONE_LOST, Limit("spurious", ">", STORM_LEAST),
         Limit("host_irqs", "==", "events")), timeout=60,
        props=MODES["automask"][0] + ",x-resample-check=off")


def _forwarded():
    """The way that has no need of resamplefd.

    KVM looks at the virtual CPU's performance counters at each exit and entry
    there, which is 45 ticks.
    """
    for guest, exact in (("oneshot", ONE_EACH), ("fasteoi", EXACT)):
        for more, smp, cpu in (("", 1, "host"),
                               ("-no-pmu", 1, NO_PMU),
                               ("", 2, "host")):
            yield _in_mode("forwarded", f"forwarded-{guest}{more}",
                           f"events={EVENTS} idle={smp - 1}", exact,
                           guest=guest, smp=smp, vcpus=smp, cpu=cpu)
    yield _in_mode("forwarded", "reset-forwarded", f"resets={RESETS}",
                   (*ONE_EACH, Limit("resets", "==", RESETS)), guest="reset",
                   timeout=60)


def _repaired():
    """The modes that need resamplefd, with the module's own cure for it."""
    cure = "repair_resample=1"
    for name, guest in product(("automask", "hold"), ("oneshot", "fasteoi")):
        exact = EXACT if guest == "fasteoi" else ONESHOT_LIMITS[name]
        yield _in_mode(name, f"repaired-{name}-{guest}-no-pmu",
                       f"events={EVENTS}", exact, guest=guest, module=cure,
                       cpu=NO_PMU)
    yield _in_mode("hold", "repaired-hold-oneshot", f"events={EVENTS} idle=1",
                   ONESHOT_LIMITS["hold"], guest="oneshot", smp=2, vcpus=2,
                   module=cure)
    yield _in_mode("hold", "repaired-reset", f"resets={RESETS}",
                   (*ONE_EACH, Limit("resets", "==", RESETS)), guest="reset",
                   timeout=60, module=cure)
    for kernel in KERNELS:
        yield Case(f"kernel-repair-refused-k{kernel}", "kernel", kernel,
                   function="run_probe", kind="probe", words={
                       "device": PL031, "module": f"shared_irq={PL031}",
                       "refused": "repair_resample=KVM of this kernel has no "
                       "such fault"},
                   limits=(Limit("tests", "==", "planned"),))


def _gic3():
    """What does without resamplefd."""
    yield Case(f"irq-edge-{GIC3}", **_at("irq", 3, board="edge"),
               words=events(), limits=(*EXACT, mode("edge"), path("irqfd")))
    yield Case(f"mmio-direct-{GIC3}", **_at("mmio", 3, guest="mmio"),
               kind="mmio", words={"args": "accesses=100000",
                                     "module": "forward=1"},
               limits=(Limit("ticks_per_access", "<=", 0.25),
                       Limit("wrong", "==", 0)))
    yield from _storm()
    yield from _forwarded()
    yield from _repaired()


CASES = [*_gic2(), *_gic3(),
         *(bad_input(row, KERNEL, QEMU) for row in ROWS if row.name in BAD)]
