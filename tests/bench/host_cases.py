# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group host: what the host keeps for a device, and gets back."""
from .case import Case, Limit
from .common import KERNELS

# Each kernel with one QEMU, so that a kernel is one boot.
PLACES = (*zip(KERNELS, ("7.2", "10.0")), ("newest", "10.0"))


def _case(name: str, kernel: str, qemu: str, **fields) -> Case:
    return Case(f"host-{name}-k{kernel}", "host", kernel, qemu, kind="host",
                **fields)


def _cases():
    for place in PLACES:
        yield _case("power", *place, board="power", function="run_power",
                    limits=(Limit("cycles", "==", 1000),))
        yield _case("reset", *place, function="run_reset",
                    limits=(Limit("checks", "==", 34),))


CASES = [*_cases()]
