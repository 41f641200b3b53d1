# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives for the kernel's initramfs, the same bytes for the same content.

Several archives one behind the other are one initramfs to the kernel, so
each is padded to a size that keeps the next one aligned.
"""
import stat
from pathlib import Path

ALIGN = 512


class Archive:
    """A cpio archive ("newc") in memory; root owns everything in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._inode = 0
        self._names: set[str] = set()

    def _add(self, name: str, mode: int, data: bytes = b"",
             device: tuple[int, int] = (0, 0)) -> None:
        self._inode += 1
        path = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0,
                  device[0], device[1], len(path), 0)
        header = b"070701" + b"".join(b"%08X" % f for f in fields)
        for part in (header + path, data):
            self._parts.append(part + bytes(-len(part) % 4))

    def directory(self, name: str) -> None:
        """A directory and those above it, once."""
        if name and name not in self._names:
            self.directory(name.rpartition("/")[0])
            self._names.add(name)
            self._add(name, stat.S_IFDIR | 0o755)

    def file(self, name: str, data: bytes, executable: bool = False) -> None:
        self.directory(name.rpartition("/")[0])
        self._add(name, stat.S_IFREG | (0o755 if executable else 0o644), data)

    def copy(self, name: str, path: Path, executable: bool = False) -> None:
        self.file(name, path.read_bytes(), executable)

    def character_device(self, name: str, major: int, minor: int) -> None:
        self.directory(name.rpartition("/")[0])
        self._add(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def data(self) -> bytes:
        """The finished archive."""
        self._add("TRAILER!!!", 0)
        done = b"".join(self._parts)
        return done + bytes(-len(done) % ALIGN)
