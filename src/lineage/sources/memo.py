"""Answers the same question once: a run that meets a model twice requests it once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future

from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.sources.interface import Source


class MemoSource:
    """Keeps the records of one run in memory, and with `files` also every range of bytes; errors
    are not kept. Of more records than `most` those not used for longest go first.

    Several threads that ask for one model at the same time wait for one answer.
    """

    def __init__(self, source: Source, *, files: bool = False, most: int = 20_000) -> None:
        self._source = source
        self._most = most
        self._files = files
        self._lock = threading.Lock()
        self._records: OrderedDict[ModelRef, Future[ModelRecord]] = OrderedDict()
        self._bytes: dict[tuple[str, str | None, str, int, int | None], bytes] = {}

    @property
    def name(self) -> str:
        """That of the source behind it."""
        return self._source.name

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record, from the first time on."""
        with self._lock:
            known = self._records.get(ref)
            if known is not None:
                self._records.move_to_end(ref)
            else:
                asked = self._records[ref] = Future()
                if len(self._records) > self._most:
                    self._records.popitem(last=False)
        return known.result() if known is not None else self._asked(ref, asked)

    def _asked(self, ref: ModelRef, answer: Future[ModelRecord]) -> ModelRecord:
        try:
            record = self._source.fetch(ref)
        except BaseException as problem:
            with self._lock:
                self._records.pop(ref, None)
            answer.set_exception(problem)
            raise
        answer.set_result(record)
        return record

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes; from the first time on where files are kept."""
        place = (record.id, record.revision, path, start, end)
        with self._lock:
            known = self._bytes.get(place)
        if known is None:
            known = self._source.read(record, path, start, end)
            if self._files:
                with self._lock:
                    self._bytes[place] = known
        return known
