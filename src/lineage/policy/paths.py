"""Paths through a case in words and in evidence: what every message of a rule is made of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from lineage.core.claim import Claim
from lineage.core.country import country
from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import Attribution, Citation, Developer
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph
from lineage.policy.case import Case

_VALUE_LIMIT = 120


def edges_along(graph: LineageGraph, path: Sequence[str]) -> tuple[Edge, ...]:
    """The strongest edge for each step of a path of ids; steps that the graph does not have are
    left out."""
    steps = []
    for child, parent in pairwise(path):
        found = [edge for edge in graph.parents(child) if edge.parent == parent]
        if found:
            steps.append(
                min(
                    found,
                    key=lambda e: (
                        not e.carries_weights,
                        e.component is not None,
                        e.grade.rank,
                        e.sort_key,
                    ),
                )
            )
    return tuple(steps)


def path_to(graph: LineageGraph, model: str) -> tuple[str, ...]:
    """Ids of the shortest path from the audited model; the two ends alone where the graph has
    none."""
    edges = graph.paths().get(model)
    if edges is None:
        return (graph.target, model)
    return (graph.target, *(edge.parent for edge in edges))


def reachable(graph: LineageGraph, allows: Callable[[Edge], bool]) -> set[str]:
    """The audited model and every node that some path of allowed edges leads to."""
    seen = {graph.target}
    queue = deque(seen)
    while queue:
        for edge in graph.parents(queue.popleft()):
            if edge.parent not in seen and allows(edge):
                seen.add(edge.parent)
                queue.append(edge.parent)
    return seen


def along_weights(graph: LineageGraph) -> list[str]:
    """The audited model and everything whose weights or parts reach it, sorted; teachers are not of
    it."""
    return sorted(reachable(graph, lambda edge: edge.carries_weights))


def is_whole(edge: Edge) -> bool:
    """Whether all of the parent's weights went in: no teacher, no component."""
    return edge.carries_weights and edge.component is None


def known_models(graph: LineageGraph, grades: Iterable[Grade], *, whole: bool = False) -> set[str]:
    """Models that at least one path of claims of these grades leads to; with `whole`, one that
    carries whole weights all the way."""
    counted = frozenset(grades)
    return reachable(graph, lambda edge: edge.grade in counted and (is_whole(edge) or not whole))


def descent(case: Case, path: Sequence[str]) -> str:
    """`a descends from c through b`; `a was distilled from outputs of t, which descends from u`;
    `a` alone where there is no step."""
    if len(path) < 2:
        return path[0]
    parts = [_step_words(kind, run) for kind, run in _runs(case.graph, path)]
    return f"{path[0]} {', which '.join(parts)}"


def _runs(graph: LineageGraph, path: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The path's steps by kind; steps over whole weights that follow each other are one run."""
    found = {(edge.child, edge.parent): edge for edge in edges_along(graph, path)}
    runs: list[tuple[str, list[str]]] = []
    for step in pairwise(path):
        edge = found.get(step)
        kind = ""
        if edge is not None and not is_whole(edge):
            kind = f"part:{edge.component}" if edge.component else "teacher"
        if runs and not kind and not runs[-1][0]:
            runs[-1][1].append(step[1])
        else:
            runs.append((kind, [step[1]]))
    return runs


def _step_words(kind: str, models: Sequence[str]) -> str:
    if kind == "teacher":
        return f"was distilled from outputs of {models[-1]}"
    if kind:
        return f"takes its {kind.removeprefix('part:').replace('_', ' ')} from {models[-1]}"
    return (
        f"descends from {models[-1]}{f' through {joined(models[:-1])}' if len(models) > 1 else ''}"
    )


def developed(attribution: Attribution) -> str:
    """`developed by D (CN)`, or what is not established about it."""
    if attribution.developer is None:
        return "whose developer is not established"
    return f"developed by {attribution.developer.name} ({country(attribution.jurisdiction)})"


def joined(names: Sequence[str], limit: int = 6) -> str:
    """`a`, `a and b`, `a, b and c`; a long list is cut and counted."""
    shown = list(names[:limit])
    if len(names) > limit:
        return f"{', '.join(shown)} and {len(names) - limit} more"
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return shown[0] if shown else "nothing"


def claim_line(claim: Claim) -> str:
    """Where one claim is found and what it says, for a finding's evidence."""
    if claim.relation is Relation.SAME_WEIGHTS:  # no file names the other one: their bytes do
        return f"{claim.child}: {claim.excerpt} ({claim.location}, {claim.grade})"
    place = f"{claim.file} {claim.location}".strip()
    value = (
        claim.value if len(claim.value) <= _VALUE_LIMIT else claim.value[: _VALUE_LIMIT - 1] + "…"
    )
    sure = f", confidence {claim.confidence:.2f}" if claim.confidence is not None else ""
    return f"{claim.child}: {place} names {value!r} ({claim.grade}{sure})"


def path_evidence(case: Case, path: Sequence[str]) -> tuple[str, ...]:
    """The strongest claim of every step."""
    return tuple(claim_line(edge.claims[0]) for edge in edges_along(case.graph, path))


def citation_line(citation: Citation) -> str:
    """One citation with its dates, as they are known."""
    dates = ", ".join(
        f"{word} {day}"
        for word, day in (("published", citation.published_on), ("seen", citation.seen_on))
        if day
    )
    return f"{citation.url} ({dates})" if dates else citation.url


def developer_evidence(developer: Developer | None, limit: int = 2) -> tuple[str, ...]:
    """The first citations of what the registry says of a developer."""
    if developer is None:
        return ()
    return tuple(
        f"{developer.name}, {developer.jurisdiction or 'unknown'}: {citation_line(c)}"
        for c in developer.citations[:limit]
    )
