# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group oneshot: every interrupt mode, and what must not break it."""
from itertools import product

from .case import Case, Limit
from .common import (DOUBLED, EXACT, GICS, HELD, KERNELS, ONE_EACH, events, mode,
                     path, place)

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
# Ticks, on GICv3 with 6.1; what is not named has no bound. Forwarded is at its
# best (176) under a guest that leaves to KVM between EOI and the next event:
# one that does not has KVM take back the list register with the next interrupt.
MODE_LATENCY = {"automask": 200, "hold": 200, "forwarded": 200}


def _modes():
    """Every mode under both kinds of guest driver."""
    for kernel, gic, (name, (props, module, way)) in product(
            KERNELS, GICS, MODES.items()):
        words = {**events(), "props": props, "module": module}
        where = place(kernel, "7.2", gic)
        at = dict(group="oneshot", kernel=kernel, gic=gic, words=words)
        used = (path(way), mode("automask" if name in ("user", "rule")
                                else name))
        fast = (Limit("latency_ticks", "<=", MODE_LATENCY[name]),) if (
            gic == 3 and kernel == "6.1" and name in MODE_LATENCY) else ()
        yield Case(f"oneshot-{name}-{where}", guest="oneshot", **at,
                   limits=(*ONESHOT_LIMITS[name], *used))
        yield Case(f"oneshot-{name}-fasteoi-{where}", **at,
                   limits=(*EXACT, *used, *fast))


CASES = [*_modes()]
