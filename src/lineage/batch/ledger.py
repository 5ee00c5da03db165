"""What a cluster's workers share: who does what, the results, and one quota; it
lives in the scheduler, which no worker's death ends.

A worker asks for permission before each item and submits the result before it reports that it is
done. So a submitted result is neither lost nor computed again, whatever becomes of
the worker; and all workers together share one quota.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from lineage.core.value import dataclass
from lineage.sources.web.limits import new_window, newest

DONE = -1.0
"""Answer to a worker: another worker submitted this item already."""
_PROBES = 2
"""Calls in flight while the hub has not reported its quota yet."""
_KEPT = 0.05


@dataclass
class SharedQuota:
    """What is left for all workers, from what each last received."""

    clock: Callable[[], float] = monotonic
    left: int | None = None
    limit: int | None = None
    resets_at: float = 0.0
    in_flight: int = 0

    def take(self) -> float:
        """0 and the item may begin, or seconds to wait."""
        now = self.clock()
        if self.left is not None and now >= self.resets_at:
            self.left, self.resets_at = new_window(self.limit, self.in_flight)
        if self.left is None:
            if self.in_flight >= _PROBES:
                return 0.05
        elif self.left <= (self.limit or 0) * _KEPT:
            return (
                max(0.05, min(self.resets_at - now, 5.0))
                if self.resets_at != float("inf")
                else 0.05
            )
        else:
            self.left -= 1
        self.in_flight += 1
        return 0.0

    def report(self, left: int | None, limit: int | None, resets_in: float | None) -> None:
        """What a worker received with its last answer; one item is over."""
        self.in_flight = max(0, self.in_flight - 1)
        if left is None or resets_in is None:
            return
        now = self.clock()
        resets_at = now + resets_in
        self.left = newest(left - self.in_flight, resets_at, self.left, self.resets_at)
        self.limit, self.resets_at = limit, resets_at


class Ledger:
    """One batch: the results submitted, and its quota.

    Only the scheduler's own thread touches it.
    """

    def __init__(self, quota: SharedQuota | None = None) -> None:
        self._quota = quota or SharedQuota()
        self._results: list[tuple[str, str, str]] = []
        self._reported = 0
        self._done: set[str] = set()
        self._working: dict[str, str] = {}

    def take(self, item: str, worker: str) -> float:
        """DONE, 0 to begin, or seconds to wait and ask again."""
        if item in self._done:
            return DONE
        seconds = self._quota.take()
        if seconds == 0:
            self._working[item] = worker
        return seconds

    def hand_in(
        self,
        item: str,
        result: str,
        problem: str,
        left: int | None,
        limit: int | None,
        resets_in: float | None,
    ) -> None:
        """Keep what one item gave; the second of two counts for nothing."""
        self._working.pop(item, None)
        self._quota.report(left, limit, resets_in)
        if item not in self._done:
            self._done.add(item)
            self._results.append((item, result, problem))

    def lost(self, worker: str) -> None:
        """A worker is gone: its unfinished items are free again, and
        its calls are no longer in flight."""
        for item in [item for item, by in self._working.items() if by == worker]:
            del self._working[item]
            self._quota.in_flight = max(0, self._quota.in_flight - 1)

    def after(self, number: int) -> list[tuple[str, str, str]]:
        """The results submitted since the driver took `number`
        results; those it has are dropped."""
        self._results = self._results[number - self._reported :]
        self._reported = number
        return self._results


def as_message(value: Any) -> Any:
    """Lists for tuples, as the wire has them."""
    return [list(row) for row in value]
