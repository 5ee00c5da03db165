"""Repositories that a disguised copy may be a copy of: those whose sizes its files have and whose
family its lineage does not name."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import LeadKind
from lineage.evidence.attribution import attribute, bare_name
from lineage.evidence.leads.looks import Looks
from lineage.evidence.leads.undeclared import Undeclared, undeclared
from lineage.evidence.registry import Registry
from lineage.evidence.weights_files import WeightsFiles
from lineage.graph.graph import LineageGraph, Node

MOST = 6
"""Repositories of one model that are looked at: the sizes of the largest lines have as many."""


def suspects(graph: LineageGraph, registry: Registry) -> list[str]:
    """The listed repositories of the very sizes, where a model of the graph has digests to compare
    and nothing names its family; none else."""
    if not any(_is_comparable(node) for node in graph.nodes.values()):
        return []
    asked = undeclared(graph, attribute(graph, registry), registry)
    found = dict.fromkeys(
        repo
        for one in asked
        if _is_comparable(graph.nodes[one.model])
        for repo in _of_these_sizes(one, registry)
        if repo not in graph.nodes
    )
    return list(found)[:MOST]


def _is_comparable(node: Node) -> bool:
    has_sizes = any(lead.kind is LeadKind.CONFIG and lead.is_strong for lead in node.leads)
    return has_sizes and node.record is not None and bool(WeightsFiles.of(node.record).known)


def _of_these_sizes(asked: Undeclared, registry: Registry) -> Iterator[str]:
    values = [lead.value for lead in asked.leads if lead.kind is LeadKind.CONFIG]
    for family in filter(None, map(registry.family, asked.families)):
        for config in family.configs:
            vocabulary, width, layers = config.triple or (None, None, None)
            sizes = Looks(vocabulary=vocabulary, width=width, layers=layers).sizes
            is_plain = bare_name(config.repo) == config.repo.rpartition("/")[2].casefold()
            if layers and is_plain and any(sizes in value for value in values):
                yield registry.canonical(config.repo)
