# SPDX-License-Identifier: GPL-2.0-or-later
"""What tables of cases are made of: places, limits, words."""
from itertools import product

from .case import Limit

KERNELS = ("6.1", "6.12")
QEMUS = ("7.2", "10.0")
GICS = (2, 3)
EVENTS = 1000
RESETS = 50

NONE_LOST = (Limit("lost", "==", 0), Limit("other", "==", 0))
ONE_EACH = (*NONE_LOST, Limit("spurious", "==", 0),
            Limit("guest_irqs", "==", "events"))
EXACT = (*ONE_EACH, Limit("host_irqs", "==", "events"))
# An event that comes while its line is still looked at is signalled by the
# driver, not by the line: see docs/devel/oneshot-interrupts.rst.
HELD = (Limit("host_irqs", "<=", "events"),)
# A ONESHOT guest takes each level interrupt twice while the host's line is
# only automasked: that is what the other modes are for.
DOUBLED = (*NONE_LOST, Limit("guest_irqs", ">=", "events"),
           Limit("spurious", ">", 0))


def path(name: str) -> Limit:
    return Limit("path", "==", name)


def mode(name: str) -> Limit:
    return Limit("irq_mode", "==", name)


def place(kernel: str, qemu: str, gic: int) -> str:
    return f"k{kernel}-q{qemu}-gic{gic}"


def everywhere():
    return product(KERNELS, QEMUS, GICS)


def events(count: int = EVENTS) -> dict:
    return {"args": f"events={count}"}
