"""The audit log: who did what, when, from where, and what came of it."""

from __future__ import annotations

import json
import os
import sys
import threading
import time

from lineage.core.clock import stamp_of
from lineage.core.errors import UsageError
from lineage.serve.guard.access import Access
from lineage.serve.guard.rates import Rates
from lineage.serve.guard.refusal import Refused
from lineage.serve.store import Store

_LONGEST = 300
_FIRST_REFUSAL = 400


class Acts:
    """Keeps each act with the runs, and writes it as one line of JSON."""

    def __init__(self, store: Store, access: Access) -> None:
        """Raises UsageError where the file cannot be written."""
        self._store, self._access = store, access
        self._refusals = Rates(200, 0.2)  # whoever sends thousands fills no disk
        self._lock = threading.Lock()
        self.left_out = 0
        """Refusals that were not kept."""
        if access.log is not None:
            try:
                self._append("")
            except OSError as problem:
                raise UsageError(
                    f"The audit log {access.log} could not be written: {problem}.",
                    "Give --audit-log another file.",
                ) from problem

    def is_kept(self, status: int) -> bool:
        """Whether one more act with this outcome is kept."""
        if status < _FIRST_REFUSAL:
            return True
        try:
            self._refusals.take("")
        except Refused:
            self.left_out += 1
            return False
        return True

    def note(self, who: str, client: str, action: str, about: str, outcome: str) -> None:
        """One act. Waits for the disk."""
        cut = [text[:_LONGEST] for text in (who, client, action, about, outcome)]
        self._store.note_act(*cut)
        names = ("who", "client", "action", "about", "outcome")
        # JSON writes whatever is no letter of ASCII as an escape, a line's end among them
        line = json.dumps({"at": stamp_of(time.time()), **dict(zip(names, cut, strict=True))})
        with self._lock:
            if self._access.log is not None:
                self._append(f"{line}\n")
            elif not self._access.is_quiet:
                print(line, file=sys.stderr, flush=True)  # noqa: T201 - the log of a server

    def _append(self, text: str) -> None:
        """Opened each time, so that the file can be moved away meanwhile."""
        assert self._access.log is not None  # noqa: S101
        handle = os.open(self._access.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.write(text)
