# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group oneshot with a driver that is wrong: they test the bench.

Forwarding takes two steps, and with one of them only it fails as hardware does.
Each header in kmod/ builds our driver without one; the right driver breaks the
limits of both rows.
"""
from .case import Case, Limit
from .modes import in_mode

EVENTS = 20
# The guest gives up after as many.
MOST_LOST = 10
# The driver's storm_limit: so often a line fires before it is masked.
STORM = 10000


def _case(step: str, limits: tuple, args: str = "") -> Case:
    return in_mode("forwarded", f"without-{step}", f"events={EVENTS}{args}",
                   (Limit("guest_irqs", "<=", 2), Limit("guest_irqs", ">=", 1),
                    Limit("lost", "==", MOST_LOST), *limits),
                   driver=f"without-{step}")


CASES = [
    # The host itself ends an interrupt that the guest has not served: the line
    # fires on and on, and the guest runs only while the driver masks it.
    _case("affinity", (Limit("storms", ">=", 1),
                       Limit("host_irqs", ">=", STORM),
                       Limit("host_irqs", "<=", 4 * STORM))),
    # Nobody ends it: it stays active, and there is never another one. Nobody
    # tells KVM of the line's level, either, so the guest must not ask for it.
    _case("mapping", (Limit("storms", "==", 0), Limit("host_irqs", "==", 1)),
          args=" edge=1"),
]
