"""A CycloneDX ML-BOM: every model a component, its base models in `pedigree` and in `dependencies`
alike.

Consumers read one or the other: Dependency-Track ignores pedigree, others show nothing else.
CycloneDX has no field for a base model's relation, so relation, grade and claims stand as
`lineage:*` properties of the pedigree entry.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from lineage.core.record import Status
from lineage.evidence.evidence import Attribution, TestResult
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import claim_words, edge_words, result_line
from lineage.report.document import Report, TargetReport
from lineage.report.facts import architecture, datasets, model_type, weight_hashes
from lineage.report.formats import View
from lineage.report.gather import Gathered, content_uuid, gather
from lineage.report.licences import licences
from lineage.report.printable import printable
from lineage.report.purl import page_of, purl
from lineage.report.sentences import exposure_sentence

DEFAULT_VERSION = "1.6"
_SCHEMA = "http://cyclonedx.org/schema/bom-{}.schema.json"


def render(report: Report, view: View) -> str:
    """Indented JSON of specification 1.6, which most consumers read today."""
    return json.dumps(to_bom(report), indent=2, ensure_ascii=False) + "\n"


def to_bom(report: Report, version: str = DEFAULT_VERSION) -> dict[str, Any]:
    """The whole BOM as a dictionary; the same report always gives the same one, serial number
    included."""
    gathered = gather(report)
    mine = {target.model: target for target in report.targets}
    parts = {id_: _component(gathered, node, mine.get(id_)) for id_, node in gathered.nodes.items()}
    only = report.targets[0].model if len(mine) == 1 else None
    return {
        "$schema": _SCHEMA.format(version),
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{content_uuid(report, f'cyclonedx-{version}')}",
        "version": 1,
        "metadata": _metadata(report, parts.get(only) if only else None),
        "components": [part for id_, part in parts.items() if id_ != only]
        + _data_components(gathered),
        "dependencies": [_dependency(gathered, id_) for id_ in gathered.nodes],
        "compositions": [
            {
                "aggregate": "unknown" if target.graph.is_complete else "incomplete",
                "dependencies": [_ref(gathered.nodes[target.model])],
            }
            for _, target in sorted(mine.items())
        ],
    }


def _metadata(report: Report, component: dict[str, Any] | None) -> dict[str, Any]:
    tool = {"type": "application", "name": "lineage", "version": report.tool_version}
    notes = [("lineage:note", printable(note)) for note in report.remarks]
    properties = [
        ("lineage:verdict", str(report.verdict)),
        ("lineage:policy", report.policy_name),
        ("lineage:policy_source", report.policy_source),
        *((f"lineage:data:{name}", value) for name, value in asdict(report.data).items()),
    ]
    metadata: dict[str, Any] = {"timestamp": report.generated_at, "tools": {"components": [tool]}}
    if component is not None:
        metadata["component"] = component
    return {**metadata, "properties": _properties([*properties, *notes])}


def _component(gathered: Gathered, node: Node, target: TargetReport | None) -> dict[str, Any]:
    edges = gathered.parents.get(node.id, [])
    part = {
        "type": "machine-learning-model",
        "bom-ref": _ref(node),
        **_identity(node, gathered.attributions[node.id]),
    }
    found = [
        {
            "location": f"{printable(edge.child, 300)} {printable(claim.file, 300)}",
            "additionalContext": claim_words(claim),
        }
        for edge in gathered.children.get(node.id, [])
        for claim in edge.claims
    ]
    part |= {
        "hashes": _single_hash(node),
        "licenses": [_licence(one.spdx, one.name, one.url) for one in licences(node)],
        "externalReferences": _pages(node),
        "components": _files(node),
        "pedigree": _pedigree(gathered, edges),
        "evidence": {"occurrences": found} if found else {},
        "modelCard": _model_card(node, gathered.results.get(node.id, ()), target),
        "properties": _node_properties(node, gathered.attributions[node.id], target),
    }
    return {key: value for key, value in part.items() if value not in ([], {}, None, "")}


def _identity(node: Node, who: Attribution) -> dict[str, Any]:
    namespace, _, name = (
        node.id.rpartition("/") if node.status is not Status.LOCAL else ("", "", node.id)
    )
    maker = {"name": who.developer.name, **_address(who)} if who.developer else None
    return {
        "manufacturer": maker,
        "publisher": printable(node.publisher, 300),
        "group": printable(namespace, 300),
        "name": printable(name or node.id, 2000) or "unnamed",
        "version": printable(node.revision, 200) if node.revision else None,
        "purl": purl(node.id, node.revision),
    }


def _address(who: Attribution) -> dict[str, Any]:
    return {"address": {"country": who.jurisdiction}} if who.jurisdiction else {}


def _ref(node: Node) -> str:
    known = purl(node.id, node.revision)
    if known:
        return known
    plain = quote(node.id, safe="/", errors="replace")
    return "lineage:model:" + (
        plain if len(plain) <= 300 else hashlib.sha256(node.id.encode(errors="replace")).hexdigest()
    )


def _single_hash(node: Node) -> list[dict[str, str]]:
    """A model that is one file has that file's hash; one in many shards lists its files instead."""
    found = weight_hashes(node)
    return [{"alg": "SHA-256", "content": found[0][1]}] if len(found) == 1 else []


def _files(node: Node) -> list[dict[str, Any]]:
    found = weight_hashes(node)
    return [
        {
            "type": "file",
            "bom-ref": f"{_ref(node)}#{i}",
            "name": path,
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }
        for i, (path, digest) in enumerate(found, 1)
        if len(found) > 1
    ]


def _licence(spdx: str | None, name: str, url: str | None) -> dict[str, Any]:
    licence: dict[str, Any] = {"id": spdx} if spdx else {"name": name}
    return {"license": {**licence, "acknowledgement": "declared", **({"url": url} if url else {})}}


def _pages(node: Node) -> list[dict[str, str]]:
    page = page_of(node.id) if node.status is not Status.LOCAL else None
    return [{"type": "distribution", "url": page}] if page else []


def _pedigree(gathered: Gathered, edges: list[Edge]) -> dict[str, Any]:
    if not edges:
        return {}
    ancestors = [
        {
            "type": "machine-learning-model",
            **{
                k: v
                for k, v in _identity(
                    gathered.nodes[edge.parent], gathered.attributions[edge.parent]
                ).items()
                if v
            },
            "properties": _edge_properties(edge),
        }
        for edge in edges
    ]
    return {
        "ancestors": ancestors,
        "notes": "; ".join(f"{edge_words(e)}: {printable(e.parent, 300)}" for e in edges),
    }


def _edge_properties(edge: Edge) -> list[dict[str, str]]:
    properties = [
        ("lineage:relation", str(edge.relation)),
        ("lineage:grade", str(edge.grade)),
        ("lineage:component", edge.component or ""),
    ]
    return _properties(
        [*properties, *(("lineage:claim", claim_words(claim)) for claim in edge.claims)]
    )


def _dependency(gathered: Gathered, model: str) -> dict[str, Any]:
    on = list(
        dict.fromkeys(_ref(gathered.nodes[edge.parent]) for edge in gathered.parents.get(model, []))
    )
    return {"ref": _ref(gathered.nodes[model]), **({"dependsOn": on} if on else {})}


def _model_card(
    node: Node, results: tuple[TestResult, ...], target: TargetReport | None
) -> dict[str, Any]:
    record = node.record
    parameters: dict[str, Any] = {
        "task": printable(record.pipeline_tag, 100) if record and record.pipeline_tag else None,
        "architectureFamily": model_type(node),
        "modelArchitecture": printable(architecture(node), 100) if architecture(node) else None,
        "datasets": [{"ref": _data_ref(name)} for name in datasets(node)],
    }
    card: dict[str, Any] = {
        "modelParameters": {key: value for key, value in parameters.items() if value}
    }
    metrics = [_metric(result) for result in results if result.value is not None]
    if metrics:
        card["quantitativeAnalysis"] = {"performanceMetrics": metrics}
    limits = [exposure_sentence(target)] if target else []
    if any(limits):
        card["considerations"] = {"technicalLimitations": limits}
    tests = _properties([("lineage:result", result_line(result)) for result in results])
    if tests:
        card["properties"] = tests
    return {key: value for key, value in card.items() if value}


def _metric(result: TestResult) -> dict[str, Any]:
    unit = f" {printable(result.unit, 30)}" if result.unit else ""
    where = f"{printable(result.suite, 100)}, language {printable(result.language, 40)}"
    return {
        "type": printable(result.metric, 100),
        "value": f"{result.value:g}{unit}",
        "slice": where,
    }


def _node_properties(
    node: Node, who: Attribution, target: TargetReport | None
) -> list[dict[str, str]]:
    properties = [
        ("lineage:status", str(node.status)),
        ("lineage:reason", node.reason),
        ("lineage:depth", str(node.depth)),
        ("lineage:developer_basis", who.basis),
        ("lineage:family", who.family or ""),
        (
            "lineage:parameters",
            str(node.record.parameters) if node.record and node.record.parameters else "",
        ),
        ("lineage:retrieved_at", (node.record.retrieved_at or "") if node.record else ""),
    ]
    if target is not None:
        properties += [
            ("lineage:target", target.target),
            ("lineage:verdict", str(target.verdict)),
            ("lineage:exposure", str(target.exposure.state)),
            ("lineage:standing", str(target.exposure.own.state)),
        ]
        properties += [
            (
                "lineage:finding",
                f"{f.rule} ({f.level}{', waived' if f.waived else ''}): {f.message}",
            )
            for f in target.findings
        ]
        properties += [("lineage:unlinked", claim_words(claim)) for claim in target.graph.unlinked]
    return _properties(properties)


def _properties(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": printable(value, 2000)} for name, value in pairs if value]


def _data_ref(name: str) -> str:
    return "lineage:dataset:" + quote(name, safe="/", errors="replace")


def _data_components(gathered: Gathered) -> list[dict[str, Any]]:
    names = sorted({name for node in gathered.nodes.values() for name in datasets(node)})
    return [
        {
            "type": "data",
            "bom-ref": _data_ref(name),
            "name": name,
            "data": [{"type": "dataset", "name": name}],
        }
        for name in names
    ]
