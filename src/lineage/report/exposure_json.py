"""What tests found of one model, as the contract `lineage-report/1` has it."""

from __future__ import annotations

from typing import Any

from lineage.evidence.evidence import AncestorStanding, Beside, Exposure, ResultHit, Standing


def exposure(found: Exposure) -> dict[str, Any]:
    """Every result that reaches the model, and what they add up to."""
    return {
        "state": str(found.state),
        "removal_claimed": found.removal_claimed,
        "removal_evidence": found.removal_evidence or None,
        "by_language": {
            language: str(state) for language, state in sorted(found.by_language.items())
        },
        "standing": _standing(found.own),
        "ancestors": [_ancestor(one) for one in found.ancestors],
        "results": [_hit(hit) for hit in found.hits],
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "state": str(standing.state),
        "by_language": {
            language: str(state) for language, state in sorted(standing.by_language.items())
        },
        "adverse": list(standing.adverse),
    }


def _ancestor(one: AncestorStanding) -> dict[str, Any]:
    return {
        "model": one.model,
        "applicability": str(one.applicability),
        "path": list(one.path),
        **_standing(one.standing),
    }


def _beside(beside: Beside) -> dict[str, Any]:
    return {
        "rate": round(beside.rate, 2),
        "limits": None
        if beside.lower is None or beside.upper is None
        else [round(beside.lower, 2), round(beside.upper, 2)],
        "complete": beside.complete,
        "n": beside.n,
        "controls": beside.controls,
        "controls_mean": round(beside.mean, 2),
        "worst_control": round(beside.worst, 2),
        "worst_control_model": beside.worst_model,
        "judges": list(beside.judges),
        "hosts": dict(beside.hosts),
        "neutral": beside.neutral,
    }


def _hit(hit: ResultHit) -> dict[str, Any]:
    result = hit.result
    return {
        "id": result.id,
        "model": result.model,
        "applicability": str(hit.applicability),
        "counts": hit.counts,
        "why_not": hit.reason or None,
        "kind": hit.kind or None,
        "grade": hit.grade,
        "beside": _beside(hit.beside) if hit.beside else None,
        "path": list(hit.path),
        "outcome": str(result.outcome),
        "suite": result.suite,
        "metric": result.metric,
        "value": result.value,
        "unit": result.unit,
        "higher_is": result.higher_is,
        "n": result.n,
        "language": result.language,
        "layer": result.layer,
        "control_value": result.control_value,
        "tested_on": result.tested_on,
        "published_on": result.published_on,
        "publisher": result.publisher,
        "title": result.title,
        "url": result.url,
        "finding": result.finding,
        "caveat": result.caveat,
        "evidence_class": result.evidence_class,
    }
