# SPDX-License-Identifier: GPL-2.0-or-later
"""Source checks: licences, the purity of core/, style, scripts."""
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from vpo import sources
from vpo.paths import ROOT
from vpo.progress import SetupError


def _rules():
    path = Path(__file__).with_name("source_rules.py")
    spec = importlib.util.spec_from_file_location("source_rules", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


rules = _rules()


def _tracked() -> list[Path]:
    """The files of the project: git's, or all but the build."""
    done = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], capture_output=True, check=False)
    if done.returncode == 0:
        names = done.stdout.decode().rstrip("\0").split("\0")
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file()
            and not {"build", ".git", "__pycache__"} & set(path.parts)]


FILES = [rules.File(str(path.relative_to(ROOT)),
                    path.read_text(encoding="utf-8", errors="replace"))
         for path in _tracked()]
SHELL = [file.path for file in FILES
         if file.text.startswith(("#!/bin/sh", "#!/bin/bash"))
         or file.path.endswith(".sh")]
SCRIPTS = [path for path in SHELL
           if path.startswith("scripts/") and path.count("/") == 1]


def _complaints(rule) -> list[str]:
    return [text for file in FILES for text in rule(file)]


def test_the_project_has_files():
    """All that follows would pass on an empty list."""
    assert {"README.md", "scripts/test"} <= {file.path for file in FILES}
    assert any(file.path.startswith("core/") for file in FILES)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_rule(rule):
    assert not (found := "\n".join(_complaints(rule))), found


@pytest.mark.parametrize("rule,path,text", rules.BAD, ids=lambda value:
                         getattr(value, "__name__", None) or repr(value)[:40])
def test_rule_objects_to(rule, path, text):
    assert list(rule(rules.File(path, text)))


def _machine_names() -> list[str]:
    try:
        hosts = {urlsplit(source.uri).hostname
                 for source in sources.debian_sources()}
    except SetupError as err:
        pytest.skip(str(err))
    names = {name for name in hosts if name}
    places = {ROOT, ROOT.parent, Path.home()}
    # A home of root, or a checkout right below /, is on every machine.
    names |= {f"{path}/" for path in places
              if path not in (Path("/"), Path("/root"), Path("/home"))}
    return sorted(names)


def test_no_file_names_this_machine():
    names = _machine_names()
    rule = rules.one_machine(names)
    assert list(rule(rules.File("a", f"see {names[0]} there")))
    assert not (found := "\n".join(_complaints(rule))), found


@pytest.mark.parametrize("path", SHELL)
def test_shell_syntax(path):
    shell = "sh" if (ROOT / path).read_text(encoding="utf-8").startswith(
        "#!/bin/sh") else "bash"
    done = subprocess.run([shell, "-n", ROOT / path], capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_shellcheck():
    if not shutil.which("shellcheck"):
        pytest.skip("the package shellcheck is not installed")
    done = subprocess.run(["shellcheck", "-x", "-S", "warning", *SHELL],
                          cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert not done.stdout, done.stdout


@pytest.mark.parametrize("path", SCRIPTS)
def test_script_has_help(path):
    done = subprocess.run([ROOT / path, "--help"], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert f"usage: {path}" in done.stdout.replace("Usage", "usage")


@pytest.mark.parametrize("path", ["scripts/test", "scripts/clean"])
def test_script_refuses_unknown_arguments(path):
    done = subprocess.run([ROOT / path, "no-such-thing"], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 2


def _checkpatch() -> Path:
    trees = [*Path("/usr/src").glob("linux-source-*"),
             *Path("/lib/modules").glob("*/source")]
    for tree in trees:
        if (tree / "scripts/checkpatch.pl").exists():
            return tree / "scripts/checkpatch.pl"
    pytest.skip("no unpacked kernel source with scripts/checkpatch.pl in "
                "/usr/src (Debian's header packages have none)")


def test_checkpatch():
    files = [ROOT / file.path for file in FILES
             if file.path.startswith(("kernel/", "include/uapi/"))
             and file.path.endswith((".c", ".h"))]
    done = subprocess.run(
        [_checkpatch(), "--no-tree", "--strict", "--terse", "--no-summary",
         "-f", *files], cwd=ROOT / "kernel", capture_output=True, text=True,
        check=False)
    assert files and not done.stdout, done.stdout
