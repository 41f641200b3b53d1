# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules that every source file keeps; each yields what is wrong."""
import re
from dataclasses import dataclass
from typing import Callable, Iterator

LIBC = {f"{name}.h" for name in """assert ctype errno inttypes limits stdalign
    stdarg stdbool stddef stdint stdio stdlib string""".split()}
CORE_MAY_INCLUDE = LIBC | {"glib.h", "libfdt.h"}
# The licence itself has no licence line.
NO_SPDX = {"COPYING"}
SPDX = re.compile(r"SPDX-License-Identifier: (GPL-2\.0-(?:or-later|only))"
                  r"( WITH Linux-syscall-note)?")


@dataclass(frozen=True)
class File:
    """A tracked file, by its path below the root."""
    path: str
    text: str

    def lines(self) -> Iterator[tuple[str, str]]:
        for number, line in enumerate(self.text.split("\n"), 1):
            yield f"{self.path}:{number}", line


def spdx(file: File) -> Iterator[str]:
    """A licence line in the first lines, the one that belongs to the place."""
    if file.path in NO_SPDX:
        return
    found = SPDX.search("\n".join(file.text.split("\n")[:5]))
    kernel = file.path.startswith("kernel/")
    uapi = file.path.startswith("include/uapi/")
    wanted = "GPL-2.0-only" if kernel or uapi else "GPL-2.0-or-later"
    if not found:
        yield f"{file.path}: no SPDX line"
    elif found[1] != wanted and not file.path.endswith(".clang-format"):
        yield f"{file.path}: {found[1]} instead of {wanted}"
    elif bool(found[2]) != uapi:
        yield f"{file.path}: Linux-syscall-note is for include/uapi, only"


def core_includes(file: File) -> Iterator[str]:
    """core/ knows libc, GLib and libfdt, and nothing else."""
    if not re.match(r"core/.*\.[ch]$", file.path):
        return
    for where, line in file.lines():
        found = re.match(r'\s*#\s*include\s+(?:<([^>]+)>|"([^"]+)")?', line)
        if not found:
            continue
        system, own = found.groups()
        if own and re.fullmatch(r"vpo-[a-z-]+\.h", own):
            continue
        if system not in CORE_MAY_INCLUDE:
            yield f"{where}: core/ must not include {system or own or line}"


def core_ioctl(file: File) -> Iterator[str]:
    """core/ is pure: it does not even mention ioctl."""
    if re.match(r"core/.*\.[ch]$", file.path):
        for where, line in file.lines():
            if "ioctl" in line.lower():
                yield f"{where}: core/ must not mention ioctl"


def qemu_style(file: File) -> Iterator[str]:
    """C outside of the kernel: no tabs, 80 columns."""
    if not file.path.endswith((".c", ".h")) or file.path.startswith(
            ("kernel/", "include/uapi/")):
        return
    for where, line in file.lines():
        if "\t" in line:
            yield f"{where}: a tab"
        if len(line) > 80:
            yield f"{where}: {len(line)} columns"


def kernel_style(file: File) -> Iterator[str]:
    """C in the kernel: indented by tabs, 100 columns but for messages."""
    if not re.match(r"(kernel|include/uapi)/.*\.[ch]$", file.path):
        return
    for where, line in file.lines():
        if line.startswith("        "):
            yield f"{where}: indented by spaces"
        if len(line.expandtabs(8)) > 100 and '"' not in line:
            yield f"{where}: {len(line.expandtabs(8))} columns"


def white_space(file: File) -> Iterator[str]:
    """No blanks at ends of lines, one newline at the end of the file."""
    for where, line in file.lines():
        if line != line.rstrip():
            yield f"{where}: blanks at the end of the line"
    if file.text and (not file.text.endswith("\n")
                      or file.text.endswith("\n\n")):
        yield f"{file.path}: ends without a newline, or with a blank line"


def python_syntax(file: File) -> Iterator[str]:
    """Python files compile."""
    if file.path.endswith(".py"):
        try:
            compile(file.text, file.path, "exec")
        except SyntaxError as err:
            yield f"{file.path}:{err.lineno}: {err.msg}"


def one_machine(names: list[str]) -> Callable[[File], Iterator[str]]:
    """No file names a package mirror, or a path, of this machine."""
    pattern = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, names))})")

    def rule(file: File) -> Iterator[str]:
        for where, line in file.lines():
            found = pattern.search(line)
            if found:
                yield f"{where}: names {found[1]} of this machine"
    return rule


# What each rule must object to: a rule that objects to nothing tests nothing.
BAD = [
    (spdx, "core/a.c", "int x;\n"),
    (spdx, "kernel/a.c", "// SPDX-License-Identifier: GPL-2.0-or-later\n"),
    (spdx, "include/uapi/a.h", "/* SPDX-License-Identifier: GPL-2.0-only */\n"),
    (core_includes, "core/a.c", '#include "qemu/osdep.h"\n'),
    (core_includes, "core/a.h", "#include <sys/ioctl.h>\n"),
    (core_includes, "core/a.h", "#include <linux/vfio.h>\n"),
    (core_includes, "core/a.h", "# include HEADER\n"),
    (core_ioctl, "core/a.c", "int r = my_ioctl(fd);\n"),
    (qemu_style, "hw/vfio/a.c", "\tint x;\n"),
    (qemu_style, "hw/vfio/a.c", "x" * 81 + "\n"),
    (kernel_style, "kernel/a.c", "        int x;\n"),
    (kernel_style, "kernel/a.c", "\t" + "x" * 93 + "\n"),
    (white_space, "README.md", "text \n"),
    (white_space, "README.md", "text"),
    (python_syntax, "a.py", "def f(:\n"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in BAD))
