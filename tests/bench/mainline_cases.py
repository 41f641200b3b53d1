# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases over mainline's kernel driver: the peer of ours, in group oneshot.

Mainline's wants an IOMMU group, so the device is behind the board's SMMU.
"""
from .case import PL031, Case, Limit
from .common import (DOUBLED, EVENTS, EXACT, KERNELS, ONE_EACH, RESETS,
                     events, mode, path, place)

# What QEMU says of a driver that has no modes and of a user who gives no rule.
FALLBACK = "the host driver has no interrupt modes"
# How the guest's EOI unmasks the line: properties, path, warning. What the user
# has chosen is worth none.
WAYS = {
    "": ("", "irqfd+resamplefd", FALLBACK),
    "-user": (",irq-served=none", "irqfd+userspace-unmask", "never"),
    "-rule": (",irq-served=0:0x18:0x1", "irqfd+userspace-unmask", "never"),
}
# Two an event, in the guest and in the host. Where QEMU unmasks, a few events
# are served before it gets to run.
TWO_EACH = (*DOUBLED, Limit("spurious", ">=", EVENTS * 99 // 100),
            Limit("host_irqs", "==", "guest_irqs"))
STOCK = {"frontend": "vfio-calxeda-xgmac",
         "args": f"events={EVENTS} base=0x0c000000 spi=112"}


def _at(kernel: str, words: dict, **more) -> dict:
    return {"group": "oneshot", "board": "smmu", "kernel": kernel,
            "driver": "mainline", "words": {**words, "unsafe": 1}, **more}


def _ours(kernel: str, where: str):
    """Our device, whatever the guest does with its interrupts."""
    for name, (props, way, warning) in WAYS.items():
        at = _at(kernel, {**events(), "props": props, "warns": warning})
        used = (path(way), mode("automask"))
        yield Case(f"oneshot-mainline{name}-{where}", guest="oneshot", **at,
                   limits=(*(ONE_EACH if name == "-rule" else TWO_EACH), *used))
        yield Case(f"oneshot-mainline{name}-fasteoi-{where}", **at,
                   limits=(*EXACT, *used))
    used = (path("irqfd+resamplefd"), mode("automask"))
    words = {"args": f"resets={RESETS}", "timeout": 60, "warns": FALLBACK}
    yield Case(f"oneshot-mainline-reset-{where}", guest="reset",
               **_at(kernel, words),
               limits=(*ONE_EACH, *used, Limit("resets", "==", RESETS)))
    yield Case(f"oneshot-mainline-line-high-at-start-{where}", guest="lineup",
               **_at(kernel, {"line": "high", "warns": FALLBACK}),
               limits=(*ONE_EACH, *used))


def _stock(kernel: str, where: str):
    """QEMU's own device, which knows no other bus than the platform bus."""
    for guest in ("oneshot", "fasteoi"):
        yield Case(f"oneshot-mainline-stock-{guest}-{where}", guest=guest,
                   **_at(kernel, STOCK, board="smmulab",
                         device="vfio-platform"),
                   limits=(*ONE_EACH, path("userspace")))


def _cases():
    for kernel in KERNELS:
        where = place(kernel, "7.2", 3)
        yield from _ours(kernel, where)
        yield from _stock(kernel, where)
    # Not on 6.1, where the driver has the bench's reset handler.
    yield Case("kernel-mainline-k6.12", function="run_probe", kind="probe",
               **_at("6.12", {"device": PL031}, group="kernel"),
               limits=(Limit("tests", "==", "planned"),
                       Limit("tests", ">=", 30)))


CASES = [*_cases()]
