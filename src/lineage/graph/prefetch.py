"""Prefetches: records and files are requested as soon as anything names
them, so that a walk waits for few round trips.

What is prefetched changes nothing in the outcome: the walk takes models level by
level, in its own order, and finds their records and files under way or already here.
Each model is fetched once, and each of its files read once.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from lineage.claims.interface import Reading
from lineage.claims.reading import StartedReading, TraceReader
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.sources.interface import Source

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future


class WalkPrefetch:
    """All requests of one walk.

    Its callbacks run in the pool's threads; `_lock` guards every table.
    """

    def __init__(
        self, source: Source, traces: TraceReader, pool: Executor, max_depth: int, max_models: int
    ) -> None:
        self._source = source
        self._traces = traces
        self._pool = pool
        self._max_depth = max_depth
        self._max_models = max_models
        self._lock = threading.Lock()
        self._records: dict[str, Future[ModelRecord]] = {}
        self._readings: dict[str, StartedReading] = {}
        self._closed = False

    @property
    def requested(self) -> int:
        """Models asked for so far."""
        return len(self._records)

    def record(self, ref: ModelRef, depth: int) -> ModelRecord:
        """The record of a model; waits for it."""
        return self.begin(ref, depth).result()

    def begin(self, ref: ModelRef, depth: int) -> Future[ModelRecord]:
        """Ask for a model that the walk needs now."""
        with self._lock:
            asked, is_new = self._asked(ref)
        if is_new:
            asked.add_done_callback(lambda done: self._follow_up(done, depth))
        return asked

    def expect(self, ref: ModelRef, depth: int) -> None:
        """Ask for a model that the walk will probably need, within the walk's bounds."""
        with self._lock:
            if self._closed or depth > self._max_depth or len(self._records) >= self._max_models:
                return
            asked, is_new = self._asked(ref)
        if is_new:
            asked.add_done_callback(lambda done: self._follow_up(done, depth))

    def reading(self, record: ModelRecord) -> StartedReading:
        """The reading of a model's files, started now or earlier."""
        with self._lock:
            return self._begun(record)

    def _begun(self, record: ModelRecord) -> StartedReading:
        """The caller holds the lock."""
        known = self._readings.get(record.id)
        if known is None or known.record is not record:
            known = self._readings[record.id] = self._traces.start(record, self._pool)
        return known

    def close(self) -> None:
        """Ask for nothing more, and cancel what has not started; what is running may end."""
        with self._lock:
            self._closed = True
            waiting = list(self._records.values())
        for asked in waiting:
            asked.cancel()

    def _asked(self, ref: ModelRef) -> tuple[Future[ModelRecord], bool]:
        """The one request for a model, and whether it was made just now.

        The caller holds the lock.
        """
        key = ref.id.casefold()
        is_new = key not in self._records
        if is_new:
            self._records[key] = self._pool.submit(self._source.fetch, ref)
        return self._records[key], is_new

    def _follow_up(self, done: Future[ModelRecord], depth: int) -> None:
        """A record came: ask for the parents that it names by itself, and for
        its files, and then for what those name."""
        if self._closed or done.cancelled() or done.exception() is not None:
            return  # the walk gets the same outcome when it takes this record
        record = done.result()
        if record.files:
            self._expect_parents(self._traces.from_record(record), depth)
        with self._lock:
            if self._closed:
                return  # the pool takes nothing more
            begun = self._begun(record)
        if begun.requests:
            begun.when_done(lambda reading: self._expect_parents(reading, depth))
        else:
            self._expect_parents(begun.finish(), depth)

    def _expect_parents(self, reading: Reading, depth: int) -> None:
        for parent in self._traces.parents(reading.claims):
            self.expect(ModelRef(parent), depth + 1)
