"""Base models in what running servers tell of the weights that they answer with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.wanted import wanted
from lineage.claims.interface import FileRequest
from lineage.claims.names.ollama_names import ollama_claims
from lineage.core.claim import Claim, Observation
from lineage.core.elsewhere import Elsewhere, Place, host_in, parse_elsewhere
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_LISTED = "models.json"
_MOST = 100


class ServedModels(DocumentReader):
    """Reads the answers of servers alone: elsewhere files of these names are anybody's.

    The weights' own name is embedded; the name that a client asks for is what somebody chose.
    """

    name = "server"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """All that was answered."""
        return wanted(record, _LISTED, *_READERS) if record.source == "server" else ()

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from `root` and `parent`, from the path or id of the weights, and from the
        alias."""
        for content in opened.objects[:1]:
            yield from _READERS.get(opened.trace.file, _of_list)(content, opened)


def _of_list(row: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    """vLLM's row: of an adapter the base that it is served on, and its own weights as well."""
    root, parent = text_of(row.get("root")), text_of(row.get("parent"))
    served = parse_elsewhere(opened.trace.record.id)
    is_vllm = row.get("owned_by") == "vllm"
    if parent and served is not None:
        base = Elsewhere(Place.SERVER, parent, served.host)
        if parse_elsewhere(base.id) is not None:
            yield opened.trace.elsewhere(parent, base.id, "parent", Relation.ADAPTER)
    if root and is_vllm:
        yield from opened.trace.claims(root, "root", Relation.CONVERSION)
    alias = text_of(row.get("id"))
    if alias and alias != root:
        stated = replace(opened.trace, grade=Grade.STATED)
        yield from (
            replace(claim, tentative=True)
            for claim in stated.claims(alias, "id", Relation.UNKNOWN)
            if claim.parent and claim.grade is Grade.STATED
        )


def _of_path(key: str) -> Any:
    def claims(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
        revision = text_of(content.get("model_sha")) or None
        value = content.get(key)
        yield from opened.trace.claims(value, key, Relation.CONVERSION, revision=revision)
        words = text_of(content.get("tokenizer_path"))
        if words and words != value:
            yield from opened.trace.claims(
                words, "tokenizer_path", Relation.CONVERSION, component="tokenizer"
            )

    return claims


def _of_ollama(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    for row in _rows(content, "models"):
        name = text_of(row.get("name")) or text_of(row.get("model"))
        yield from ollama_claims(name, opened.trace, "name", Relation.CONVERSION)


def _of_lm_studio(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    """LM Studio tells whose files they are, and not the repository: a guess that must exist."""
    for row in _rows(content, "data"):
        publisher, name = text_of(row.get("publisher")), text_of(row.get("id"))
        for repo in (f"{publisher}/{name}-GGUF", f"{publisher}/{name}") if publisher else ():
            yield from (
                replace(claim, value=name, tentative=True, grade=Grade.INFERRED, confidence=0.6)
                for claim in opened.trace.claims(repo, "publisher", Relation.CONVERSION)
                if claim.parent
            )


def _of_litellm(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    """A proxy's ways to one name: where there are several, at most one of them answers."""
    rows = _rows(content, "data")
    relation = Relation.CONVERSION if len(rows) == 1 else Relation.UNKNOWN
    for number, row in enumerate(rows):
        params = mapping_of(row.get("litellm_params"))
        model, place = text_of(params.get("model")), f"data[{number}].litellm_params.model"
        provider, slash, name = model.partition("/")
        if not model:
            continue
        if slash and provider.startswith("ollama"):
            yield from ollama_claims(name, opened.trace, place, relation)
        elif slash and provider == "huggingface":
            yield from opened.trace.claims(name, place, relation)
        else:
            host = host_in(text_of(params.get("api_base"))) or (provider if slash else "unknown")
            target = Elsewhere(Place.API, name if slash else model, host)
            if parse_elsewhere(target.id) is not None:
                yield opened.trace.elsewhere(model, target.id, place, relation)


def _rows(content: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    rows = content.get(key)
    return [row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)][
        :_MOST
    ]


_READERS: dict[str, Any] = {
    "get_model_info.json": _of_path("model_path"),
    "props.json": _of_path("model_path"),
    "info.json": _of_path("model_id"),
    "tags.json": _of_ollama,
    "lmstudio.json": _of_lm_studio,
    "model_info.json": _of_litellm,
}
