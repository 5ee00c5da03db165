"""All models and edges of a run, each once, for formats that tell one story over several
targets."""

from __future__ import annotations

import json
import uuid
from functools import cached_property

from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution, TestResult
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.document import Report
from lineage.report.json import to_dict


@dataclass(frozen=True)
class Gathered:
    """The union over the targets of a run."""

    nodes: dict[str, Node]
    """By id, sorted; where two graphs hold a model, the one that was read wins."""
    attributions: dict[str, Attribution]
    edges: tuple[Edge, ...]
    """Sorted, without repeats and self-references."""
    results: dict[str, tuple[TestResult, ...]]
    """Published results by the exact model that they are about."""

    @cached_property
    def parents(self) -> dict[str, list[Edge]]:
        """Edges to base models, by child."""
        index: dict[str, list[Edge]] = {}
        for edge in self.edges:
            index.setdefault(edge.child, []).append(edge)
        return index

    @cached_property
    def children(self) -> dict[str, list[Edge]]:
        """Edges to derived models, by parent."""
        index: dict[str, list[Edge]] = {}
        for edge in self.edges:
            index.setdefault(edge.parent, []).append(edge)
        return index


def gather(report: Report) -> Gathered:
    """The union of all graphs of the report; the order of targets does not matter."""
    nodes: dict[str, Node] = {}
    attributions: dict[str, Attribution] = {}
    edges: dict[tuple[str, str, str, str], Edge] = {}
    results: dict[str, dict[str, TestResult]] = {}
    for target in sorted(report.targets, key=lambda t: (t.model, t.target)):
        for id_, node in target.graph.nodes.items():
            if id_ not in nodes or (node.record is not None and nodes[id_].record is None):
                nodes[id_], attributions[id_] = node, target.attributions[id_]
        for edge in target.graph.edges:
            if edge.child != edge.parent:
                edges.setdefault(edge.sort_key, edge)
        for hit in target.exposure.hits:
            if hit.result.model:
                results.setdefault(hit.result.model, {})[hit.result.id] = hit.result
    tests = {model: tuple(found[key] for key in sorted(found)) for model, found in results.items()}
    return Gathered(
        {key: nodes[key] for key in sorted(nodes)},
        attributions,
        tuple(edges[key] for key in sorted(edges)),
        tests,
    )


def content_uuid(report: Report, kind: str) -> uuid.UUID:
    """A UUID that the same content always has, whenever and wherever it is rendered."""
    text = json.dumps(to_dict(report), sort_keys=True, ensure_ascii=True)
    return uuid.uuid5(uuid.NAMESPACE_URL, f"lineage-audit:{kind}:{text}")
