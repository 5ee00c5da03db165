"""Which files of a repo are worth reading, chosen from its file list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lineage.claims.interface import FileRequest
from lineage.core.record import FileEntry, ModelRecord

SMALL = 1_000_000
"""Bytes: up to here a file is read whole, if its size is known at all."""


def wanted(record: ModelRecord, *paths: str) -> tuple[FileRequest, ...]:
    """Requests for those of `paths` that the file list shows and that are small, in the order given."""
    sizes = {entry.path: entry.size for entry in record.files or ()}
    return tuple(
        FileRequest(path) for path in paths if path in sizes and (sizes[path] or 0) <= SMALL
    )


def wanted_where(
    record: ModelRecord, chosen: Callable[[str], bool], most: int = 2
) -> tuple[FileRequest, ...]:
    """Requests for small files whose path is chosen, shortest path first, at most `most`."""
    entries = [
        entry for entry in record.files or () if (entry.size or 0) <= SMALL and chosen(entry.path)
    ]
    return tuple(FileRequest(entry.path) for entry in sorted(entries, key=_nearest)[:most])


def wanted_card(record: ModelRecord) -> Sequence[FileRequest]:
    """The model card, under whatever letter case the repo has it; the first part of one that is too large."""
    entries = {entry.path.lower(): entry for entry in record.files or ()}
    entry = entries.get("readme.md") or entries.get("modelcard.md") or entries.get("model_card.md")
    if entry is None:
        return ()
    return (FileRequest(entry.path, 0, SMALL if (entry.size or 0) > SMALL else None),)


def _nearest(entry: FileEntry) -> tuple[int, str]:
    return (entry.path.count("/"), entry.path)
