# SPDX-License-Identifier: GPL-2.0-or-later
"""vfio-platformctl: what it prints, of blobs and of live trees, and its errors."""
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from vpo import build
from vpo.packages import ensure
from vpo.paths import ROOT

BOARD = ROOT / "tests/data/board.dts"
UART = "/soc/serial@4000"
MAC = "/soc/ethernet@6000"
VIDEO = "/soc/video@9000"
OVERLAY = """\
/dts-v1/;
/plugin/;
&device { current-speed = <9600>; clocks = <&clock0>; child { }; };
"""


def dtc(text: str, kind: str, out_kind: str, *options: str) -> bytes:
    """Compiles or decompiles; a warning fails the test."""
    ensure("device-tree-compiler")
    done = subprocess.run(["dtc", "-I", kind, "-O", out_kind, *options, "-"],
                          input=text, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def board(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("board") / "board.dtb"
    path.write_bytes(dtc(BOARD.read_bytes(), "dts", "dtb", "-q"))
    return path


@pytest.fixture(scope="module")
def overlay(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("overlay") / "a.dtbo"
    path.write_bytes(dtc(OVERLAY.encode(), "dts", "dtb", "-@"))
    return path


@pytest.fixture(scope="module")
def tool() -> Path:
    return build.native() / "tools/vfio-platformctl"


def run(*argv) -> subprocess.CompletedProcess:
    return subprocess.run([str(arg) for arg in argv], text=True, check=False,
                          capture_output=True, timeout=60)


@pytest.fixture
def source(tool, board):
    """The source of a node, as the tool prints it."""
    def make(*options) -> str:
        done = run(tool, "dt", f"--dtb={board}", *options)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout
    return make


def node(text: str, name: str) -> dict[str, str]:
    """The properties of a node in a source; None of one without value."""
    body = re.search(rf"^\t+(?:\w+: )?{re.escape(name)} {{\n(.*?)^\t+(?:}};|[^;=]+ {{)",
                     text, re.M | re.S)
    assert body, f"no {name} in\n{text}"
    return {found[1]: found[2] for found in
            re.finditer(r"^\t+([^\s;{]+)(?: = (.*))?;$", body[1], re.M)}


# What is printed

def test_prints_the_node(source):
    found = node(source(f"--node={UART}"), "serial@c000000")
    assert found.pop("clocks") == "<&clock_c000000_0_8002 0x0>"
    assert found == {
        "compatible": '"arm,pl011", "arm,primecell"',
        "reg": "<0x0 0xc000000 0x0 0x1000>", "reg-names": '"main"',
        "interrupt-parent": "<&intc_8000000_8001>", "interrupts": "<0x0 0x70 0x4>",
        "interrupt-names": '"uart"', "current-speed": "<0x1c200>",
        "clock-names": '"uartclk", "apb_pclk"'}


def test_a_node_needs_no_option(source):
    assert source(UART) == source(f"--node={UART}")


@pytest.mark.parametrize("path", [UART, MAC, "/soc/gpio@3000",
                                  "/soc/dma-controller@5000"])
def test_dtc_compiles_and_decompiles_it(source, path):
    """The text says the same as the blob that dtc makes of it."""
    text = source(path)
    blob = dtc(text.encode(), "dts", "dtb")
    again = dtc(blob, "dtb", "dts")
    # In what dtc prints, a phandle is a mere number.
    assert dtc(again, "dts", "dtb", "-q") == blob


def test_what_is_left_out_is_said(source):
    text = source(UART)
    for name in ("resets", "reset-names", "dmas", "dma-names", "clocks"):
        assert f" * Left out: {name}\n" in text


def test_devices_of_one_guest_find_each_other(source):
    alone = node(source(UART), "serial@c000000")
    assert "dmas" not in alone
    text = source(UART, "--with=/soc/dma-controller@5000")
    assert "dmas" in node(text, "serial@c000000")
    assert "#dma-cells" in node(text, "dma-controller@c001000")


@pytest.mark.parametrize("options, name, value", [
    (["--clock-rate=apb_pclk=100000000"], "clock-c000000-1", "<0x5f5e100>"),
    (["--clock-rate=1=0x10"], "clock-c000000-1", "<0x10>"),
])
def test_rates(source, options, name, value):
    assert node(source(UART, *options), name)["clock-frequency"] == value


@pytest.mark.parametrize("options, name, value", [
    (["--property=current-speed = <1>, <2>; a,b = [01];"], "a,b", "[01]"),
    (["--compatible=x,y", "--compatible=z"], "compatible", '"x,y", "z"'),
    (["--drop=current-speed"], "current-speed", None),
])
def test_the_users_properties(source, options, name, value):
    assert node(source(UART, *options), "serial@c000000").get(name) == value


def test_overlay(source, overlay):
    text = source(UART, f"--overlay={overlay}")
    found = node(text, "serial@c000000")
    assert found["current-speed"] == "<0x2580>"
    assert found["clocks"] == "<&clock_c000000_0_8002>"
    assert "child {" in text and "__symbols__" not in text


def test_guest_of_ones_own(source, tmp_path):
    guest = tmp_path / "guest.dtb"
    guest.write_bytes(dtc(b"""/dts-v1/; / {
        #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&x>;
        x: pic { #interrupt-cells = <3>; interrupt-controller;
                 #address-cells = <0>; };
        y: other { }; z: more { ref = <&y>; }; };""", "dts", "dtb"))
    text = source(UART, f"--guest={guest}")
    assert node(text, "serial@c000000")["reg"] == "<0xc000000 0x1000>"
    assert "pic {" in text and "other {" not in text


# Reports

@pytest.fixture
def report(tool, board):
    def make(*options) -> tuple[int, dict]:
        done = run(tool, "dt", f"--dtb={board}", "--json", *options)
        return done.returncode, json.loads(done.stdout)
    return make


def test_json(report, source):
    code, found = report(UART)
    assert (code, found["error"]) == (0, None)
    assert found["source"] == source(UART)
    (device,) = found["devices"]
    assert device["path"] == "/serial@c000000"
    assert device["extra"] == ["/clock-c000000-0"]
    said = {(row["action"], row["property"]) for row in device["rows"]}
    assert {("copied", "compatible"), ("synthesised", "reg"),
            ("replaced", "clocks"), ("dropped", "resets")} <= said
    assert all(row["why"] and row["rule"] for row in device["rows"])


def test_json_of_a_refusal(report):
    code, found = report(VIDEO)
    assert (code, found["source"]) == (1, None)
    assert found["error"].startswith(VIDEO)
    refused = {row["property"] for row in found["devices"][0]["rows"]
               if row["action"] == "refused"}
    assert refused == {"memory-region", "acme,unheard-of"}


def test_report(tool, board):
    done = run(tool, "dt", f"--dtb={board}", "--report", MAC)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"^dropped +{MAC}/mdio/ethernet-phy@3 reset-gpios\n +\S",
                     done.stdout, re.M)
    assert re.search(rf"^translated +{MAC} phy-handle\n", done.stdout, re.M)
    assert re.search(rf"^synthesised +{MAC} dma-coherent\n", done.stdout, re.M)


def test_a_refusal_ends_where_the_user_says_what_to_do(source):
    text = source(VIDEO, "--drop=memory-region",
                  "--property=acme,unheard-of = <9>;")
    found = node(text, "video@c000000")
    assert found["acme,unheard-of"] == "<0x9>"
    assert "memory-region" not in found


# Errors

@dataclass(frozen=True)
class Wrong:
    """A command line, its exit code, and what it must say."""
    name: str
    argv: tuple[str, ...]
    code: int
    says: tuple[str, ...]


WRONG = [
    Wrong("no-command", (), 2, ("usage:", "dt ")),
    Wrong("unknown-command", ("td",), 2, ("'td'", "--help")),
    Wrong("no-device", ("dt", "--dtb={board}"), 2, ("NAME or --node=PATH",)),
    Wrong("two-devices", ("dt", "--dtb={board}", "/a", "/b"), 2,
          ("exactly one device",)),
    Wrong("unknown-option", ("dt", "--no-such"), 2, ("--no-such",)),
    Wrong("no-such-blob", ("dt", "--dtb=/no/such.dtb", "/a"), 2,
          ("/no/such.dtb",)),
    Wrong("no-blob", ("dt", "--dtb=/dev/null", "/a"), 2,
          ("/dev/null: not a sound device tree blob",)),
    Wrong("name-in-a-blob", ("dt", "--dtb={board}", "4000.serial"), 2,
          ("'4000.serial' is not the path of a node",)),
    Wrong("no-such-node", ("dt", "--dtb={board}", "/soc/none"), 1,
          ("no device node /soc/none",)),
    Wrong("disabled", ("dt", "--dtb={board}", "/soc/adc@8000"), 1,
          ("/soc/adc@8000: status: the node is not enabled",)),
    Wrong("no-reg", ("dt", "--dtb={board}", "/soc"), 1, ("/soc: reg:",)),
    Wrong("refused", ("dt", "--dtb={board}", VIDEO), 1,
          (f"{VIDEO}: ", "--property=", "--drop=")),
    Wrong("rate-without-number", ("dt", "--dtb={board}", UART,
                                  "--clock-rate=a"), 2,
          ("--clock-rate=a", "NAME=HZ")),
    Wrong("rate-of-no-clock", ("dt", "--dtb={board}", UART,
                               "--clock-rate=a=1"), 1,
          (f"{UART}: clocks: the device has no clock 'a'",)),
    Wrong("bad-property", ("dt", "--dtb={board}", UART, "--property=a = b;"),
          2, ("a = b;", "a value is")),
    Wrong("drop-of-nothing", ("dt", "--dtb={board}", UART, "--drop=a"), 1,
          (f"{UART}: a: the node has no such property",)),
    Wrong("overlay-is-source", ("dt", "--dtb={board}", UART,
                                f"--overlay={BOARD}"), 1,
          ("the overlay is no sound device tree blob", "dtc -@")),
    Wrong("overlay-of-the-hosts", ("dt", "--dtb={board}", UART,
                                   "--overlay={hosts}"), 1,
          ("the overlay does not apply", "'gpio'", "device, gic")),
    Wrong("no-live-tree", ("dt", "--sysfs=/no/such", "a"), 2,
          ("this system has no device tree (/no/such/firmware/devicetree/base)",
           "--dtb")),
]


@pytest.fixture(scope="module")
def hosts(tmp_path_factory) -> Path:
    """An overlay that was meant for the host's tree."""
    path = tmp_path_factory.mktemp("overlay") / "hosts.dtbo"
    path.write_bytes(dtc(b"/dts-v1/; /plugin/; &gpio { x; };", "dts", "dtb",
                         "-@"))
    return path


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_refuses(case, tool, board, hosts):
    done = run(tool, *(word.format(board=board, hosts=hosts)
                       for word in case.argv))
    assert done.returncode == case.code
    for words in case.says:
        assert words in done.stderr
    assert done.stdout == ""


# Rules

RULES = """\
# A comment.
0:0x10 deny 0x5
0:0x1000+8 bits 0xf0   # of the second page
irq-served 0:0x18:0x1
default 1 deny
1:0+0x1000 direct
"""
RULES_TEXT = """\
region 0: 0x1000 bytes, default direct
  0x0+0x1000  trapped
    0:0x10 deny 0x5                  reads as VALUE (0), writes are dropped \
(rules: line 2)
region 1: 0x2000 bytes, default deny
  0x0+0x1000  direct
    1:0+0x1000 direct                passed on, and direct: for whole pages \
(rules: line 3)
  0x1000+0x1000  trapped
irq-served 0:0x18:0x1
"""
TWO = ("/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; a@5000 { "
       "reg = <0x5000 0x1000>, <0x8000 0x2000>; }; b@6100 { reg = <0x6100 "
       "0x200>; }; };")


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """A folder with a blob of two devices."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "two.dtb").write_bytes(dtc(TWO.encode(), "dts", "dtb", "-q"))
    return folder


@pytest.fixture
def rules(tool, two, monkeypatch):
    """What the tool says of rules: --dtb, node, text of the file, options."""
    def make(node_path: str, text: str | None, *options):
        if text is not None:
            (two / "rules").write_text(text, encoding="utf-8")
        monkeypatch.chdir(two)
        return run(tool, "rules", "--dtb=two.dtb", node_path,
                   *(["rules"] if text is not None else []), *options)
    return make


def test_rules_are_shown_by_page(rules):
    text = RULES.replace("0:0x1000+8 bits 0xf0   # of the second page\n", "")
    done = rules("/a@5000", text)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == RULES_TEXT.replace("line 3", "line 5")


def test_rules_as_json(rules):
    done = rules("/a@5000", "0:0x10 deny 0x5\n", "--json",
                 "--rules=1:0x1000:bits:0xf0/1:0x1004+8:raise:3")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["error"] is None and found["irq-served"] is None
    assert [region["size"] for region in found["regions"]] == [4096, 8192]
    assert found["regions"][0] == {
        "size": 4096, "default": "direct", "pages": [{
            "offset": 0, "length": 4096, "trapped": True, "rules": [{
                "rule": "0:0x10 deny 0x5", "kind": "deny",
                "origin": "rules: line 1", "offset": 16, "length": 4}]}]}
    first, second = found["regions"][1]["pages"]
    assert (first["offset"], first["length"], first["trapped"]) == (
        0, 4096, False)
    assert second["trapped"] and not first["rules"]
    assert [rule["origin"] for rule in second["rules"]] == [
        "--rules: rule 1", "--rules: rule 2"]


def test_a_region_without_a_page_for_itself_is_never_direct(rules):
    done = rules("/b@6100", "")
    assert "  0x0+0x200  trapped: the region has no pages for itself\n" in (
        done.stdout)


def test_larger_pages(rules):
    """One rule takes all of a page, whatever its size."""
    done = rules("/a@5000", None, "--rules=1:0:deny", "--page-size=8192")
    assert "region 1: 0x2000 bytes, default direct\n  0x0+0x2000  trapped" in (
        done.stdout)


WRONG_RULES = [
    ("0:0 dney\n", (), 1, "rules: line 1, column 5: 'dney' is no kind of"),
    ("2:0 deny\n", (), 1, "there is no region 2: the device has 2"),
    ("0:0 complete 0\n", (), 1, "there is no interrupt 0: the device has 0"),
    (None, (), 2, "NAME or --node=PATH, and FILE or --rules=TEXT"),
    (None, ("none",), 2, "none: there is no such file"),
    (None, ("none", "more"), 2, "NAME or --node=PATH, and FILE or --rules"),
    ("", ("--page-size=1000",), 2, "--page-size=1000: a power of two"),
    ("", ("--no-such",), 2, "--no-such"),
]


@pytest.mark.parametrize("text, options, code, says", WRONG_RULES)
def test_wrong_rules(rules, text, options, code, says):
    done = rules("/a@5000", text, *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


def test_wrong_rules_as_json(rules):
    done = rules("/a@5000", "0:0 dney\n", "--json")
    assert done.returncode == 1
    assert "'dney'" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize("name", ["/c", "/"])
def test_rules_of_no_device(rules, name):
    done = rules(name, "")
    assert done.returncode == 2
    assert "there is no such node, or it has no registers" in done.stderr


@pytest.mark.parametrize("path", sorted(
    (ROOT / "tests/bench/host").glob("*.rules")), ids=lambda path: path.name)
def test_the_rules_of_the_bench(tool, path, tmp_path):
    """They are examples, too."""
    blob = tmp_path / "board.dtb"
    blob.write_bytes(dtc(TWO.replace("reg = <0x5000 0x1000>", "interrupts = "
                                     "<1 2 4>; interrupt-parent = <&g>; reg = "
                                     "<0x5000 0x1000>").replace(
        "b@6100", "g: g { interrupt-controller; #interrupt-cells = <3>; }; "
        "b@6100").encode(), "dts", "dtb", "-q"))
    done = run(tool, "rules", f"--dtb={blob}", "/a@5000", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "  0x0+0x1000  trapped\n" in done.stdout


# Live trees

def _lay_out(blob: Path, base: Path) -> None:
    """What Linux shows of a tree: directories and files."""
    ensure("device-tree-compiler")
    def text(*argv):
        return subprocess.run(argv, capture_output=True, check=True).stdout

    def node_of(path: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "name").write_bytes(
            path.rpartition("/")[2].partition("@")[0].encode() + b"\0")
        for name in text("fdtget", "-p", blob, path).decode().split():
            value = text("fdtget", "-t", "bx", blob, path, name).decode()
            (folder / name).write_bytes(bytes(int(b, 16)
                                              for b in value.split()))
        for name in text("fdtget", "-l", blob, path).decode().split():
            node_of(f"{path.rstrip('/')}/{name}", folder / name)

    node_of("/", base)


@pytest.fixture(scope="module")
def sysfs(board, tmp_path_factory) -> Path:
    top = tmp_path_factory.mktemp("sysfs")
    _lay_out(board, top / "firmware/devicetree/base")
    for bus, name, path in (("amba", "f0004000.serial", UART),
                            ("platform", "f0006000.ethernet", MAC)):
        device = top / "bus" / bus / "devices" / name
        device.mkdir(parents=True)
        (device / "of_node").symlink_to(
            top / f"firmware/devicetree/base{path}")
    (top / "bus/platform/devices/alarmtimer").mkdir()
    return top


@pytest.mark.parametrize("name, path", [("f0004000.serial", UART),
                                        ("f0006000.ethernet", MAC)])
def test_a_live_tree_says_the_same(tool, board, sysfs, name, path):
    """Whatever the order of what is in it."""
    def sorted_source(*options):
        done = run(tool, "dt", *options)
        assert (done.returncode, done.stderr) == (0, "")
        blob = dtc(done.stdout.encode(), "dts", "dtb")
        return dtc(blob, "dtb", "dts", "-s")
    assert (sorted_source(f"--sysfs={sysfs}", name)
            == sorted_source(f"--dtb={board}", path))


@pytest.mark.parametrize("name", ["f0004001.serial", "alarmtimer", "../x"])
def test_no_device_of_a_live_system(tool, sysfs, name):
    done = run(tool, "dt", f"--sysfs={sysfs}", name)
    assert done.returncode == 2
    assert (f"no device with a device tree node is called '{name}'"
            in done.stderr)


def test_what_only_root_may_read_is_passed_over(tool, sysfs):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    secret = sysfs / "firmware/devicetree/base/security-password"
    secret.touch(mode=0)
    done = run(tool, "dt", f"--sysfs={sysfs}", "f0004000.serial")
    secret.unlink()
    assert (done.returncode, done.stderr) == (0, "")


# Documents

@pytest.mark.parametrize("argv", [("--help",), ("-h",), ("dt", "--help"),
                                  ("rules", "--help")])
def test_help(tool, argv):
    done = run(tool, *argv)
    assert (done.returncode, done.stderr) == (0, "")
    assert "vfio-platformctl" in done.stdout


@pytest.mark.parametrize("command", ["dt", "rules"])
def test_the_manual_has_every_option(tool, command):
    text = run(tool, command, "--help").stdout
    options = set(re.findall(r"^  (?:-\w, )?--([a-z-]+)", text, re.M))
    manual = (ROOT / "docs/man/vfio-platformctl.1").read_text(
        encoding="utf-8").replace("\\-", "-")
    assert "dtb" in options
    assert not {name for name in options if f"--{name}" not in manual}
