# SPDX-License-Identifier: GPL-2.0-or-later
"""The plug-in in unmodified QEMU programs on this machine: loading, refusals."""
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vpo import build, qemu

TYPE = "vfio-platform-oneshot"
SECONDS = 60


def _cases():
    path = Path(__file__).with_name("plugin_cases.py")
    spec = importlib.util.spec_from_file_location("plugin_cases", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


cases = _cases()


@pytest.fixture(scope="module")
def objects() -> Path:
    return build.plugin("amd64")


@pytest.fixture(scope="module", params=build.VERSIONS)
def version(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def program(version) -> list[str]:
    return qemu.binary(version, "amd64")


def run(argv, text="", **kwargs):
    """Runs QEMU to its end; one that hangs is a failure, not a stuck suite."""
    return subprocess.run([str(arg) for arg in argv], input=text, text=True,
                          capture_output=True, timeout=SECONDS, check=False,
                          **kwargs)


def machine(program, plugin, *more, kind="virt") -> list[str]:
    return [*program, "-M", kind, "-nodefaults", "-display", "none", "-S",
            *(("-plugin", plugin) if plugin else ()), *more]


def qmp(program, plugin, *commands, **kwargs) -> list[dict]:
    """The answers to these QMP commands."""
    script = [{"execute": "qmp_capabilities"}, *commands, {"execute": "quit"}]
    done = run(machine(program, plugin, "-qmp", "stdio"),
               "".join(json.dumps(line) for line in script), **kwargs)
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [a for a in answers if "return" in a or "error" in a][1:-1]


def list_properties(program, plugin) -> dict:
    return qmp(program, plugin, {"execute": "device-list-properties",
                                 "arguments": {"typename": TYPE}})[0]


@pytest.fixture
def only(tmp_path, objects):
    """Makes a folder of the stub and of objects under chosen names."""
    def make(**names: str) -> Path:
        shutil.copy(objects / f"{TYPE}.so", tmp_path)
        for place, source in names.items():
            shutil.copy(objects / f"{TYPE}-qemu-{source}.so",
                        tmp_path / f"{TYPE}-qemu-{place}.so")
        return tmp_path / f"{TYPE}.so"
    return make


# Loading

def test_qmp_lists_the_options(program, objects):
    answer = list_properties(program, objects / f"{TYPE}.so")
    names = {option["name"] for option in answer["return"]}
    assert set(cases.OPTIONS) <= names


def test_without_the_plugin_there_is_no_device(program):
    assert list_properties(program, None)["error"]["class"] in (
        "GenericError", "DeviceNotFound")


def test_loading_twice_is_harmless(program, objects, tmp_path):
    """The same object under another name is loaded a second time."""
    again = tmp_path / "again.so"
    again.symlink_to(objects / f"{TYPE}.so")
    stub = objects / f"{TYPE}.so"
    script = json.dumps({"execute": "qmp_capabilities"}) + json.dumps(
        {"execute": "quit"})
    done = run(machine(program, stub, "-plugin", again, "-qmp", "stdio"),
               script)
    assert (done.returncode, done.stderr) == (0, "")


def test_unknown_plugin_option_is_refused(program, objects):
    done = run(machine(program, f"{objects / TYPE}.so,no-such=1"))
    assert done.returncode == 1
    assert "no-such" in done.stderr
    assert "trace=PATTERN" in done.stderr


# -device help is answered before plug-ins are loaded: a launcher preloads

def _assert_lists_options(done):
    assert (done.returncode, done.stderr) == (0, "")
    for option in cases.OPTIONS:
        assert f"  {option}=<" in done.stdout


def test_help_of_a_preloaded_object(version, program, objects):
    stub = objects / f"{TYPE}.so"
    loader = program[:-1]
    if loader:
        argv = [*loader, "--preload", stub, program[-1]]
    else:
        argv = ["env", f"LD_PRELOAD={stub}", *program]
    _assert_lists_options(run([*argv, "-device", f"{TYPE},help"]))


@pytest.fixture
def launcher(objects):
    path = objects.parents[1] / "tools" / "qemu-vfio-platform-oneshot"
    programs = [qemu.binary(version, "amd64") for version in build.VERSIONS]
    installed = [argv[0] for argv in programs if len(argv) == 1]
    if not installed:
        pytest.skip("this system's own QEMU is none of "
                    + ", ".join(build.VERSIONS))

    def start(*argv, stub=objects / f"{TYPE}.so", **kwargs):
        env = {**os.environ, "QEMU": installed[0],
               "VFIO_PLATFORM_ONESHOT_PLUGIN": str(stub)}
        return run([path, *argv], env=env, **kwargs)
    return start


def test_launcher_lists_the_options(launcher):
    _assert_lists_options(launcher("-device", f"{TYPE},help"))


def test_launcher_loads_the_device(launcher):
    done = launcher(*machine([], None, "-device", f"{TYPE},host=no-such"))
    assert done.returncode == 1
    assert "the host has no device 'no-such'" in done.stderr


def test_launcher_says_where_the_object_is_missing(launcher):
    done = launcher("-M", "virt", stub="/no/such/object.so")
    assert done.returncode == 1
    assert "/no/such/object.so" in done.stderr
    assert "VFIO_PLATFORM_ONESHOT_PLUGIN" in done.stderr


# An object that does not fit

def test_refuses_a_qemu_without_an_object(version, program, only):
    other = next(v for v in build.VERSIONS if v != version)
    done = run(machine(program, only(**{other: other})))
    assert done.returncode == 1
    assert f"no object fits this QEMU, {version}." in done.stderr
    assert f"objects for QEMU: {other}" in done.stderr
    assert "README" in done.stderr


def test_refuses_an_object_of_another_qemu(version, program, only):
    """Whatever it is called: QEMU alone would say "undefined symbol"."""
    other = next(v for v in build.VERSIONS if v != version)
    done = run(machine(program, only(**{version: other})))
    assert done.returncode == 1
    assert "cannot run in QEMU" in done.stderr or (
        f"no object fits this QEMU, {version}." in done.stderr)
    assert "README" in done.stderr


# Bad input

def _driven() -> str:
    """A platform device of this machine that another driver owns."""
    for path in sorted(Path("/sys/bus/platform/devices").glob("*/driver")):
        return path.parent.name
    pytest.skip("this machine has no platform device with a driver")


@pytest.mark.parametrize("case", cases.REFUSALS, ids=lambda case: case.name)
def test_refuses(case, program, objects):
    driven = _driven() if "{driven}" in case.options else ""
    options = case.options.replace("{driven}", driven)
    done = run(machine(program, objects / f"{TYPE}.so", *case.more, "-device",
                       f"{TYPE},{options}".rstrip(","), kind=case.machine))
    assert done.returncode == 1
    for words in case.says:
        assert words.replace("{driven}", driven) in done.stderr
    assert done.stdout == ""
