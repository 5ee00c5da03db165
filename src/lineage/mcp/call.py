"""One call of a tool while it goes on: how far it is, and how it is ended."""

from __future__ import annotations

import threading
from collections.abc import Callable

from lineage.core.errors import CannotRunError
from lineage.graph.walker import Progress


class EndedError(CannotRunError):
    """The call is over: the client called it off, or its time is up."""


class Call:
    """Shared by the thread that works and the one that speaks to the client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_over = False
        self._enders: list[Callable[[], None]] = []
        self._steps = 0
        self._words = ""

    def ends_with(self, end: Callable[[], None]) -> None:
        """Have `end` called when the call is over, at once where it is."""
        with self._lock:
            if not self._is_over:
                self._enders.append(end)
                return
        end()

    def end(self) -> None:
        """End every wait and request of this call."""
        with self._lock:
            self._is_over = True
            enders, self._enders = self._enders, []
        for end in enders:
            end()

    def go_on(self) -> None:
        """Raise EndedError where the call is over."""
        if self._is_over:
            raise EndedError("The call was ended before it was done.")

    def walked(self, at: Progress) -> None:
        """Take note of a walk's progress; an ended call ends the walk."""
        self.go_on()
        self.step(f"{at.fetched} models read, {at.waiting} waiting, level {at.depth}")

    def waits(self, seconds: float, quota: str) -> None:
        """Take note of a wait for a quota."""
        self.step(f"waiting {seconds:.0f} s for the quota of {quota}")

    def step(self, words: str) -> None:
        """One step further, in the tool's own words."""
        self._steps, self._words = self._steps + 1, words

    @property
    def progress(self) -> tuple[int, str]:
        """Steps so far, and what the last one was."""
        return self._steps, self._words
