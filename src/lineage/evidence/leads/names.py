"""Leads from names that a record shows: the repo's own, those of its files and folders, and a base
named in words or by a local path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.claims.files.documents import text_of
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import is_repo_id
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.words import family_words

MOST_FILES = 50
_WEIGHTS = (".gguf", ".safetensors", ".ckpt", ".pt", ".bin", ".onnx")


class NameLeads(LeadReader):
    """Weak: a name may as well tell of a teacher, or of whom the model rivals. Strong where it
    begins with the whole name of a listed repository, as copies, conversions and fine-tunes do. A
    base named in words is a statement, and strong.
    """

    name = "leads: names"
    kind = LeadKind.NAME

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each name that fits one line."""
        own = re.split(r"[/\\]", record.id.rstrip("/\\"))[-1]
        whole = own if record.status is Status.LOCAL else record.id
        yield from self.named(record, whole, "api" if whole != own else "folder", "name", own)
        paths = [
            entry.path for entry in record.files or () if entry.path.lower().endswith(_WEIGHTS)
        ]
        stems = dict.fromkeys(path.rpartition("/")[2].rpartition(".")[0] for path in paths)
        for stem in list(stems)[:MOST_FILES]:
            yield from self.named(record, stem, "file list", "file name", stem)
        yield from self.inside(record, documents)
        index = record.card.get("model-index")
        for number, entry in enumerate(index[:MOST_FILES] if isinstance(index, list) else ()):
            if isinstance(entry, Mapping) and (text := text_of(entry.get("name"))):
                place = f"model-index[{number}].name"
                yield from self.named(record, text, "README.md", place, text)
        yield from self._folders(record)
        listed = record.card.get("base_model")
        for value in listed[:MOST_FILES] if isinstance(listed, list) else [listed]:
            yield from self.base(record, text_of(value), "README.md", "base_model")
        yield from self.stated(record, documents)

    def inside(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """From names inside files; none without files."""
        return iter(())

    def stated(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """From bases in files, where they are no repo ids; none without files."""
        return iter(())

    def _folders(self, record: ModelRecord) -> Iterator[Lead]:
        """Folders that hold weights or a configuration: a copy often keeps the name under which it
        was downloaded."""
        folders = dict.fromkeys(
            folder
            for entry in record.files or ()
            if entry.path.lower().endswith((*_WEIGHTS, "config.json"))
            for folder in entry.path.split("/")[:-1]
        )
        for folder in list(folders)[:MOST_FILES]:
            name = folder.removeprefix("models--").replace("--", "/")
            yield from self.named(record, name, "file list", "folder name", folder)

    def base(self, record: ModelRecord, value: str, file: str, place: str) -> Iterator[Lead]:
        """From the words that stand for a base; a repo id is a claim, and no lead."""
        if not value or is_repo_id(value):
            return
        tail = re.split(r"[/\\]", value.rstrip("/\\"))[-1]
        families = family_words(self._registry).of(tail)
        if families:
            yield self.lead(record, families, file, place, value, is_strong=True)

    def named(
        self, record: ModelRecord, name: str, file: str, place: str, value: str
    ) -> Iterator[Lead]:
        """From what something of the model is called."""
        listed = family_words(self._registry).of_listed(name)
        families = listed or family_words(self._registry).of(name)
        if families:
            yield self.lead(record, families, file, place, value, is_strong=bool(listed))
