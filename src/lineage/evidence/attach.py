"""The one call that attaches all cited facts to a lineage graph."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.core.record import Status
from lineage.core.value import dataclass
from lineage.evidence.attribution import attribute
from lineage.evidence.evidence import Attribution, Exposure, Origin
from lineage.evidence.exposure import assess_exposure
from lineage.evidence.meanings import Meanings
from lineage.evidence.origin import find_origin
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.evidence.stated import StatedDeveloper, with_statements
from lineage.graph.graph import LineageGraph


@dataclass(frozen=True)
class Evidence:
    """What is known of the models of one graph, beyond the graph itself."""

    attributions: dict[str, Attribution]
    """By node id, one for every node."""
    origin: Origin
    exposure: Exposure


def attach(
    graph: LineageGraph,
    registry: Registry,
    results: Results,
    stated: Sequence[StatedDeveloper] = (),
    meanings: Meanings | None = None,
) -> Evidence:
    """Who developed each model, where the weights come from, and what published tests say."""
    named = (meanings or Meanings(registry)).attributed
    attributions = {
        model: with_statements(
            named(found, graph.nodes[model].revision or ""),
            stated,
            is_local=graph.nodes[model].status is Status.LOCAL,
        )
        for model, found in attribute(graph, registry).items()
    }
    return Evidence(
        attributions,
        find_origin(graph, attributions),
        assess_exposure(graph, results, attributions, registry),
    )
