# SPDX-License-Identifier: GPL-2.0-or-later
"""Finished things in a folder: made once, locked while made, keyed by recipe."""
import contextlib
import fcntl
import hashlib
import json
import shutil
from pathlib import Path

from .paths import cache

STAMP = ".vpo-done.json"


def digest(*parts) -> str:
    """A short hash of a recipe: anything that JSON can hold."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextlib.contextmanager
def lock(name: str):
    """Excludes every other process that makes the thing of this name."""
    path = cache() / "locks" / name.replace("/", "_")
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def facts(folder: Path, key: str):
    """What a finished folder recorded about itself; None if it is not."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp["facts"] if stamp.get("key") == key else None


def produce(folder: Path, key: str, make) -> dict:
    """Returns the facts of a folder, running make(folder) -> facts if needed.

    The stamp is written last, so an interrupted run is simply done again.
    """
    found = facts(folder, key)
    if found is not None:
        return found
    with lock(str(folder)):
        found = facts(folder, key)
        if found is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            found = make(folder) or {}
            stamp = json.dumps({"key": key, "facts": found}, indent=1)
            (folder / STAMP).write_text(stamp + "\n", encoding="utf-8")
    return found
