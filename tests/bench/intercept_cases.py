# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of group intercept: rules on the registers of an assigned device."""
from itertools import product

from .case import Case, Limit
from .common import (EVENTS, KERNELS, NONE_LOST, ONE_EACH, QEMUS, events,
                     mode, path, place)

PLACES = tuple(zip(KERNELS, QEMUS))
GPIO, RTC = "9030000.pl061", "9010000.pl031"
COMPAT = "compat=vpo-test,rtc"
# name: rules, and the most that an access may take, with QEMU 7.2 and 10.0: what
# was measured, and no more than a hundredth above it. The device's registers are
# in its first page; its second one has no device behind it.
DIRECT = (0.063, 0.063)
WINDOWS = {
    "none": ("", *DIRECT),
    "beside": ("0:0x1000:deny", *DIRECT),
    "default-beside": ("default:deny/0:0+0x1000:direct", *DIRECT),
    "on-the-page": ("0:0x20:deny", 530, 598),
    "forward": ("0:0x10:forward", 530, 598),
    "deny": ("0:0x10:deny", 446, 517),
    "bits": ("0:0x10:bits:1", 619, 683),
}


def _windows():
    """What an access costs."""
    for (kernel, qemu), (name, row) in product(PLACES, WINDOWS.items()):
        rules, *most = row
        most = dict(zip(QEMUS, most))[qemu]
        accesses = 100000 if most < 1 else 1000
        yield Case(f"intercept-{name}-{place(kernel, qemu, 3)}", "intercept",
                   kernel, qemu, board="registers", guest="window",
                   kind="window",
                   limits=(Limit("ticks_per_access", "<=", most),),
                   words={"args": f"{COMPAT} at=0x10 accesses={accesses}",
                          "props": rules and f",intercept-rules={rules}"})


# All but the raw and the masked status, which are the lines', not the guest's.
GPIO_REGISTERS = "0x3fc 0x400 0x404 0x408 0x40c 0x410 0x420"
LINE_3_KEPT = " ".join(f"{at}:0xf7" for at in GPIO_REGISTERS.split())
GPIO_WORDS = {"devices": GPIO, "view": 0x9030000,
              "registers": GPIO_REGISTERS}


def _gpio():
    """Line 3 is not the guest's, which tries to use it as all others."""
    for kernel, qemu in PLACES:
        yield Case(f"intercept-gpio-{place(kernel, qemu, 3)}", "intercept",
                   kernel, qemu, board="registers", guest="gpio",
                   words={**GPIO_WORDS, "args": "events=10",
                          "props": ",intercept=/bench/gpio.rules",
                          "may": LINE_3_KEPT},
                   limits=(Limit("forbidden", "==", 0),
                           Limit("changed", ">=", 3),
                           Limit("direction", "==", 0xf7),
                           Limit("high", "==", 0xf7), Limit("low", "==", 0),
                           Limit("one_line", "==", 0x40),
                           Limit("both_edges", "==", 0xf7),
                           Limit("gpio_irqs", "==", "events"),
                           Limit("denied_irqs", "==", 0),
                           Limit("of_lines", "==", 0x20),
                           Limit("rule_denied", ">", 0),
                           Limit("registers", "==",
                                 "0x3fc:0xa5,0x400:0xf7,0x404:0xf7,0x408:0,"
                                 "0x40c:0,0x410:0,0x420:0")))


# Every register of the PL031 but the time itself.
RTC_REGISTERS = "0x4 0x8 0xc 0x10 0x14 0x18"
# device, its node, its place, registers, what may change, and how many do. The
# status of a line follows the register that says which level is an event.
FUZZED = {
    "gpio": (GPIO, "arm,pl061", 0x9030000,
             f"{GPIO_REGISTERS} 0x414 0x418",
             "0x408:0xff 0x40c:0x0f 0x420:0xff 0x414:0x0f 0x418:0x0f",
             (Limit("changed", ">=", 3),)),
    "rtc": (RTC, "vpo-test,rtc", 0x9010000, RTC_REGISTERS, "",
            (Limit("changed", "==", 0),)),
}


def _fuzz():
    """A guest that fuzzes all registers changes none that it may not."""
    for (kernel, qemu), (name, row) in product(PLACES, FUZZED.items()):
        device, compatible, view, registers, may, limits = row
        words = {"devices": device, "view": view, "registers": registers,
                 "may": may,
                 "args": f"compat={compatible} not={view} accesses=20000"}
        at = {"board": "registers", "guest": "regfuzz", "kernel": kernel,
              "qemu": qemu}
        where = place(kernel, qemu, 3)
        yield Case(f"intercept-fuzz-{name}-{where}", "intercept", **at,
                   words={**words,
                          "props": f",intercept=/bench/fuzz-{name}.rules"},
                   limits=(Limit("forbidden", "==", 0), *limits,
                           Limit("nonzero", ">", 0),
                           Limit("rule_denied", ">", 10000)))
        # The same without rules does change them: the fuzzing is one.
        yield Case(f"intercept-fuzz-{name}-free-{where}", "intercept", **at,
                   words=words, limits=(Limit("forbidden", ">=", 2),))


# Under mainline's driver: rules, and how often a ONESHOT guest is interrupted
# for nothing.
ACKS = {
    "none": ("", (Limit("spurious", ">=", EVENTS * 99 // 100),)),
    "rule": (",intercept=/bench/rtc-ack.rules", ONE_EACH[2:]),
    "alone": (",intercept=/bench/rtc-ack-alone.rules", ONE_EACH[2:]),
}


def _mainline():
    """An acknowledge rule removes the spurious interrupts."""
    for kernel, (name, (props, limits)) in product(KERNELS, ACKS.items()):
        used = path("irqfd+userspace-unmask" if props else "irqfd+resamplefd")
        yield Case(f"intercept-mainline-{name}-{place(kernel, '7.2', 3)}",
                   "intercept", kernel, board="smmu", driver="mainline",
                   guest="oneshot",
                   words={**events(), "unsafe": 1, "props": props},
                   limits=(*NONE_LOST, *limits, used, mode("automask")))


def _linux():
    """Linux's own driver finds all that it needs beside the denied line."""
    for qemu in QEMUS:
        yield Case(f"intercept-linux-gpio-{place('6.1', qemu, 3)}",
                   "intercept", qemu=qemu, guest="linux", board="lab",
                   words={"initrd": "/guest/probe.initrd", "memory": 256,
                          "timeout": 120, "devices": GPIO,
                          "props": ",intercept=/bench/gpio.rules",
                          "args": "console=ttyAMA0 quiet "
                                  "probe=c000000.pl061"},
                   limits=(Limit("guest_said", "==",
                                 "c000000.pl061:pl061_gpio"),
                           Limit("rule_reads", ">", 0)))


CASES = [*_windows(), *_gpio(), *_fuzz(), *_mainline(), *_linux()]
