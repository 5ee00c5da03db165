"""Who is audited next: each run in its turn, so that a long list delays nobody's single model."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from lineage.report.document import TargetReport

_LOOK = 0.25
"""Seconds after which a run that waits looks whether it is still wanted."""


class StoppedError(Exception):
    """Somebody wants no more of this run, or the server stops."""


class _Line:
    """The targets of one run, as they wait."""

    def __init__(
        self, targets: Sequence[str], audit: Callable[[str], TargetReport], *, is_brief: bool
    ) -> None:
        self.waiting = deque(targets)
        self.audit = audit
        self.is_brief = is_brief
        self.done: SimpleQueue[tuple[str, TargetReport | BaseException]] = SimpleQueue()


class Turns:
    """Workers that take one target of each run in turn. Some are kept for brief runs, however many
    targets of long ones wait for the quota of a hub."""

    def __init__(self, workers: int) -> None:
        self._for_long = max(1, workers * 2 // 3)
        self._turn = threading.Condition()
        self._lines: deque[_Line] = deque()
        self._long = 0
        """Targets of long runs that are being audited."""
        self._is_closed = False
        for number in range(workers):
            threading.Thread(target=self._work, name=f"lineage-audit-{number}", daemon=True).start()

    def each(
        self,
        targets: Sequence[str],
        audit: Callable[[str], TargetReport],
        asked: threading.Event,
        idle: Callable[[], None],
        *,
        is_brief: bool,
    ) -> Iterator[tuple[str, TargetReport]]:
        """Each target once, as it gets done. `idle` is called before it waits. Raises StoppedError
        once `asked` to stop, and what the audit raised."""
        line = _Line(targets, audit, is_brief=is_brief)
        with self._turn:
            self._lines.append(line)
            self._turn.notify_all()
        try:
            for _ in targets:
                target, found = self._next(line, asked, idle)
                if isinstance(found, BaseException):
                    raise found
                yield target, found
        finally:
            line.waiting.clear()

    @staticmethod
    def _next(
        line: _Line, asked: threading.Event, idle: Callable[[], None]
    ) -> tuple[str, TargetReport | BaseException]:
        if line.done.empty():
            idle()
        while not asked.is_set():
            with suppress(Empty):
                return line.done.get(timeout=_LOOK)
        raise StoppedError

    def close(self) -> None:
        """Begin nothing more."""
        with self._turn:
            self._is_closed = True
            self._turn.notify_all()

    def _work(self) -> None:
        while (taken := self._taken()) is not None:
            line, target = taken
            found: TargetReport | BaseException
            try:
                found = line.audit(target)
            except BaseException as problem:  # noqa: BLE001 - it is raised again in the run's own thread
                found = problem
            line.done.put((target, found))
            if not line.is_brief:
                with self._turn:
                    self._long -= 1
                    self._turn.notify_all()

    def _taken(self) -> tuple[_Line, str] | None:
        with self._turn:
            while not self._is_closed:
                if (taken := self._first()) is not None:
                    return taken
                self._turn.wait()
            return None

    def _first(self) -> tuple[_Line, str] | None:
        """The next target of the line that waited longest for its turn."""
        for _ in range(len(self._lines)):
            line = self._lines.popleft()
            try:
                if line.is_brief or self._long < self._for_long:
                    target = line.waiting.popleft()
                    self._long += not line.is_brief
                    self._lines.append(line)
                    return line, target
            except IndexError:
                continue  # nothing of it is left
            self._lines.append(line)
        return None
