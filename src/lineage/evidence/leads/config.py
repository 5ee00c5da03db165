"""Leads from types and sizes: config.json, the Hub's projection of it, and GGUF headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import open_all
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.files.wanted import wanted, wanted_where
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.config import text_config
from lineage.core.record import ModelRecord
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.looks import looks_of
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.tables import tables

_NESTED = ("llm", "language_model", "text_model", "model")
_HEADS = GgufHeader()


class ConfigLeads(LeadReader):
    """A declared base says nothing of the sizes in a file; this reads them whatever is declared."""

    name = "leads: configuration"
    kind = LeadKind.CONFIG

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The root's configuration, and those of language models in a folder below."""
        nested = wanted_where(record, _holds_language_model)
        return (*wanted(record, "config.json"), *nested)

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each configuration that fits few enough families."""
        read = False
        for opened in open_all(self.name, record, documents, self.wants(record)):
            for held in opened.objects[:1]:
                read = read or opened.trace.file == "config.json"
                yield from self._of(record, held, opened.trace.file)
        if not read and record.config:
            yield from self._of(record, record.config, "api")
        for request in _HEADS.wants(record):
            if request.path in documents:
                yield from self._of(record, gguf_values(documents[request.path]), request.path)
        if record.gguf:
            summary = {
                "general.architecture": record.gguf.get("architecture"),
                "tokenizer.chat_template": record.gguf.get("chat_template"),
            }
            yield from self._of(record, summary, "api")

    def _of(self, record: ModelRecord, held: Mapping[str, Any], file: str) -> Iterator[Lead]:
        looks = looks_of(held)
        fit = tables(self._registry).of_shape(looks)
        if fit is None:
            return
        value = ": ".join(part for part in (" ".join(looks.names[:2]), looks.sizes) if part)
        place = "general.architecture" if looks.is_gguf else _place(held)
        yield self.lead(record, fit.families, file, place, value, is_strong=fit.is_strong)


def _place(held: Mapping[str, Any]) -> str:
    inner = text_config(held)
    key = next((name for name, value in held.items() if value is inner), "")
    return f"{key}.model_type" if key else "model_type"


def _holds_language_model(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name == "config.json" and folder.rpartition("/")[2].casefold() in _NESTED
