# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian package sources that this system has, in either apt format."""
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from .progress import SetupError

ETC = Path("/etc/apt")
RELEASES = ("buster bullseye bookworm trixie forky duke sid oldoldstable "
            "oldstable stable testing unstable").split()
SUITE = re.compile(rf"(?:{'|'.join(RELEASES)})([-/].*)?$")
# Fields that say where packages are and not how to trust or fetch them.
PLACE = {"types", "uris", "suites", "components", "architectures", "enabled"}


@dataclass(frozen=True)
class Source:
    """One archive: a base archive or the security archive."""
    uri: str
    security: bool
    options: tuple[tuple[str, str], ...]    # deb822 fields, Signed-By and such


def _stanzas(text: str):
    """deb822 stanzas as lower-case dicts; continuation lines are kept."""
    for block in re.split(r"\n\s*\n", text):
        fields, name = {}, None
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in (" ", "\t") and name:
                fields[name] += "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if fields:
            yield fields


def _one_line(text: str):
    """Entries of the one-line format as the same dicts."""
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s*)?([^#]+)", line)
        if not match or len(match[2].split()) < 3:
            continue
        uri, suite, *components = match[2].split()
        fields = {"types": "deb", "uris": uri, "suites": suite,
                  "components": " ".join(components)}
        for option in shlex.split(match[1] or ""):
            name, _, value = option.partition("=")
            name = {"arch": "architectures"}.get(name, name)
            fields[name.lower()] = value.replace(",", " ")
        yield fields


def _is_debian(fields: dict) -> bool:
    """Skips disabled entries and other vendors' (they sign with their own)."""
    if fields.get("enabled", "yes").lower() in ("no", "false", "0", "off"):
        return False
    if "deb" not in fields.get("types", "").split():
        return False
    signed = fields.get("signed-by", "")
    if signed.strip().startswith("/") and "debian-archive" not in signed:
        return False
    return "main" in fields.get("components", "").split()


def _origin_is_foreign(uri: str, suite: str) -> bool:
    """Whether the release file that apt keeps names another origin."""
    name = re.sub(r"^[a-z+]+:/*", "", uri).rstrip("/").replace("/", "_")
    path = Path("/var/lib/apt/lists") / f"{name}_dists_{suite}_InRelease"
    try:
        text = path.read_text(encoding="utf-8", errors="replace")[:2000]
    except OSError:
        return False
    origin = re.search(r"^Origin: (.*)$", text, re.M)
    return bool(origin) and origin[1].strip() != "Debian"


def _sources_of(fields: dict):
    for uri in fields.get("uris", "").split():
        for suite in fields.get("suites", "").split():
            match = SUITE.match(suite)
            if not match or uri.startswith("cdrom:"):
                continue
            if _origin_is_foreign(uri, suite):
                continue
            options = tuple(sorted((k, v) for k, v in fields.items()
                                   if k not in PLACE))
            security = "security" in (match[1] or "")
            yield Source(uri.rstrip("/"), security, options)


def debian_sources(etc: Path = ETC) -> list[Source]:
    """This system's Debian archives, each once, base archives first."""
    entries = []
    for path in sorted([*etc.glob("sources.list.d/*.sources"),
                        *etc.glob("sources.list.d/*.list"),
                        *etc.glob("sources.list")]):
        text = path.read_text(encoding="utf-8", errors="replace")
        parse = _stanzas if path.suffix == ".sources" else _one_line
        entries += [e for e in parse(text) if _is_debian(e)]
    found = {}
    for source in (s for fields in entries for s in _sources_of(fields)):
        found.setdefault((source.uri, source.security), source)
    result = sorted(found.values(), key=lambda s: s.security)
    if not result or result[0].security:
        raise SetupError(
            f"no Debian package source with the component main in {etc};\n"
            "    add one to sources.list or sources.list.d, then try again")
    return result
