"""Which files of a repo are worth reading, chosen from its file list: every one of a kind, the most
different first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from lineage.claims.interface import FileRequest
from lineage.core.record import FileEntry, ModelRecord

SMALL = 1_000_000
"""Bytes of a large file's head that are read."""
WHOLE = 2_000_000
"""Bytes: up to here a file is read whole."""
TAIL = 256_000
"""Bytes of a large file's end that are read too: what a text is padded with may be in front."""
MOST = 200
"""Requests of one reader; far more than the bound on what is read, which tells what it cut."""
_DEEPEST = 8
_OF_TOOLS = (
    ".github/",
    ".gitlab",
    ".circleci/",
    ".vscode/",
    ".devcontainer/",
    ".pre-commit",
    ".idea/",
)
_NUMBER = re.compile(r"\d+")


def wanted(record: ModelRecord, *paths: str) -> tuple[FileRequest, ...]:
    """Requests for those of `paths` that the file list shows, in the order given."""
    entries = {entry.path: entry for entry in record.files or ()}
    return tuple(request_for(entries[path]) for path in paths if path in entries)


def wanted_named(record: ModelRecord, *names: str) -> tuple[FileRequest, ...]:
    """Requests for every file of one of these names, in whatever folder and letter case."""
    known = {name.lower() for name in names}
    return wanted_where(record, lambda path: path.rpartition("/")[2].lower() in known)


def wanted_where(record: ModelRecord, chosen: Callable[[str], bool]) -> tuple[FileRequest, ...]:
    """Requests for every file whose path is chosen: folders of different kinds first, then the
    nearest to the root."""
    entries = [entry for entry in record.files or () if chosen(entry.path)]
    return tuple(request_for(entry) for entry in spread(entries)[:MOST])


def wanted_card(record: ModelRecord) -> Sequence[FileRequest]:
    """The model card, under whatever letter case the repo has it; head and end of one that is too
    large."""
    entries = {entry.path.lower(): entry for entry in record.files or ()}
    entry = entries.get("readme.md") or entries.get("modelcard.md") or entries.get("model_card.md")
    return () if entry is None else (request_for(entry, SMALL),)


def request_for(entry: FileEntry, whole: int = WHOLE) -> FileRequest:
    """The whole of a file, or head and end of one that is larger than `whole`."""
    if (entry.size or 0) <= whole:
        return FileRequest(entry.path)
    return FileRequest(entry.path, 0, SMALL, tail=TAIL, is_part=True)


def spread(entries: Iterable[FileEntry]) -> list[FileEntry]:
    """Nearest to the root first; of folders that differ by a number alone, one before the second of
    any."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int, str, FileEntry]] = []
    for entry in sorted(entries, key=lambda entry: (entry.path.count("/"), entry.path)):
        depth = entry.path.count("/")
        if depth <= _DEEPEST:
            group = _NUMBER.sub("#", entry.path.lower())
            ranked.append((seen[group], depth, entry.path, entry))
            seen[group] += 1
    return [entry for *_, entry in sorted(ranked, key=lambda row: row[:3])]


def folder_of(path: str) -> str:
    """The folder that a file lies in; empty at the root."""
    return path.rpartition("/")[0]


def is_of_tools(path: str) -> bool:
    """Whether a file configures the tools around a repo and not a model."""
    return path.startswith(_OF_TOOLS)
