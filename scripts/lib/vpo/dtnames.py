# SPDX-License-Identifier: GPL-2.0-or-later
"""core/vpo-dt-names.c: the properties to which the kernel's bindings give
phandles, and those to which they give numbers."""
import re
from pathlib import Path

from . import kernel, trees
from .packages import ensure
from .paths import ROOT

FILE = ROOT / "core/vpo-dt-names.c"
NAME = re.compile(r"[A-Za-z0-9,._+#?-]+")
TEXT = """\
// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Properties to which a binding of the kernel gives phandles or numbers.
 *
 * Made by "python3 -m vpo names" from Debian's linux-source packages of
 * {made}.
 */
#include <stdlib.h>
#include <string.h>
#include "vpo-dt-rule.h"

static const char *const names_phandle[] = {{
{phandle}
}};

static const char *const names_number[] = {{
{number}
}};

static int names_compare(const void *name, const void *row)
{{
    return strcmp(name, *(const char *const *)row);
}}

bool vpo_dt_names_phandle(const char *name)
{{
    return bsearch(name, names_phandle, G_N_ELEMENTS(names_phandle),
                   sizeof(names_phandle[0]), names_compare) != NULL;
}}

bool vpo_dt_names_number(const char *name)
{{
    return bsearch(name, names_number, G_N_ELEMENTS(names_number),
                   sizeof(names_number[0]), names_compare) != NULL;
}}
"""


def load(path: Path):
    """A binding; the few that are not YAML are left out."""
    # pylint: disable=import-outside-toplevel,import-error
    ensure("python3-yaml")
    import yaml
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), loader)
    except yaml.YAMLError:
        return {}


def _types(definition) -> set[str]:
    """The types that a definition of a property refers to."""
    if not isinstance(definition, dict):
        return set()
    ref = definition.get("$ref")
    found = ({ref.rpartition("/")[2]}
             if isinstance(ref, str) and "types.yaml#" in ref else set())
    for key in ("allOf", "oneOf", "anyOf"):
        for part in definition.get(key) or []:
            found |= _types(part)
    return found


def collect(node, found: dict[str, set[str]]) -> None:
    """Adds the types of all properties in a binding, by name."""
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            for name, definition in properties.items():
                if NAME.fullmatch(str(name)):
                    found.setdefault(str(name), set()).update(
                        _types(definition))
        for value in node.values():
            collect(value, found)
    elif isinstance(node, list):
        for value in node:
            collect(value, found)


def _rows(names) -> str:
    """As many to a line as fit."""
    lines, line = [], "   "
    for name in sorted(names):
        item = f' "{name}",'
        if len(line + item) > 80:
            lines.append(line)
            line = "   "
        line += item
    return "\n".join([*lines, line])


def text() -> str:
    """The file."""
    found: dict[str, set[str]] = {}
    for name in kernel.SUITES:
        for path in sorted(trees.bindings(name).rglob("*.yaml")):
            collect(load(path), found)
    phandle = {name for name, types in found.items()
               if types & {"phandle", "phandle-array"}}
    number = {name for name, types in found.items()
              if any("int" in kind for kind in types)} - phandle
    series = [kernel.chosen(name)[1].partition("-")[0]
              for name in kernel.SUITES]
    return TEXT.format(made=", ".join(series), phandle=_rows(phandle),
                       number=_rows(number))


def write() -> Path:
    """Makes the file anew."""
    FILE.write_text(text(), encoding="utf-8")
    return FILE
