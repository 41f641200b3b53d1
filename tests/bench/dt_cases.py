# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases of the guest's device tree that need no host: every board there is."""
from vpo import kernel

from . import dt_corpus, dt_required
from .case import Case, Limit

KERNELS = ("6.1", "6.12", "newest")
CLONED = (Limit("cloned_percent", ">=", 95), Limit("dangling", "==", 0),
          Limit("addresses", "==", 0), Limit("broken", "==", 0))
QUICK = (Limit("median_us", "<", 1000), Limit("largest_ms", "<", 50))
# What a case runs, by its kind.
RUN = {"dt": dt_corpus.clone, "dt-source": dt_corpus.source,
       "dt-required": dt_required.check}


def _case(name: str, group: str, series: str, kind: str, *limits: Limit,
          **words) -> Case:
    return Case(f"{name}-k{series}", group, series, guest="", kind=kind,
                words=words, limits=(*limits, Limit("crashes", "==", 0)))


def _cases():
    for name in KERNELS:
        yield _case("dt", "dt", name, "dt", *CLONED, *QUICK)
    yield _case("dt-sanitized", "dt-checks", "6.12", "dt", *CLONED,
                sanitized=1)
    for name in KERNELS:
        yield _case("dt-source", "dt-checks", name, "dt-source",
                    Limit("warnings", "==", 0))
    yield _case("dt-required", "dt-checks", "6.12", "dt-required")


CASES = list(_cases())


def is_one(case: Case) -> bool:
    return case.kind in RUN


def rows(case: Case) -> list[dict]:
    """The row of a case; what is wrong in full is in its log."""
    figures, wrong = RUN[case.kind](case)
    row = {"case": case.name, "kernel": case.kernel,
           "release": kernel.chosen(case.kernel)[1], **figures}
    row = {key: value for key, value in row.items() if value is not None}
    broken = [text for text in (limit.broken(row) for limit in case.limits)
              if text]
    if broken:
        log = dt_corpus.paths.build() / f"bench/log/{case.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("\n".join([*wrong, ""]), encoding="utf-8")
        row.update(failed="; ".join([*broken, *wrong[:3]]), log=str(log))
    return [row]
