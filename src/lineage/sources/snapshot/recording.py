"""Remembers what a run reads, so that the very same run can be repeated from a snapshot."""

from __future__ import annotations

import threading

from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.sources.interface import Source
from lineage.sources.snapshot.format import MAX_DOCUMENT, MOVING, key_of
from lineage.sources.snapshot.writer import Content, StoredDocument, merge_aliases

MAX_TOTAL = 512 << 20
"""Bytes of files that one recording keeps in memory."""


class RecordingSource:
    """Passes every question on and keeps the answers: records,
    and the bytes of files that were read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._records: dict[str, ModelRecord] = {}
        self._named: list[ModelRecord] = []
        self._documents: dict[tuple[str, str, int, int], StoredDocument] = {}
        self._size = 0
        self._missed: dict[str, str] = {}
        self._dropped: set[str] = set()

    @property
    def name(self) -> str:
        """That of the source behind it."""
        return self._source.name

    @property
    def missed(self) -> dict[str, str]:
        """Models that could not be asked about, with the reason: they are not in the recording."""
        return dict(sorted(self._missed.items()))

    @property
    def dropped(self) -> tuple[str, ...]:
        """Files that were read but are too much to keep."""
        return tuple(sorted(self._dropped))

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record, kept unless it says only that nobody could be asked."""
        record = self._source.fetch(ref)
        with self._lock:
            if record.status in (Status.UNREACHABLE, Status.INVALID):
                self._missed[str(ref)] = record.reason or str(record.status)
            elif record.status is not Status.LOCAL:
                # Under its commit too: that is where its files are kept, and a
                # run that asks for it must find it.
                revisions = {ref.revision, record.revision or ref.revision}
                if ref.revision in MOVING:
                    revisions.add(None)
                self._records.update(
                    {key_of(record.id, revision): record for revision in revisions}
                )
                self._named.append(record)
        return record

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes, kept as far as they fit; a file that could not be read is not kept."""
        body = self._source.read(record, path, start, end)
        entry = record.file(path)
        at_end = (
            end is None
            or len(body) < end - start
            or (entry is not None and entry.size == start + len(body))
        )
        document = StoredDocument(key_of(record.id, record.revision), path, start, at_end, body)
        with self._lock:
            place = (document.key, path, start, len(body))
            if place in self._documents:
                return body
            if len(body) > MAX_DOCUMENT or self._size + len(body) > MAX_TOTAL:
                self._dropped.add(f"{record.id}/{path}")
            elif record.status is not Status.LOCAL:
                self._documents[place] = document
                self._size += len(body)
        return body

    def content(self, targets: tuple[str, ...] = ()) -> Content:
        """All that was kept, ready to be written."""
        with self._lock:
            return Content(
                dict(self._records),
                merge_aliases({}, self._named),
                tuple(self._documents.values()),
                targets,
            )
