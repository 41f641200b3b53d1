# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the guest's nodes have what the kernel's bindings require?"""
import json
import re
from collections import Counter
from pathlib import Path

from vpo import kernel, trees
from vpo.dtnames import load
from vpo.paths import cache
from vpo.store import digest, produce

from . import dt_corpus
from .case import Case

RECIPE = 1
# They say how a node is treated, and not what it is.
GENERIC = {"syscon", "simple-mfd", "simple-bus", "simple-pm-bus",
           "arm,primecell"}
MOST = 12


# What a binding says

def _strings(schema) -> set[str]:
    """The values that a schema of a text lists."""
    if isinstance(schema, list):
        return set().union(*map(_strings, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    found = {value for value in [schema.get("const"),
                                 *(schema.get("enum") or [])]
             if isinstance(value, str)}
    for key in ("items", "oneOf", "anyOf", "allOf", "contains"):
        found |= _strings(schema.get(key))
    return found


def _alternatives(binding: dict) -> list[list[list[str]]]:
    """Groups of lists, of each of which one list has to be there."""
    groups = [binding.get(key) or [] for key in ("oneOf", "anyOf")]
    return [[part["required"] for part in group] for group in groups
            if group and all(set(part) == {"required"} for part in group)]


def _conditions(binding: dict) -> list[dict]:
    """What else is required of nodes with certain compatibles."""
    found = []
    for part in [*(binding.get("allOf") or []), binding]:
        condition = part.get("if") or {}
        properties = condition.get("properties") or {}
        if set(condition) == {"properties"} and set(properties) == {
                "compatible"}:
            found.append({
                "compatible": sorted(_strings(properties["compatible"])),
                "then": (part.get("then") or {}).get("required") or [],
                "else": (part.get("else") or {}).get("required") or []})
    return found


def _read(path: Path) -> dict | None:
    binding = load(path)
    if not isinstance(binding, dict) or binding.get("select") is False:
        return None
    compatible = (binding.get("properties") or {}).get("compatible")
    names = _strings(compatible) - GENERIC
    return {"file": path.name, "compatible": sorted(names),
            "required": binding.get("required") or [],
            "alternatives": _alternatives(binding),
            "conditions": _conditions(binding)} if names else None


def _make(name: str, top: Path) -> None:
    found = [_read(path) for path in sorted(
        trees.bindings(name).rglob("*.yaml"))]
    (top / "required.json").write_text(
        json.dumps([binding for binding in found if binding]),
        encoding="utf-8")


def bindings(name: str) -> dict[str, dict]:
    """The bindings of a series by compatible."""
    release = kernel.chosen(name)[1]
    top = cache() / "kernel" / name / "required"
    produce(top, digest(RECIPE, release), lambda top: _make(name, top))
    found = json.loads((top / "required.json").read_text(encoding="utf-8"))
    return {compatible: binding for binding in found
            for compatible in binding["compatible"]}


# What a node lacks

def _binding(known: dict, compatible: list[str]) -> dict | None:
    """That of the most specific compatible that has one."""
    return next((known[name] for name in compatible if name in known), None)


def lacks(binding: dict, compatible: list[str], names: list[str]) -> set[str]:
    """What is required and not among the names of properties and nodes."""
    # A node's unit address is no part of its name.
    have = {re.sub(r"@.*", "", name) for name in names}
    missing = set(binding["required"]) - have
    for group in binding["alternatives"]:
        if not any(set(part) <= have for part in group):
            missing.add(" or ".join(", ".join(part) for part in group))
    for condition in binding["conditions"]:
        applies = set(condition["compatible"]) & set(compatible)
        missing |= set(condition["then" if applies else "else"]) - have
    return missing


def check(case: Case) -> tuple[dict, list[str]]:
    """All nodes of all boards, with the rates that the host's kernel tells."""
    known = bindings(case.kernel)
    found = dt_corpus.each(case, lambda path: dt_corpus.run(
        case, path, "--told", "--names"))
    count: Counter = Counter()
    missing: Counter = Counter()
    for node in (node for board in found
                 for node in board.said.get("had", [])):
        binding = _binding(known, node["compatible"])
        if not binding:
            continue
        count["with_binding"] += 1
        host = lacks(binding, node["compatible"], node["host"])
        guest = lacks(binding, node["compatible"], node["guest"])
        count["satisfied"] += not guest
        count["host_satisfied"] += not host
        missing.update(guest - host)
    share = 100 * count["satisfied"] / max(1, count["host_satisfied"])
    row = {"boards": len(found),
           "cloned": sum(len(board.said.get("had", [])) for board in found),
           **{name: count[name] for name in
              ("with_binding", "host_satisfied", "satisfied")},
           "satisfied_percent": round(share, 2),
           "missing": dict(missing.most_common(MOST)),
           "crashes": sum(bool(board.trouble) for board in found)}
    return row, [board.trouble for board in found if board.trouble]
