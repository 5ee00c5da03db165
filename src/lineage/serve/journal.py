"""The journal of one run: its rows as they are finished, stored a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from lineage.report.document import TargetReport
from lineage.serve.turns import StoppedError
from lineage.workflows.portfolio.row import InputRow

_BATCH = 32
"""Finished rows that are stored in one go."""


class RunJournal:
    """What `audit_rows` takes for a journal. `store` is called with each batch; `earlier` are the
    rows that an earlier server finished, by number."""

    def __init__(
        self,
        rows: Sequence[InputRow],
        earlier: Mapping[int, TargetReport],
        store: Callable[[Sequence[tuple[int, InputRow, TargetReport]]], None],
        stopped: threading.Event,
    ) -> None:
        self._numbers = {row.key: number for number, row in enumerate(rows)}
        self._earlier, self._store, self._stopped = earlier, store, stopped
        self._waiting: list[tuple[int, InputRow, TargetReport]] = []

    def finished(self, row: InputRow) -> TargetReport | None:
        """What an earlier server finished of it."""
        return self._earlier.get(self._numbers[row.key])

    def add(self, row: InputRow, report: TargetReport) -> None:
        """Store it with others that finish in the same moment. Raises StoppedError."""
        if self._stopped.is_set():
            raise StoppedError
        self._waiting.append((self._numbers[row.key], row, report))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Store those that wait."""
        rows, self._waiting = self._waiting, []
        if rows:
            self._store(rows)
