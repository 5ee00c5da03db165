"""The elements of the G7's *SBOM for AI, minimum elements*, each filled, unknown, or not ours to
say (schema lineage-g7/1).

The names are those of the G7 paper of 12 May 2026 as two public derivations give them; the paper
itself was not read. An element that nothing read tells is `unknown`, never left out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lineage.core.record import Status
from lineage.core.ref import is_repo_id
from lineage.core.relation import Relation
from lineage.evidence.evidence import Attribution
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import edge_words, result_line
from lineage.report.document import Report, TargetReport
from lineage.report.facts import architecture, datasets, weight_hashes
from lineage.report.formats import View
from lineage.report.gather import Gathered, gather
from lineage.report.licences import licences
from lineage.report.printable import printable
from lineage.report.purl import page_of, purl
from lineage.report.sentences import exposure_sentence

SCHEMA = "lineage-g7/1"
Element = dict[str, Any]

_SYSTEM = "A property of the product that uses the models; its producer states it."
_NOT_TOLD = "No source that was read tells it."
_NOT_OURS = {
    "system": dict.fromkeys(
        (
            "name",
            "producer",
            "version",
            "timestamp",
            "data_flow",
            "data_usage",
            "input_output_properties",
            "intended_application_area",
        ),
        _SYSTEM,
    ),
    "infrastructure": dict.fromkeys(("software", "hardware"), _SYSTEM),
    "security": dict.fromkeys(
        ("controls", "compliance", "policy_information", "vulnerability_referencing"), _SYSTEM
    ),
    "kpi": dict.fromkeys(("security_metrics", "operational_performance"), _SYSTEM),
}
_DATASET = (
    "description",
    "content",
    "hash",
    "provenance",
    "statistical_properties",
    "sensitivity",
    "dependency_relationships",
    "licence",
)
_MODALITIES = {
    "text-generation": ("text", "text"),
    "text2text-generation": ("text", "text"),
    "automatic-speech-recognition": ("audio", "text"),
    "text-to-speech": ("text", "audio"),
}


def render(report: Report, view: View) -> str:
    """Indented JSON; the same report always gives the same text."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=False) + "\n"


def to_document(report: Report) -> dict[str, Any]:
    """The document as a dictionary, clusters in the order of the paper."""
    gathered = gather(report)
    targets = {target.model: target for target in report.targets}
    clusters: dict[str, Any] = {
        "metadata": _metadata(report, gathered),
        "system": {**_not_ours("system"), "components": _components(gathered, targets)},
        "models": [
            _model(gathered, node, targets.get(node.id)) for node in gathered.nodes.values()
        ],
        "datasets": list(_datasets(gathered)),
        "infrastructure": _not_ours("infrastructure"),
        "security": _not_ours("security"),
        "kpi": _not_ours("kpi"),
    }
    return {
        "schema": SCHEMA,
        "standard": {
            "name": "G7 SBOM for AI, minimum elements",
            "date": "2026-05-12",
            "names_from": "https://github.com/shiftleftcyber/ai-bom",
            "primary_text_read": False,
        },
        "coverage": {name: _coverage(cluster) for name, cluster in clusters.items()},
        **clusters,
    }


def _filled(value: Any, note: str = "") -> Element:
    return {"state": "filled", "value": value, **({"note": note} if note else {})}


def _unknown(note: str = _NOT_TOLD) -> Element:
    return {"state": "unknown", "note": note}


def _known(value: Any, note: str = _NOT_TOLD) -> Element:
    """Filled where there is something to say, else unknown for the reason given."""
    return _filled(value) if value not in (None, "", [], {}) else _unknown(note)


def _not_ours(cluster: str) -> dict[str, Element]:
    return {name: {"state": "not-ours", "note": note} for name, note in _NOT_OURS[cluster].items()}


def _coverage(cluster: Any) -> dict[str, int]:
    """How many elements of a cluster have each state."""
    rows = cluster if isinstance(cluster, list) else [cluster]
    counts = Counter(state for row in rows for state in _states(row))
    return {state: counts[state] for state in ("filled", "unknown", "not-ours")}


def _states(row: dict[str, Any]) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, dict):
            if "state" in value:
                yield value["state"]
            else:
                yield from _states(value)


def _metadata(report: Report, gathered: Gathered) -> dict[str, Element]:
    mine = "Whoever files this document states it."
    made = "From published cards, configurations and files; no model was run."
    return {
        "sbom_author": {"state": "not-ours", "note": mine},
        "sbom_version": _filled("1"),
        "data_format_name": _filled("lineage-g7"),
        "data_format_version": _filled("1"),
        "author_signature": {"state": "not-ours", "note": mine},
        "tool_name": _filled("lineage"),
        "tool_version": _filled(report.tool_version),
        "generation_context": _filled(
            "after-build", f"{made} {report.circumstances.sentence}".rstrip()
        ),
        "timestamp": _filled(report.generated_at),
        "dependency_relationships": _known(
            [_relationship(edge) for edge in gathered.edges],
            "No base model of any of the models is known.",
        ),
    }


def _relationship(edge: Edge) -> dict[str, str]:
    """Weights come from a base model; a teacher's outputs were used; a component is a part."""
    kind = "derived-from" if edge.relation.carries_weights else "uses"
    return {
        "source": _name(edge.child),
        "relationship": "includes" if edge.component else kind,
        "target": _name(edge.parent),
        "description": edge_words(edge),
    }


def _components(gathered: Gathered, targets: dict[str, TargetReport]) -> Element:
    rows = [
        {
            "name": _name(id_),
            "type": "ai-model",
            "version": printable(target.revision, 200) if target.revision else "unknown",
            "supplier": printable(gathered.nodes[id_].publisher, 200) or "unknown",
        }
        for id_, target in sorted(targets.items())
    ]
    note = "The audited models alone; software and services are in the product's own SBOM."
    return _filled(rows, note) if rows else _unknown("No model was audited.")


def _model(gathered: Gathered, node: Node, target: TargetReport | None) -> dict[str, Any]:
    record, who = node.record, gathered.attributions[node.id]
    found = weight_hashes(node)
    why = _unread(node)
    made = (record.last_modified or record.created_at) if record else None
    return {
        "id": _name(node.id),
        "audited": target is not None,
        "name": _filled([_name(one) for one in (node.id, *node.aliases)]),
        "identifiers": _known(_identifiers(node), "It has no name on the Hub."),
        "version": _known(printable(node.revision or "", 200), why),
        "timestamp": _known(made, why),
        "producers": _producers(who),
        "description": _description(gathered, node, target, why),
        "hash_value": _known([{"file": file, "value": digest} for file, digest in found], why),
        "hash_algorithm": _known("sha-256" if found else None, why),
        "properties": {
            "family": _known(who.family_name or who.family, why),
            "architecture": _known(printable(architecture(node) or "", 100), why),
            "parameter_count": _known(record.parameters if record else None, why),
            "hyperparameters": _unknown(),
        },
        "input_output_properties": _in_and_out(node, why),
        "training_properties": _training(gathered, node, who, why),
        "licence": _licence(node, why),
        "external_references": _known(_references(gathered, node), why),
    }


def _name(model: str) -> str:
    return printable(model, 500)


def _unread(node: Node) -> str:
    """Why a record tells nothing: it was not read, or it was and does not say."""
    if node.record is None or not node.status.has_statements:
        return f"The model could not be read: {printable(node.reason or str(node.status), 300)}."
    return _NOT_TOLD


def _identifiers(node: Node) -> list[dict[str, str]]:
    if node.status is Status.LOCAL:
        return []
    found = [
        ("purl", purl(node.id, node.revision)),
        ("commit", printable(node.revision, 200) if node.revision else None),
        ("uri", page_of(node.id)),
    ]
    return [{"type": kind, "value": value} for kind, value in found if value]


def _producers(who: Attribution) -> Element:
    if who.developer is None:
        return _unknown("No source tells who trained it; who publishes it need not be who did.")
    made = {
        "name": printable(who.developer.name, 200),
        "country": who.jurisdiction or "unknown",
        "basis": who.basis,
    }
    return _filled([made])


def _description(
    gathered: Gathered, node: Node, target: TargetReport | None, why: str
) -> dict[str, Element]:
    task = node.record.pipeline_tag if node.record else None
    results = [result_line(result) for result in gathered.results.get(node.id, ())]
    limits = [exposure_sentence(target), *results] if target else results
    bases = gathered.parents.get(node.id, [])
    return {
        "capabilities": _known(printable(task, 100) if task else None, why),
        "known_limitations": _known(
            [one for one in limits if one],
            "No published test of it is on record, which does not clear it.",
        ),
        "lineage": _lineage(bases, gathered.attributions[node.id], why),
        "dependencies": _known(
            [_name(edge.parent) for edge in bases],
            why if why != _NOT_TOLD else "What was read of it names no base model.",
        ),
    }


def _lineage(bases: list[Edge], who: Attribution, why: str) -> Element:
    if bases:
        return _filled([f"{edge_words(edge)}: {_name(edge.parent)}" for edge in bases])
    if who.is_foundation:
        return _filled(["trained from scratch, as a cited source shows"])
    return _unknown(why if why != _NOT_TOLD else "What was read of it names no base model.")


def _in_and_out(node: Node, why: str) -> dict[str, Element]:
    record = node.record
    task = (record.pipeline_tag or "") if record else ""
    source, _, result = task.partition("-to-")
    taken, given = _MODALITIES.get(task) or ((source, result) if result else ("", ""))
    length = None
    if record:
        length = record.gguf.get("context_length") or record.config.get("max_position_embeddings")
    is_length = isinstance(length, int) and not isinstance(length, bool) and length > 0
    return {
        "input_modalities": _known(printable(taken, 100).split("-") if taken else None, why),
        "output_modalities": _known(printable(given, 100).split("-") if given else None, why),
        "context_length": _known(length if is_length else None, why),
        "input_preprocessing": _unknown(),
    }


def _training(gathered: Gathered, node: Node, who: Attribution, why: str) -> dict[str, Element]:
    stages = [
        f"{edge.relation} of {_name(edge.parent)} ({edge.grade})"
        for edge in gathered.parents.get(node.id, [])
        if edge.relation not in (Relation.QUANTIZED, Relation.CONVERSION, Relation.SAME_WEIGHTS)
    ]
    if who.is_foundation:
        stages.append("trained from scratch (cited)")
    page = page_of(node.id) if node.status is not Status.LOCAL else None
    is_read = node.record is not None and node.status.has_statements
    return {
        "learning_type": _unknown(),
        "training_stages": _known(stages, why),
        "documentation": _known(page if is_read else None, why),
    }


def _licence(node: Node, why: str) -> dict[str, Element]:
    declared = licences(node)
    record = node.record
    weights = None
    if record and weight_hashes(node) and record.source == "hub":
        weights = "behind a form" if record.gated else "published"
    return {
        "name": _known([one.spdx or one.name for one in declared], why),
        "url": _known([one.url for one in declared if one.url], "The card gives no address."),
        "open_weights": _known(weights, why),
        "open_architecture": _unknown(),
        "open_data": _unknown(),
        "open_training": _unknown(),
    }


def _references(gathered: Gathered, node: Node) -> list[dict[str, str]]:
    page = page_of(node.id) if node.status is not Status.LOCAL else None
    who = gathered.attributions[node.id].developer
    found = [("model page", page)] if page else []
    found += [("developer", one.url) for one in (who.citations if who else ())]
    found += [("published test", result.url) for result in gathered.results.get(node.id, ())]
    seen = dict.fromkeys((kind, printable(url, 500)) for kind, url in found if url)
    return [{"type": kind, "url": url} for kind, url in seen]


def _datasets(gathered: Gathered) -> Iterator[dict[str, Any]]:
    used: dict[str, list[str]] = {}
    for node in gathered.nodes.values():
        for name in datasets(node):
            used.setdefault(name, []).append(_name(node.id))
    nothing = "Only its name was read, in a model card."
    for name, models in sorted(used.items()):
        page = f"https://huggingface.co/datasets/{name}" if is_repo_id(name) else None
        yield {
            "name": _filled(name, f"Named in the card of {', '.join(models[:20])}."),
            "identifiers": _known([{"type": "uri", "value": page}] if page else None, nothing),
            **{element: _unknown(nothing) for element in _DATASET},
        }
    if not used:
        none = "No card that was read names its training data."
        yield {element: _unknown(none) for element in ("name", "identifiers", *_DATASET)}
