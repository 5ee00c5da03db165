"""Asks for one model after the other: where no answer has to be waited for, threads cost more than
they save."""

from __future__ import annotations

from lineage.claims.reading import StartedReading, TraceReader
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.sources.interface import Source


class InTurn:
    """All requests of one walk, as `WalkPrefetch` makes them, each when the walk needs its answer.

    Each model is fetched once, and each of its files read once.
    """

    def __init__(self, source: Source, traces: TraceReader) -> None:
        self._source = source
        self._traces = traces
        self._named: set[str] = set()
        self._records: dict[str, ModelRecord] = {}
        self._readings: dict[str, StartedReading] = {}

    @property
    def requested(self) -> int:
        """Models that the walk wants so far."""
        return len(self._named)

    def begin(self, ref: ModelRef, depth: int) -> None:
        """Count a model that the walk needs now."""
        self._named.add(ref.id.casefold())

    def expect(self, ref: ModelRef, depth: int) -> None:
        """Nothing is asked ahead."""

    def record(self, ref: ModelRef, depth: int) -> ModelRecord:
        """The record of a model."""
        key = ref.id.casefold()
        if key not in self._records:
            self._records[key] = self._source.fetch(ref)
        return self._records[key]

    def reading(self, record: ModelRecord) -> StartedReading:
        """The reading of a model's files; each is read when the claims are."""
        known = self._readings.get(record.id)
        if known is None or known.record is not record:
            known = self._readings[record.id] = self._traces.start(record, None)
        return known

    def close(self) -> None:
        """Nothing is under way."""
