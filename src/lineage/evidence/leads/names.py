"""Leads from names: the repo's own, those of its files and inside a GGUF file, and bases named in
words or by a local path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.claims.card.body import further_documents
from lineage.claims.files.documents import decoded, mapping_of, open_all, open_yaml, text_of
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.files.kitfile import is_kitfile
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest
from lineage.core.card import parse_card
from lineage.core.claim import Lead, LeadKind
from lineage.core.pattern import late
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import is_repo_id
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.words import family_words

_MOST_FILES = 50
_WEIGHTS = (".gguf", ".safetensors", ".ckpt", ".pt", ".bin", ".onnx")
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


class NameLeads(LeadReader):
    """Weak: a name may as well tell of a teacher, or of whom the model rivals. Strong where it
    begins with the whole name of a

    listed repository, as copies, conversions and fine-tunes do. A base named in words is a
    statement, and strong.
    """

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
            values = gguf_values(documents[request.path]) if request.path in documents else {}
            for key in _KEYS:
                if text := text_of(values.get(key)):
                    yield from self._lead(record, text, request.path, key, text)
        yield from self._of_ollama(record, documents)
        yield from self._of_artefact(record, documents)
        index = record.card.get("model-index")
        for number, entry in enumerate(index[:_MOST_FILES] if isinstance(index, list) else ()):
            if isinstance(entry, Mapping) and (text := text_of(entry.get("name"))):
                place = f"model-index[{number}].name"
                yield from self._lead(record, text, "README.md", place, text)
        yield from self._folders(record)
        yield from self._bases(record, documents)

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
                        yield from self._lead(record, text, opened.trace.file, key, text)

    def _of_artefact(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """What the configuration of an artefact in a registry, or a Kitfile, says that it is
        called."""
        kitfiles = [FileRequest(path) for path in documents if is_kitfile(path)]
        models = [FileRequest("model.json")] if record.source == "oci" else []
        for opened in open_yaml(self.name, record, documents, [*kitfiles, *models]):
            for content in opened.objects[:1]:
                for section, key in _OF_ARTEFACTS:
                    if text := text_of(mapping_of(content.get(section)).get(key)):
                        place = f"{section}.{key}"
                        yield from self._lead(record, text, opened.trace.file, place, text)

    def _folders(self, record: ModelRecord) -> Iterator[Lead]:
        """Folders that hold weights or a configuration: a copy often keeps the name under which it
        was downloaded."""
        folders = dict.fromkeys(
            folder
            for entry in record.files or ()
            if entry.path.lower().endswith((*_WEIGHTS, "config.json"))
            for folder in entry.path.split("/")[:-1]
        )
        for folder in list(folders)[:_MOST_FILES]:
            name = folder.removeprefix("models--").replace("--", "/")
            yield from self._lead(record, name, "file list", "folder name", folder)

    def _bases(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """What is where a base belongs and is no repo id: words, or where the base lay on
        somebody's disk."""
        listed = record.card.get("base_model")
        for value in listed[:_MOST_FILES] if isinstance(listed, list) else [listed]:
            yield from self._base(record, text_of(value), "README.md", "base_model")
        for request in further_documents(record):
            content = documents.get(request.path)
            front = parse_card(content).metadata if content is not None else {}
            stated = front.get("base_model")
            for value in stated[:_MOST_FILES] if isinstance(stated, list) else [stated]:
                yield from self._declared(record, text_of(value), request.path)
        for request in wanted_card(record):
            text = decoded(documents.get(request.path, b""))
            for match in _COMMENTED.finditer(text):
                yield from self._declared(record, match[1], request.path)
        adapters = [path for path in documents if path.endswith("adapter_config.json")]
        for opened in open_all(self.name, record, documents, map(FileRequest, sorted(adapters))):
            for one in opened.objects[:1]:
                key = "base_model_name_or_path"
                yield from self._base(record, text_of(one.get(key)), opened.trace.file, key)

    def _declared(self, record: ModelRecord, value: str, file: str) -> Iterator[Lead]:
        """A base in a card beside the card, or in a comment of the card: nobody sees it there, and
        it may be an old one."""
        families = family_words(self._registry).of(value) if value else ()
        if families:
            yield self.lead(record, families, file, "base_model", value, is_strong=True)

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
        listed = family_words(self._registry).of_listed(name)
        families = listed or family_words(self._registry).of(name)
        if families:
            yield self.lead(record, families, file, place, value, is_strong=bool(listed))
