"""What the index keeps of one model: its record without what no question
about lineage needs, and the edges read from it."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lineage.claims.card.metadata import DECLARING_KEYS, declared_values
from lineage.claims.interface import ClaimReader
from lineage.claims.names.parent_name import clean_id
from lineage.core.claim import Claim
from lineage.core.errors import DataError
from lineage.core.record import ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.graph.assemble import settled_relation
from lineage.sources.snapshot.record_codec import decode, encode

STATUSES = tuple(Status)
RELATIONS = tuple(Relation)
GRADES = tuple(Grade)
_EPOCH = date(1970, 1, 1).toordinal()
_MAX_BODY = 4 << 20
_LONGEST_TEXT = 1000
_MOST_TAGS = 60
_CARD_KEYS = DECLARING_KEYS | {
    "license",
    "license_name",
    "library_name",
    "pipeline_tag",
    "datasets",
    "new_version",
}
_CONFIG_KEYS = ("model_type", "architectures", "quantization_config", "peft")
_NOISE = (
    "region:",
    "arxiv:",
    "doi:",
    "endpoints_compatible",
    "autotrain_compatible",
    "text-generation-inference",
    "deploy:",
    "base_model:",
)
_DICTIONARY = (
    b'"config":{"architectures":["ForCausalLM"],"model_type":"qwen2"},"gguf":{"architecture":"llama"},"partial":true'
    b'"created_at":"2025-0-1T:00.000Z","downloads":,"last_modified":"2026-0-1T:00.000Z","library":"transformers","likes":0,"parameters":'
    b'"base_models":{"models":[{"_id":"6","id":"meta-llama/Llama-3.1-8B-Instruct"}],"relation":"quantized"},"relation":"adapter"}'
    b'"card":{"base_model":["Qwen/Qwen2.5-7B-Instruct"],"base_model_relation":"finetune","datasets":["generated_from_trainer"],'
    b'"language":["en"],"library_name":"peft","license":"apache-2.0","pipeline_tag":"text-generation"},"id":"","repo_key":"6",'
    b'"revision":"","status":"resolved","tags":["transformers","safetensors","gguf","text-generation","conversational","license:apache-2.0","en"]}'
)


@dataclass(frozen=True)
class StoredEdge:
    """One edge as the index keeps it; the parent as the claims spell it."""

    parent: str
    component: str
    relation: Relation
    grade: Grade
    tentative: bool
    """Counts only where the parent is a model of the index."""


def trimmed(record: ModelRecord) -> ModelRecord:
    """The record as the index answers it: lineage, licence and facts
    stay; file lists, prompts and prose go."""
    implied = {f"base_model:{name}" for name in _tree_tags(record.base_models)}
    tags = [
        t
        for t in record.tags
        if len(t) < 200
        and (not t.startswith(_NOISE) or (t.startswith("base_model:") and t not in implied))
    ]
    return replace(
        record,
        requested=record.id,
        source="index",
        redirected_from=(),
        card=_card(record.card),
        tags=tuple(tags[:_MOST_TAGS]),
        config={key: record.config[key] for key in _CONFIG_KEYS if key in record.config},
        gguf={"architecture": record.gguf["architecture"]} if "architecture" in record.gguf else {},
        files=None,
    )


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    shortened = {
        key: _short(card[key])
        for key in card
        if isinstance(key, str) and key.strip().lower() in _CARD_KEYS
    }
    if isinstance(index := shortened.pop("model-index", None), list):
        # Evaluation tables fill most of it; only what names a base model is of use here.
        named = [
            {key: entry[key] for key in DECLARING_KEYS & entry.keys()}
            for entry in index
            if isinstance(entry, Mapping)
        ]
        if any(named):
            shortened["model-index"] = named
    return shortened


def _tree_names(tree: Mapping[str, Any] | None) -> list[str]:
    models = tree.get("models") if tree else None
    ids = (
        [model.get("id") for model in models if isinstance(model, Mapping)]
        if isinstance(models, list)
        else []
    )
    return [name for name in ids if isinstance(name, str)]


def _tree_tags(tree: Mapping[str, Any] | None) -> Iterator[str]:
    """What the Hub tags a model with for its own tree; such tags need not be kept twice."""
    for name in _tree_names(tree):
        yield name
        yield f"{tree.get('relation') if tree else None}:{name}"


def _short(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    if depth > 3:
        return None
    if isinstance(value, list):
        return [_short(item, depth + 1) for item in value[:250]]
    if isinstance(value, Mapping):
        return {str(key)[:100]: _short(item, depth + 1) for key, item in list(value.items())[:50]}
    return value


def packed(record: ModelRecord) -> bytes:
    """A trimmed record as bytes."""
    squeezer = zlib.compressobj(4, zlib.DEFLATED, -12, 5, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return squeezer.compress(encode(record).encode()) + squeezer.flush()


def unpacked(body: object, name: str) -> ModelRecord:
    """The record that `packed` wrote. Raises DataError where the bytes are damaged."""
    try:
        opener = zlib.decompressobj(-12, _DICTIONARY)
        text = opener.decompress(body if isinstance(body, bytes) else b"", _MAX_BODY)
    except zlib.error as problem:
        raise DataError(
            f"The index entry of {name[:100]!r} is damaged: {problem}.", "Build the index again."
        ) from problem
    return decode(text.decode(errors="replace"), requested=name, source="index")


def day_number(written: str | None) -> int | None:
    """Days since 1970 of an ISO 8601 moment; None where there is none."""
    try:
        return date.fromisoformat((written or "")[:10]).toordinal() - _EPOCH
    except ValueError:
        return None


def day_of(number: int | None) -> str:
    """The ISO 8601 day of a number; empty where it is not known."""
    return date.fromordinal(number + _EPOCH).isoformat() if number is not None else ""


class EdgeReader:
    """Reads the edges of records with the same readers as every audit, files aside."""

    def __init__(
        self, record_readers: tuple[ClaimReader, ...], extra: tuple[ClaimReader, ...]
    ) -> None:
        """`record_readers` are asked where a record declares anything; `extra`
        always, for what is known from elsewhere."""
        self._declared = record_readers
        self._extra = extra

    def edges(self, record: ModelRecord) -> tuple[StoredEdge, ...]:
        """One for each parent and component that any claim names."""
        if not record.status.has_statements:
            return ()
        readers = (*self._declared, *self._extra) if _declares(record) else self._extra
        claims = [
            claim for reader in readers for claim in reader.read(record, {}).claims if claim.parent
        ]
        return tuple(_edges(record.id, claims)) if claims else ()


def _declares(record: ModelRecord) -> bool:
    return bool(
        record.base_models
        or record.config
        or not DECLARING_KEYS.isdisjoint(_plain_keys(record.card))
    ) or any(tag.startswith(("base_model:", "Base_model:")) for tag in record.tags)


def _plain_keys(card: Mapping[str, Any]) -> set[str]:
    return {key.strip().lower() for key in card if isinstance(key, str)}


def learned_move(record: ModelRecord) -> tuple[str, str] | None:
    """An old name and the present one, where the card's one unlinked base and the
    hub's one unexplained parent must be the same."""
    tree = {name.casefold(): name for name in _tree_names(record.base_models)}
    if not tree or "base_model" not in record.card:
        return None
    named = [
        clean
        for key, _, value in declared_values(record.card)
        if key == "base_model" and (clean := clean_id(str(value)))
    ]
    unlinked = {name.casefold(): name for name in named if name.casefold() not in tree}
    unexplained = tree.keys() - {name.casefold() for name in named}
    if len(unlinked) != 1 or len(unexplained) != 1:
        return None
    return next(iter(unlinked.values())), tree[next(iter(unexplained))]


def _edges(child: str, claims: list[Claim]) -> Iterator[StoredEdge]:
    grouped: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.parent and claim.parent.casefold() != child.casefold():
            grouped[claim.parent.casefold(), claim.component or ""].append(claim)
    for (_, component), claims_of in grouped.items():
        firm = [claim for claim in claims_of if not claim.tentative]
        best = min(claims_of, key=lambda c: c.sort_key)
        yield StoredEdge(
            str(best.parent), component, settled_relation(firm or claims_of), best.grade, not firm
        )
