# SPDX-License-Identifier: GPL-2.0-or-later
"""Fuzzing of what reads others' trees and rules: inputs to begin with, and runs."""
import os
import re
import struct
import subprocess
import tempfile
from pathlib import Path

from . import build
from .packages import ensure
from .paths import ROOT, build as build_folder
from .progress import SetupError, run, step

INPUTS = ROOT / "tests/fuzz/inputs.hex"
BOARD = ROOT / "tests/data/board.dts"
OVERLAY = "/dts-v1/; /plugin/; &device { a = <1>; clocks = <&clock0>; };"
TEXT = b'a = <1 0x2>, "x\\"", [00 ff]; b; /delete-property/ c/d;'
# Rules of each kind, and accesses to them.
RULES = b"""\
default 1 deny # of region 1
0:0 deny 0x12
0:4+8 read-only
0:12 bits 0xf0 0x3
0:16 bits 0xf
0:20 write-once
1:0x10 complete 2
1:0x18 raise 5 0x55
0:0x40+0x40 direct
irq-served 0=0:0x18:0x1/1=none
"""
ACCESSES = bytes(byte for at in range(0, 64, 3) for how in (0x80, 2, 0x86)
                 for byte in (how | at & 1, at, 0xa5, at))
EMPTY = "int LLVMFuzzerTestOneInput(const char *d, long n) { return 0; }"
# The longest input, and what one may take; by the clock, so also of a machine
# that is busy with something else.
LONGEST, SECONDS_EACH, MEGABYTES = 8192, 30, 2048
# The longest that is kept in INPUTS.
LONGEST_KEPT = 512
HEAD = """\
# SPDX-License-Identifier: GPL-2.0-or-later
# Inputs of tests/fuzz/fuzz-dt.c that reach what others do not; made by
# "python3 -m vpo fuzz-keep" of what runs have found.
"""
# What the first byte of an input means: see tests/fuzz/fuzz-dt.c.
BLOB, OVERLAY_AND_BLOB, PROPERTIES = b"\0", b"\2", b"\3"


def _compile(source: bytes, *options: str) -> bytes:
    ensure("device-tree-compiler")
    return subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", *options,
                           "-"], input=source, check=True,
                          stdout=subprocess.PIPE).stdout


def _made() -> list[bytes]:
    """A board, one with an overlay, properties."""
    board = _compile(BOARD.read_bytes())
    overlay = _compile(OVERLAY.encode(), "-@")
    return [BLOB + board,
            OVERLAY_AND_BLOB + struct.pack(">H", len(overlay)) + overlay
            + board, PROPERTIES + TEXT]


def _found() -> list[bytes]:
    lines = INPUTS.read_text(encoding="utf-8").splitlines()
    return [bytes.fromhex(line) for line in lines if not line.startswith("#")]


def _lay_out(folder: Path, inputs: list[bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        (folder / f"{number:04}").write_bytes(data)
    return folder


def obstacle() -> str:
    """Why there can be no fuzzer here; empty if there can."""
    try:
        ensure(*build.VARIANTS["fuzz"][0])
        run(["clang", "-x", "c", "-fsanitize=fuzzer,address,undefined", "-o",
             os.devnull, "-"], what="clang's runtime for fuzzing",
            env=build.ENV, input=EMPTY, stdin=None)
    except SetupError as err:
        return str(err)
    return ""


# Each fuzzer, and what it begins with.
TARGETS = {"dt": lambda: [*_made(), *_found()],
           "intercept": lambda: [RULES + b"\0" + ACCESSES,
                                 RULES.replace(b"\n", b"/")]}


def _run(target: str, *argv) -> str:
    """Runs a fuzzer; what it said, or SetupError with what it found."""
    done = subprocess.run(
        [build.variant("fuzz") / f"tests/fuzz/fuzz-{target}", *argv],
        stdout=subprocess.PIPE, text=True,
        stderr=subprocess.STDOUT, errors="replace", check=False,
        env={**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"})
    if done.returncode:
        lines = done.stdout.splitlines()
        raise SetupError(f"the fuzzer found something, exit code "
                         f"{done.returncode}:\n" + "\n".join(lines[-40:]))
    return done.stdout


def fuzz(seconds: str = "60", target: str = "dt") -> str:
    """Fuzzes for so long; its last words, or SetupError with what it found."""
    if target not in TARGETS:
        raise SetupError(f"no fuzzer is called {target!r}: there are "
                         + ", ".join(TARGETS))
    top = build_folder() / "fuzz" / target
    begin = _lay_out(top / "inputs", TARGETS[target]())
    kept = top / "kept"
    kept.mkdir(exist_ok=True)
    with step(f"fuzz {target} for {seconds} s"):
        said = _run(target, f"-max_total_time={seconds}", f"-max_len={LONGEST}",
                    f"-timeout={SECONDS_EACH}", f"-rss_limit_mb={MEGABYTES}",
                    f"-artifact_prefix={top}/", kept, begin)
    return re.findall(r"^Done .*", said, re.M)[-1]


def keep() -> None:
    """Renews INPUTS: of its own, and of what runs have kept, as few as reach
    all that the short ones of them do."""
    kept = [path.read_bytes()
            for path in sorted((build_folder() / "fuzz/dt/kept").iterdir())]
    with tempfile.TemporaryDirectory() as folder:
        few = _lay_out(Path(folder) / "few", _made())
        made = {path.name for path in few.iterdir()}
        short = _lay_out(Path(folder) / "short", [
            data for data in [*_found(), *kept] if len(data) <= LONGEST_KEPT])
        _run("dt", "-merge=1", "-use_counters=0", f"-max_len={LONGEST}", few, short)
        lines = sorted(path.read_bytes().hex() for path in few.iterdir()
                       if path.name not in made)
    INPUTS.write_text(HEAD + "".join(f"{line}\n" for line in lines),
                      encoding="utf-8")
