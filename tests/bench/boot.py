# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots the emulated host and hears what it reports."""
import contextlib
import fcntl
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Callable

from vpo import paths

from . import boards, images
from .case import Boot, Case
from .results import Parser

# Real seconds; a boot is a few, and what a case may take is in the table.
BOOT_SECONDS = 300
# However this program ends, the host that it started ends with it.
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")
# The same instructions give the same figures: no clock of this machine's, no
# random number and no time that passes while nothing is done.
DETERMINISM = ["-accel", "tcg", "-icount", "shift=0,sleep=off",
               "-rtc", "base=2020-01-01,clock=vm", "-seed", "1"]
# The host's own /dev/mem is how a case raises the device's line.
CONSOLE = "stdio,id=console"
KERNEL_ARGS = "nokaslr panic=-1 iomem=relaxed"


def folder(name: str) -> Path:
    path = paths.build() / "bench" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def log_path(boot: Boot) -> Path:
    return folder("log") / f"{boot}.log"


@contextlib.contextmanager
def _alone():
    """Two boots, of one runner or of two, may need the same part to be made."""
    with (folder("run") / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def plan(cases: list[Case]) -> str:
    return "".join(case.plan() + "\n" for case in cases)


def command(boot: Boot, initramfs: Path, extra_args: str) -> list[str]:
    """The outer QEMU's command line."""
    board = boards.BOARDS[boot.board]
    tree = boards.device_tree(board, boot.gic, boot.smp)
    return [*boards.host_qemu(board.outer),
            *boards.machine_args(board, boot.gic, boot.smp), *DETERMINISM,
            "-chardev", CONSOLE, "-no-reboot",
            *(word.format(name=initramfs.stem) for word in board.lines),
            *(["-dtb", str(tree)] if tree else []),
            "-kernel", str(images.boot_image(boot.image)),
            "-initrd", str(initramfs), "-append",
            f"console={board.console} {KERNEL_ARGS}{board.kernel_args}"
            + extra_args]


def prepare(boot: Boot, cases: list[Case], initramfs: Path,
            extra_args: str = "") -> list[str]:
    """Makes all that the boot needs; how to start it."""
    with _alone():
        images.initramfs(boot, boards.BOARDS[boot.board], plan(cases),
                         initramfs)
        return command(boot, initramfs, extra_args)


def _stop(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)


def run(boot: Boot, cases: list[Case],
        on_case: Callable[[Case], None] = lambda case: None) -> Parser:
    """Runs cases in one boot; what was heard is in the boot's log as well."""
    by_name = {case.name: case for case in cases}
    parser = Parser()
    initramfs = folder("run") / f"{boot}-{os.getpid()}.cpio"
    try:
        argv = prepare(boot, cases, initramfs)
        with log_path(boot).open("w", encoding="utf-8") as log:
            print(" ".join(argv), file=log, flush=True)
            process = subprocess.Popen([*DIES_WITH_US, *argv], text=True,
                                       stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, errors="replace",
                                       stderr=subprocess.STDOUT)
            seconds = BOOT_SECONDS + sum(case.seconds for case in cases)
            watchdog = threading.Timer(seconds, _stop, [process])
            watchdog.start()
            try:
                for line in process.stdout:
                    log.write(line)
                    ended = parser.feed(line)
                    if ended in by_name:
                        on_case(by_name[ended])
                    if parser.finished and boards.BOARDS[boot.board].halts:
                        break
            finally:
                watchdog.cancel()
                _stop(process)
                process.wait()
    finally:
        initramfs.unlink(missing_ok=True)
    return parser


def shell(boot: Boot, cases: list[Case]) -> int:
    """A shell in the emulated host, on this terminal; at its natural speed."""
    initramfs = folder("run") / f"shell-{os.getpid()}.cpio"
    try:
        argv = prepare(boot, cases, initramfs, " bench.shell")
        at = argv.index("-icount")
        del argv[at:at + 2]
        argv[argv.index(CONSOLE)] += ",mux=on,signal=off"
        argv += ["-mon", "console"]
        return subprocess.run(argv, check=False).returncode
    finally:
        initramfs.unlink(missing_ok=True)
