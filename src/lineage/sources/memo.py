"""Answers the same question once: a run that looks at a model twice asks nobody twice."""

from __future__ import annotations

import threading

from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.sources.interface import Source


class MemoSource:
    """Keeps every record and every range of bytes of one run in memory; errors are not kept."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._records: dict[ModelRef, ModelRecord] = {}
        self._bytes: dict[tuple[str, str | None, str, int, int | None], bytes] = {}

    @property
    def name(self) -> str:
        """That of the source behind it."""
        return self._source.name

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record, from the first time on."""
        with self._lock:
            known = self._records.get(ref)
        if known is None:
            known = self._source.fetch(ref)
            with self._lock:
                self._records[ref] = known
        return known

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes, from the first time on."""
        place = (record.id, record.revision, path, start, end)
        with self._lock:
            known = self._bytes.get(place)
        if known is None:
            known = self._source.read(record, path, start, end)
            with self._lock:
                self._bytes[place] = known
        return known
