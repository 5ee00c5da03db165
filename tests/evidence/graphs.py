"""Small lineage graphs, written as lines of text."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.core.claim import Claim, Observation
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph, Node


def edge(child: str, parent: str, relation: str = "finetune", component: str | None = None) -> Edge:
    """One edge with one declared claim."""
    claim = Claim(
        child,
        parent,
        parent,
        Relation(relation),
        Grade.DECLARED,
        "card metadata",
        "README.md",
        "base_model",
        component=component,
    )
    return Edge(child, parent, Relation(relation), component, (claim,))


def graph(
    target: str,
    *edges: tuple[str, ...] | Edge,
    lost: Iterable[str] = (),
    local: Iterable[str] = (),
    seen: Iterable[Observation] = (),
) -> LineageGraph:
    """A graph from `(child, parent[, relation[, component]])`; `lost` models are unreachable."""
    made = tuple(
        sorted(
            (one if isinstance(one, Edge) else edge(*one) for one in edges),
            key=lambda e: e.sort_key,
        )
    )
    names = dict.fromkeys((target, *(name for one in made for name in (one.child, one.parent))))
    statuses = {**dict.fromkeys(lost, Status.UNREACHABLE), **dict.fromkeys(local, Status.LOCAL)}
    noticed = {name: tuple(one for one in seen if one.model == name) for name in names}
    nodes = {
        name: Node(name, statuses.get(name, Status.RESOLVED), 0, observations=noticed[name])
        for name in names
    }
    return LineageGraph(target, nodes, made)
