# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel module builds without warnings for each kernel of Debian."""
import subprocess

import pytest

from vpo import build, kernel
from vpo.packages import ensure
from vpo.paths import ROOT

# Those whose headers the sparse of Debian 12 can read.
SPARSE = ("6.1", "6.12")


@pytest.fixture(scope="module", params=sorted(kernel.SUITES))
def built(request):
    chosen = kernel.get(request.param)
    return chosen, build.module(chosen)


def test_builds_without_warnings(built):
    assert built[1].warnings == []


def test_is_clean_for_all_checkers(built):
    """What the compiler says only if asked (W=1), and sparse (C=2)."""
    chosen, _ = built
    checks = ["W=1"]
    if chosen.name in SPARSE:
        ensure("sparse")
        checks.append("C=2")
    assert build.checked_module(chosen, *checks).warnings == []


def test_is_for_that_kernel(built):
    chosen, module = built
    text = subprocess.run(["/usr/sbin/modinfo", "-F", "vermagic", module.path],
                          capture_output=True, text=True, check=True).stdout
    assert text.split()[0] == chosen.release
    assert "aarch64" in text


def test_needs_only_modules_of_the_kernel(built):
    chosen, module = built
    unknown = [name for name in kernel.module_needs(module.path)
               if chosen.module(name) is None]
    assert unknown == []


def test_dkms_source_is_complete(built, tmp_path):
    """What DKMS gets builds without the repository beside it."""
    chosen, _ = built
    subprocess.run(["make", "-s", "-C", ROOT / "kernel", "dkms-source",
                    f"DESTDIR={tmp_path}"], check=True)
    (source,) = (tmp_path / "usr/src").iterdir()
    assert (source / "dkms.conf").is_file()
    build.make_module(chosen, source)
    assert (source / "vfio-platform-oneshot.ko").is_file()
