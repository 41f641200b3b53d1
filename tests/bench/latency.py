# SPDX-License-Identifier: GPL-2.0-or-later
"""The most that an interrupt may take, by case and place, in ticks.

What was measured, and no more than a hundredth above it: the bench repeats to
the tick, so anything above is a change of the code, or of a package. The newest
kernel is another one every few weeks, so there it may be a tenth.
"""
from fnmatch import fnmatchcase

from .case import Case, Limit

# Of a Linux guest's driver no latency is known.
GUESTS = ("fasteoi", "oneshot")
PLACES = (("6.1", 2), ("6.1", 3), ("6.12", 2), ("6.12", 3),
          ("newest", 2), ("newest", 3))
# The first pattern that a case's name matches, and the bound at each place.
MOST = (
    ("irq-edge-*", 170, 174, 175, 180, 286, 293),
    ("irq-userspace-edge-*-q7.2-*", 1582, 1604),
    ("irq-userspace-edge-*-q10.0-*", 1744, 1767),
    ("irq-userspace-*-q7.2-*", 3241, 3304),
    ("irq-userspace-*-q10.0-*", 3457, 3520),
    ("irq-tcg-*-q7.2-*", None, 3033),
    ("irq-tcg-*-q10.0-*", None, 3660),
    ("irq-stock-*", 185, 3440),
    ("irq-smmu-*", None, 196, None, 212),
    ("irq-*", 185, 195, 198, 209, 318),
    ("oneshot-threaded-*", 741, 769, 690, 717),
    ("oneshot-forwarded-*-stay-*", None, 175),
    ("oneshot-forwarded-*-no-pmu-*", None, None, None, None, None, 209),
    ("oneshot-forwarded-*", 148, 153, 155, 160, None, 259),
    ("oneshot-repaired-*-no-pmu-*", None, None, None, None, None, 308),
    ("oneshot-auto-*-q7.2-*", None, None, None, None, None, 1294),
    ("oneshot-auto-*-q10.0-*", None, None, None, None, None, 1331),
    ("oneshot-trapped-*-q7.2-*", None, None, None, None, None, 2310),
    ("oneshot-trapped-*-q10.0-*", None, None, None, None, None, 2379),
    ("oneshot-userspace-*-q7.2-*", None, None, None, None, None, 4131),
    ("oneshot-userspace-*-q10.0-*", None, None, None, None, None, 4329),
    ("oneshot-polled-oneshot-*", None, None, None, None, None, 449),
    ("oneshot-polled-back-to-back-*", None, None, None, None, None, 772),
    ("oneshot-guard-quiet-*", None, None, None, None, None, 354),
    ("host-pause-threaded-*", None, 769),
    ("host-pause-forwarded-*", None, 153, None, None, None, 259),
    ("host-pause-*", None, 197),
    ("oneshot-mainline-stock-*", None, 3440, None, 3350),
    ("oneshot-mainline-*", None, 221, None, 236),
    ("intercept-mainline-none-*", None, 221, None, 236),
    # What raises the line is a trapped write there.
    ("intercept-mainline-*", None, 1177, None, 1259),
    # Of a device whose every access is trapped.
    ("shared-*", 606, None, 653, None, 885),
    ("oneshot-*", 185, 195, 198, 209),
)
# A storm has none, and a driver that is wrong.
UNBOUNDED = ("oneshot-storm-*", "oneshot-without-*")


def measured(case: Case) -> bool:
    """Is its latency a figure? CPUs that take turns of 100 ms make it none."""
    return (case.kind == "irq" and case.smp == 1
            and case.guest.partition("-")[0] in GUESTS
            and case.function == "run_case"
            and not any(fnmatchcase(case.name, p) for p in UNBOUNDED))


def bounded(case: Case) -> bool:
    return any(limit.figure == "latency_ticks" for limit in case.limits)


def most(case: Case) -> int | None:
    """The bound of a case; None if the table has none for it."""
    for pattern, *ticks in MOST:
        if fnmatchcase(case.name, pattern):
            return dict(zip(PLACES, ticks)).get((case.kernel, case.gic))
    return None


def limits(case: Case) -> tuple[Limit, ...]:
    """What is added to the limits of a case that has no bound of its own."""
    if not measured(case) or bounded(case) or most(case) is None:
        return ()
    return (Limit("latency_ticks", "<=", most(case)),)
