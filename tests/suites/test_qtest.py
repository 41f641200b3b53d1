# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU with the device in it: the device's qtests, faults, and QEMU's own tests."""
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vpo import coverage, graft, harness, tap
from vpo.packages import ensure
from vpo.paths import ROOT
from vpo.progress import say

# What QEMU's checkpatch.pl objects to, and why it is so: file, words.
ACCEPTED = [
    # Lists that are macros, as QEMU's own have them.
    ("oneshot-backend.c", "Macros with complex values"),
    ("oneshot-compat.h", "Macros with complex values"),
    ("oneshot-device.c", "Macros with multiple statements"),
    # A guest of arm64 code, for KVM on arm64 hosts; where it starts and ends.
    ("oneshot-resample.h", "architecture specific defines"),
    ("oneshot-resample-stub.c", "architecture specific defines"),
    ("oneshot-resample-vm.c", "architecture specific defines"),
    ("oneshot-resample-vm.c", "externs should be avoided"),
]
# Ops of VpoKernelOps that cannot fail, or not by an errno.
NO_ERRNO = {"path", "detach", "kvm", "resample_try", "ioctl"}


# What the programs say

@pytest.fixture(scope="module", params=harness.CHOSEN)
def built(request):
    """A QEMU with the device, of each version; the next one is made ready."""
    if request.param == harness.CHOSEN[0]:
        harness.prepare()
    try:
        return harness.get(request.param)
    except harness.NotThere as err:
        pytest.skip(str(err))


def _judge(what: str, found: list[tuple]) -> None:
    """Says how many there are, and fails with all that have failed."""
    results = [result for _, result, _ in found]
    say(f"{what}: {len(found)} tests, {results.count('skipped')} of them "
        "skipped")
    failed = [f"{name}: {text}" for name, result, text in found
              if result == "failed"]
    assert not failed, "\n".join(failed)
    assert "passed" in results


def test_device(built):
    """The device's qtests; in a checked build also under the sanitizers."""
    shutil.rmtree(built.gcov, ignore_errors=True)
    found = tap.run_all(built.tests(ours=True), built.program,
                        GCOV_PREFIX=str(built.gcov),
                        ASAN_OPTIONS="detect_leaks=1",
                        UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
    faults = re.findall(r"(\d+) faults injected",
                        "\n".join(text for _, _, text in found))
    _judge(f"QEMU {built.version}, of the device, "
           f"{sum(map(int, faults))} faults injected"
           + (", under ASan, LSan and UBSan" if built.checked else ""), found)
    assert faults


def test_qemus_own(built):
    """With the device in; in the main version also without."""
    found = harness.run_own(built.tests(ours=False), built.program)
    both = [(name, "skipped", "fails without the device, too")
            if result == "failed" == built.baseline.get(name)
            else (name, result, text) for name, result, text in found]
    _judge(f"QEMU {built.version}, its own"
           + (f" ({len(built.baseline)} without the device)"
              if built.baseline else ""), both)
    assert set(built.baseline) <= {name for name, _, _ in found}


@pytest.mark.parametrize("name", harness.COMPILED)
def test_compiles(name):
    """In the versions that are not run."""
    try:
        version, objects = harness.objects(name)
    except harness.NotThere as err:
        pytest.skip(str(err))
    say(f"QEMU {version}: compiled, {len(objects)} objects of the device and "
        "its tests; not run")
    made = " ".join(objects)
    names = [path.name for path in [*graft.sources(), *graft.fakes()]
             if path.suffix == ".c"]
    assert "oneshot-run.c" in names
    assert not [name for name in names if f"_{name}.o" not in made]
    assert "vfio-platform-oneshot-fault-test.c.o" in made


# Every call

def _sources(pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8")
                     for path in sorted(ROOT.glob(pattern)))


def test_every_op_has_faults():
    """Those of the table of calls, as the code has it."""
    header = (ROOT / "hw/vfio/oneshot-kernel.h").read_text(encoding="utf-8")
    table = re.search(r"typedef struct VpoKernelOps \{(.*?)\n\}", header,
                      re.S)[1]
    ops = set(re.findall(r"\(\*(\w+)\)\(", table))
    faults = set(re.findall(r'^    \{ "(\w+)[ \w]*", &life_',
                            _sources("tests/qtest/*-fault-test.c"), re.M))
    assert {"open", "attach", "eventfd", "irqfd_add"} <= ops
    assert ops - faults == NO_ERRNO


def test_every_request_has_faults():
    """What goes through the op ioctl."""
    code = _sources("hw/vfio/oneshot-*.c")
    requests = set(re.findall(r"ioctl\(\w[^,;]*,\s*(VFIO_\w+)", code))
    faults = set(re.findall(r'^    \{ "(VFIO_\w+)',
                            _sources("tests/qtest/*-fault-test.c"), re.M))
    assert "VFIO_DEVICE_SET_IRQS" in requests
    assert requests == faults
    features = set(re.findall(r"VFIO_DEVICE_FEATURE_ONESHOT_\w+", code))
    known = set(re.findall(r"VFIO_DEVICE_FEATURE_ONESHOT_\w+",
                           _sources("hw/vfio/fake/*-driver.c")))
    assert features == known


def test_no_call_goes_past_the_table():
    """Of hw/vfio, only what the table leads to calls the host's kernel."""
    allowed = {"oneshot-kernel.c", "oneshot-resample-vm.c"}
    calls = re.compile(r"(?<![\w>.])(open|ioctl|pread|mmap|eventfd|"
                       r"event_notifier_init|vfio_region_(?:setup|mmap)|"
                       r"vpo_compat_(?:at|de)tach|kvm_irqchip_\w+)\(")
    found = [f"{path.name}: {call}"
             for path in sorted((ROOT / "hw/vfio").glob("*.c"))
             if path.name not in allowed
             for call in calls.findall(path.read_text(encoding="utf-8"))]
    assert not found


# Lines that are run

@pytest.mark.skipif(harness.MAIN not in harness.CHOSEN,
                    reason=f"QEMU {harness.MAIN} is not run")
def test_coverage():
    """Of core/ and hw/vfio/, by unit tests and qtests."""
    found = coverage.measure(harness.get(harness.MAIN))
    for name in sorted(found):
        say(f"  {name}: {found[name]}")
    counted = [found[name] for name in found if name not in coverage.NOT_HERE]
    ran = sum(lines.ran for lines in counted)
    total = sum(lines.total for lines in counted)
    say(f"lines that are run: {ran} of {total}, {100 * ran / total:.1f} %")
    assert found["vpo-irq.c"].ran and found["oneshot-run.c"].ran
    assert 100 * ran >= 90 * total


def test_the_documents_say_what_is_not_counted():
    page = (ROOT / "docs/devel/testing.rst").read_text(encoding="utf-8")
    assert not [name for name in coverage.NOT_HERE
                if f"``hw/vfio/{name}``" not in page]


# scripts/graft on QEMU's real sources

@pytest.fixture(scope="module", params=harness.CHOSEN + harness.COMPILED)
def trees(request):
    """A grafted tree that may be changed, and what was in it before."""
    try:
        source, before = harness.source(request.param)
    except harness.NotThere as err:
        pytest.skip(str(err))
    with tempfile.TemporaryDirectory(dir=source.parent) as top:
        copy = Path(top) / "src"
        shutil.copytree(source, copy, symlinks=True, copy_function=os.link)
        (copy / harness.BOARD_FILE).unlink()
        yield copy, before


def test_graft_touches_no_c_file(trees):
    grafted, before = trees
    after = harness.fingerprint(grafted)
    assert {name for name in before if after.get(name) != before[name]} == {
        line.file for line in graft.LINES + graft.TEST_LINES}
    assert all(name.startswith((graft.FOLDER, f"{graft.TESTS}/v"))
               for name in set(after) - set(before))


def test_removal_leaves_the_tree_as_it_was(trees):
    grafted, before = trees
    graft.remove(grafted)
    assert harness.fingerprint(grafted) == before


# Style

def test_checkpatch():
    """By their places below hw/ and tests/, which decide what is allowed."""
    ensure("perl")
    source, _ = harness.source(harness.CHOSEN[0])
    paths = [path.relative_to(ROOT) for path in
             [*graft.sources(), *graft.fakes(),
              *(ROOT / "tests/qtest").rglob("*.[ch]")]
             if path.suffix in (".c", ".h")]

    def check(some) -> list[str]:
        return subprocess.run(
            ["perl", source / "scripts/checkpatch.pl", "--no-tree", "--terse",
             "--no-summary", "-f", *some], cwd=ROOT, capture_output=True,
            text=True, check=False).stdout.splitlines()

    at_once = os.cpu_count()
    with ThreadPoolExecutor(at_once) as pool:
        parts = pool.map(check, [paths[i::at_once] for i in range(at_once)])
        said = [line for part in parts for line in part]
    found = [line for line in said
             if not any(f"/{name}:" in line and words in line
                        for name, words in ACCEPTED)]
    assert not found, "\n".join(found)
    assert said
