# SPDX-License-Identifier: GPL-2.0-or-later
"""What the emulated host boots: kernel and initramfs, put together of parts.

A part is an archive in build/bench/images; the initramfs of a boot is the
parts it needs, one behind the other, and last its plan.
"""
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vpo import build, kernel, paths, qemu

from . import programs
from .cpio import Archive

if TYPE_CHECKING:
    from .boards import Board
    from .case import Boot

HOST = programs.HERE / "host"
SCRIPTS = ("lib.sh", "device.sh", "vm.sh", "bad.sh", "flight.sh", "probe.sh",
           "power.sh", "reset.sh", "return.sh", "refuse.sh",
           "faults.sh", "view.sh")
# For intercept=.
RULES = tuple(path.name for path in sorted(HOST.glob("*.rules")))
MODULE = "vfio_platform_oneshot.ko"
# What mainline's modules are told. The boards' devices have no reset handler.
MAINLINE_PARAMETERS = {"vfio-platform.ko": " reset_required=0"}
# In 6.1 it binds no device without one.
RESET_HANDLERS = {"6.1": (programs.HERE / "kmod/vfio-reset-bench.c",)}
# What a Linux guest's first process needs: modules, programs.
LINUX_GUESTS = {"linux": ((), ("rtcalarm",)),
                "probe": (("gpio_keys", "virtio_mmio"), ()),
                "uart": ((), ("ttytalk",))}
# Modules of the bench's own, one a folder: see Board.module. And headers that
# break ours: drivers that are neither ours nor mainline's.
MODULES = programs.HERE / "kmod"


@dataclass(frozen=True)
class Image:
    """One kind of host: which kernel it runs and which QEMU it has."""
    kernel: str
    qemu: str

    def __str__(self) -> str:
        return f"linux-{self.kernel}-qemu-{self.qemu}"


class _Part:
    """Collects what goes into a part, and remakes it only if that changed."""

    def __init__(self, name: str) -> None:
        self._out = paths.build() / "bench/images" / f"{name}.cpio"
        self._entries: list[tuple[str, Path | bytes, bool]] = []

    def add(self, name: str, what: Path | bytes, executable=False) -> None:
        self._entries.append((name, what, executable))

    def _state(self) -> str:
        def of(what):
            if isinstance(what, bytes):
                return what.hex()
            stat = what.stat()
            return [str(what.resolve()), stat.st_size, stat.st_mtime_ns]
        return json.dumps([[n, of(w), x] for n, w, x in self._entries])

    def make(self) -> Path:
        state, stamp = self._state(), self._out.with_suffix(".state")
        if (self._out.exists() and stamp.exists()
                and stamp.read_text(encoding="utf-8") == state):
            return self._out
        self._out.parent.mkdir(parents=True, exist_ok=True)
        archive = Archive()
        archive.character_device("dev/console", 5, 1)
        for name, what, executable in self._entries:
            data = what if isinstance(what, bytes) else what.read_bytes()
            archive.file(name, data, executable)
        self._out.write_bytes(archive.data())
        stamp.write_text(state, encoding="utf-8")
        return self._out


def _kernel_part(name: str) -> Path:
    """Userland, scripts, guests and kernel modules: all but QEMU."""
    host = kernel.get(name)
    ours = build.kmod(host)
    part = _Part(f"linux-{name}")
    part.add("bin/busybox", host.busybox, True)
    part.add("init", HOST / "init", True)
    for script in (*SCRIPTS, *RULES):
        part.add(f"bench/{script}", HOST / script)
    part.add("bench/card.sh", HOST / "card.sh", True)
    for program in ("vmrun", "vfio_probe", "vfio_user", "vfio_raise",
                    "rtcalarm", "timerlat"):
        part.add(f"bin/{program}", programs.helper(program), True)
    for library in ("fdcensus", "onecounter"):
        part.add(f"bench/{library}.so", programs.preload(library))
    for guest in programs.GUESTS:
        part.add(f"guest/{guest}.bin", programs.guest(guest))
    needs = host.insmod_order("vfio_iommu_type1", *kernel.module_needs(ours))
    for path in needs:
        part.add(f"modules/{path.name}", path)
    part.add(f"modules/{MODULE}", programs.strip(ours, name))
    order = "\n".join([*(p.name for p in needs), MODULE]) + "\n"
    part.add("modules/order", order.encode())
    return part.make()


def _mainline_part(name: str) -> Path:
    """Mainline's vfio-platform, which needs no other modules than ours does."""
    part, order = _Part(f"mainline-{name}"), ""
    for module in build.mainline(kernel.get(name),
                                 *RESET_HANDLERS.get(name, ())):
        part.add(f"modules/{module.name}", programs.strip(module, name))
        order += module.name + MAINLINE_PARAMETERS.get(module.name, "") + "\n"
    part.add("modules/order.mainline", order.encode())
    return part.make()


def _wrong_part(name: str, wrong: str) -> Path:
    """Our module, broken by a header, in the place of the right one."""
    module = build.module(kernel.get(name), MODULES / f"{wrong}.h").path
    part = _Part(f"{wrong}-{name}")
    part.add(f"modules/{MODULE}", programs.strip(module, f"{name}-{wrong}"))
    return part.make()


def _module_part(name: str, folder: str) -> Path:
    part = _Part(f"{folder}-{name}")
    module = build.bench_module(kernel.get(name), MODULES / folder)
    part.add(f"modules/{module.name}", programs.strip(module, name))
    return part.make()


def _qemu_part(version: str) -> Path:
    """The distribution's QEMU with its libraries, and the plug-in."""
    tree = qemu.binary(version, "arm64")
    part = _Part(f"qemu-{version}")
    part.add("bin/qemu-system-aarch64", tree.path / "bin/qemu-system-aarch64",
             True)
    for library in sorted((tree.path / "lib").iterdir()):
        part.add(f"lib/{library.name}", library, True)
    for plugin in sorted(build.plugin("arm64").glob("*.so")):
        part.add(f"plugin/{plugin.name}", plugin)
    return part.make()


def _guest_initrd(name: str, modules: tuple[str, ...] = (),
                  programs_of: tuple[str, ...] = ()) -> Path:
    """What a Linux guest starts with: host/NAME-init, modules, programs."""
    part = _Part(f"{name}-guest")
    guest = kernel.get("6.1")
    part.add("bin/busybox", guest.busybox, True)
    part.add("init", HOST / f"{name}-init", True)
    part.add("guest-lib", HOST / "guest-lib")
    for program in programs_of:
        part.add(f"bin/{program}", programs.helper(program), True)
    needs = guest.insmod_order(*modules)
    for path in needs:
        part.add(f"modules/{path.name}", path)
    part.add("modules/order", "".join(f"{p.name}\n" for p in needs).encode())
    return part.make()


def _linux_guest_part() -> Path:
    """A Linux guest, for the emulated host to start."""
    part = _Part("with-linux-guest")
    part.add("guest/linux", kernel.get("6.1").image)
    # It talks to a guest.
    part.add("bin/ttytalk", programs.helper("ttytalk"), True)
    for name, (modules, helpers) in LINUX_GUESTS.items():
        part.add(f"guest/{name}.initrd",
                 _guest_initrd(name, modules, helpers))
    for name in ("overlay", "keys"):
        part.add(f"guest/{name}.dtbo", programs.overlay(name))
    return part.make()


def _drivers_part(name: str, modules: tuple[str, ...]) -> Path:
    """Drivers of the host's own, which a case loads."""
    host = kernel.with_more(kernel.get(name), "mmc", "drivers/mmc/*")
    part, order = _Part(f"drivers-{name}"), host.insmod_order(*modules)
    for path in order:
        part.add(f"modules/{path.name}", path)
    part.add("modules/order.drivers",
             "".join(f"{path.name}\n" for path in order).encode())
    return part.make()


def initramfs(boot: "Boot", board: "Board", plan: str, out: Path) -> None:
    """Writes the initramfs of a boot."""
    image = boot.image
    parts = [_kernel_part(image.kernel), _qemu_part(image.qemu)]
    if boot.linux_guest:
        parts.append(_linux_guest_part())
    if boot.driver == "mainline":
        parts.append(_mainline_part(image.kernel))
    elif boot.driver != "oneshot":
        parts.append(_wrong_part(image.kernel, boot.driver))
    if board.module:
        parts.append(_module_part(image.kernel, board.module))
    if board.drivers:
        parts.append(_drivers_part(image.kernel, board.drivers))
    last = Archive()
    last.file("plan", plan.encode())
    out.write_bytes(b"".join([*(p.read_bytes() for p in parts), last.data()]))


def boot_image(image: Image) -> Path:
    return kernel.get(image.kernel).image
