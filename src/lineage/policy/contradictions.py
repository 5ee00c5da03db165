"""Finds statements about a model's bases that cannot all be true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.core.claim import Noticed
from lineage.core.relation import Grade, Relation
from lineage.graph.graph import Edge, LineageGraph
from lineage.policy.observations import observed, place_of
from lineage.policy.paths import claim_line, is_whole, joined


@dataclass(frozen=True, order=True)
class Contradiction:
    """Two or more statements about one model that do not fit together."""

    model: str
    message: str
    evidence: tuple[str, ...]


def contradictions(graph: LineageGraph) -> list[Contradiction]:
    """All of them in one graph, sorted."""
    return sorted((*_from_scratch(graph), *_other_base(graph)))


def _bases(graph: LineageGraph, model: str) -> list[Edge]:
    found = [e for e in graph.parents(model) if is_whole(e) and e.parent != model]
    return sorted(found, key=lambda e: e.sort_key)


def _from_scratch(graph: LineageGraph) -> Iterator[Contradiction]:
    """A card that says "from scratch" about a model for which a base is named."""
    for seen in observed(graph, Noticed.FROM_SCRATCH):
        bases = _bases(graph, seen.model)
        if bases:
            names = joined(sorted({edge.parent for edge in bases}))
            message = f"{seen.model} says that it was trained from scratch, while {names} is named as its base."
            yield Contradiction(seen.model, message, (place_of(seen), *(claim_line(edge.claims[0]) for edge in bases)))


def _other_base(graph: LineageGraph) -> Iterator[Contradiction]:
    """A card that declares bases, none of which a tool's file or an inference leads to.

    A declared parent and an embedded grandparent agree: cards often name the nearest model and files the model loaded from, or
    the other way round, so anything on one line of descent is no contradiction. A merge has many bases and none excludes another.
    """
    for model in sorted(graph.nodes):
        bases = _bases(graph, model)
        declared = [e for e in bases if e.grade is Grade.DECLARED]
        others = [e for e in bases if e.grade is Grade.EMBEDDED]
        if not declared or not others or any(e.relation is Relation.MERGE for e in bases):
            continue
        lines = {model, *(e.parent for e in declared)}.union(*(graph.weight_ancestors(e.parent) for e in declared))
        for edge in others:
            above = graph.weight_ancestors(edge.parent)
            if edge.parent not in lines and not above.intersection(e.parent for e in declared):
                names = joined(sorted(e.parent for e in declared))
                message = f"The card of {model} declares {names} as its base, while {edge.claims[0].file} names {edge.parent}."
                yield Contradiction(model, message, (*(claim_line(e.claims[0]) for e in declared), claim_line(edge.claims[0])))
