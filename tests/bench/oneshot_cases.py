# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group oneshot: every interrupt mode under both kinds of guest."""
from itertools import product

from .common import DOUBLED, EVENTS, EXACT, GICS, HELD, KERNELS, ONE_EACH
from .modes import HOST_MODES, MODES, in_mode

# What a ONESHOT guest makes of each; one that handles, then EOIs: ONE_EACH.
ONESHOT_LIMITS = {
    "automask": DOUBLED, "user": DOUBLED, "rule": ONE_EACH,
    "hold": (*ONE_EACH, *HELD), "threaded": (*ONE_EACH, *HELD),
    "forwarded": ONE_EACH,
}
PLACES = (*product(KERNELS, ("7.2",), GICS), ("6.12", "10.0", 3))


def _modes():
    for (kernel, qemu, gic), name in product(PLACES, MODES):
        at = {"kernel": kernel, "qemu": qemu, "gic": gic}
        yield in_mode(name, name, f"events={EVENTS}", ONESHOT_LIMITS[name],
                      guest="oneshot", **at)
        yield in_mode(name, f"{name}-fasteoi", f"events={EVENTS}", EXACT, **at)


def _stay():
    """What a guest pays that never leaves to KVM between two interrupts."""
    yield in_mode("forwarded", "forwarded-fasteoi-stay",
                  f"events={EVENTS} stay=1", EXACT)


def _two_cpus():
    # The host's second interrupt of an event comes if the CPU that takes it has
    # its turn before the guest has served the device.
    limits = {**ONESHOT_LIMITS, "automask": DOUBLED[:-1]}
    for name in HOST_MODES:
        yield in_mode(name, f"oneshot-{name}", f"events={EVENTS} idle=1",
                      limits[name], {"vcpus": 2}, guest="oneshot", smp=2)


CASES = [*_modes(), *_stay(), *_two_cpus()]
