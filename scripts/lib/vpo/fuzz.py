# SPDX-License-Identifier: GPL-2.0-or-later
"""Fuzzing of the device tree code: inputs to begin with, and runs."""
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


def _run(*argv) -> str:
    """Runs the fuzzer; what it said, or SetupError with what it found."""
    done = subprocess.run(
        [build.variant("fuzz") / "tests/fuzz/fuzz-dt", *argv], stdout=subprocess.PIPE, text=True,
        stderr=subprocess.STDOUT, errors="replace", check=False,
        env={**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"})
    if done.returncode:
        lines = done.stdout.splitlines()
        raise SetupError(f"the fuzzer found something, exit code "
                         f"{done.returncode}:\n" + "\n".join(lines[-40:]))
    return done.stdout


def fuzz(seconds: str = "60") -> str:
    """Fuzzes for so long; its last words, or SetupError with what it found."""
    top = build_folder() / "fuzz"
    begin = _lay_out(top / "inputs", [*_made(), *_found()])
    kept = top / "kept"
    kept.mkdir(exist_ok=True)
    with step(f"fuzz for {seconds} s"):
        said = _run(f"-max_total_time={seconds}", f"-max_len={LONGEST}",
                    f"-timeout={SECONDS_EACH}", f"-rss_limit_mb={MEGABYTES}",
                    f"-artifact_prefix={top}/", kept, begin)
    return re.findall(r"^Done .*", said, re.M)[-1]


def keep() -> None:
    """Renews INPUTS: of its own, and of what runs have kept, as few as reach
    all that the short ones of them do."""
    kept = [path.read_bytes()
            for path in sorted((build_folder() / "fuzz/kept").iterdir())]
    with tempfile.TemporaryDirectory() as folder:
        few = _lay_out(Path(folder) / "few", _made())
        made = {path.name for path in few.iterdir()}
        short = _lay_out(Path(folder) / "short", [
            data for data in [*_found(), *kept] if len(data) <= LONGEST_KEPT])
        _run("-merge=1", "-use_counters=0", f"-max_len={LONGEST}", few, short)
        lines = sorted(path.read_bytes().hex() for path in few.iterdir()
                       if path.name not in made)
    INPUTS.write_text(HEAD + "".join(f"{line}\n" for line in lines),
                      encoding="utf-8")
