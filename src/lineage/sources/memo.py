"""Answers the same question once: a run that meets a model twice requests it once."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict

from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.sources.interface import Source


class _Answer:
    """A record that one thread asks for, and for which others may wait."""

    def __init__(self) -> None:
        self._came = threading.Event()
        self._outcome: ModelRecord | BaseException

    def give(self, outcome: ModelRecord | BaseException) -> None:
        """End the wait of all."""
        self._outcome = outcome
        self._came.set()

    def result(self) -> ModelRecord:
        """The record; waits for it. Raises what the source raised."""
        self._came.wait()
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


class MemoSource:
    """Keeps the records of one run in memory, and with `files` also every range of bytes; errors
    are not kept, and that there is no such model only for `absent` seconds. Of more records than
    `most` those not used for longest go first.

    Several threads that ask for one model at the same time wait for one answer.
    """

    def __init__(
        self,
        source: Source,
        *,
        files: bool = False,
        most: int = 20_000,
        absent: float = math.inf,
    ) -> None:
        self._source = source
        self._most, self._absent = most, absent
        self._absent_since: dict[ModelRef, float] = {}
        self._files = files
        self._lock = threading.Lock()
        self._records: OrderedDict[ModelRef, _Answer] = OrderedDict()
        self._bytes: dict[tuple[str, str | None, str, int, int | None], bytes] = {}

    @property
    def name(self) -> str:
        """That of the source behind it."""
        return self._source.name

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record, from the first time on."""
        with self._lock:
            known = self._records.get(ref)
            if time.monotonic() - self._absent_since.get(ref, math.inf) > self._absent:
                del self._absent_since[ref]
                known = None
            if known is not None:
                self._records.move_to_end(ref)
            else:
                asked = self._records[ref] = _Answer()
                if len(self._records) > self._most:
                    oldest, _ = self._records.popitem(last=False)
                    self._absent_since.pop(oldest, None)
        return known.result() if known is not None else self._asked(ref, asked)

    def _asked(self, ref: ModelRef, answer: _Answer) -> ModelRecord:
        try:
            record = self._source.fetch(ref)
        except BaseException as problem:
            with self._lock:
                self._records.pop(ref, None)
            answer.give(problem)
            raise
        if record.status is Status.NOT_FOUND:
            with self._lock:
                self._absent_since[ref] = time.monotonic()
        answer.give(record)
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
