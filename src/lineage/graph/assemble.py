"""Puts what the walk saw together: claims become edges,
spellings become one node, depths are counted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from lineage.core.claim import Claim, Lead, Observation
from lineage.core.record import ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph, Node

# The Hub's own relation is inferred from the file type (HUB documentation: "the Hub will infer");
# anything that a tool or a person wrote about the relation outranks it.
HUB_GUESSES = frozenset({"hub tree", "hub tags"})


class SeenModel(Protocol):
    """What assembling needs of a model that the walk looked at."""

    @property
    def record(self) -> ModelRecord: ...  # noqa: D102
    @property
    def claims(self) -> tuple[Claim, ...]: ...  # noqa: D102
    @property
    def observations(self) -> tuple[Observation, ...]: ...  # noqa: D102
    @property
    def leads(self) -> tuple[Lead, ...]: ...  # noqa: D102
    @property
    def files(self) -> tuple[str, ...]: ...  # noqa: D102


def assemble(
    target: str,
    seen: Mapping[str, SeenModel],
    names: Mapping[str, str],
    bounds_hit: tuple[str, ...],
    requests: int,
) -> LineageGraph:
    """The graph over all models seen; `names` maps each
    case-folded spelling to the id of its node."""
    linked: dict[tuple[str, str, str | None], list[Claim]] = {}
    unlinked: list[Claim] = []
    for id_, model in seen.items():
        for claim in model.claims:
            parent = names.get(claim.parent.casefold()) if claim.parent else None
            if parent is None or parent == id_:
                if not claim.tentative:
                    unlinked.append(replace(claim, problem="self") if parent == id_ else claim)
            elif not claim.tentative or _is_spelled(claim) or _may_exist(seen[parent].record):
                linked.setdefault((id_, parent, claim.component), []).append(claim)
    edges = sorted(
        (_edge(key, claims) for key, claims in linked.items()), key=lambda edge: edge.sort_key
    )
    depths = _depths(target, edges)
    aliases = _aliases(seen, names, edges)
    nodes = {
        id_: _node(id_, seen[id_], depths[id_], aliases.get(id_, ()))
        for id_ in sorted(depths, key=lambda i: (depths[i], i))
    }
    inside = tuple(edge for edge in edges if edge.child in nodes)
    return LineageGraph(
        target,
        nodes,
        inside,
        tuple(sorted(unlinked, key=lambda c: (c.child, *c.sort_key))),
        bounds_hit,
        requests,
    )


def extended(
    graph: LineageGraph,
    claims: Iterable[Claim],
    noticed: Iterable[Observation],
    others: Iterable[LineageGraph],
) -> LineageGraph:
    """The graph with more claims and observations about its models, and with what other walks saw
    above the models that these name. A model that both saw stays as it is here."""
    linked: dict[tuple[str, str, str | None], dict[Claim, None]] = {}
    unlinked = dict.fromkeys(graph.unlinked)
    nodes, bounds = dict(graph.nodes), dict.fromkeys(graph.bounds_hit)
    edges = list(graph.edges)
    for other in others:
        fresh = other.nodes.keys() - nodes.keys()
        edges += [edge for edge in other.edges if edge.child in fresh]
        unlinked |= dict.fromkeys(claim for claim in other.unlinked if claim.child in fresh)
        nodes |= {id_: other.nodes[id_] for id_ in fresh}
        bounds |= dict.fromkeys(other.bounds_hit)
    for seen in noticed:
        node = nodes[seen.model]
        nodes[seen.model] = replace(node, observations=tuple(sorted({*node.observations, seen})))
    for edge in edges:
        linked.setdefault((edge.child, edge.parent, edge.component), {}).update(
            dict.fromkeys(edge.claims)
        )
    for claim in claims:
        if claim.parent is None:
            unlinked[claim] = None
        elif claim.parent in nodes:
            key = (claim.child, claim.parent, claim.component)
            linked.setdefault(key, {})[claim] = None
    joined = sorted(
        (_edge(key, list(found)) for key, found in linked.items()), key=lambda edge: edge.sort_key
    )
    depths = _depths(graph.target, joined)
    return LineageGraph(
        graph.target,
        {
            id_: replace(nodes[id_], depth=depths[id_])
            for id_ in sorted(depths, key=lambda i: (depths[i], i))
        },
        tuple(edge for edge in joined if edge.child in depths),
        tuple(
            sorted(
                (claim for claim in unlinked if claim.child in depths),
                key=lambda c: (c.child, *c.sort_key),
            )
        ),
        tuple(bounds),
        graph.requests,
    )


def _is_spelled(claim: Claim) -> bool:
    """Whether the written value holds the whole id with `--` for the
    slash, as tools name folders of downloads.

    Such a value is a repository's name, also where that repository is gone or private.
    """
    owner, slash, name = (claim.parent or "").casefold().partition("/")
    return bool(slash) and f"{owner}--{name}" in claim.value.casefold()


def _may_exist(record: ModelRecord) -> bool:
    """An inferred name counts where the model is there, or where the Hub could
    not be asked (an unknown must stay visible)."""
    return record.status.has_statements or (
        record.status is Status.UNREACHABLE and record.source == "hub"
    )


def _edge(key: tuple[str, str, str | None], claims: list[Claim]) -> Edge:
    child, parent, component = key
    return Edge(
        child,
        parent,
        settled_relation(claims),
        component,
        tuple(sorted(claims, key=lambda c: c.sort_key)),
    )


def settled_relation(claims: Iterable[Claim]) -> Relation:
    """What the best-placed claim that speaks of the relation says; `unknown` claims do not speak.

    Where claims of one standing differ, weights come before a teacher, whoever speaks: what is
    underneath must not be understated. Files that are the same need nobody's word.
    """
    spoken = [c for c in claims if c.relation is not Relation.UNKNOWN]
    if not spoken:
        return Relation.UNKNOWN
    if any(c.relation is Relation.SAME_WEIGHTS for c in spoken):
        return Relation.SAME_WEIGHTS
    return min(
        spoken, key=lambda c: (_standing(c), not c.relation.carries_weights, c.sort_key)
    ).relation


def _standing(claim: Claim) -> int:
    if claim.source in HUB_GUESSES:
        return Grade.STATED.rank * 2 + 1
    return claim.grade.rank * 2


def _depths(target: str, edges: Iterable[Edge]) -> dict[str, int]:
    parents: dict[str, list[str]] = {}
    for edge in edges:
        parents.setdefault(edge.child, []).append(edge.parent)
    depths = {target: 0}
    queue = deque([target])
    while queue:
        model = queue.popleft()
        for parent in parents.get(model, ()):
            if parent not in depths:
                depths[parent] = depths[model] + 1
                queue.append(parent)
    return depths


def _aliases(
    seen: Mapping[str, SeenModel], names: Mapping[str, str], edges: Iterable[Edge]
) -> dict[str, tuple[str, ...]]:
    """Every other spelling under which a node was asked for or is named by a card."""
    found: dict[str, set[str]] = {
        id_: {*model.record.redirected_from, model.record.requested} for id_, model in seen.items()
    }
    for edge in edges:
        found[edge.parent].update(claim.parent for claim in edge.claims if claim.parent)
    return {id_: tuple(sorted(spellings - {id_})) for id_, spellings in found.items()}


def _node(id_: str, model: SeenModel, depth: int, aliases: tuple[str, ...]) -> Node:
    record = model.record
    readable = record if record.status.is_known else None
    return Node(
        id_,
        record.status,
        depth,
        record.reason,
        record.revision,
        aliases,
        readable,
        model.observations,
        model.leads,
        model.files,
        record.cause,
    )
