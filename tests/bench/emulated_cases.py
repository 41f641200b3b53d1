# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group emulated: interrupts that no hardware raises.

Each has two rows: the emulated interrupts, and as many of the device's own line,
both raised by the same program of the host in the same way (host/vfio_raise.c):
by an ioctl as QEMU does it, or over QMP.
"""
from .case import Case, Limit
from .common import EVENTS, ONE_EACH, RESETS, path, place

TAKEN = (*ONE_EACH, Limit("not_taken", "==", 0))
# In ticks, by kernel and GIC: as latency.py has them. QMP is two milliseconds by
# itself, and those are QEMU's.
MOST = {("6.1", 2): 899, ("6.1", 3): 912, ("6.12", 3): 892,
        ("newest", 3): 1148}
MOST_QMP = 200000
MOST_RULE = {"level": 663, "edge": 683}


def _case(title: str, props: str, how: str, used: str, mode: str, where: tuple,
          **more) -> Case:
    kernel, qemu, gic = where
    most = MOST[kernel, gic] if how == "ioctl" else MOST_QMP
    words = {"args": f"events={EVENTS} idle=1", "raise": f"{how} {EVENTS}",
             "props": f",emulated-irqs=1:{props}", **more.pop("words", {})}
    return Case(f"emulated-{title}-{place(*where)}", "emulated", kernel, qemu,
                gic, guest="emulated", kind="emulated", words=words,
                limits=(*TAKEN, Limit("raised_ticks", "<=", most),
                        Limit("emulated_path", "==", used),
                        Limit("emulated_mode", "==", mode)), **more)


def _cases():
    for where in (("6.1", "7.2", 3), ("6.1", "7.2", 2), ("6.12", "10.0", 3)):
        yield _case("level", "level", "ioctl", "irqfd+resamplefd", "emulated",
                    where)
        yield _case("edge", "edge", "ioctl", "irqfd", "emulated", where)
        yield _case("qmp", "level", "qmp", "irqfd+resamplefd", "emulated",
                    where)
    # KVM does not tell of the guest's EOI: the guest is shown an edge.
    newest = ("newest", "10.0", 3)
    forward = {"module": "forward=1"}
    yield _case("edge", "edge", "ioctl", "irqfd", "emulated", newest,
                words=forward)
    yield _case("level", "level", "qmp", "irqfd", "emulated-qemu", newest,
                words=forward)


def _resets():
    """In flight at a reset of the guest, it comes once more, and once."""
    for where in (("6.1", "7.2", 3), ("6.12", "10.0", 3)):
        kernel, qemu, gic = where
        yield Case(f"emulated-reset-{place(*where)}", "emulated", kernel, qemu,
                   gic, guest="emureset",
                   words={"raise": f"reset {RESETS}", "timeout": 60,
                          "props": ",emulated-irqs=1:level"},
                   limits=(Limit("rounds", "==", RESETS),
                           Limit("worked", "==", RESETS),
                           Limit("other", "==", 0),
                           path("irqfd+resamplefd")))


def _mainline():
    """A host driver that has none: QEMU's own."""
    yield _case("mainline", "level", "qmp", "irqfd+userspace-unmask",
                "emulated-qemu", ("6.1", "7.2", 3), driver="mainline",
                board="smmu", words={"unsafe": 1})


def _rules():
    """Raised by a write of the guest's own, for which QEMU has a rule."""
    for props in ("level", "edge"):
        yield Case(f"emulated-rule-{props}-{place('6.1', '7.2', 3)}",
                   "emulated", guest="emurule", limits=(
                       *ONE_EACH, Limit("latency_ticks", "<=",
                                        MOST_RULE[props])), words={
                       "args": f"events={EVENTS} register=0x24",
                       "props": f",emulated-irqs=1:{props},"
                                "intercept-rules=0:0x24:raise:1"})


CASES = [*_cases(), *_resets(), *_mainline(), *_rules()]
