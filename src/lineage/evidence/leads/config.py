"""Leads from types and sizes: config.json, the Hub's projection of it, and GGUF headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import mapping_of, open_all
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.files.named_models import part_named
from lineage.claims.files.wanted import wanted, wanted_where
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.config import text_config
from lineage.core.pattern import late
from lineage.core.record import ModelRecord
from lineage.core.safetensors import HeaderError, header_length, parse_header
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.looks import Looks, looks_of
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.tables import tables

_OTHERS = frozenset({"genai_config.json", "mlc-chat-config.json", "params.json"})
"""Under these names runtimes and first releases keep a language model's sizes."""
_HEADS = GgufHeader()
_SHARD = late(r"-\d{5}-of-\d{5}\.", re.IGNORECASE)
_WORDS = late(r"(?:\A|\.)(?:embed_tokens|wte|word_embeddings|tok_embeddings)\.weight\Z")
_LAYER = late(r"(?:\A|\.)(?:layers|h|blocks)\.(\d{1,4})\.")


class ConfigLeads(LeadReader):
    """A declared base says nothing of the sizes in a file; this reads them whatever is declared."""

    name = "leads: configuration"
    kind = LeadKind.CONFIG

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The root's configuration, and those of every folder that is no part of a pipeline,
        whatever their letter case."""
        is_pipeline = record.file("model_index.json") is not None
        nested = wanted_where(record, lambda path: _holds_language_model(path, is_pipeline))
        return (*wanted(record, "config.json"), *nested)

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each configuration that fits few enough families."""
        read = False
        for opened in open_all(self.name, record, documents, self.wants(record)):
            for content in opened.objects[:1]:
                read = read or opened.trace.file == "config.json"
                yield from self._of(record, content, opened.trace.file)
        if not read and record.config:
            yield from self._of(record, record.config, "api")
        for request in _HEADS.wants(record):
            if request.path in documents:
                yield from self._of(record, gguf_values(documents[request.path]), request.path)
        yield from self._of_tensors(record, documents)
        if record.gguf:
            summary = {
                "general.architecture": record.gguf.get("architecture"),
                "tokenizer.chat_template": record.gguf.get("chat_template"),
            }
            yield from self._of(record, summary, "api")

    def _of_tensors(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """Vocabulary and width by the table of words, depth by the highest layer, where one file's
        header tells all."""
        for path, content in documents.items():
            if path.lower().endswith(".safetensors") and not _SHARD.search(path):
                looks = _looks_of_tensors(content)
                fit = tables(self._registry).of_shape(looks) if looks else None
                if fit is not None and looks is not None and fit.is_strong:
                    yield self.lead(
                        record, fit.families, path, "header", looks.sizes, is_strong=True
                    )

    def _of(self, record: ModelRecord, content: Mapping[str, Any], file: str) -> Iterator[Lead]:
        looks = looks_of(_of_runtime(content))
        fit = tables(self._registry).of_shape(looks)
        if fit is None:
            return
        value = ": ".join(part for part in (" ".join(looks.names[:2]), looks.sizes) if part)
        place = "general.architecture" if looks.is_gguf else _place(content)
        yield self.lead(record, fit.families, file, place, value, is_strong=fit.is_strong)


def _looks_of_tensors(content: bytes) -> Looks | None:
    try:
        length = header_length(content[:8])
        header = parse_header(content[8 : 8 + length])
    except HeaderError:
        return None  # cut, or none at all, which whoever reads its metadata tells
    words = next((_shape(value) for key, value in header.items() if _WORDS.search(key)), None)
    layers = [int(match[1]) for key in header if (match := _LAYER.search(key))]
    if words is None or not layers:
        return None
    return Looks(vocabulary=words[0], width=words[1], layers=max(layers) + 1)


def _shape(tensor: object) -> tuple[int, int] | None:
    shape = mapping_of(tensor).get("shape")
    if isinstance(shape, list) and len(shape) == 2 and all(isinstance(n, int) for n in shape):
        return (shape[0], shape[1])
    return None


def _place(content: Mapping[str, Any]) -> str:
    inner = text_config(content)
    key = next((name for name, value in content.items() if value is inner), "")
    return f"{key}.model_type" if key else "model_type"


def _of_runtime(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """MLC and ONNX's runtime keep the sizes one or two levels down."""
    inner = content.get("model_config") or content.get("model")
    if "architectures" in content or not isinstance(inner, Mapping):
        return content
    decoder = mapping_of(inner.get("decoder"))
    return {"model_type": content.get("model_type") or inner.get("type"), **inner, **decoder}


def _holds_language_model(path: str, is_pipeline: bool) -> bool:
    folder, _, name = path.casefold().rpartition("/")
    if name in _OTHERS:
        return True
    part = part_named(folder.rpartition("/")[2]) if folder else None
    is_part = is_pipeline or part not in (None, "language_model")
    return path != "config.json" and name == "config.json" and not (folder and is_part)
