# SPDX-License-Identifier: GPL-2.0-or-later
"""The boards that the emulated host is: QEMU's `virt`, and edits of its tree;
and one with a line that two devices share."""
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from vpo import paths, qemu, trees

MEMORY_MB = 1024
CARD_SECTORS = 32768
PL031 = "pl031@9010000"
PL061 = "pl061@9030000"
# How the PL031 becomes a plain platform device.
RTC = (r'compatible = "[^;]*";', 'compatible = "vpo-test,rtc";')


def host_qemu(version: str = "7.2") -> list[str]:
    """The QEMU that emulates the host, this machine's own architecture."""
    return [str(word) for word in qemu.binary(version, "amd64")]


def node(source: str, name: str) -> tuple[int, int]:
    """Where a node's text stands in a device tree source."""
    begin = source.index(f"\t{name} {{")
    return begin, source.index("\n\t};", begin)


def edit_node(source: str, name: str, pattern: str, new: str) -> str:
    """Replaces text within one node; an edit that finds nothing is an error."""
    begin, end = node(source, name)
    text, count = re.subn(pattern, new, source[begin:end])
    if count != 1:
        raise ValueError(f"{name}: {pattern!r} found {count} times")
    return source[:begin] + text + source[end:]


def add_node(source: str, name: str, text: str) -> str:
    """Adds a node to the root, in front of an existing one."""
    begin = source.index(f"\t{PL031} {{")
    return source[:begin] + f"\t{name} {{\n{text}\t}};\n\n" + source[begin:]


def stock(source: str) -> str:
    return source


def edge(source: str) -> str:
    """The PL031 raises an edge-triggered interrupt (1: rising edge)."""
    return edit_node(source, PL031, r"interrupts = <(\S+) (\S+) 0x0?4>",
                     r"interrupts = <\1 \2 0x01>")


def smmu(source: str) -> str:
    """The PL031 is behind the SMMU, so it has an IOMMU group."""
    handle = re.search(r"\tsmmuv3@.*?phandle = <(\S+)>", source, re.S)
    return edit_node(source, PL031, r"(\n\t\tclocks = )",
                     rf"\n\t\tiommus = <{handle[1]} 0x8000>;\1")


def smmulab(source: str) -> str:
    """The PL031 is behind the SMMU, and a plain platform device."""
    return edit_node(smmu(source), PL031, *RTC)


def clocks(source: str) -> str:
    """Half the rate of the board's clock, and a clock of nobody's."""
    whole = re.search(r"\tapb-pclk \{.*?phandle = <(\S+)>", source, re.S)
    source = edit_node(source, PL031, r"clocks = <\S+>;",
                       "clocks = <0x7001>, <0x7002>;")
    source = edit_node(source, PL031, r'clock-names = "apb_pclk";',
                       'clock-names = "apb_pclk", "nobodys";')
    source = add_node(
        source, "half-clock", '\t\tcompatible = "fixed-factor-clock";\n'
        "\t\t#clock-cells = <0>;\n"
        f"\t\tclocks = <{whole[1]}>;\n\t\tclock-mult = <1>;\n"
        "\t\tclock-div = <2>;\n\t\tphandle = <0x7001>;\n")
    return add_node(
        source, "nobodys-clock", '\t\tcompatible = "vpo-test,clock";\n'
        "\t\t#clock-cells = <0>;\n\t\tphandle = <0x7002>;\n")


def lab(source: str) -> str:
    """The PL031 is a plain platform device, and there are impossible ones.

    Of its clocks only the host's kernel knows the rate of one, and no driver
    provides the other. It refers to the PL061. vpo-test,big has a region that no platform bus of QEMU's holds (in the
    board's empty PCIe window), and vpo-test,wide more interrupts than one has.
    """
    source = edit_node(source, PL031, *RTC)
    begin, end = node(source, PL061)
    handle = re.search(r"phandle = <(\S+)>", source[begin:end])
    source = edit_node(source, PL031, r"(\n\t\tclocks = )",
                       rf"\n\t\treset-gpios = <{handle[1]} 3 0>;\1")
    source = clocks(source)
    source = add_node(
        source, "big@20000000", '\t\tcompatible = "vpo-test,big";\n'
        "\t\treg = <0x00 0x20000000 0x00 0x4000000>;\n")
    lines = " ".join(f"0x00 {100 + n:#x} 0x04" for n in range(65))
    return add_node(
        source, "wide@24000000", '\t\tcompatible = "vpo-test,wide";\n'
        "\t\treg = <0x00 0x24000000 0x00 0x1000>;\n"
        f"\t\tinterrupts = <{lines}>;\n")


def registers(source: str) -> str:
    """The PL031 is a plain platform device of two pages, the second empty."""
    source = edit_node(source, PL031, *RTC)
    return edit_node(source, PL031, r"reg = <(\S+) (\S+) (\S+) 0x1000>",
                     r"reg = <\1 \2 \3 0x2000>")


# The board's provider of everything: see kmod/power.
POWER = """\
\t\tcompatible = "vpo-test,power";
\t\t#clock-cells = <1>;
\t\t#reset-cells = <1>;
\t\t#power-domain-cells = <1>;
\t\tvpo-test,device = "/pl031@9010000";
\t\tphandle = <0x7001>;

\t\tsupplies {
\t\t\tvdd {
\t\t\t\tphandle = <0x7002>;
\t\t\t};

\t\t\tvio {
\t\t\t\tphandle = <0x7003>;
\t\t\t};
\t\t};

\t\tpins {
\t\t\tgroups = "rtc-pins";
\t\t\tfunction = "rtc";
\t\t\tphandle = <0x7004>;
\t\t};
"""


def power(source: str) -> str:
    """Two devices whose clocks, resets, supplies and so on the host has.

    The PL031, on the AMBA bus, has reset line 0 for itself; line 1 is also the
    twin's, which is the board's PL061 as a plain platform device.
    """
    source = edit_node(source, PL031, r"clocks = <\S+>;", """\
clocks = <0x7001 0>, <0x7001 1>;
\t\tresets = <0x7001 0>, <0x7001 1>;
\t\tvdd-supply = <0x7002>;
\t\tvio-supply = <0x7003>;
\t\tpower-domains = <0x7001 0>;
\t\tpinctrl-0 = <0x7004>;
\t\tpinctrl-names = "default";""")
    source = edit_node(source, PL031, r'clock-names = "apb_pclk";',
                       'clock-names = "apb_pclk", "ref";')
    source = edit_node(source, PL061, r'compatible = "[^;]*";', """\
compatible = "vpo-test,twin";
\t\tresets = <0x7001 1>, <0x7001 2>, <0x7001 3>;
\t\tvdd-supply = <0x7002>;
\t\tpower-domains = <0x7001 1>, <0x7001 2>;""")
    return add_node(source, "bench-power", POWER)


# What of the Raspberry Pi 4 its emulation lacks, by the node that it is in.
RPI4_MISSING = {
    "soc": ("clock@7ef00000", "interrupt-controller@7ef00100", "hdmi@7ef00700",
            "hdmi@7ef05700", "i2c@7ef04500", "i2c@7ef09500", "hvs@7e400000",
            "avs-monitor@7d5d2000", "rng@7e104000"),
    "scb": ("pcie@7d500000", "ethernet@7d580000", "gpu@7ec00000"),
}


def rpi4(source: str) -> str:
    """Without what is missing; and its power supplies cannot be asked."""
    gone = "".join(
        f"\t{bus} {{\n" + "".join(
            f'\t\t{name} {{\n\t\t\tstatus = "disabled";\n\t\t}};\n'
            for name in names) + "\t};\n"
        for bus, names in RPI4_MISSING.items())
    return source + f"""
/ {{
{gone}\tsoc {{
\t\tmmc@7e300000 {{
\t\t\t/delete-property/ mmc-pwrseq;
\t\t}};
\t}};
\temmc2bus {{
\t\tmmc@7e340000 {{
\t\t\t/delete-property/ vqmmc-supply;
\t\t\t/delete-property/ vmmc-supply;
\t\t}};
\t}};
}};
"""


def virt_args(board: "Board", gic: int, smp: int) -> list[str]:
    """Of QEMU's `virt`; with no randomness anywhere in it."""
    return ["-M", f"virt,virtualization=on,gic-version={gic},"
            f"dtb-randomness=off{board.machine}", "-cpu", "cortex-a76",
            "-smp", str(smp), "-m", str(MEMORY_MB)]


def virt_tree(board: "Board", gic: int, smp: int, base: Path) -> Path | None:
    """QEMU's own; None if it is not edited."""
    if board.edit is stock:
        return None
    dumped = base.with_suffix(".dump")
    args = machine_args(board, gic, smp)
    args[1] += f",dumpdtb={dumped}"
    subprocess.run([*host_qemu(), *args, "-serial", "null"], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return dumped


def rpi4_args(_board: "Board", _gic: int, _smp: int) -> list[str]:
    """It has 2 GiB, a GICv2 and four CPUs, of which the kernel takes one."""
    card = paths.build() / "bench/boards/card.img"
    card.parent.mkdir(parents=True, exist_ok=True)
    # Each sector says which one it is.
    card.write_bytes(b"".join(n.to_bytes(4, "little") * 128
                              for n in range(CARD_SECTORS)))
    return ["-M", "raspi4b", "-drive",
            f"if=sd,format=raw,snapshot=on,file={card}"]


def rpi4_tree(_board: "Board", _gic: int, _smp: int, _base: Path) -> Path:
    """Debian's."""
    return next(path for path in trees.boards("6.12")
                if path.name == "bcm2711-rpi-4-b.dtb")


@dataclass(frozen=True)
class Board:
    """A board: how the outer QEMU is started, and what its tree says."""
    name: str
    edit: Callable[[str], str] = field(default=stock)
    machine: str = ""           # more of -M
    devices: tuple[str, ...] = ()
    kernel_args: str = ""
    console: str = "ttyAMA0"
    # Who has the other ends of the lines of its UARTs. "console" is ours.
    lines: tuple[str, ...] = ("-serial", "chardev:console")
    # A module of kmod/: "power" runs what that board's tree describes.
    module: str = ""
    # Another board than `virt`:
    args: Callable[["Board", int, int], list[str]] = virt_args
    tree: Callable[["Board", int, int, Path], Path | None] = virt_tree
    outer: str = "7.2"          # the QEMU that has it
    drivers: tuple[str, ...] = ()   # of drivers/mmc, for the host's own drivers
    halts: bool = False         # instead of ending when it is switched off


# The PL011 is no console, and the host has the other end of its line, too:
# ttyS0 is the console, ttyS1 that end. {name} is this boot's own.
UART = ("-chardev", "socket,id=line,path={name},abstract=on,server=on,wait=off",
        "-chardev", "socket,id=end,path={name},abstract=on",
        "-serial", "chardev:line",
        "-device", "pci-serial-2x,chardev1=console,chardev2=end")

# A GPIO driver chains its interrupt, and Linux lets nobody request a chained
# interrupt again when that driver is gone; so it must never have been there.
NO_PL061 = " initcall_blacklist=pl061_gpio_driver_init"
# The PL011's cannot be unbound where it is built in.
NO_PL011 = " initcall_blacklist=pl011_init"
# Linux waits for the driver of every supplier that a node names, so a clock of
# nobody's would keep the device from being bound.
NO_WAIT = " fw_devlink=off"

BOARDS = {board.name: board for board in (
    Board("stock"), Board("edge", edge),
    Board("lab", lab, "", ("virtio-balloon-device",), NO_PL061 + NO_WAIT),
    # What its guests do to registers stays there until the next boot.
    Board("registers", registers, kernel_args=NO_PL061 + NO_WAIT),
    Board("smmu", smmu, ",iommu=smmuv3"),
    Board("smmulab", smmulab, ",iommu=smmuv3"),
    Board("power", power, module="power"),
    Board("uart", kernel_args=NO_PL011, console="ttyS0", lines=UART),
    # For a case that its boot does not survive.
    Board("poweroff", power, module="power"),
    Board("faults", module="faults"),
    # SPI 126 is of fe300000.mmc and of fe340000.mmc.
    Board("rpi4", rpi4, kernel_args=" maxcpus=1", args=rpi4_args,
          tree=rpi4_tree, outer="10.0", halts=True,
          drivers=("sdhci-iproc", "mmc_block")))}


def machine_args(board: Board, gic: int, smp: int) -> list[str]:
    """The outer QEMU's machine, and no devices but the board's own."""
    return [*board.args(board, gic, smp), "-nographic", "-nodefaults",
            *(word for name in board.devices for word in ("-device", name))]


def _dtc(source: Path, kind: str, out: Path, out_kind: str) -> None:
    subprocess.run(["dtc", "-q", "-I", kind, "-O", out_kind, "-o", out, source],
                   check=True)


def device_tree(board: Board, gic: int, smp: int) -> Path | None:
    """The edited tree; None for a board that QEMU describes itself."""
    folder = paths.build() / "bench/boards"
    folder.mkdir(parents=True, exist_ok=True)
    base = folder / f"{board.name}-gic{gic}-smp{smp}"
    found = board.tree(board, gic, smp, base)
    if not found:
        return None
    source, out = base.with_suffix(".dts"), base.with_suffix(".dtb")
    _dtc(found, "dtb", source, "dts")
    source.write_text(board.edit(source.read_text(encoding="utf-8")),
                      encoding="utf-8")
    _dtc(source, "dts", out, "dtb")
    return out
