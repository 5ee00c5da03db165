"""Stops asking a server that does not answer, so that a thousand models do not each wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_IN_A_ROW = 6
_REST = 20.0  # seconds until one more call is tried


class NotAskedError(Exception):
    """The server failed too often just now; this call was not made."""


class Breaker:
    """Counts calls that failed one after another.

    Opens at the sixth; an eager one at once where no connection was ever made.
    """

    def __init__(
        self,
        who: str = "the hub",
        *,
        eager: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reached: bool | None = None
        """True once a server was there; False when a call failed to connect and none ever was;
        None before that."""
        self.answered = False
        """Whether an answer ever came, usable or not: a refusal is one, an error of
        the 5xx kind or a broken connection is none."""
        self._who = who
        self._eager = eager
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._last = ""

    def check(self) -> None:
        """Raise NotAskedError while the server is left in peace;
        after a rest one call is let through."""
        with self._lock:
            now = self._clock()
            if now < self._rests_until:
                raise NotAskedError(
                    f"not asked, because {self._who} failed just before: {self._last}"
                )
            if self._rests_until:
                self._rests_until = now + _REST

    def succeeded(self) -> None:
        """An answer came."""
        with self._lock:
            self.answered = self._reached = True
            self._failures, self._rests_until = 0, 0.0

    def refused(self) -> None:
        """An answer came that cannot be used: too large, or a redirect that is not followed.

        It says nothing of the server's health.
        """
        with self._lock:
            self.answered = self._reached = True

    def failed(self, reason: str, *, connected: bool) -> None:
        """A call failed after all its tries; `connected` says whether a server was there at all."""
        with self._lock:
            self._failures += 1
            self._last = reason
            if connected:
                self._reached = True
            elif self._reached is None:
                self._reached = False
            if self._failures >= _IN_A_ROW or (self._eager and self._reached is False):
                self._rests_until = self._clock() + _REST
