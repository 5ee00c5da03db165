"""Bytes of small files, from places that hand a file out under one path and list no digest."""

from __future__ import annotations

from lineage.core.errors import ReadError
from lineage.core.record import FileEntry, ModelRecord
from lineage.sources.web.site import Site, UnansweredError, refusal

LARGEST = 4 << 20


def read_part(
    site: Site,
    place: str,
    record: ModelRecord,
    entry: FileEntry,
    start: int,
    end: int | None,
    fresh_for: float | None,
) -> bytes:
    """Bytes of `entry`, which lies at `place`; kept as `Site.ask` keeps. Raises ReadError."""
    path = entry.path[:200]
    stop = end if entry.size is None else min(entry.size, entry.size if end is None else end)
    if stop is None or stop - start > LARGEST:
        raise ReadError(f"{path} of {record.id} is not read whole: it is too large.")
    if stop <= start:
        return b""
    try:
        return site.part(
            place, start, stop, lambda answer: refusal(answer, site.who), fresh_for=fresh_for
        )
    except UnansweredError as problem:
        raise ReadError(f"{path} of {record.id} could not be read: {problem}.") from None
