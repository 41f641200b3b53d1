# SPDX-License-Identifier: GPL-2.0-or-later
"""A private apt view of any Debian suite and architecture.

It uses this system's own archives with another suite name, and never touches
the system's apt state. Lists and packages are kept in the user's cache.
"""
import contextlib
import fnmatch
import functools
import os
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

from . import debsource, sources
from .packages import DAY
from .paths import cache
from .progress import SetupError, run, say, step
from .store import lock, produce

CONF = """\
#clear APT::Architectures;
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
{prefer}APT::Sandbox::User "root";
APT::Get::List-Cleanup "false";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::GzipIndexes "true";
Dir::State "{top}/state";
Dir::State::status "{top}/status";
Dir::State::Lists "{lists}";
Dir::Cache "{top}";
Dir::Cache::Archives "{top}/archives";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "";
Dir::Etc::SourceList "{top}/view.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
"""


class View:
    """What `suite` offers to a machine of architecture `arch`."""

    def __init__(self, suite: str, arch: str, kind: str = "deb"):
        self.suite, self.arch, self.kind = suite, arch, kind
        self.top = cache() / "apt" / f"{suite}-{arch}-{kind}"
        self.lists = cache() / "apt" / "lists"
        self.conf = self.top / "apt.conf"
        self._ready = False

    # The archives

    def _suites(self, security: bool) -> list[str]:
        base = re.sub(r"-backports$", "", self.suite)
        if base in ("sid", "unstable"):
            return [] if security else [base]
        if security:
            return [f"{base}-security"]
        extra = [self.suite] if self.suite != base else []
        return [base, f"{base}-updates", *extra]

    def _stanza(self, source, suites: list[str]) -> str:
        fields = {"Types": self.kind, "URIs": source.uri,
                  "Suites": " ".join(suites), "Components": "main"}
        fields.update({k.title(): v for k, v in source.options})
        return "".join(f"{k}: {v}\n" for k, v in fields.items())

    def _write(self, drop: str = "$^") -> None:
        """Writes the view's configuration, without suites that match drop."""
        for path in (self.top / "state", self.top / "archives" / "partial",
                     self.lists / "partial"):
            path.mkdir(parents=True, exist_ok=True)
        (self.top / "status").touch()
        # Backports are taken only when asked for; other suites must not be
        # preferred, or their security updates would lose.
        prefer = (f'APT::Default-Release "{self.suite}";\n'
                  if self.suite.endswith("-backports") else "")
        self.conf.write_text(CONF.format(
            arch=self.arch, prefer=prefer, top=self.top, lists=self.lists),
            encoding="utf-8")
        stanzas = []
        for source in sources.debian_sources():
            suites = [s for s in self._suites(source.security)
                      if not re.search(drop, s)]
            if suites:
                stanzas.append(self._stanza(source, suites))
        (self.top / "view.sources").write_text("\n".join(stanzas),
                                               encoding="utf-8")

    def _fetch_lists(self) -> None:
        """Updates the lists; does without suites that the mirror lacks."""
        for drop in ("$^", "-updates$", "-(updates|security)$"):
            self._write(drop)
            try:
                self._apt("apt-get", "update", "--error-on=any")
                return
            except SetupError as err:
                error = err
        raise SetupError(f"cannot read the package lists of Debian "
                         f"{self.suite} ({self.arch}):\n{error}")

    def refresh(self, force: bool = False) -> None:
        """Fetches the lists if they are older than a day, or if forced."""
        stamp = self.top / "lists.stamp"
        with lock("apt-lists"):
            # Another process may have done it while this one waited.
            age = time.time() - stamp.stat().st_mtime if stamp.exists() else DAY
            if age >= DAY or (force and age > 60):
                with step(f"package lists: {self.suite} {self.arch}"
                          f"{' sources' if self.kind == 'deb-src' else ''}"):
                    self._fetch_lists()
                stamp.touch()
        self._ready = True

    def _apt(self, tool: str, *args, **kwargs) -> str:
        return run([tool, "-q", "-c", self.conf, *args],
                   env={**os.environ, "LC_ALL": "C.UTF-8"}, **kwargs)

    def _ask(self, tool: str, *args, **kwargs) -> str:
        if not self._ready:
            self.refresh()
        with lock(f"apt-{self.top.name}"):
            return self._apt(tool, *args, **kwargs)

    # Questions

    def version(self, name: str) -> str | None:
        """The version that would be installed; None if there is none."""
        text = self._ask("apt-cache", "policy", name)
        found = re.search(r"^  Candidate: (.*)$", text, re.M)
        return found[1] if found and found[1] != "(none)" else None

    def depends(self, name: str) -> list[str]:
        """The names that the candidate depends on."""
        version = self.version(name)
        if version is None:
            raise SetupError(f"Debian {self.suite} ({self.arch}) "
                             f"has no package {name}")
        text = self._ask("apt-cache", "show", f"{name}={version}")
        line = re.search(r"^Depends: (.*)$", text, re.M)
        if not line:
            return []
        return [re.split(r"[ (|:]", part.strip())[0]
                for part in line[1].split(",")]

    # Binary packages

    def _resolve(self, names) -> list[str]:
        """name=version of packages and all that they depend on."""
        text = self._ask("apt-get", "-y", "--no-install-recommends",
                         "-s", "install", *names)
        return [f"{name.split(':')[0]}={version}" for name, version in
                re.findall(r"^Inst (\S+) \((\S+)", text, re.M)]

    def _fetch(self, wanted: list[str]) -> list[Path]:
        """Downloads name=version packages into the cache."""
        folder = cache() / "debs"
        folder.mkdir(exist_ok=True)

        def find(item: str) -> Path | None:
            name, _, version = item.partition("=")
            stem = f"{name}_{version.replace(':', '%3a')}_"
            for arch in (self.arch, "all"):
                path = folder / f"{stem}{arch}.deb"
                if path.exists():
                    return path
            return None

        todo = [item for item in wanted if not find(item)]
        if todo:
            # Whole files only: apt writes in place, so work next to the goal.
            part = folder / f".part-{os.getpid()}-{id(todo)}"
            part.mkdir()
            try:
                self._ask("apt-get", "download", *todo, cwd=part)
                for path in part.iterdir():
                    path.replace(folder / path.name)
            finally:
                shutil.rmtree(part, ignore_errors=True)
        return [p for p in map(find, wanted) if p]

    def _exact(self, names) -> list[str]:
        items = []
        for name in names:
            version = self.version(name)
            if version is None:
                raise SetupError(f"Debian {self.suite} ({self.arch}) "
                                 f"has no package {name}")
            items.append(f"{name}={version}")
        return items

    def download(self, *names: str) -> list[Path]:
        """Downloads these packages alone, with fresh lists if they moved."""
        try:
            return self._fetch(self._exact(names))
        except SetupError:
            self.refresh(force=True)
            return self._fetch(self._exact(names))

    def closure(self, *names: str, keep=lambda name: True) -> list[Path]:
        """Downloads packages with all that they depend on.

        keep(name) leaves out dependencies that are of no use unpacked.
        """
        def fetch():
            return self._fetch([item for item in self._resolve(names)
                                if keep(item.partition("=")[0])])
        try:
            return fetch()
        except SetupError:
            self.refresh(force=True)
            return fetch()

    # Source packages

    @functools.cached_property
    def _sources(self) -> "View":
        return View(self.suite, self.arch, "deb-src")

    def source_versions(self, name: str) -> list[str]:
        """The versions of a source package, newest first."""
        text = self._sources._ask("apt-cache", "showsrc", name)
        found = re.findall(r"^Version: (.*)$", text, re.M)
        return sorted(set(found), key=_version_key, reverse=True)

    def source_download(self, name: str, below: str = "") -> tuple[str, Path]:
        """Downloads the newest source that the archive really has.

        Recent uploads answer 404 for a while; the next older one is taken
        then, and said. Returns the version and its .dsc file.
        """
        folder = cache() / "sources"
        folder.mkdir(exist_ok=True)
        error = None
        for version in self.source_versions(name):
            if below and _version_key(version) > _version_key(below):
                continue
            try:
                self._sources._ask("apt-get", "source", "--download-only",
                                   f"{name}={version}", cwd=folder)
            except SetupError as err:
                say(f"source {name} {version} cannot be downloaded; "
                    "trying an older one")
                error = err
                continue
            plain = version.partition(":")[2] or version
            return version, folder / f"{name}_{plain}.dsc"
        raise SetupError(f"no source of {name} in Debian {self.suite} "
                         f"can be downloaded:\n{error}")

    def source(self, name: str) -> Path:
        """A source package, unpacked, Debian's patches applied."""
        version, dsc = self.source_download(name)
        folder = cache() / "unpacked" / f"{name}-{version}"
        produce(folder, version,
                lambda top: debsource.unpack(dsc, top / "src") and None)
        return folder / "src"


@functools.total_ordering
class _version_key:
    """Orders Debian versions as dpkg does."""

    def __init__(self, text: str):
        self.text = text

    def __eq__(self, other) -> bool:
        return self.text == other.text

    def __lt__(self, other) -> bool:
        with contextlib.suppress(SetupError):
            run(["dpkg", "--compare-versions", self.text, "lt", other.text])
            return True
        return False


def _unpack_some(deb: Path, into: Path, patterns) -> None:
    wanted = re.compile("|".join(map(fnmatch.translate, patterns)))
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb],
                          stdout=subprocess.PIPE) as pipe:
        with tarfile.open(fileobj=pipe.stdout, mode="r|") as tar:
            for member in tar:
                if wanted.match(member.name) and not member.isdir():
                    tar.extract(member, into)
    if pipe.returncode:
        raise SetupError(f"{deb.name}: damaged; delete it and try again")


def unpack(debs, into: Path, *patterns: str) -> Path:
    """Unpacks packages, or only the files that match patterns.

    A * in a pattern also matches slashes; names begin with "./".
    """
    into.mkdir(parents=True, exist_ok=True)
    for deb in debs:
        if patterns:
            _unpack_some(deb, into, patterns)
        else:
            run(["dpkg-deb", "-x", deb, into])
    return into


def discard(debs) -> None:
    """Deletes downloads that have been turned into something finished."""
    for deb in debs:
        deb.unlink(missing_ok=True)
