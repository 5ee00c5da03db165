"""What of a lineage is stated or shown, and what is only a lead from names, configurations or
fingerprints: a sentence says `perhaps` of the second."""

from __future__ import annotations

from lineage.core.relation import Grade
from lineage.graph.graph import LineageGraph
from lineage.policy.paths import reachable


def established(graph: LineageGraph, *, weights: bool = False) -> set[str]:
    """Models that some path without a mere lead reaches; with `weights`, one of weights alone."""
    return reachable(
        graph,
        lambda edge: edge.grade is not Grade.INFERRED and (edge.carries_weights or not weights),
    )
