"""Leads from names: the repo's own, those of its files and inside a GGUF file, and bases named in words or by a local path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.claims.files.documents import open_all, text_of
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import is_repo_id
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.words import family_words

_MOST_FILES = 50
_WEIGHTS = (".gguf", ".safetensors", ".ckpt", ".pt", ".bin", ".onnx")
_HEADS = GgufHeader()
_KEYS = ("general.name", "general.basename")


class NameLeads(LeadReader):
    """Weak: a name may as well tell of a teacher, or of whom the model rivals. A base named in words is a statement, and strong."""

    name = "leads: names"
    kind = LeadKind.NAME

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each name that fits one line."""
        own = re.split(r"[/\\]", record.id.rstrip("/\\"))[-1]
        whole = own if record.status is Status.LOCAL else record.id
        yield from self._lead(record, whole, "api" if whole != own else "folder", "name", own)
        paths = [
            entry.path for entry in record.files or () if entry.path.lower().endswith(_WEIGHTS)
        ]
        stems = dict.fromkeys(path.rpartition("/")[2].rpartition(".")[0] for path in paths)
        for stem in list(stems)[:_MOST_FILES]:
            yield from self._lead(record, stem, "file list", "file name", stem)
        for request in _HEADS.wants(record):
            held = gguf_values(documents[request.path]) if request.path in documents else {}
            for key in _KEYS:
                if text := text_of(held.get(key)):
                    yield from self._lead(record, text, request.path, key, text)

        yield from self._bases(record, documents)

    def _bases(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """What stands where a base belongs and is no repo id: words, or where the base lay on somebody's disk."""
        held = record.card.get("base_model")
        for value in held[:_MOST_FILES] if isinstance(held, list) else [held]:
            yield from self._base(record, text_of(value), "README.md", "base_model")
        adapters = [path for path in documents if path.endswith("adapter_config.json")]
        for opened in open_all(self.name, record, documents, map(FileRequest, sorted(adapters))):
            for one in opened.objects[:1]:
                key = "base_model_name_or_path"
                yield from self._base(record, text_of(one.get(key)), opened.trace.file, key)

    def _base(self, record: ModelRecord, value: str, file: str, place: str) -> Iterator[Lead]:
        if not value or is_repo_id(value):
            return
        tail = re.split(r"[/\\]", value.rstrip("/\\"))[-1]
        families = family_words(self._registry).of(tail)
        if families:
            yield self.lead(record, families, file, place, value, is_strong=True)

    def _lead(
        self, record: ModelRecord, name: str, file: str, place: str, value: str
    ) -> Iterator[Lead]:
        families = family_words(self._registry).of(name)
        if families:
            yield self.lead(record, families, file, place, value)
