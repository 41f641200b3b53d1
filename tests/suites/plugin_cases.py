# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plug-in says to bad input, on a machine without the device."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A QEMU command line that must end with exit code 1 and these words."""
    name: str
    options: str                    # of -device, after the type's name;
                                    # {driven}: a device that a driver owns
    says: tuple[str, ...]           # what is wrong, and what to do
    machine: str = "virt"
    more: tuple[str, ...] = ()      # further arguments of QEMU


REFUSALS = [
    Refusal("no-host", "",
            ("exactly one of host=NAME, sysfsdev=PATH",
             "ls /sys/bus/platform/devices")),
    Refusal("host-and-sysfsdev", "host=a,sysfsdev=/b",
            ("exactly one of host=NAME, sysfsdev=PATH",)),
    Refusal("host-is-a-path", "host=../../x",
            ("host='../../x' is not a device name", "sysfsdev=PATH")),
    Refusal("host-is-absolute", "host=/sys/devices/x",
            ("host='/sys/devices/x' is not a device name", "sysfsdev=PATH")),
    Refusal("host-is-dots", "host=..",
            ("host='..' is not a device name",)),
    Refusal("host-is-empty", "host=",
            ("not a device name",)),
    Refusal("no-such-host", "host=no-such.device",
            ("the host has no device 'no-such.device'",
             "ls /sys/bus/platform/devices")),
    Refusal("no-such-sysfsdev", "sysfsdev=/no/such/place",
            ("sysfsdev='/no/such/place'", "No such file or directory",
             "Give the device's directory")),
    Refusal("owned-by-another-driver", "host={driven}",
            ("{driven}: the host driver", "owns the device",
             "> /sys/bus/platform/devices/{driven}/driver/unbind")),
    Refusal("no-platform-bus", "host={driven}",
            ("has no platform bus", "Use -machine virt"),
            machine="netduino2"),
    Refusal("unknown-option", "host=a,no-such-option=1",
            ("no-such-option",)),
]
OPTIONS = ["host", "sysfsdev", "x-no-mmap", "x-irqfd"]
