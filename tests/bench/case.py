# SPDX-License-Identifier: GPL-2.0-or-later
"""What a case is: where it runs, what runs, and what its figures must be."""
import operator
import shlex
from dataclasses import dataclass, field

from .images import Image

OPERATORS = {"==": operator.eq, "<=": operator.le, ">=": operator.ge,
             "!=": operator.ne, ">": operator.gt, "<": operator.lt}
PL031 = "9010000.pl031"


@dataclass(frozen=True)
class Limit:
    """A figure of a row and what it has to be; `other` may name a figure."""
    figure: str
    op: str
    other: object

    def broken(self, row: dict) -> str | None:
        """Why the row breaks this limit, or None."""
        got = row.get(self.figure)
        want = self.other
        if isinstance(want, str) and want in row and want != row.get("path"):
            want = row[want]
        if got is None:
            return f"{self.figure} is missing"
        if OPERATORS[self.op](got, want):
            return None
        named = f" ({self.other})" if want is not self.other else ""
        return f"{self.figure} is {got}, not {self.op} {want}{named}"


@dataclass(frozen=True)
class Boot:
    """One start of the emulated host; its cases run one after the other."""
    image: Image
    board: str
    gic: int
    smp: int
    linux_guest: bool
    driver: str = "oneshot"

    def __str__(self) -> str:
        return f"{self.image}-gic{self.gic}-{self.board}" + (
            f"-smp{self.smp}" if self.smp > 1 else "") + (
            "-linux" if self.linux_guest else "") + (
            f"-{self.driver}" if self.driver != "oneshot" else "")


@dataclass(frozen=True)
class Case:
    """One row of the table."""
    name: str
    group: str
    kernel: str = "6.1"
    qemu: str = "7.2"
    gic: int = 3
    board: str = "stock"
    smp: int = 1
    driver: str = "oneshot"         # of the host: ours, "mainline", or a
                                    # header of kmod/ that makes ours wrong
    device: str = "oneshot"         # ours; "vfio-platform": QEMU's own
    # of QEMU's own device, which has no modes to read
    irq_mode: str = "automask"
    guest: str = "fasteoi"
    # for host/vm.sh run_case, or another function of the host's scripts
    function: str = "run_case"
    words: dict = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    # rows made of one run, by the kind of result: see results.py
    kind: str = "irq"
    expect: object = None
    # of this machine's time; a case takes between one and ten
    seconds: int = 60

    @property
    def boot(self) -> Boot:
        return Boot(Image(self.kernel, self.qemu), self.board, self.gic,
                    self.smp, self.guest == "linux", self.driver)

    def plan(self) -> str:
        """The line of the boot's plan that runs this case."""
        words = {"gic": str(self.gic), **self.words}
        if self.driver != "oneshot":
            words["driver"] = self.driver
        if self.function == "run_case":
            words.setdefault("kernel", "/guest/linux" if self.guest == "linux"
                             else f"/guest/{self.guest}.bin")
        return " ".join([self.function, shlex.quote(self.name)] + [
            shlex.quote(f"{key}={value}") for key, value in words.items()])
