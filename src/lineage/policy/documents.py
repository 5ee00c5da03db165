"""Which documents and facts a model shows: what requirements of completeness ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lineage.core.record import ModelRecord
from lineage.evidence.licences import licences_of
from lineage.policy.case import Case
from lineage.policy.questions import Question


def missing(case: Case, wanted: tuple[str, ...]) -> list[str]:
    """Of the wanted documents those that what was read shows to be absent."""
    return [name for name in wanted if DOCUMENTS[name][1](case) is False]


_ASKED = {"lineage": Question.ORIGIN, "test-evidence": Question.TESTS}


def questions_of(wanted: Iterable[str]) -> frozenset[Question]:
    """What the answers for these documents depend on."""
    return frozenset(_ASKED.get(name, Question.DOCUMENTS) for name in wanted)


def _record(case: Case) -> ModelRecord | None:
    return case.graph.nodes[case.target].record


def _model_card(case: Case) -> bool | None:
    record = _record(case)
    if record is None:
        return None
    return bool(record.card) or _file_like(
        record, "readme", "model_card", "model-card", "modelcard"
    )


def _file_like(record: ModelRecord, *parts: str) -> bool | None:
    """Whether a file of the repo has one of these in its name; None where the source has no file
    list."""
    if record.files is None:
        return None
    return any(part in entry.path.lower() for entry in record.files for part in parts)


def _use_policy(case: Case) -> bool | None:
    record = _record(case)
    return (
        None
        if record is None
        else _file_like(
            record, "use_policy", "use-policy", "acceptable_use", "acceptable-use", "usage_policy"
        )
    )


def _licence(case: Case) -> bool | None:
    record = _record(case)
    return None if record is None else bool(licences_of(record))


def _revision(case: Case) -> bool | None:
    return bool(case.graph.nodes[case.target].revision)


def _developer(case: Case) -> bool | None:
    attribution = case.attributions.get(case.target)
    return attribution is not None and attribution.developer is not None


def _lineage(case: Case) -> bool | None:
    graph = case.graph
    attributions = (case.attributions.get(root) for root in graph.roots())
    if all(a is not None and a.is_foundation for a in attributions):
        return not graph.unlinked if graph.is_complete else None
    return False if graph.is_complete else None


def _training_data(case: Case) -> bool | None:
    record = _record(case)
    return (
        None
        if record is None
        else bool(record.card.get("datasets")) or any(t.startswith("dataset:") for t in record.tags)
    )


def _weight_hashes(case: Case) -> bool | None:
    record = _record(case)
    if record is None or record.files is None:
        return None
    weights = [
        f
        for f in record.files
        if f.path.endswith((".safetensors", ".bin", ".gguf", ".pt", ".pth", ".onnx"))
    ]
    return bool(weights) and all(f.sha256 for f in weights)


def _test_evidence(case: Case) -> bool | None:
    return any(hit.counts for hit in case.exposure.hits)


# name: what it is, and the question. A question answers None where the source cannot tell.
DOCUMENTS: dict[str, tuple[str, Callable[[Case], bool | None]]] = {
    "model-card": ("a model card", _model_card),
    "use-policy": ("an acceptable-use policy among its files", _use_policy),
    "licence": ("a licence in its metadata", _licence),
    "revision": ("an exact revision", _revision),
    "developer": ("a developer known to the registry", _developer),
    "lineage": ("a lineage known to its foundations", _lineage),
    "training-data": ("training data sets in its metadata", _training_data),
    "weight-hashes": ("a checksum of every weights file", _weight_hashes),
    "test-evidence": ("published test evidence that counts for it", _test_evidence),
}
