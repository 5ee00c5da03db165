"""Cuts a report to what fits beside other work in an assistant's context, and says what was cut.

No verdict, finding at `fail` or `review`, foundation or open question of the verdict is ever cut.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lineage.core.value import dataclass

Target = dict[str, Any]

MOST = 24_000
"""Characters of JSON that a short report aims at, for one model; each further one has a third."""
_NEAREST = 30


@dataclass(frozen=True)
class Cut:
    """One thing that can be left out of the report of a model."""

    words: str
    """What is left out, in the plural."""
    apply: Callable[[Target], int]
    """Cuts it, and tells how many."""


def shortened(report: dict[str, Any], most: int = MOST) -> dict[str, Any]:
    """The report with as much left out as it takes, a note about each kind; still a valid one."""
    targets = report["targets"]
    room = most + most // 3 * max(0, len(targets) - 1)
    notes = list(report["notes"])
    for cut in _CUTS:
        if _size(report) <= room:
            break
        count = sum(cut.apply(target) for target in targets)
        if count:
            notes.append(f"Left out to keep this short: {count} {cut.words}.")
    return {**report, "notes": notes}


def _size(report: dict[str, Any]) -> int:
    return len(json.dumps(report, ensure_ascii=False, separators=(",", ":")))


def _undeciding_results(target: Target) -> int:
    results = target["exposure"]["results"]
    kept = [one for one in results if one["counts"]]
    target["exposure"]["results"] = kept
    return len(results) - len(kept)


def _clauses(target: Target) -> int:
    count = 0
    for row in target.get("licences", ()):
        count += len(row["terms"] or ())
        row["terms"], row["sources"] = None if row["terms"] is None else [], []
    return count


def _read_files(target: Target) -> int:
    count = 0
    for row in target["coverage"]:
        count += len(row["read"])
        row["read"] = []
    return count


def _observations(target: Target) -> int:
    count = 0
    for node in target["nodes"]:
        count += len(node["observations"])
        node["observations"] = []
    return count


def _weaker_claims(target: Target) -> int:
    count = 0
    for edge in target["edges"]:
        count += len(edge["claims"]) - 1
        edge["claims"] = edge["claims"][:1]
    return count


def _mild_evidence(target: Target) -> int:
    count = 0
    for one in (*target["findings"], *target["open"]):
        if one["level"] not in ("fail", "review"):
            count += len(one["evidence"])
            one["evidence"] = []
    return count


def _mild(target: Target) -> int:
    count = 0
    for key in ("findings", "open"):
        kept = [one for one in target[key] if one["level"] in ("fail", "review")]
        count += len(target[key]) - len(kept)
        target[key] = kept
    return count


def _evidence(target: Target) -> int:
    count = 0
    for one in (*target["findings"], *target["open"]):
        count += len(one["evidence"])
        one["evidence"] = []
    return count


def _farther(target: Target) -> int:
    nodes = sorted(target["nodes"], key=lambda node: node["depth"])
    kept = {node["id"] for node in nodes[:_NEAREST]}
    kept |= {one for row in target["findings"] for one in row["path"]}
    kept |= {row["model"] for row in target["origin"]["foundations"]}
    target["nodes"] = [node for node in target["nodes"] if node["id"] in kept]
    target["edges"] = [
        edge for edge in target["edges"] if edge["child"] in kept and edge["parent"] in kept
    ]
    target["coverage"] = [row for row in target["coverage"] if row["model"] in kept]
    return len(nodes) - len(target["nodes"])


_CUTS = (
    Cut("test results that do not decide (tool `results` has them)", _undeciding_results),
    Cut("clauses of licences", _clauses),
    Cut("names of files that were read", _read_files),
    Cut("further claims of edges (tool `explain` has them)", _weaker_claims),
    Cut("observations (tool `explain` has them)", _observations),
    Cut("lines of evidence of mild findings", _mild_evidence),
    Cut("findings and open points below `review`", _mild),
    Cut("lines of evidence", _evidence),
    Cut("models of the lineage that are farther away (tool `tree` has them)", _farther),
)
"""In the order in which they are missed least."""
