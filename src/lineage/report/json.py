"""The report as the published JSON contract `lineage-report/1`: other programs rely on every name
here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lineage.core.claim import Claim
from lineage.core.codec import encode
from lineage.evidence.evidence import (
    Attribution,
    Foundation,
    Origin,
)
from lineage.evidence.signature import ModelSignature
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.policy.finding import Finding, Verdict, Waived
from lineage.policy.open_points.point import Open
from lineage.report.breakdown import breakdown
from lineage.report.document import SCHEMA, Report, Supplied, TargetReport
from lineage.report.exposure_json import exposure
from lineage.report.facts import architecture, licence
from lineage.report.formats import View
from lineage.report.licence_table import Row, rows
from lineage.report.uses import scan_to_dict, use_to_dict

_TARGETS = '"targets": []'
_ACTIVE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def render(report: Report, view: View) -> str:
    """Indented JSON, keys in the order of the contract."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The same text in parts, so that a report on thousands of models is never in memory as a
    whole."""
    head, tail = _text(_document(report, [])).split(_TARGETS, 1)
    yield head + _TARGETS[:-1]
    for number, target in enumerate(report.targets):
        text = _text(_target(target)).replace("\n", "\n    ")
        yield f"{',' if number else ''}\n    {text}"
    end = "\n  ]" if report.targets else "]"
    yield f"{end}{tail}\n"


def _text(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    # JSON escapes the lower control characters by itself; these act in a terminal or hide text just
    # as well. The value is the same.
    return _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def to_dict(report: Report) -> dict[str, Any]:
    """The contract's document; every other format shows the same facts."""
    return _document(report, [_target(target) for target in report.targets])


def _document(report: Report, targets: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": {
            "name": "lineage",
            "version": report.tool_version,
            "data": encode(report.data),
        },
        "generated_at": report.generated_at,
        "policy": {
            "name": report.policy_name,
            "source": report.policy_source,
            **({"requirements": dict(report.requirements)} if report.requirements else {}),
        },
        "verdict": str(report.verdict),
        "notes": list(report.notes),
        "circumstances": encode(report.circumstances),
        "targets": targets,
        "scan": scan_to_dict(report),
        "summary": summary(report) | ({"by": breakdown(report)} if len(report.targets) > 1 else {}),
    }


def summary(report: Report) -> dict[str, int]:
    """How many targets ended in each verdict."""
    counts = {
        str(verdict): sum(t.verdict is verdict for t in report.targets) for verdict in Verdict
    }
    return {"targets": len(report.targets), **counts}


def _target(target: TargetReport) -> dict[str, Any]:
    graph = target.graph
    return {
        "target": target.target,
        "model": target.model,
        "revision": target.revision,
        "verdict": str(target.verdict),
        "source": target.source,
        "notice": target.notice or None,
        "uses": [use_to_dict(use) for use in target.uses],
        "nodes": [_node(node, target.attributions[node.id]) for node in graph.nodes.values()],
        "edges": [_edge(edge) for edge in graph.edges],
        "roots": graph.roots(),
        "complete": graph.is_complete,
        "unresolved": [
            {"id": node.id, "reason": node.reason or str(node.status)}
            for node in graph.unresolved()
        ],
        "unlinked": [{"child": c.child, "problem": c.problem, **_claim(c)} for c in graph.unlinked],
        "bounds_hit": list(graph.bounds_hit),
        "file_reads": graph.requests,
        "origin": _origin(target.origin),
        "exposure": exposure(target.exposure),
        "weights": dict(target.weights) if target.weights else None,
        "findings": [_finding(finding) for finding in target.findings],
        "open": [_open(one) for one in target.open],
        "coverage": [_coverage(node) for node in graph.nodes.values()],
        **({"signatures": list(map(_signature, target.signatures))} if target.signatures else {}),
        **({"licences": list(map(_licences, rows(target)))} if target.licences else {}),
        **({"supplied": _supplied(target.supplied)} if target.supplied else {}),
    }


def _signature(one: ModelSignature) -> dict[str, Any]:
    return {
        "model": one.model,
        "file": one.file,
        "state": str(one.state),
        "method": str(one.method) if one.method else None,
        "signer": one.signer or None,
        "is_signer_shown": one.is_signer_shown,
        "signs_for_publisher": one.signs_for_publisher,
        "reason": one.reason,
        "signed_files": one.signed,
        "compared_files": one.compared,
        "differing": list(one.differing),
    }


def _licences(row: Row) -> dict[str, Any]:
    text = row.text
    return {
        "licence": row.word or None,
        "name": text.name if text else None,
        "known": str(row.known),
        "models": list(row.models),
        "terms": None
        if text is None
        else [
            {
                "about": str(one.about),
                "says": str(one.says),
                "clause": one.clause,
                "text": one.text,
                "is_carried": one.is_carried,
            }
            for one in text.terms
        ],
        "sources": [
            {"url": one.url, "title": one.title, "seen_on": one.seen_on} for one in text.citations
        ]
        if text
        else [],
    }


def _node(node: Node, who: Attribution) -> dict[str, Any]:
    record = node.record
    facts: dict[str, Any] = {
        "id": node.id,
        "revision": node.revision,
        "status": str(node.status),
        "reason": node.reason or None,
        "publisher": node.publisher or None,
        "developer": who.developer.name if who.developer else None,
        "developer_id": who.developer.id if who.developer else None,
        "developer_basis": who.basis,
        "jurisdiction": who.jurisdiction,
        "family": who.family,
        "family_name": who.family_name,
        "depth": node.depth,
        "aliases": list(node.aliases),
    }
    if who.operator is not None:
        facts |= {
            "operator": who.operator.name,
            "operator_jurisdiction": who.operator.jurisdiction,
        }
    if record is not None:
        facts |= {
            "architecture": architecture(node),
            "parameters": record.parameters,
            "licence": licence(node),
            "created": record.created_at,
            "last_modified": record.last_modified,
            "library": record.library,
            "pipeline_tag": record.pipeline_tag,
            "gated": record.gated,
            "downloads": record.downloads,
            "retrieved_at": record.retrieved_at,
        }
    facts["observations"] = [
        {"kind": str(o.kind), "file": o.file, "location": o.location, "text": o.text}
        for o in node.observations
    ]
    return facts


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "child": edge.child,
        "parent": edge.parent,
        "relation": str(edge.relation),
        "grade": str(edge.grade),
        "component": edge.component,
        "claims": [_claim(claim) for claim in edge.claims],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "source": claim.source,
        "file": claim.file,
        "location": claim.location,
        "value": claim.value,
        "excerpt": claim.excerpt,
        "grade": str(claim.grade),
        "confidence": claim.confidence,
        "relation": str(claim.relation),
        "revision": claim.parent_revision,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "foundations": [_foundation(one) for one in origin.foundations],
        "trained_by": [_foundation(one) for one in origin.trained_by],
        "teachers": [_foundation(one) for one in origin.teachers],
        "jurisdictions": list(origin.jurisdictions),
        "unknown": list(origin.unknown),
    }


def _foundation(one: Foundation) -> dict[str, Any]:
    who = one.attribution
    return {
        "model": one.model,
        "developer": who.developer.name if who.developer else None,
        "developer_id": who.developer.id if who.developer else None,
        "jurisdiction": who.jurisdiction,
        "component": one.component,
        "path": list(one.path),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "model": finding.model,
        "path": list(finding.path),
        "message": finding.message,
        "evidence": list(finding.evidence),
        "help_url": finding.help_url or None,
        "waived": _waived(finding.waived) if finding.waived else None,
    }


def _open(one: Open) -> dict[str, Any]:
    point = one.point
    return {
        "kind": str(point.gap),
        "rule": one.rule,
        "model": point.model,
        "path": list(point.path),
        "questions": sorted(map(str, point.questions)),
        "message": point.message,
        "evidence": list(point.evidence),
        "closes": point.closes,
        "leaves_open": list(one.leaves_open),
        "level": str(one.level),
        "waived": _waived(one.waived) if one.waived else None,
    }


def _coverage(node: Node) -> dict[str, Any]:
    """What was read of one model, and what was not."""
    record = node.record
    return {
        "model": node.id,
        "status": str(node.status),
        "card": node.card,
        "listed_files": None if record is None or record.files is None else len(record.files),
        "read": list(node.files),
        "not_read": [
            {"file": o.file, "why": str(o.kind), "text": o.text}
            for o in node.observations
            if o.is_gap
        ],
    }


def _supplied(supplied: Supplied) -> dict[str, Any]:
    return {
        "file": supplied.file,
        "place": supplied.place,
        "columns": dict(supplied.columns),
        "problem": supplied.problem or None,
        "compared": [
            {
                "subject": c.subject,
                "said": c.said,
                "found": c.found,
                "agrees": c.agrees,
                "agreement": str(c.agreement),
            }
            for c in supplied.compared
        ],
    }


def _waived(waived: Waived) -> dict[str, Any]:
    return {
        "reason": waived.reason,
        "owner": waived.owner,
        "until": waived.until,
        "ground": waived.ground or None,
    }
