"""Base models in what Ollama tells of a model: its manifest and configuration, and the answers of
a running one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.gguf_header import claims_of_values
from lineage.claims.files.wanted import wanted
from lineage.claims.interface import FileRequest
from lineage.claims.names.ollama_names import ollama_claims
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.elsewhere import Elsewhere, Place, host_in, parse_elsewhere
from lineage.core.ollama import HOSTS
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_MANIFEST, _CONFIG, _SHOWN, _LISTED = "manifest.json", "ollama.json", "show.json", "tags.json"
_KIND = "application/vnd.ollama.image."
_MOST = 500


class OllamaFiles(DocumentReader):
    """Reads what comes from Ollama alone: elsewhere files of these names are anybody's."""

    name = "Ollama"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The manifest and the configuration, or the answers of a running Ollama."""
        if not record.source.startswith("ollama"):
            return ()
        return wanted(record, _MANIFEST, _CONFIG, _SHOWN, _LISTED)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from `from`, `parent_model`, `remote_model` and the GGUF keys; the rest of the
        configuration as what it is."""
        for content in opened.objects[:1]:
            yield from _claims(content, opened)
            yield from _noticed(content, opened)


def _claims(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    if opened.trace.file == _MANIFEST:
        yield from _of_layers(content, opened)
    details = mapping_of(content.get("details"))
    if parent := text_of(details.get("parent_model")):
        # Of what was made from it, a new prompt or a new adapter, the field tells nothing.
        yield from ollama_claims(parent, opened.trace, "details.parent_model", Relation.UNKNOWN)
    yield from _remote(content, opened)
    if opened.trace.file == _SHOWN:
        yield from claims_of_values(mapping_of(content.get("model_info")), opened.trace)


def _of_layers(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    """`from` beside a layer: the model that it was taken from, as it lay there."""
    listed = content.get("layers")
    layers = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    kinds = [text_of(one.get("mediaType")).removeprefix(_KIND) for one in layers]
    for number, (layer, kind) in enumerate(zip(layers[:_MOST], kinds, strict=False)):
        source = text_of(layer.get("from"))
        if source and kind in ("model", "adapter", "projector"):
            is_adapted = kind == "model" and "adapter" in kinds
            relation = Relation.ADAPTER if is_adapted else Relation.CONVERSION
            yield from ollama_claims(source, opened.trace, f"layers[{number}].from", relation)


def _remote(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    """A model whose weights lie with a service: this one is a name for it."""
    host, model = text_of(content.get("remote_host")), text_of(content.get("remote_model"))
    if not (host or model):
        return
    name = Elsewhere(Place.API, model, _known(host_in(host)) or "unknown")
    text = f"{host} {model}"
    if parse_elsewhere(name.id) is not None:
        yield opened.trace.elsewhere(
            model or host, name.id, "remote_model", Relation.CONVERSION, excerpt=text
        )
    else:
        yield from opened.trace.claims(
            text.strip(), "remote_model", Relation.CONVERSION, excerpt=text
        )


def _known(netloc: str) -> str:
    host = netloc.removesuffix(":443")
    return "ollama.com" if host in HOSTS else host


def _noticed(content: Mapping[str, Any], opened: Opened) -> Iterator[Observation]:
    """The architecture of each file in it; `architecture` is that of the computer."""
    if opened.trace.file != _CONFIG:
        return
    listed = content.get("model_families")
    named = [content.get("model_family"), *(listed[:_MOST] if isinstance(listed, list) else [])]
    for built in dict.fromkeys(text for one in named if (text := text_of(one))):
        yield opened.trace.observe(ObservationKind.ARCHITECTURE, "model_families", built)
