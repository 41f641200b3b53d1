# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress lines on stderr, and commands whose output shows only on failure."""
import contextlib
import os
import subprocess
import sys
import time

# The entry scripts pass their own start, so that times count from there.
START = float(os.environ.get("VPO_START") or time.time())
TAIL_LINES = 25


class SetupError(Exception):
    """Something the user can act on; the text says what to do."""


def say(text: str) -> None:
    """Prints one progress line with the seconds since the start."""
    print(f"[{time.time() - START:6.1f} s] {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(text: str):
    """Announces a step and says how long it took, or that it failed."""
    begin = time.time()
    say(f"{text} …")
    try:
        yield
    except BaseException:
        say(f"{text}: FAILED after {time.time() - begin:.1f} s")
        raise
    say(f"{text}: done in {time.time() - begin:.1f} s")


def run(argv, *, what=None, merge=False, **kwargs) -> str:
    """Runs a command and returns its stdout; SetupError with its last lines.

    merge adds what it wrote to stderr.
    """
    argv = [str(a) for a in argv]
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    errors = subprocess.STDOUT if merge else subprocess.PIPE
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, text=True,
                              stderr=errors, errors="replace",
                              check=False, **kwargs)
    except FileNotFoundError as err:
        raise SetupError(f"command not found: {err.filename}") from err
    if done.returncode:
        text = done.stdout + (done.stderr or "")
        tail = text.splitlines()[-TAIL_LINES:]
        raise SetupError("\n".join([
            f"{what or ' '.join(argv[:6])}: exit code {done.returncode}",
            *("    " + line for line in tail)]))
    return done.stdout
