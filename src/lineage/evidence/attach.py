"""The one call that attaches all cited facts to a lineage graph."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.evidence.attribution import attribute
from lineage.evidence.evidence import Attribution, Exposure, Origin
from lineage.evidence.exposure import assess_exposure
from lineage.evidence.origin import find_origin
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.graph.graph import LineageGraph


@dataclass(frozen=True)
class Evidence:
    """What is known of the models of one graph, beyond the graph itself."""

    attributions: dict[str, Attribution]
    """By node id, one for every node."""
    origin: Origin
    exposure: Exposure


def attach(graph: LineageGraph, registry: Registry, results: Results) -> Evidence:
    """Who developed each model, where the weights come from, and what published tests say."""
    attributions = attribute(graph, registry)
    return Evidence(
        attributions,
        find_origin(graph, attributions),
        assess_exposure(graph, results, attributions, registry),
    )
