"""Evidence from other tools, as claims of their own and named as
theirs: modelDNA and Cisco's Model Provenance Kit.

Their verdicts are kept as they gave them, with a confidence that says how such a verdict did on
models of known ancestry (docs/benchmarks/weights.md); nothing of ours is mixed in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.core.claim import Claim
from lineage.core.errors import DataError
from lineage.core.ref import is_repo_id
from lineage.core.relation import Grade, Relation

MODELDNA, CISCO = "modelDNA", "Cisco Model Provenance Kit"
MAX_BYTES = 16 * 2**20
_MOST = 10
_MODELDNA_RELATIONS = {
    "EXACT_COPY": Relation.CONVERSION,
    "QUANTIZED_COPY": Relation.QUANTIZED,
    "FINE_TUNE": Relation.FINETUNE,
    "LIKELY_MERGE": Relation.MERGE,
    "SAME_LINEAGE": Relation.UNKNOWN,
}
_MODELDNA_MOST = 0.9
# Cisco's tiers 1 and 2 decide by configuration and tokenizer alone,
# which unrelated models of one architecture share.
_CISCO_BY_CONFIG, _CISCO_BY_WEIGHTS = 0.1, 0.4


def read_evidence(text: bytes, name: str, *, model: str | None = None) -> tuple[Claim, ...]:
    """Claims from one JSON answer of either tool; `model` overrides the id that the tool saw.

    Empty where it found no match.

    Raises DataError where the text is neither tool's answer.
    """
    if len(text) > MAX_BYTES:
        raise DataError(f"{name} has {len(text)} bytes, more than any such answer.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise DataError(
            f"{name} is not JSON.",
            "Give the answer of `modeldna scan --json` or `provenancekit scan --json`.",
        ) from problem
    if (
        isinstance(document, dict)
        and isinstance(document.get("verdict"), dict)
        and "tool_version" in document
    ):
        return tuple(_modeldna(document, name, model))
    if isinstance(document, dict) and isinstance(document.get("matches"), list):
        return tuple(_cisco_scan(document, name, model))
    if (
        isinstance(document, dict)
        and isinstance(document.get("scores"), dict)
        and "model_a" in document
    ):
        return tuple(_cisco_compare(document, name, model))
    raise DataError(
        f"{name} is not a known answer.",
        "Give the answer of `modeldna scan --json` or `provenancekit scan --json`.",
    )


def _text(value: object, limit: int = 300) -> str:
    return value[:limit] if isinstance(value, str) else ""


def _share(value: object) -> float | None:
    return (
        float(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
        else None
    )


def _claim(
    child: str,
    parent: str,
    relation: Relation,
    source: str,
    name: str,
    location: str,
    excerpt: str,
    confidence: float,
) -> Claim:
    known = is_repo_id(parent)
    return Claim(
        child=child,
        value=parent,
        parent=parent if known else None,
        relation=relation,
        grade=Grade.INFERRED,
        source=source,
        file=name,
        location=location,
        excerpt=excerpt[:200],
        confidence=round(confidence, 3),
        problem="" if known else "local path",
    )


def _modeldna(document: Mapping[str, Any], name: str, model: str | None) -> Iterator[Claim]:
    verdict = document["verdict"]
    kind, parent, probability = (
        _text(verdict.get("verdict")),
        _text(verdict.get("best_candidate")),
        _share(verdict.get("probability")),
    )
    if kind not in _MODELDNA_RELATIONS or not parent:
        return
    child = model or _text(document.get("target"))
    statement = f"{MODELDNA} {_text(document.get('tool_version'), 20)} says {kind} of {parent}"
    confidence = min(_MODELDNA_MOST, probability if probability is not None else 0.5)
    yield _claim(
        child, parent, _MODELDNA_RELATIONS[kind], MODELDNA, name, "verdict", statement, confidence
    )


def _cisco_scan(document: Mapping[str, Any], name: str, model: str | None) -> Iterator[Claim]:
    seen = next((v for v in document.values() if isinstance(v, dict) and "model_path" in v), {})
    child = model or _text(seen.get("model_path"))
    rows: Sequence[Any] = document["matches"]
    for place, row in enumerate(rows[:_MOST]):
        scores = row.get("scores") if isinstance(row, dict) else None
        parent = _text(row.get("model_id")) if isinstance(row, dict) else ""
        if isinstance(scores, dict) and parent:
            yield from _cisco(
                child,
                parent,
                scores,
                _text(row.get("provenance_decision")),
                name,
                f"matches[{place}]",
            )


def _cisco_compare(document: Mapping[str, Any], name: str, model: str | None) -> Iterator[Claim]:
    scores = document["scores"]
    child, parent = model or _text(document.get("model_a")), _text(document.get("model_b"))
    yield from _cisco(
        child, parent, scores, _text(scores.get("provenance_decision")), name, "scores"
    )


def _cisco(
    child: str, parent: str, scores: Mapping[str, Any], decision: str, name: str, location: str
) -> Iterator[Claim]:
    score = _share(scores.get("pipeline_score"))
    lowered = decision.lower()
    if (
        score is None
        or not parent
        or not any(word in lowered for word in ("confirmed", "high"))
        or any(word in lowered for word in ("no match", "not "))
    ):
        return
    tier = scores.get("mfi_tier")
    by_config = isinstance(tier, int) and tier <= 2
    ground = "by configuration and tokenizer" if by_config else "by weights"
    statement = f"{CISCO} says {decision} with {parent} {ground} (score {score:.3f})"
    yield _claim(
        child,
        parent,
        Relation.UNKNOWN,
        CISCO,
        name,
        location,
        statement,
        _CISCO_BY_CONFIG if by_config else _CISCO_BY_WEIGHTS * score,
    )
