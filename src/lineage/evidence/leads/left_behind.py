"""Leads from files that a training or packaging run left behind: notebooks, logs, Dockerfiles,
saved arguments, archives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.files.documents import decoded
from lineage.claims.files.wanted import is_of_tools, spread
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import FileEntry, ModelRecord
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.words import family_words

_MOST_FILES = 4
_ID = r"([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{2,95})"
_CACHED = re.compile(r"models--([A-Za-z0-9][\w.-]{1,60}?)--([A-Za-z0-9][\w.-]{2,95})")
_LOADED = re.compile(
    r"(?:from_pretrained|snapshot_download|hf_hub_download|SentenceTransformer|LLM|"
    r"pipeline)\(\s*(?:\w+\s*=\s*)?\\?[\"']?"
    rf"{_ID}|(?:\bdownload|--(?:base[_-])?model(?:[_-](?:id|name|path|"
    rf"name[_-]or[_-]path))?)[ =]+[\"']?{_ID}"
    r"|(?:model_name_or_path|_name_or_path|base_model(?:_name_or_path)?|"
    r"pretrained_model_name_or_path|MODEL(?:_ID|_NAME)?)"
    rf"\\?[\"']?\s*[:=]\s*(?:value:\s*)?\\?[\"']?{_ID}"
)
_ANY = re.compile(rf"(?<![\w./-]){_ID}")
_PART = re.compile(r"[\w.-]{8,96}")
_WHOLE_RUN = ("training_args.bin", "trainer_state.json")
"""Saved by the run itself: of these the names of folders count too, in which people keep a base."""


class LeftBehind(LeadReader):
    """Strong: a run loads its base. Only exact names of listed repositories count, and a declared
    teacher answers them."""

    name = "leads: files left behind"
    kind = LeadKind.CODE

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The heads of a few such files, last of all and only where there is room."""
        entries = [entry for entry in record.files or () if _head_of(entry.path)]
        return tuple(_request(entry) for entry in spread(entries)[:_MOST_FILES])

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each listed repository that a file names where something is loaded."""
        for request in self.wants(record):
            if request.path in documents:
                text = decoded(documents[request.path])
                for at, value in _named(request.path, text):
                    yield from self._of(record, request.path, text.count("\n", 0, at) + 1, value)

    def _of(self, record: ModelRecord, path: str, line: int, value: str) -> Iterator[Lead]:
        if "/" in value:
            family = self._registry.family_of(value)
            is_own = value.casefold() == record.id.casefold()
            listed = family is not None and self._registry.is_listed(value) and not is_own
            families: tuple[str, ...] = (family.id,) if family is not None and listed else ()
        else:
            families = family_words(self._registry).of_listed(value)
        if families:
            yield self.lead(record, families, path, f"line {line}", value, is_strong=True)


def _named(path: str, text: str) -> Iterator[tuple[int, str]]:
    low = path.lower()
    for match in _CACHED.finditer(text):
        yield match.start(), f"{match[1]}/{match[2]}"
    for match in _LOADED.finditer(text):
        yield match.start(), next(name for name in match.groups() if name)
    if low.endswith(_WHOLE_RUN):
        for match in _ANY.finditer(text):
            yield match.start(), match[1]
        for match in _PART.finditer(text):
            yield match.start(), match[0]
    elif low.endswith((".nemo", ".bin.index.json", ".safetensors.index.json")):
        for match in _ANY.finditer(text):
            yield match.start(), match[1]


def _head_of(path: str) -> int:
    """Bytes to read of a file of such a kind; 0 of any other."""
    low = path.lower()
    name = low.rpartition("/")[2]
    if is_of_tools(path):
        return 0
    if name == "trainer_state.json" or name.endswith(
        (".bin.index.json", ".safetensors.index.json")
    ):
        return 4_096
    if name == "training_args.bin":
        return 16_384
    if name.endswith(".nemo"):
        return 65_536
    if name.endswith((".ipynb", ".log")) or "dockerfile" in name or "containerfile" in name:
        return 200_000
    return 65_536 if low.startswith("wandb/") and name == "config.yaml" else 0


def _request(entry: FileEntry) -> FileRequest:
    return FileRequest(entry.path, 0, _head_of(entry.path), is_optional=True)
