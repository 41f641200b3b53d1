# SPDX-License-Identifier: GPL-2.0-or-later
"""The interrupt modes, and how a case asks for one."""
from .case import Case
from .common import mode, path, place

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
# Those of the host's driver.
HOST_MODES = ("automask", "hold", "threaded", "forwarded")
# Of these, those that look at a line that stays high.
LOOKING = ("hold", "threaded")


def used(name: str) -> tuple:
    """Limits: the mode and the path that the device has to have."""
    return (path(MODES[name][2]),
            mode(name if name in HOST_MODES else "automask"))


def in_mode(name: str, title: str, args: str, limits: tuple, words=None,
            **where) -> Case:
    """A case of group oneshot with the guest's command line."""
    props, module, _ = MODES[name]
    where = {"kernel": "6.1", "qemu": "7.2", "gic": 3, **where}
    smp = f"-smp{where['smp']}" if where.get("smp", 1) > 1 else ""
    return Case(f"oneshot-{title}{smp}-"
                + place(where["kernel"], where["qemu"], where["gic"]),
                "oneshot", limits=(*limits, *used(name)),
                words={"args": args, "props": props, "module": module,
                       **(words or {})}, **where)
