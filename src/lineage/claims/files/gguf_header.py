"""Base models in the key-values at the head of a GGUF file, read from its first bytes by a bounded
parser of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from lineage.claims.files.documents import bounded
from lineage.claims.files.wanted import MOST, spread
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.parent_name import clean_id
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.gguf import MAGIC, Limits, MalformedError, key_values, layout_of, read_number
from lineage.core.pattern import late
from lineage.core.record import FileEntry, ModelRecord
from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass

HEAD = 128 * 1024
"""Bytes fetched. Writers put `general.*` first; the tokenizer, which does not fit, comes after
it."""
_MOST_KEYS = 4096
_LONGEST_KEY = 65_535
_LIMITS = Limits(longest_key=_LONGEST_KEY, longest_text=HEAD, deepest_array=4)
_KEPT = ("general.", "adapter.", "clip.")
_BASE = late(r"general\.base_model\.(\d{1,4})\.(name|organization|repo_url|url|version)\Z")
_SOURCE_KEYS = (
    "general.source.repo_url",
    "general.source.url",
    "general.source.huggingface.repository",
    "general.source.hf.repository",
)
_OWN_KEYS = ("general.repo_url", "general.url")
_FULL_PRECISION = frozenset({0, 1, 32})  # file types F32, F16, BF16


@dataclass
class GgufHead:
    """The `general.*`, `adapter.*` and `clip.*` values of one file, as far as the bytes went."""

    values: dict[str, object] = field(default_factory=dict)
    other: dict[str, object] = field(default_factory=dict)
    """All other keys; of an array its length alone, under `KEY.length`."""
    complete: bool = False
    """Whether all key-values were within the bytes."""
    problem: str = ""


class _Short(Exception):  # noqa: N818 - the bytes end here
    pass


class GgufHeader:
    """Reads one GGUF file of each stem; those that differ in precision or shard only are one
    model."""

    name = "GGUF header"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The head of the first file of every stem: models, adapters, and last the projectors that
        go with them."""
        entries = [entry for entry in record.files or () if _is_gguf(entry.path)]
        first: dict[str, FileEntry] = {}
        for entry in sorted(entries, key=lambda entry: (entry.path.count("/"), entry.path)):
            if _holds_model(entry):
                first.setdefault(_stem(entry.path), entry)
        chosen = sorted(spread(first.values()), key=lambda entry: "mmproj" in entry.path.lower())
        return tuple(FileRequest(entry.path, 0, HEAD) for entry in chosen[:MOST])

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims from `general.base_model.*` and `general.source.*`, and the architecture."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for request in self.wants(record):
            content = documents.get(request.path)
            if content is None:
                continue
            trace, head = (
                Trace(record, self.name, request.path, Grade.EMBEDDED),
                parse_head(content[: 8 * HEAD]),
            )
            part = _part(head.values, request.path)
            found = [
                replace(claim, component=part) for claim in claims_of_values(head.values, trace)
            ]
            claims += found
            noticed += _noticed(head, trace, bool(found), part)
        return bounded(record, self.name, claims, noticed)


_BLOB = late(r"sha256-[0-9a-f]{64}\Z")


def _is_gguf(path: str) -> bool:
    """By the name; Ollama keeps such files under their hash alone."""
    return path.lower().endswith(".gguf") or bool(_BLOB.match(path))


_SHARD = late(r"-(\d{5})-of-\d{5}(?=\.gguf\Z)", re.IGNORECASE)
_PRECISION = late(
    r"(?<![a-z0-9])(?:ud|i1|imat|xl|[it]?q\d(?:_[0-9a-z]+)*|bf16|fp?16|fp?32|fp8|"
    r"mxfp4(?:_moe)?|nvfp4|u?int[48]|[2-8]bit"
    r"|quantized|quant)(?![a-z0-9])"
)


def _holds_model(entry: FileEntry) -> bool:
    shard = _SHARD.search(entry.path)
    return "imatrix" not in entry.path.rpartition("/")[2].lower() and (
        shard is None or shard[1] in ("00000", "00001")
    )


def _stem(path: str) -> str:
    """A path without what tells of shard and precision, in folder and name."""
    return re.sub(r"[-_. /]+", "-", _PRECISION.sub("", _SHARD.sub("", path).lower())).strip("-")


def _part(values: Mapping[str, object], path: str) -> str | None:
    """The part of a model that a file holds: a projector brings the encoder for images or sound,
    and is not the model."""
    is_projector = (
        values.get("general.type") == "mmproj"
        or values.get("general.architecture") == "clip"
        or path.rpartition("/")[2].lower().startswith("mmproj")
    )
    if not is_projector:
        return None
    hears = values.get("clip.has_audio_encoder") and not values.get("clip.has_vision_encoder")
    return "audio_encoder" if hears else "vision_encoder"


def _is_adapter(values: Mapping[str, object]) -> bool:
    return values.get("general.type") == "adapter" or "adapter.type" in values


def parse_head(content: bytes) -> GgufHead:
    """The `general.*` key-values in the first bytes of a file. Never raises; skips values it has no
    use for."""
    head = GgufHead()
    if content[:4] != MAGIC:
        head.problem = "does not begin as a GGUF file"
        return head
    version, layout = layout_of(content[4:8])
    if version not in (1, 2, 3):
        head.problem = f"version {version} is not known"
        return head
    cursor = _Head(content, 8)
    try:
        read_number(cursor, layout, layout.length)  # tensors
        count = read_number(cursor, layout, layout.length)
        for key, value in key_values(cursor, layout, min(count, _MOST_KEYS), _LIMITS):
            kept = head.values if key.startswith(_KEPT) else head.other
            kept[key] = value
        head.complete = count <= _MOST_KEYS
    except _Short:
        pass
    except (MalformedError, OverflowError) as error:
        head.problem = f"key-values are malformed ({error})"
    return head


class _Head:
    """The first bytes of a file; a length is checked before anything is taken."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    def bytes(self, length: int) -> bytes:
        self.skip(length)
        return self._content[self._at - length : self._at]

    def skip(self, length: int) -> None:
        self.need(length)
        self._at += length

    def need(self, length: int) -> None:
        if length > len(self._content) - self._at:
            raise _Short


def claims_of_values(values: Mapping[str, object], trace: Trace) -> Iterator[Claim]:
    """The claims in the key-values of one file, wherever they were told."""
    bases: dict[int, dict[str, str]] = {}
    for key, value in values.items():
        if (match := _BASE.match(key)) and isinstance(value, str):
            bases.setdefault(int(match[1]), {})[match[2]] = value
    made_from = Relation.ADAPTER if _is_adapter(values) else _converted(values)
    for key in _SOURCE_KEYS:
        yield from _only_named(trace, values.get(key), key, made_from)
    for key in _OWN_KEYS:
        yield from (
            claim
            for claim in _only_named(trace, values.get(key), key, made_from)
            if claim.problem != "self"
        )
    for number in sorted(bases):
        yield from _from_base(bases[number], number, len(bases), values, trace)


def _only_named(trace: Trace, value: object, key: str, relation: Relation) -> Iterator[Claim]:
    """Addresses of organisations and papers are under these keys too; only one that names a model
    is a claim."""
    if isinstance(value, str) and clean_id(value):
        yield from trace.claims(value, key, relation)


def _from_base(
    base: Mapping[str, str], number: int, count: int, values: Mapping[str, object], trace: Trace
) -> Iterator[Claim]:
    """The converter copies the base of the *converted* model from its card: a parent of the
    weights, maybe not of this repo."""
    name, excerpt = (
        base.get("name", ""),
        ", ".join(f"{key}: {value}" for key, value in sorted(base.items())),
    )
    same = bool(name) and _squeezed(name) == _squeezed(str(values.get("general.name", "")))
    relation = _converted(values) if same else Relation.UNKNOWN
    if count > 1:
        relation = Relation.MERGE
    if _is_adapter(values):
        relation = Relation.ADAPTER
    for key in ("repo_url", "url"):
        if clean_id(base.get(key, "")):
            yield from trace.claims(
                base[key], f"general.base_model.{number}.{key}", relation, excerpt=excerpt
            )
            return
    if name and base.get("organization"):
        guess = f"{base['organization'].replace(' ', '-')}/{name.replace(' ', '-')}"
        for claim in trace.claims(
            guess, f"general.base_model.{number}.name", relation, excerpt=excerpt
        ):
            yield _as_guess(claim)
    elif name:
        place = f"general.base_model.{number}.name"
        for claim in trace.claims(name.replace(" ", "-"), place, relation, excerpt=excerpt):
            if claim.parent:
                yield _as_guess(claim)


def _as_guess(claim: Claim) -> Claim:
    """A name put together from its parts is kept only where such a repo exists."""
    return (
        replace(claim, tentative=True, grade=Grade.INFERRED, confidence=0.6)
        if claim.parent
        else claim
    )


def _converted(values: Mapping[str, object]) -> Relation:
    return (
        Relation.CONVERSION
        if values.get("general.file_type") in _FULL_PRECISION
        else Relation.QUANTIZED
    )


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _noticed(head: GgufHead, trace: Trace, found: bool, part: str | None) -> Iterator[Observation]:
    if head.problem:
        yield trace.observe(ObservationKind.UNREADABLE, "header", head.problem)
    built = head.values.get("general.architecture")
    if isinstance(built, str) and part is None:
        yield trace.observe(ObservationKind.ARCHITECTURE, "general.architecture", built)
    if not head.complete and not head.problem and not found:
        yield trace.observe(
            ObservationKind.TRUNCATED,
            "header",
            f"the key-values do not end within the first {HEAD:,} bytes; those seen name "
            "no base model",
        )
