"""Paths through a case in words and in evidence: what every message of a rule is made of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from lineage.core.claim import Claim
from lineage.core.relation import Grade
from lineage.evidence.evidence import Attribution, Citation, Developer
from lineage.graph.graph import Edge, LineageGraph
from lineage.policy.case import Case

_VALUE_LIMIT = 120


def edges_along(graph: LineageGraph, path: Sequence[str]) -> tuple[Edge, ...]:
    """The strongest edge for each step of a path of ids; steps that the graph does not have are left out."""
    steps = []
    for child, parent in pairwise(path):
        found = [edge for edge in graph.parents(child) if edge.parent == parent]
        if found:
            steps.append(min(found, key=lambda e: (not e.carries_weights, e.component is not None, e.grade.rank, e.sort_key)))
    return tuple(steps)


def path_to(graph: LineageGraph, model: str) -> tuple[str, ...]:
    """Ids of the shortest path from the audited model; the two ends alone where the graph has none."""
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


def is_whole(edge: Edge) -> bool:
    """Whether all of the parent's weights went in: no teacher, no component."""
    return edge.carries_weights and edge.component is None


def known_models(graph: LineageGraph, grades: Iterable[Grade], *, whole: bool = False) -> set[str]:
    """Models that at least one path of claims of these grades leads to; with `whole`, one that carries whole weights all the way."""
    counted = frozenset(grades)
    return reachable(graph, lambda edge: edge.grade in counted and (is_whole(edge) or not whole))


def descent(case: Case, path: Sequence[str]) -> str:
    """`a descends from c through b`, `a was distilled from outputs of t`, or `a` alone where the path has no step."""
    if len(path) < 2:
        return path[0]
    steps = edges_along(case.graph, path)
    taught = bool(steps) and not steps[-1].carries_weights
    component = next((edge.component for edge in steps if edge.component), None)
    if taught:
        verb = "is taught by the outputs of"
    elif component:
        verb = f"contains as its {component.replace('_', ' ')}"
    else:
        verb = "descends from"
    through = f" through {joined(path[1:-1])}" if len(path) > 2 else ""
    return f"{path[0]} {verb} {path[-1]}{through}"


def developed(attribution: Attribution) -> str:
    """`developed by D (CN)`, or what is not established about it."""
    if attribution.developer is None:
        return "whose developer is not established"
    place = attribution.jurisdiction or "jurisdiction not established"
    return f"developed by {attribution.developer.name} ({place})"


def joined(names: Sequence[str], limit: int = 6) -> str:
    """`a`, `a and b`, `a, b and c`; a long list is cut and counted."""
    shown = list(names[:limit])
    if len(names) > limit:
        return f"{', '.join(shown)} and {len(names) - limit} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nothing"


def claim_line(claim: Claim) -> str:
    """Where one claim stands and what it says, for a finding's evidence."""
    place = f"{claim.file} {claim.location}".strip()
    value = claim.value if len(claim.value) <= _VALUE_LIMIT else claim.value[: _VALUE_LIMIT - 1] + "…"
    sure = f", confidence {claim.confidence:.2f}" if claim.confidence is not None else ""
    return f"{claim.child}: {place} names {value!r} ({claim.grade}{sure})"


def path_evidence(case: Case, path: Sequence[str]) -> tuple[str, ...]:
    """The strongest claim of every step."""
    return tuple(claim_line(edge.claims[0]) for edge in edges_along(case.graph, path))


def citation_line(citation: Citation) -> str:
    """One citation with its dates, as they are known."""
    dates = ", ".join(f"{word} {day}" for word, day in (("published", citation.published_on), ("seen", citation.seen_on)) if day)
    return f"{citation.url} ({dates})" if dates else citation.url


def developer_evidence(developer: Developer | None, limit: int = 2) -> tuple[str, ...]:
    """The first citations of what the registry says of a developer."""
    if developer is None:
        return ()
    return tuple(f"{developer.name}, {developer.jurisdiction or 'unknown'}: {citation_line(c)}" for c in developer.citations[:limit])
