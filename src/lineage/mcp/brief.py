"""Cuts a report to what fits beside other work in an assistant's context, and says what was cut.

No verdict, no foundation and no rule that decides is ever cut; of many findings of one rule the
first are kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from lineage.core.value import dataclass
from lineage.mcp.schemas import part_of_target

Target = dict[str, Any]

MOST = 24_000
"""Characters of JSON that a short report of one model aims at; each further one adds an eighth."""
MOST_FULL = 400_000
"""The same of a full one."""
_NEAREST = 20
_FEW = 10
_ALIKE = 5
"""Findings of one rule at one level."""
_ORIGIN = ("foundations", "trained_by", "teachers")


@dataclass(frozen=True)
class Cut:
    """One thing that can be left out of the report of a model."""

    words: str
    """What is left out, in the plural."""
    apply: Callable[[Target], int]
    """Cuts it, and tells how many."""


def shortened(report: dict[str, Any], most: int) -> dict[str, Any]:
    """The report with as much left out as it takes, a note about each kind; still a valid one."""
    targets = report["targets"]
    room = most + most // 8 * max(0, len(targets) - 1)
    notes = list(report["notes"])
    for cut in _CUTS:
        if _size(report) <= room:
            break
        count = sum(cut.apply(target) for target in targets)
        if count:
            notes.append(f"Left out to keep this short: {count} {cut.words}.")
    return {**report, "notes": notes}


def lean(node: dict[str, Any]) -> dict[str, Any]:
    """A node without the facts that nobody knows of it."""
    required = part_of_target(["nodes"])["$defs"]["node"]["required"]
    return {key: value for key, value in node.items() if value is not None or key in required}


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


def _repeated(target: Target) -> int:
    """An open point that a finding of weight tells, and models of which nothing was left unread."""
    reported = {(one["rule"], one["model"]) for one in target["findings"]}
    kept = [one for one in target["open"] if (one["rule"], one["model"]) not in reported]
    count = len(target["open"]) - len(kept)
    target["open"] = kept
    target["coverage"] = [row for row in target["coverage"] if row["not_read"]]
    return count


def _alike(target: Target) -> int:
    seen = Counter[tuple[str, str, bool]]()
    kept = []
    for one in target["findings"]:
        kind = (one["rule"], one["level"], one["waived"] is None)
        seen[kind] += 1
        if seen[kind] <= _ALIKE:
            kept.append(one)
    count = len(target["findings"]) - len(kept)
    target["findings"] = kept
    return count


def _ways(target: Target) -> int:
    long = [row for key in _ORIGIN for row in target["origin"][key][_FEW:] if row["path"]]
    for row in long:
        row["path"] = []
    return len(long)


def _unresolved(target: Target) -> int:
    every = target["unresolved"]
    target["unresolved"] = every[:_FEW]
    return max(0, len(every) - _FEW)


def _unlinked(target: Target) -> int:
    every = target["unlinked"]
    target["unlinked"] = every[:_FEW]
    return max(0, len(every) - _FEW)


def _farther(target: Target) -> int:
    nodes = sorted(target["nodes"], key=lambda node: node["depth"])
    kept = {node["id"] for node in nodes[:_NEAREST]}
    kept |= {one for row in target["findings"] for one in row["path"]}
    target["nodes"] = [lean(node) for node in target["nodes"] if node["id"] in kept]
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
    Cut("open points that a finding reports, too", _repeated),
    Cut(f"findings of rules that have more than {_ALIKE}", _alike),
    Cut("models of the lineage that are farther away (tool `tree` has them)", _farther),
    Cut(f"paths to foundations, trainers and teachers beyond the first {_FEW}", _ways),
    Cut(f"bases that match no model, beyond the first {_FEW} (tool `explain`)", _unlinked),
    Cut(f"reasons why a model was not read, beyond the first {_FEW}", _unresolved),
)
"""In the order in which they are missed least."""
