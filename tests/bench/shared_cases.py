# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group shared: one line of the host with several users."""
from .case import Case, Limit
from .common import EVENTS, EXACT, HELD, NONE_LOST, ONE_EACH, events, mode, path

# Two SD host controllers on SPI 126; the first one has the card.
ONE, OTHER = "fe300000.mmc", "fe340000.mmc"
BOTH = f"{ONE},{OTHER}"
# Interrupt status and signal enable of an SD host controller.
RULE = "0:0x30:0xffffffff:raw:enable:0x38:0xffffffff"
MODULE = f"shared_irq={BOTH} allow_no_iommu_dma={BOTH}"


def _case(name, guest="fasteoi-sdhci", rule=RULE, limits=EXACT, kernel="6.1",
          qemu="7.2", **words):
    props = f",irq-share={rule}" if rule else ""
    return Case(f"shared-{name}-k{kernel}-q{qemu}", "shared", kernel, qemu,
                gic=2, board="rpi4", guest=guest, limits=limits,
                words={"devices": ONE, "props": props, "module": MODULE,
                       "bound": f"{ONE} {OTHER}", "timeout": 120, **events(), **words})


def _alone():
    for guest in ("fasteoi", "oneshot"):
        title = "" if guest == "fasteoi" else f"-{guest}"
        yield _case(f"unshared{title}", f"{guest}-sdhci", rule="",
                    limits=(*ONE_EACH, *HELD, mode("hold"),
                            path("irqfd+resamplefd")))
        yield _case(f"alone{title}", f"{guest}-sdhci",
                    limits=(*ONE_EACH, *HELD, mode("shared"),
                            path("irqfd+resamplefd")))


# What the host's own driver of the other controller must have seen.
CARD = (Limit("card_reads", ">=", 10), Limit("card_wrong", "==", 0),
        Limit("card_timeouts", "==", 0))
# What a user who comes and goes must have seen.
VISITED = (Limit("visits", ">=", 1000), Limit("visits_lost", "==", 0),
           Limit("visits_spurious", "==", 0))


def _visits(**where):
    """Another user comes and leaves, again and again."""
    return _case("visits", limits=(*ONE_EACH, *VISITED, mode("shared"),
                                   Limit("line_masks", ">", 0),
                                   Limit("device_masks", ">", 0),
                                   Limit("handovers", ">", 0)),
                 beside=f"vfio_user {OTHER} visits",
                 args="events=8000 patience=1000", **where)


def _host_driver(guest="fasteoi", **where):
    """A driver of the host's uses the line, leaves it, and comes back."""
    title = "" if guest == "fasteoi" else f"-{guest}"
    # While the card's driver has the CPU, a service takes longer than the bound:
    # the event is signalled again.
    limits = ONE_EACH if guest == "fasteoi" else (
        *NONE_LOST, Limit("spurious", "<=", "retriggers"))
    return _case(f"host-driver{title}", f"{guest}-sdhci",
                 limits=(*limits, *CARD, mode("shared"),
                         path("irqfd+resamplefd"),
                         Limit("device_masks", ">", 0)),
                 devices=OTHER, bound=OTHER, beside=f"card.sh {ONE}",
                 args="events=4000 patience=1000", **where)


def _several():
    at_the_device = (mode("shared"), path("irqfd+resamplefd"),
                     Limit("line_masks", "==", 0))
    for guest in ("fasteoi", "oneshot"):
        title = "" if guest == "fasteoi" else f"-{guest}"
        yield _case(f"two-devices{title}", f"{guest}-sdhci",
                    limits=(*ONE_EACH, *at_the_device),
                    devices=f"{ONE} {OTHER}")
        yield _host_driver(guest)
    yield _case("two-guests", devices=ONE, second=OTHER,
                limits=(*ONE_EACH, *at_the_device[:2],
                        Limit("second_irqs", "==", "events"),
                        Limit("second_spurious", "==", 0),
                        Limit("second_lost", "==", 0)),
                args=f"events={EVENTS} idle=1")
    yield _visits()
    for kernel in ("6.12", "newest"):
        yield _visits(kernel=kernel, qemu="10.0")
    yield _host_driver(kernel="6.12", qemu="10.0")


CASES = [*_alone(), *_several()]
