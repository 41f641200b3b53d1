# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input: what QEMU says with a real host below it, and that nothing leaks.

Each row is run by host/bad.sh: the set-up, then QEMU, which must refuse with
exit code 1 and say what is wrong and what to do (or warn and go on); then the
devices are bound as before, the module can be unloaded, and no file was open
that is not open without the device.
"""
import re
from dataclasses import dataclass, field

from .case import PL031, Case

DEVICE = "-device vfio-platform-oneshot,id=dut0,host="
REFUSED, WARNED = 1, 0


@dataclass(frozen=True)
class Expect:
    """An exit code, and what each of these patterns must find in the output."""
    code: int
    says: tuple[str, ...]

    def broken(self, code: int | None, said: str) -> str | None:
        if code != self.code:
            return f"QEMU's exit code is {code}, not {self.code}; it said: {said}"
        for pattern in self.says:
            if not re.search(pattern, said, re.I):
                return f"nothing matches /{pattern}/ in: {said}"
        return None


@dataclass(frozen=True)
class Row:
    """One kind of bad input; the words are those of run_bad in host/bad.sh."""
    name: str
    says: tuple[str, ...]
    words: dict = field(default_factory=dict)
    code: int = REFUSED
    board: str = "lab"
    gic: int = 3


BIND = "driver_override"
PROBE = r"drivers_probe|drivers/vfio-platform-oneshot/bind"
WRONG = "wrong/vfio-platform-oneshot.so"
# Two devices on one line, of which somebody else has the second.
SHARES, OTHER = "fe340000.mmc", "fe300000.mmc"
TAKEN = {"device": SHARES,
         "allow": f"{SHARES},{OTHER} allow_no_iommu_dma={SHARES},{OTHER}",
         "before": f"bind {OTHER} vfio-platform-oneshot; vfio_user {OTHER} asked "
                   ">asked & until grep -q open asked; do usleep 1000; done",
         "after": f"bind {OTHER} ''"}
RULE = "0:0x30:0xffffffff:raw:enable:0x38:0xffffffff"
ROWS = (
    Row("no-such-device", (r"no device 'no-such\.device'",
                           r"ls /sys/bus/platform/devices"),
        {"device": "no-such.device", "bind": "no"}),
    Row("name-with-path", (r"host='\.\./\.\./x' is not a device name",
                           r"/sys/bus/platform/devices"),
        {"device": "../../x", "bind": "no", "allow": ""}),
    Row("bound-to-another-driver", (r"host driver 'rtc-pl031' owns",
                                    BIND, "unbind", PROBE),
        {"bind": "no"}, board="stock"),
    Row("bound-to-no-driver", (r"no VFIO driver is bound", BIND, PROBE),
        {"bind": "no"}),
    Row("no-opt-in", (r"no VFIO driver is bound.*no IOMMU group",
                      r"allow_no_iommu", r"does no DMA"),
        {"allow": "", "bind": "fails"}),
    Row("driver-not-loaded", (r"no VFIO driver is bound",
                              r"modprobe vfio-platform-oneshot"),
        {"module": "no", "bind": "no"}),
    Row("no-permission", (r"/dev/vfio/\d+", r"permission|may not open",
                          "chown"),
        {"uid": 1000}),
    Row("no-permission-on-container", (r"/dev/vfio/vfio", "may not open",
                                       "chmod"),
        {"uid": 1000, "before": "chown 1000 /dev/vfio/[0-9]*; "
                                "chmod 600 /dev/vfio/vfio"}),
    Row("no-vfio-device-nodes", (r"/dev/vfio", "modprobe|does not exist"),
        {"before": "mv /dev/vfio /dev/vfio.away",
         "after": "mv /dev/vfio.away /dev/vfio"}),
    Row("two-vms-on-one-device", (r"in use|busy", r"another QEMU|fuser"),
        {"second": "yes"}),
    Row("no-object-for-this-qemu", (r"no object fits this QEMU, \d+\.\d+",
                                    r"To build one"),
        {"before": "wrong_object", "plugin": WRONG}),
    Row("object-of-another-qemu", (r"fits this QEMU|built for QEMU \d",
                                   r"build (one|it)"),
        {"before": "wrong_object disguised", "plugin": WRONG}),
    Row("region-too-large", (r"region 0 is 64 MiB", r"does not fit",
                             r"32 MiB", "smaller devices"),
        {"device": "20000000.big"}),
    Row("out-of-spis", (r"65 interrupts", r"64", r"SPIs left|interrupts"),
        {"device": "24000000.wide"}),
    Row("clock-rate-without-rate", (r"clock-rate=apb_pclk: .*NAME=HZ",),
        {"options": ",clock-rate=apb_pclk"}),
    Row("clock-rate-of-no-clock", (r"no clock 'core'",),
        {"options": ",clock-rate=core=1000000"}),
    Row("property-without-end", (r"dt-property: .*';' is expected",),
        {"options": ",dt-property=a=<1>b"}),
    Row("no-such-overlay", (r"dt-overlay=/no/such\.dtbo: .*No such file",),
        {"options": ",dt-overlay=/no/such.dtbo"}),
    Row("overlay-that-is-none", (r"overlay",),
        {"options": ",dt-overlay=/bin/busybox"}),
    Row("overlay-too-large", (r"dt-overlay=zeros: 2097152 bytes are too many",),
        {"options": ",dt-overlay=zeros",
         "before": "head -c 2097152 /dev/zero >zeros"}),
    Row("no-reset", (r"cannot reset the device.*require-reset=on",
                     r"parameter 'reset'"),
        {"options": ",require-reset=on"}),
    Row("no-reset-warned", (r"warning: .*cannot reset the device",
                            r"require-reset=off"), {}, WARNED),
    Row("on-unbind-unknown", (r"on-unbind='no'", "warn, powerdown or shutdown"),
        {"options": ",on-unbind=no"}),
    Row("clock-of-unknown-rate", (r"clock nobodys is left empty.*not known",),
        {}, WARNED),
    Row("no-platform-bus", (r"no platform bus", "-machine virt"),
        {"machine": "-M none -accel kvm"}),
    Row("tcg", (r"userspace", r"KVM|accel"),
        {"accel": "tcg"}, WARNED),
    Row("user-device-tree", (r"-dtb", r"will not find the device"),
        {"more": "-dtb user.dtb",
         "before": "cat /sys/firmware/fdt >user.dtb"}, WARNED),
    Row("line-of-another-user", (r"interrupt 0 cannot be armed: .*busy",
                                 r"another user .*/proc/interrupts",
                                 r"parameter shared_irq",
                                 r"irq-share=\[INDEX=\]REGION:STATUS"),
        TAKEN, board="rpi4", gic=2),
    Row("line-not-to-be-shared", (r"interrupt 0 cannot be armed: .*does not "
                                  r"allow it .*shared_irq=DEVICE",),
        {**TAKEN, "options": f",irq-share={RULE}"}, board="rpi4", gic=2),
    Row("acpi-guest", (r"ACPI", r"will not find the device"),
        {"more": "-bios firmware",
         "before": "head -c 65536 /dev/zero >firmware"}, WARNED),
)


def case(row: Row, kernel: str, qemu: str) -> Case:
    return Case(f"errors-{row.name}-k{kernel}-q{qemu}", "errors", kernel, qemu,
                row.gic, row.board, function="run_bad", kind="bad",
                words={"device": PL031, **row.words},
                expect=Expect(row.code, row.says))


CASES = [case(row, kernel, qemu) for kernel, qemu in
         (("6.1", "7.2"), ("6.12", "10.0")) for row in ROWS]
