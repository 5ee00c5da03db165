"""Leads from names inside files: a GGUF file's head, Ollama's and a registry's configurations, and
bases that a card hides, or that no repo id names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.claims.card.body import further_documents
from lineage.claims.files.documents import decoded, mapping_of, open_all, text_of
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.files.kitfile import is_kitfile
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest
from lineage.core.card import parse_card
from lineage.core.claim import Lead
from lineage.core.pattern import late
from lineage.core.record import ModelRecord
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.names import MOST_FILES, NameLeads
from lineage.evidence.leads.words import family_words

_COMMENTED = late(
    r"<!--\s{0,40}[\"']?base[_ -]?models?[\"']?\s{0,4}:\s{0,4}([^\s<>]{3,200})\s{0,40}-->",
    re.IGNORECASE,
)
_HEADS = GgufHeader()
_KEYS = ("general.name", "general.basename")
_OF_ARTEFACTS = (
    *(("descriptor", key) for key in ("family", "name", "title")),
    *(("model", key) for key in ("name", "framework")),
    ("package", "name"),
)


class FileNameLeads(NameLeads):
    """As those of the record, with what its files hold in their place."""

    def inside(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """What the heads of GGUF files, Ollama and artefacts call the model."""
        for request in _HEADS.wants(record):
            values = gguf_values(documents[request.path]) if request.path in documents else {}
            for key in _KEYS:
                if text := text_of(values.get(key)):
                    yield from self.named(record, text, request.path, key, text)
        yield from self._of_ollama(record, documents)
        yield from self._of_artefact(record, documents)

    def stated(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """What is where a base belongs and is no repo id: words, or where the base lay on
        somebody's disk."""
        for request in further_documents(record):
            content = documents.get(request.path)
            front = parse_card(content).metadata if content is not None else {}
            stated = front.get("base_model")
            for value in stated[:MOST_FILES] if isinstance(stated, list) else [stated]:
                yield from self._declared(record, text_of(value), request.path)
        for request in wanted_card(record):
            text = decoded(documents.get(request.path, b""))
            for match in _COMMENTED.finditer(text):
                yield from self._declared(record, match[1], request.path)
        adapters = [path for path in documents if path.endswith("adapter_config.json")]
        for opened in open_all(self.name, record, documents, map(FileRequest, sorted(adapters))):
            for one in opened.objects[:1]:
                key = "base_model_name_or_path"
                yield from self.base(record, text_of(one.get(key)), opened.trace.file, key)

    def _of_ollama(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """What Ollama's configuration, or a running Ollama, says that it is called."""
        if not record.source.startswith("ollama"):
            return
        files = [FileRequest(path) for path in ("ollama.json", "show.json") if path in documents]
        for opened in open_all(self.name, record, documents, files):
            for content in opened.objects[:1]:
                fields = {
                    **mapping_of(content.get("model_info")),
                    "base_name": content.get("base_name"),
                }
                for key in ("base_name", *_KEYS):
                    if text := text_of(fields.get(key)):
                        yield from self.named(record, text, opened.trace.file, key, text)

    def _of_artefact(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """What the configuration of an artefact in a registry, or a Kitfile, says that it is
        called."""
        kitfiles = [FileRequest(path) for path in documents if is_kitfile(path)]
        models = [FileRequest("model.json")] if record.source == "oci" else []
        for opened in open_all(self.name, record, documents, [*kitfiles, *models], is_yaml=True):
            for content in opened.objects[:1]:
                for section, key in _OF_ARTEFACTS:
                    if text := text_of(mapping_of(content.get(section)).get(key)):
                        place = f"{section}.{key}"
                        yield from self.named(record, text, opened.trace.file, place, text)

    def _declared(self, record: ModelRecord, value: str, file: str) -> Iterator[Lead]:
        """A base in a card beside the card, or in a comment of the card: nobody sees it there, and
        it may be an old one."""
        families = family_words(self._registry).of(value) if value else ()
        if families:
            yield self.lead(record, families, file, "base_model", value, is_strong=True)
