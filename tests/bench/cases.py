# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of cases."""
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import product

from . import latency
from .bad_input import CASES as BAD_INPUT
from .case import PL031, Case, Limit
from .common import (EVENTS, EXACT, GICS, HELD, KERNELS, NONE_LOST,
                     ONE_EACH, QEMUS, RESETS, events, everywhere, mode, path,
                     place)
from .control_cases import CASES as CONTROLS
from .dt_cases import CASES as DEVICE_TREE
from .emulated_cases import CASES as EMULATED
from .endurance_cases import CASES as ENDURANCE
from .host_cases import CASES as HOST
from .intercept_cases import CASES as INTERCEPT
from .mainline_cases import CASES as MAINLINE
from .modes import in_mode
from .newest_cases import CASES as NEWEST
from .newest_cases import PLACE as NEWEST_PLACE
from .oneshot_cases import CASES as ONESHOT
from .resample_cases import CASES as RESAMPLE
from .shared_cases import CASES as SHARED


def _matrix():
    """What has to be right on every kernel, QEMU and GIC."""
    for kernel, qemu, gic in everywhere():
        at = dict(group="irq", kernel=kernel, qemu=qemu, gic=gic)
        where = place(kernel, qemu, gic)
        yield Case(f"irq-fasteoi-{where}", words=events(), **at,
                   limits=(*EXACT, path("irqfd+resamplefd")))
        yield Case(f"irq-oneshot-{where}", words=events(), guest="oneshot",
                   **at, limits=(*ONE_EACH, mode("hold"), *HELD,
                                 path("irqfd+resamplefd")))
        yield Case(f"irq-edge-{where}", words=events(), board="edge",
                   **at, limits=(*EXACT, mode("edge"), path("irqfd")))


def _userspace():
    """Interrupts by way of QEMU: where irqfd cannot be had, or is not wanted."""
    for qemu, gic in product(QEMUS, GICS):
        at = dict(group="irq", qemu=qemu, gic=gic)
        where = place("6.1", qemu, gic)
        words = {**events(), "props": ",x-irqfd=off"}
        # Each trapped access of the guest's may let the host's line go.
        yield Case(f"irq-userspace-{where}", words=words, **at,
                   limits=(*ONE_EACH, path("userspace")))
        yield Case(f"irq-userspace-edge-{where}", words=words, board="edge",
                   **at, limits=(*EXACT, mode("edge"), path("userspace")))
    for qemu in QEMUS:
        yield Case(f"irq-tcg-{place('6.1', qemu, 3)}", "irq", qemu=qemu,
                   words={**events(), "accel": "tcg"},
                   limits=(*ONE_EACH, path("userspace")))


def _special():
    for kernel, qemu in zip(KERNELS, QEMUS):
        yield Case(f"irq-smmu-{place(kernel, qemu, 3)}", "irq", kernel=kernel,
                   qemu=qemu, board="smmu", words={**events(), "unsafe": 1},
                   limits=(*EXACT, path("irqfd+resamplefd")))
        yield Case(f"irq-platform-{place(kernel, qemu, 3)}", "irq",
                   kernel=kernel, qemu=qemu, board="lab",
                   words={"args": f"events={EVENTS} compat=vpo-test,rtc"},
                   limits=(*EXACT, path("irqfd+resamplefd")))
        yield Case(f"irq-two-{place(kernel, qemu, 3)}", "irq", kernel=kernel,
                   qemu=qemu, guest="two", board="lab",
                   words={"args": f"events={EVENTS} compat=vpo-test,rtc",
                          "devices": "9010000.pl031 9030000.pl061"},
                   limits=(*EXACT, path("irqfd+resamplefd")))
    for smp, vcpus in ((1, 1), (1, 2), (2, 1), (2, 2)):
        yield Case(f"irq-idle-smp{smp}-vcpus{vcpus}-" + place("6.1", "7.2", 3),
                   "irq", smp=smp,
                   words={"args": f"events={EVENTS} idle=1", "vcpus": vcpus},
                   limits=(*EXACT, path("irqfd+resamplefd")))


# QEMU's own vfio-platform, with our kernel driver below it: the same guest,
# told where the device is, since the node calls it a network card. It cannot
# find a device on any other bus than the platform bus: board "lab".
STOCK = {"frontend": "vfio-calxeda-xgmac"}
STOCK_PLACE = "base=0x0c000000 spi=112"


def _stock():
    for gic in GICS:
        yield Case(f"irq-stock-{place('6.1', '7.2', gic)}", "irq", gic=gic,
                   board="lab", device="vfio-platform",
                   words={**STOCK, "args": f"events={EVENTS} {STOCK_PLACE}"},
                   limits=NONE_LOST)


def _mmio():
    direct = (Limit("ticks_per_access", "<=", 0.25), Limit("wrong", "==", 0))
    for qemu in QEMUS:
        at = dict(group="mmio", kind="mmio", guest="mmio", qemu=qemu)
        where = place("6.1", qemu, 3)
        yield Case(f"mmio-direct-{where}", **at, limits=direct,
                   words={"args": "accesses=100000"})
        yield Case(f"mmio-trapped-{where}", **at, limits=direct[1:],
                   words={"args": "accesses=1000", "props": ",x-no-mmap=on"})
    yield Case(f"mmio-stock-{place('6.1', '7.2', 3)}", "mmio", kind="mmio",
               guest="mmio", board="lab", device="vfio-platform",
               words={**STOCK, "args": f"accesses=1000 {STOCK_PLACE}"})


def _reset():
    for kernel, qemu, gic in everywhere():
        at = dict(group="reset", kernel=kernel, qemu=qemu, gic=gic)
        where = place(kernel, qemu, gic)
        yield Case(f"reset-{where}", guest="reset", **at,
                   words={"args": f"resets={RESETS}", "timeout": 60},
                   limits=(*ONE_EACH, path("irqfd+resamplefd"),
                           Limit("resets", "==", RESETS)))
        yield Case(f"reset-line-high-at-start-{where}", guest="lineup", **at,
                   words={"line": "high"},
                   limits=(*ONE_EACH, path("irqfd+resamplefd")))


# The first device of a guest has its registers at the platform bus's start.
GPIO, VIRTIO = "c000000.pl061", "c000000.virtio_mmio"


def _linux_probes(words):
    """Unmodified drivers that find their device by the node it was given."""
    for name, device, drivers, more in (
            ("gpio", "9030000.pl061", f"{GPIO}:pl061_gpio,vpo-keys:gpio-keys",
             {"props": ",dt-overlay=/guest/keys.dtbo"}),
            # Its DMA would hit the host, so no driver of the virtio device's.
            ("virtio-mmio", "a003e00.virtio_mmio", f"{VIRTIO}:virtio-mmio",
             {"module": "allow_no_iommu_dma=a003e00.virtio_mmio"})):
        probe = ",".join(d.partition(":")[0] for d in drivers.split(","))
        for qemu in QEMUS:
            yield Case(f"linux-{name}-{place('6.1', qemu, 3)}", "linux",
                       qemu=qemu, guest="linux", board="lab",
                       words={**words, "initrd": "/guest/probe.initrd",
                              "devices": device, **more,
                              "args": f"console=ttyAMA0 quiet probe={probe}"},
                       limits=(Limit("guest_said", "==", drivers),))


def _linux_two(words):
    """Devices of one guest find each other by the host's references."""
    probe, leads = "c000000.pl031,c001000.pl061", "reset-gpios"
    for qemu in QEMUS:
        yield Case(f"linux-two-{place('6.1', qemu, 3)}", "linux", qemu=qemu,
                   guest="linux", board="lab",
                   words={**words, "initrd": "/guest/probe.initrd",
                          "devices": "9010000.pl031 9030000.pl061",
                          "args": f"quiet probe={probe} leads={leads}"},
                   limits=(Limit("guest_said", "==", "c000000.pl031:,"
                                 "pl061@c001000,c001000.pl061:pl061_gpio"),))


def _linux_uart(words):
    """Each byte is one interrupt, and is answered by the guest's tty."""
    name = "c000000.pl011"
    for qemu in QEMUS:
        yield Case(f"linux-uart-{place('6.1', qemu, 3)}", "linux", qemu=qemu,
                   guest="linux", board="uart",
                   words={**words, "initrd": "/guest/uart.initrd",
                          "devices": "9000000.pl011",
                          "beside": f"ttytalk ask /dev/ttyS1 {EVENTS}",
                          # No console=, or the assigned UART might be it.
                          "args": f"quiet uart={name} bytes={EVENTS}"},
                   limits=(Limit("guest_irqs", "==", "events"),
                           Limit("host_irqs", "==", "events"),
                           Limit("answered", "==", "events"),
                           Limit("garbled", "==", 0),
                           Limit("guest_driver", "==", "uart-pl011"),
                           path("irqfd+resamplefd")))


def _linux():
    words = {"initrd": "/guest/linux.initrd", "memory": 256, "timeout": 120,
             "args": "console=ttyAMA0 quiet alarms=10"}
    limits = (*NONE_LOST[:1], Limit("guest_irqs", "==", "events"),
              Limit("host_irqs", "==", "guest_irqs"),
              Limit("guest_driver", "==", "rtc-pl031"),
              path("irqfd+resamplefd"))
    for qemu, gic in (("7.2", 3), ("7.2", 2), ("10.0", 3)):
        yield Case(f"linux-rtc-{place('6.1', qemu, gic)}", "linux", qemu=qemu,
                   gic=gic, guest="linux", words=words, limits=limits)
    # The host's node is nothing that a guest has a driver for, and of its
    # clocks the tree does not say the rate of one and nobody that of the other.
    told = (",compatible=arm,,pl031/arm,,primecell,clock-rate=nobodys=5000000"
            ',dt-property=vpo-property="by-property";'
            ",dt-overlay=/guest/overlay.dtbo")
    for qemu in QEMUS:
        yield Case(f"linux-told-{place('6.1', qemu, 3)}", "linux", qemu=qemu,
                   guest="linux", board="lab", words={**words, "props": told},
                   limits=(*limits, Limit("guest_clocks", "==",
                                          "12000000,5000000"),
                           Limit("guest_said", "==",
                                 "by-property,by-overlay,")))
    yield from _linux_probes(words)
    yield from _linux_two(words)
    yield from _linux_uart(words)
    # A real ONESHOT driver: the guest's kernel threads every handler.
    rest = {key: words[key] for key in ("initrd", "memory", "timeout")}
    for name in ("hold", "threaded", "forwarded"):
        yield in_mode(name, f"linux-{name}", words["args"] + " threadirqs",
                      (*limits[:2], limits[3]), rest, guest="linux")


# A clock of board "lab", and its rate, which the device tree does not say.
LAB_CLOCK = "half-clock 12000000"
# A device of 512 bytes, which shares its page with seven others.
SUBPAGE = "a003e00.virtio_mmio"
# So that a few system calls for each interrupt are quick enough for one.
SMALL_STORM = "storm_limit=1000"
PROBE = (Limit("tests", "==", "planned"), Limit("tests", ">=", 30))


def _kernel():
    """The kernel driver's interface, with no QEMU above it."""
    for kernel, qemu in (*zip(KERNELS, QEMUS), NEWEST_PLACE):
        for board in ("stock", "edge", "lab", "smmu", "power"):
            yield Case(f"kernel-{board}-k{kernel}", "kernel", kernel, qemu,
                       board=board, function="run_probe", kind="probe",
                       words={"device": PL031, "unsafe": 1,
                              "module": f"{SMALL_STORM} shared_irq={PL031}",
                              **({"clock": LAB_CLOCK} if board == "lab"
                                 else {})},
                       limits=PROBE)
        yield Case(f"kernel-subpage-k{kernel}", "kernel", kernel, qemu,
                   function="run_probe", kind="probe",
                   words={"device": SUBPAGE,
                          "module": f"allow_no_iommu_dma={SUBPAGE}"},
                   limits=PROBE)


DEMO = replace(next(_linux()), name="demo", group="demo")


def _all():
    return [*_matrix(), *_userspace(), *_special(), *_stock(), *_mmio(),
            *_reset(), *_linux(), *ONESHOT, *ENDURANCE, *CONTROLS, *MAINLINE,
            *NEWEST, *RESAMPLE, *EMULATED, *SHARED, *_kernel(), *HOST,
            *INTERCEPT, *BAD_INPUT, *DEVICE_TREE]


def table() -> list[Case]:
    """All cases, in the order in which they are shown."""
    return [replace(case, limits=(*case.limits, *latency.limits(case)))
            for case in _all()]


def groups() -> list[str]:
    return list(dict.fromkeys(case.group for case in table()))


def choose(words: list[str], cases: list[Case] | None = None) -> list[Case]:
    """The cases of the table, or of another one, that groups, names or patterns
    stand for; all without any."""
    cases = table() if cases is None else cases
    for word in words:
        if not any(_matches(case, word) for case in cases):
            raise ValueError(f"no case or group is called {word!r}; "
                             "scripts/bench --list shows them")
    return [case for case in cases
            if not words or any(_matches(case, word) for word in words)]


def _matches(case: Case, word: str) -> bool:
    return word == case.group or fnmatchcase(case.name, word)
