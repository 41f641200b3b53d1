# SPDX-License-Identifier: GPL-2.0-or-later
"""Command line of the set-up: prints where the thing that was made is."""
import sys

from . import kernel, progress, qemu

USAGE = """\
usage: python3 -m vpo kernel 6.1|6.12|newest|debug
       python3 -m vpo qemu 7.2|10.0 amd64|arm64
       python3 -m vpo headers 7.2|10.0 amd64|arm64
       python3 -m vpo sysroot arm64
       python3 -m vpo plugin amd64|arm64 [VERSION…]
       python3 -m vpo kmod 6.1|6.12|newest|debug
       python3 -m vpo mainline 6.1|6.12|newest
       python3 -m vpo unit
       python3 -m vpo names
       python3 -m vpo fuzz SECONDS [TARGET]
       python3 -m vpo fuzz-keep
       python3 -m vpo prepare demo|bench|debug|everything"""


def _build(name: str, *args):
    # pylint: disable=import-outside-toplevel
    from . import build
    if name == "plugin":
        return build.plugin(args[0], args[1:] or build.VERSIONS)
    if name == "kmod":
        return build.kmod(kernel.get(*args))
    if name == "mainline":
        return "\n".join(map(str, build.mainline(kernel.get(*args))))
    if name == "prepare":
        from . import prepare
        return prepare.make(*args)
    if name in ("fuzz", "fuzz-keep"):
        from . import fuzz
        return fuzz.keep() if name == "fuzz-keep" else fuzz.fuzz(*args)
    if name == "names":
        from . import dtnames
        return dtnames.write()
    return build.unit(build.native())


COMMANDS = {
    "kernel": (1, kernel.get),
    "qemu": (2, qemu.binary),
    "headers": (2, qemu.headers),
    "sysroot": (1, qemu.sysroot),
    "plugin": (1, lambda *args: _build("plugin", *args)),
    "kmod": (1, lambda name: _build("kmod", name)),
    "mainline": (1, lambda name: _build("mainline", name)),
    "prepare": (1, lambda what: _build("prepare", what)),
    "unit": (0, lambda: _build("unit")),
    "names": (0, lambda: _build("names")),
    "fuzz": (1, lambda *args: _build("fuzz", *args)),
    "fuzz-keep": (0, lambda: _build("fuzz-keep")),
}


def main(argv: list[str]) -> int:
    """Runs one command."""
    if argv[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    count, function = COMMANDS.get(argv[0] if argv else "", (0, None))
    if function is None or len(argv) - 1 < count:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        result = function(*argv[1:])
        if result is not None:
            print(result)
    except (progress.SetupError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
