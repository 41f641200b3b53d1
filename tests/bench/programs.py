# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds what runs in the emulated host: its helpers and the guests."""
from pathlib import Path

from vpo import packages, paths, progress

HERE = Path(__file__).resolve().parent
UAPI = paths.ROOT / "include/uapi"
CC = "aarch64-linux-gnu-gcc"
WARN = ["-O2", "-Wall", "-Wextra", "-Werror"]
# NAME-DEVICE has device-DEVICE.c in place of device.c.
GUESTS = ("fasteoi", "oneshot", "mmio", "reset", "lineup", "two", "stress",
          "stuck", "flight", "reads", "storm", "window", "regfuzz", "gpio",
          "emulated", "emureset", "emurule", "fasteoi-sdhci",
          "oneshot-sdhci")
GUEST_PARTS = ("start.S", "cpu.c", "console.c", "dt.c", "gic.c", "device.c",
               "events.c")
GUEST_FLAGS = [*WARN, "-ffreestanding", "-nostdlib", "-static", "-fno-pic",
               "-mgeneral-regs-only", "-fno-stack-protector",
               "-fno-tree-loop-distribute-patterns",
               # with its MMU off, all of the guest's memory is device memory
               "-mstrict-align", "-Wl,--build-id=none",
               "-Wl,--no-warn-rwx-segments"]


def _stale(out: Path, sources: list[Path]) -> bool:
    return not out.exists() or any(
        s.stat().st_mtime > out.stat().st_mtime for s in sources)


def _compile(out: Path, flags: list[str], sources: list[Path],
             also: list[Path]) -> bool:
    """Compiles unless that has been done; true if it did."""
    if not _stale(out, [*sources, *also]):
        return False
    out.parent.mkdir(parents=True, exist_ok=True)
    progress.run([CC, *flags, "-o", out, *sources], what=f"building {out.name}")
    return True


def guest(name: str) -> Path:
    """A bare-metal guest: the flat image that QEMU loads."""
    folder = HERE / "guests"
    out = paths.build() / "bench/guests" / name
    elf, image = out.with_suffix(".elf"), out.with_suffix(".bin")
    main, dash, device = name.partition("-")
    parts = [f"device-{device}.c" if dash and part == "device.c" else part
             for part in (*GUEST_PARTS, f"{main}.c")]
    sources = [folder / part for part in parts]
    script = folder / "guest.ld"
    if _compile(elf, [*GUEST_FLAGS, f"-Wl,-T,{script}"], sources,
                [script, folder / "guest.h"]) or not image.exists():
        progress.run(["aarch64-linux-gnu-objcopy", "-O", "binary", elf, image])
    return image


def helper(name: str) -> Path:
    """A program of the emulated host, or of a Linux guest; static.

    It is made of NAME.c and of what else begins with NAME_; a program vfio_X
    of vfio.c as well.
    """
    out, folder = paths.build() / "bench/host" / name, HERE / "host"
    family = [folder / "vfio.c"] if name.startswith("vfio_") else []
    _compile(out, [*WARN, "-static", f"-I{UAPI}"],
             [folder / f"{name}.c", *sorted(folder.glob(f"{name}_*.c")), *family],
             [*folder.glob("*.h"), *UAPI.rglob("*.h")])
    return out


def overlay(name: str) -> Path:
    """A device tree overlay, for dt-overlay=."""
    out, source = paths.build() / "bench/host" / f"{name}.dtbo", HERE / "host"
    out.parent.mkdir(parents=True, exist_ok=True)
    progress.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", out,
                  source / f"{name}.dts"])
    return out


def preload(name: str) -> Path:
    """A library that is preloaded into QEMU in the emulated host."""
    out = paths.build() / "bench/host" / f"{name}.so"
    _compile(out, [*WARN, "-shared", "-fPIC"], [HERE / "host" / f"{name}.c"], [])
    return out


def strip(module: Path, kernel: str) -> bytes:
    """A kernel's module without its debug information."""
    out = paths.build() / "bench/modules" / kernel / module.name
    if _stale(out, [module]):
        out.parent.mkdir(parents=True, exist_ok=True)
        progress.run(["aarch64-linux-gnu-strip", "-g", "-o", out, module])
    return out.read_bytes()


def need_tools() -> None:
    packages.ensure("gcc-aarch64-linux-gnu", "device-tree-compiler",
                    "qemu-system-arm")
