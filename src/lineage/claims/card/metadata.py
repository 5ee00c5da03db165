"""Base models in the card's metadata, in every shape in which people write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from lineage.claims.card.bounds import within_bound
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.parent_name import clean_id
from lineage.claims.names.relation_signs import component_of, relation_by_signs, relation_named
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.elsewhere import bare
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

if TYPE_CHECKING:
    from lineage.core.card import CardDocument

_BASE_KEYS = (
    "base_model",
    "base_models",
    "base model",
    "base-model",
    "basemodel",
    "base_model_name_or_path",
    "base_model_id",
    "base_model_name",
    "finetuned_from",
    "finetuned_from_model",
    "fine_tuned_from",
    "base_model_sources",
    "parent_model",
    "parent_models",
    "source_model",
    "model_link",
    "original_model",
)
_MERGE_KEYS = ("merged_models", "merge_models", "merged_from", "source_models")
_QUANT_KEYS = ("quantized_from", "quantized_model")
_TEACHER_KEYS = ("teacher_model", "teacher_models", "distilled_from", "teacher")
_RELATION_KEYS = ("base_model_relation", "base-model-relation")
_NAME_KEYS = (
    "id",
    "model",
    "name",
    "base_model",
    "base_model_id",
    "repo",
    "repo_id",
    "repo_url",
    "url",
    "path",
    "model_id",
    "link",
)
_NOT_BASES = frozenset({"new_version"})
_DEEPEST = 4
_MOST_LISTED = 2_000
_MOST_VALUES = 2_000
"""Different values of base keys that are looked at in one card; ten times what is kept of them."""
_MOST_BESIDE = 50


class CardMetadata:
    """Reads the parsed metadata of the record; where the record has none, the front matter of its
    README."""

    name = "card metadata"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The README, where the record has no metadata or to see what YAML hides: duplicate keys,
        broken front matter."""
        return wanted_card(record)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims from the metadata, and what is wrong with it."""
        trace = Trace(record, self.name, "README.md", Grade.DECLARED)
        request = next(iter(wanted_card(record)), None)
        raw = documents.get(request.path) if request else None
        document = _parsed(raw) if raw is not None else None
        front = document.metadata if document else {}
        claims = list(_from_metadata(record.card or front, trace))
        if record.card and front:
            # A source's reading of the card may lack what its front matter says.
            claims += _unsaid(_from_metadata(front, trace), claims)
        if document is not None:
            claims += _unsaid(_recovered(document, trace), claims)
        kept, cut = within_bound(claims, trace, "base_model")
        if not cut and any(_goes_on(metadata) for metadata in (record.card, front)):
            text = f"more than {_MOST_VALUES} different values; the first of them are read"
            cut = [trace.observe(ObservationKind.TRUNCATED, "base_model", text)]
        observations = [*(_noticed(document, trace) if document else ()), *cut]
        if document is not None and record.card and not front and not document.problem:
            sentence = "the file that was read has no front matter, and its source tells of one"
            observations.append(trace.observe(ObservationKind.UNREADABLE, "front matter", sentence))
        return Reading(tuple(kept), tuple(observations))


def _unsaid(found: Iterator[Claim], claims: Sequence[Claim]) -> list[Claim]:
    known = {claim.value.casefold() for claim in claims}
    return [claim for claim in found if claim.value.casefold() not in known]


def declared_values(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Each value that is where a base model should: the key, its place such as `base_model[2]`,
    the value."""
    for key, held in metadata.items():
        plain = key.strip().lower() if isinstance(key, str) else ""
        if plain in _ALL_KEYS and plain not in _NOT_BASES:
            for place, value in _flat(held, str(key), 0):
                yield plain, place, value
    yield from _from_model_index(metadata.get("model-index"))


_ALL_KEYS = frozenset((*_BASE_KEYS, *_MERGE_KEYS, *_QUANT_KEYS, *_TEACHER_KEYS))
DECLARING_KEYS = _ALL_KEYS | {*_RELATION_KEYS, "model-index"}
"""Every key of a card, in lower case, that can say anything about a base model."""


def _flat(content: object, place: str, depth: int) -> Iterator[tuple[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(content, Mapping):
        first = next((key for key in _NAME_KEYS if content.get(key)), None)
        if first is None:
            return
        yield from _flat(content[first], f"{place}.{first}", depth + 1)
        text = clean_id(content[first]) if isinstance(content[first], str) else None
        for key, value in list(content.items())[:_MOST_BESIDE]:
            # One model has several names here (id, link); another one under any key is a second
            # base.
            other = clean_id(value) if isinstance(value, str) and "/" in value else None
            if other and text and other.casefold() != text.casefold():
                yield f"{place}.{key}", value
    elif isinstance(content, (list, tuple)):
        for number, item in enumerate(content):
            yield from _flat(item, f"{place}[{number}]", depth + 1)
    elif isinstance(content, str) and clean_id(content) is None and (parts := _listed(content)):
        for part in parts:
            yield place, part
    else:
        yield place, content


def _listed(text: str) -> list[str]:
    """The names in a text that lists several, `A/B, C/D`; nothing unless every piece is one."""
    for separator in (",", ";", "\n", " + ", " and ", " & ", "|", " "):
        parts = [part.strip(" -*\t\"'[]") for part in text.split(separator) if part.strip()]
        if 1 < len(parts) <= _MOST_LISTED and all(clean_id(part) for part in parts):
            return parts
    return []


def _from_model_index(index: object) -> Iterator[tuple[str, str, object]]:
    """Some cards name the base in `model-index`, as `source` of the model (not the source of a
    metric, which is a leaderboard)."""
    if not isinstance(index, list):
        return
    for number, entry in enumerate(index[:20]):
        if isinstance(entry, Mapping):
            for key in ("base_model", "source_model", "finetuned_from"):
                if isinstance(entry.get(key), str):
                    yield key, f"model-index[{number}].{key}", entry[key]


def _from_metadata(metadata: Mapping[str, Any], trace: Trace) -> Iterator[Claim]:
    found = list(islice(_once(declared_values(metadata)), _MOST_VALUES))
    datasets = _datasets(metadata)
    word = next((metadata[key] for key in _RELATION_KEYS if key in metadata), None)
    bases = {
        clean.lower(): clean
        for key, _, value in found
        if key in _PARENT_KEYS and isinstance(value, str) and (clean := clean_id(value))
    }
    others = list(bases.values())
    components = {low: component_of(clean, others, trace.record) for low, clean in bases.items()}
    whole = [low for low in bases if components[low] is None and not trace.is_own(low)]
    guessed = relation_named(word) or relation_by_signs(trace.record, len(whole))
    for key, place, value in found:
        clean = clean_id(value) if isinstance(value, str) else None
        component = components.get(clean.lower()) if clean else None
        for claim in trace.claims(
            value, place, _relation_of(key, guessed, component), component=component
        ):
            if claim.parent and bare(claim.parent).lower() in datasets and not claim.tentative:
                # Written as a data set too: the text stays, and a model of that name decides.
                yield replace(claim, parent=None, problem="dataset")
                yield replace(claim, tentative=True)
            else:
                yield claim


def _goes_on(metadata: Mapping[str, Any]) -> bool:
    """Whether a card holds more different values than are looked at."""
    return next(islice(_once(declared_values(metadata)), _MOST_VALUES, None), None) is not None


def _once(
    found: Iterator[tuple[str, str, object]],
) -> Iterator[tuple[str, str, object]]:
    """Each value of a key once, where it comes first: two hundred copies hide nothing behind
    them."""
    seen: set[tuple[str, str]] = set()
    for key, place, value in found:
        mark = (key, str(value).strip().casefold()[:600])
        if mark not in seen:
            seen.add(mark)
            yield key, place, value


_PARENT_KEYS = frozenset(_BASE_KEYS) | frozenset(_MERGE_KEYS)


def _relation_of(key: str, guessed: Relation, component: str | None) -> Relation:
    if key in _TEACHER_KEYS:
        return Relation.DISTILLED
    if key in _QUANT_KEYS:
        return Relation.QUANTIZED
    if key in _MERGE_KEYS:
        return Relation.MERGE
    return Relation.FINETUNE if component and guessed is Relation.MERGE else guessed


def _datasets(metadata: Mapping[str, Any]) -> frozenset[str]:
    listed = metadata.get("datasets")
    values = listed if isinstance(listed, list) else [listed]
    return frozenset(
        value.strip().lower() for value in values if isinstance(value, str) and "/" in value
    )


def _parsed(raw: bytes) -> CardDocument:
    from lineage.core.card import parse_card  # a snapshot has the metadata alone

    return parse_card(raw)


def _recovered(document: CardDocument, trace: Trace) -> Iterator[Claim]:
    """Lines that YAML or the Hub does not look at: what is there is the publisher's, how it is
    meant is not certain."""
    relation = relation_by_signs(
        trace.record, len({value.lower() for _, value in document.recovered})
    )
    for line, value in document.recovered:
        yield from trace.claims(value, f"line {line}", relation, confidence=0.9)


def _noticed(document: CardDocument, trace: Trace) -> Iterator[Observation]:
    for key, lines in document.duplicate_keys:
        where = f"line {lines[-1]}"
        yield trace.observe(
            ObservationKind.DUPLICATE_KEY,
            where,
            f"{key} is on lines {', '.join(map(str, lines))}; YAML keeps the last, "
            "both are read here",
        )
    if document.problem:
        yield trace.observe(ObservationKind.UNREADABLE, "front matter", document.problem)
    if document.left_out:
        yield trace.observe(ObservationKind.TRUNCATED, "card", document.left_out)
