"""SARIF 2.1.0 for code scanning: a result per finding and line of code, waived ones suppressed,
rules described."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from lineage.core.codec import encode
from lineage.core.use import ModelUse
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.registry import RULES, rule
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.printable import printable
from lineage.report.sentences import sentence as plain
from lineage.report.uses import name_there, unresolved_sentence

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {
    Level.FAIL: "error",
    Level.REVIEW: "warning",
    Level.WARN: "warning",
    Level.INFO: "note",
    Level.OFF: "none",
}
_DOCS = "https://github.com/lineage-audit/lineage"
UNRESOLVED = "unresolved-use"
"""Id of the results about code whose model is known only at run time; no policy rule, since there
is no model to judge."""


def render(report: Report, view: View) -> str:
    """One run with every finding, the informing ones included."""
    results = [r for target in report.targets for r in _target(target)]
    results += _unresolved(report)
    _number(results)
    if any("suppressions" in r for r in results):
        for result in results:
            result.setdefault("suppressions", [])
    described = list(dict.fromkeys(r["ruleId"] for r in results))
    for result in results:
        result["ruleIndex"] = described.index(result["ruleId"])
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, described, results)]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(report: Report, described: list[str], results: list[dict[str, Any]]) -> dict[str, Any]:
    driver = {
        "name": "lineage",
        "version": report.tool_version,
        "informationUri": _DOCS,
        "rules": [_rule(rule_id, results) for rule_id in described],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"lineage/{report.policy_name}/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": report.generated_at,
                "toolExecutionNotifications": _notifications(report),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "verdict": str(report.verdict),
            "policy": report.policy_name,
            "data": encode(report.data),
            "notes": list(report.remarks),
            "circumstances": encode(report.circumstances),
        },
    }
    if report.scan is not None:
        run["originalUriBaseIds"] = {
            "SRCROOT": {"description": {"text": "The folder that was checked."}}
        }
    return run


def _rule(rule_id: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    found = next(r for r in results if r["ruleId"] == rule_id)
    described: dict[str, Any] = {"id": rule_id, "defaultConfiguration": {"level": found["level"]}}
    summary, explanation, url = rule_id.replace("-", " "), "", found.get("hostedViewerUri", "")
    if rule_id in RULES:
        known = rule(rule_id)
        summary, explanation, url = known.summary, known.explanation, known.help_url
        described["defaultConfiguration"] = {"level": _LEVELS[known.level]}
    elif rule_id == UNRESOLVED:
        summary = "A model is loaded whose name is known only when the code runs"
        explanation = (
            "The scan reads code and runs none of it. Pin the name in the code, or audit the "
            "models that the variable can hold by hand."
        )
    described["shortDescription"] = {"text": summary}
    described["fullDescription"] = {"text": explanation or summary}
    described["help"] = {"text": explanation or summary}
    if url:
        described["helpUri"] = url
    described["properties"] = {"tags": ["ai", "model", "lineage", "supply-chain"]}
    return described


def _target(target: TargetReport) -> list[dict[str, Any]]:
    places: tuple[ModelUse | None, ...] = target.uses or (None,)
    return [_result(target, finding, use) for finding in target.findings for use in places]


def _result(target: TargetReport, finding: Finding, use: ModelUse | None) -> dict[str, Any]:
    path = " → ".join(printable(step, 120) for step in finding.path)
    sentence, message = plain(target, finding), printable(finding.message, 2000)
    ground = message if message.startswith(sentence) else f"{sentence} {message}"
    named = f"{printable(target.model, 120)}{name_there(target, use) if use else ''}"
    about = f"{named}: {ground}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.level],
        "message": {"text": f"{about} Path: {path}." if len(finding.path) > 1 else about},
        "locations": [_location(target.model, use)],
        "partialFingerprints": {
            "lineage/v1": _fingerprint(
                finding.rule, target.model, finding.model, *finding.path, use.file if use else ""
            )
        },
        "properties": {
            "target": target.model,
            "revision": target.revision or "",
            "verdict": str(target.verdict),
            "path": list(finding.path),
            "evidence": list(finding.evidence),
            "decidesUnknown": finding.decides_unknown,
        },
    }
    if finding.help_url:
        result["hostedViewerUri"] = finding.help_url
    if finding.waived is not None:
        waived = finding.waived
        text = f"{waived.reason} (owner {waived.owner}, until {waived.until})"
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": printable(text, 1000)}
        ]
    return result


def _location(model: str, use: ModelUse | None) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": model, "kind": "resource"}]
    }
    if use is not None:
        region = {"startLine": use.line, "startColumn": max(use.column, 1)}
        artifact = {
            "uri": quote(use.file.encode("utf-8", "surrogateescape")),
            "uriBaseId": "SRCROOT",
        }
        location["physicalLocation"] = {"artifactLocation": artifact, "region": region}
        detail = f"{use.via}, {use.place}" if use.place else use.via
        location["message"] = {"text": printable(detail, 200)}
    return location


def _unresolved(report: Report) -> list[dict[str, Any]]:
    results = []
    asking = {f.model: f for f in report.code if f.waived is None}
    for use in report.scan.unresolved if report.scan else ():
        finding = asking.get(use.at)
        level = _LEVELS[finding.level] if finding else "note"
        text = unresolved_sentence(use)
        fingerprint = {"lineage/v1": _fingerprint(UNRESOLVED, use.via, use.expression, use.file)}
        location = _location("", use)
        del location["logicalLocations"]
        results.append(
            {
                "ruleId": UNRESOLVED,
                "level": "error" if finding and finding.decides_unknown else level,
                "message": {"text": text},
                "locations": [location],
                "partialFingerprints": fingerprint,
            }
        )
    return results


def _notifications(report: Report) -> list[dict[str, Any]]:
    lines = (
        []
        if report.scan is None
        else [f"{u.file} could not be read: {u.reason}" for u in report.scan.unreadable]
        + list(report.scan.bounds_hit)
    )
    lines += [t.notice for t in report.targets if t.notice]
    return [
        {"level": "warning", "message": {"text": printable(text, 500)}}
        for text in dict.fromkeys(lines)
    ]


def _fingerprint(*parts: str) -> str:
    """Stable while lines move; no line number goes into it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _number(results: list[dict[str, Any]]) -> None:
    """Tell equal fingerprints (one file that names a model twice) apart by their order."""
    seen: Counter[str] = Counter()
    for result in results:
        mark = result["partialFingerprints"]["lineage/v1"]
        seen[mark] += 1
        result["partialFingerprints"]["lineage/v1"] = f"{mark}:{seen[mark]}"
