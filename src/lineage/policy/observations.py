"""What the claim readers noticed beside claims, as rules ask for it."""

from __future__ import annotations

from lineage.core.claim import Observation, ObservationKind
from lineage.graph.graph import LineageGraph


def observed(graph: LineageGraph, *kinds: ObservationKind) -> list[Observation]:
    """All observations of these kinds in the graph, sorted."""
    return sorted(o for node in graph.nodes.values() for o in node.observations if o.kind in kinds)


def place_of(observation: Observation) -> str:
    """One line of evidence: where it is and what it says."""
    return f"{observation.model}: {observation.file} {observation.location}: {observation.text!r}"
