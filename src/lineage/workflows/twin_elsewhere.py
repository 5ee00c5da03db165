"""Adds to a graph what a model's twin at another place declares, where its own repository names no
base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.modelscope import parse_modelscope
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.attribution import COPIES
from lineage.evidence.names_elsewhere import NamedElsewhere, NamesElsewhere
from lineage.evidence.registry import Registry
from lineage.graph.assemble import extended
from lineage.graph.graph import LineageGraph

SOURCE = "ModelScope twin"
_MOST_TWINS = 2
_OWN = (Grade.DECLARED, Grade.EMBEDDED)


class TwinElsewhere:
    """One run's. Only for an audited model of the Hub, only where the trail ends at it, and only
    by pairs that lists have.

    What its twin says is stated of it, and never makes it a copy of what was tested: that a list
    names both is no proof that their weights are the same. So where the other place cannot be
    reached the answer is no better, for what the model is built on is open as it is.
    """

    def __init__(
        self, registry: Registry, walk: Callable[[str], LineageGraph], data: DataSet = EMBEDDED
    ) -> None:
        self._registry = registry
        self._walk = walk
        self._data = data

    def grown(self, graph: LineageGraph) -> LineageGraph:
        """The graph with what the twins declare; itself where nothing is to add."""
        if not self._is_silent(graph):
            return graph
        claims: list[Claim] = []
        noticed: list[Observation] = []
        walked: list[LineageGraph] = []
        for twin in _twins(graph, NamesElsewhere.load(self._data)):
            found = self._walk(f"modelscope:{twin.name}")
            lines = list(_statements(graph.target, found, twin))
            claims += lines
            noticed += [] if lines else _unread(graph.target, found)
            walked += [found] if lines else []
        return extended(graph, claims, noticed, walked) if claims or noticed else graph

    def _is_silent(self, graph: LineageGraph) -> bool:
        node = graph.nodes[graph.target]
        if node.record is None or node.record.source != "hub":
            return False
        is_named = any(
            edge.is_whole and edge.parent != node.id and edge.grade is not Grade.INFERRED
            for edge in graph.parents(node.id)
        )
        return not is_named and not self._registry.is_shown_foundation(node.id)


def _twins(graph: LineageGraph, tables: NamesElsewhere) -> list[NamedElsewhere]:
    """What ModelScope calls the model by a list that is sure of it, whatever the letter case."""
    node = graph.nodes[graph.target]
    names = {name.casefold() for name in (node.id, *node.aliases)}
    found = {row.name.casefold(): row for row in tables.modelscope_twins(names) if row.is_sure}
    return list(found.values())[:_MOST_TWINS]


def _statements(target: str, found: LineageGraph, twin: NamedElsewhere) -> Iterator[Claim]:
    """What the twin's own card and files declare, as its statement about the model."""
    name = parse_modelscope(twin.name)
    cited = twin.citations[0]
    for edge in found.parents(found.target):
        for claim in edge.claims:
            if claim.grade in _OWN and edge.parent != target and not claim.tentative:
                yield replace(
                    claim,
                    child=target,
                    parent=edge.parent,
                    relation=Relation.UNKNOWN if claim.relation in COPIES else claim.relation,
                    grade=Grade.STATED,
                    source=SOURCE,
                    file=name.page if name else claim.file,
                    location=f"{claim.file}, {claim.location}",
                    excerpt=f"{found.target} is the same model by {cited.url} ({cited.title})"[
                        :200
                    ],
                )


def _unread(target: str, found: LineageGraph) -> Iterator[Observation]:
    """That the twin is there and could not be read, or not whole."""
    node = found.nodes[found.target]
    gaps = [seen.text for seen in node.observations if seen.is_gap]
    if not node.status.is_known and node.status is not Status.NOT_FOUND:
        gaps = [node.reason]
    for why in gaps[:1]:
        text = f"A list has {target} as {found.target} too, which was not read ({why}"
        text = f"{text[:250]}), so what it declares is not known."
        yield Observation(ObservationKind.UNREAD_TWIN, target, found.target, "", text)
