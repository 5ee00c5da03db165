"""One quota limiter shared by all workers, fed by the hub's RateLimit headers, bucket by bucket."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from lineage.core.value import dataclass

API = "api"
RESOLVERS = "resolvers"
DEFAULT_MAX_WAIT = 330.0
"""Seconds: one quota window of the hub, and a little."""

EDGE = "the server, or a gateway before it, turns calls away without naming a quota of the Hub"
"""What a 429 without the Hub's headers means; a token changes nothing about it."""

_RATE = re.compile(r'"(\w{1,32})"\s*;\s*r\s*=\s*(\d{1,12})\s*;\s*t\s*=\s*(\d{1,12})')
_POLICY = re.compile(r"q\s*=\s*(\d{1,12})\s*;\s*w\s*=\s*(\d{1,12})")
_SLACK = 1.0  # the header rounds its seconds down
_DEFAULT_BLOCK = 30.0  # how long a 429 without any number blocks
_SAME_WINDOW = 2.5  # seconds by which two answers of one window may differ about its end


class QuotaError(Exception):
    """The quota is used up for longer than the user allows to wait."""

    def __init__(
        self, bucket: str, seconds: float, max_wait: float, *, is_edge: bool = False
    ) -> None:
        left = math.ceil(seconds)
        why = (
            f"{EDGE} (429), and is left alone for {left} s more"
            if is_edge
            else f"the hub's quota of {bucket} calls is used up for {left} s more"
        )
        super().__init__(f"{why}; waiting is limited to {max_wait:g} s in all")
        self.bucket = bucket
        self.seconds = seconds
        self.is_edge = is_edge
        """It is not the Hub's quota."""


@dataclass
class _Bucket:
    remaining: int | None = None
    limit: int | None = None
    resets_at: float = 0.0
    blocked_until: float = 0.0
    is_edge: bool = False
    """What blocks is no quota of the Hub."""
    in_flight: int = 0
    charged_until: float = 0.0
    """Waiting up to here is already counted against `max_wait`."""


@dataclass(frozen=True)
class Budget:
    """What is known of one bucket now; None where the hub has not reported it."""

    remaining: int | None
    limit: int | None
    resets_in: float | None


def new_window(limit: int | None, in_flight: int) -> tuple[int | None, float]:
    """What is left once a window is over, and until when: until the
    next answer, where it is known at all."""
    return (None, 0.0) if limit is None else (limit - in_flight, math.inf)


def newest(left: int, resets_at: float, known: int | None, known_resets_at: float) -> int:
    """What is left after one more answer.

    Answers overtake each other: in one window the least is the newest.
    """
    is_same_window = known is not None and abs(resets_at - known_resets_at) < _SAME_WINDOW
    return min(left, known) if is_same_window and known is not None else left


class Limiter:
    """Lets a call through, or makes its worker wait, so that a 429 never
    comes; and when one does, stops all workers.

    `max_wait` is the longest that quota may delay the whole run, not one call: a hub that says 429
    for ever ends in an error. Time is counted once, however many workers wait through it.
    """

    def __init__(
        self,
        *,
        max_wait: float = DEFAULT_MAX_WAIT,
        reserve: float = 0.02,
        on_wait: Callable[[float, str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.max_wait = max_wait
        self.waited = 0.0
        """Seconds of waiting granted so far."""
        self._reserve = reserve
        self._on_wait = on_wait
        self._clock = clock
        self._sleep = sleep
        self.calls: Counter[str] = Counter()
        """Let through so far, by bucket."""
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._edge_was_announced = False

    def begin(self) -> None:
        """What was waited so far counts no more: another run begins, by the quota that is known."""
        with self._lock:
            self.waited = 0.0

    def acquire(self, name: str, *, patient: bool = True) -> None:
        """Take one call from the bucket, sleeping first where that is needed.

        Raises QuotaError instead of sleeping too long.

        What is not patient does not sleep at all, and counts nothing against `max_wait`.
        """
        while (seconds := self._take(name, patient)) > 0:
            self._sleep(seconds)

    def _take(self, name: str, patient: bool) -> float:
        """0 when the call may go, else how long to sleep before asking again."""
        with self._lock:
            bucket = self._buckets.setdefault(name, _Bucket())
            now = self._clock()
            until = self._closed_until(bucket, now)
            if until <= now:
                bucket.in_flight += 1
                self.calls[name] += 1
                if bucket.remaining is not None:
                    bucket.remaining -= 1
                return 0.0
            if not patient:
                raise QuotaError(name, until - now, 0.0, is_edge=bucket.is_edge)
            announced = self._charge(name, bucket, now, until)
            cause = EDGE if bucket.is_edge else name
        if announced and self._on_wait is not None:
            self._on_wait(until - now, cause)
        return until - now

    def _closed_until(self, bucket: _Bucket, now: float) -> float:
        if bucket.remaining is not None and now >= bucket.resets_at:
            bucket.remaining, bucket.resets_at = new_window(bucket.limit, bucket.in_flight)
        if bucket.blocked_until > now:
            return bucket.blocked_until
        bucket.is_edge = False
        reserved = math.floor((bucket.limit or 0) * self._reserve)
        if (
            bucket.remaining is not None
            and bucket.remaining <= reserved
            and not math.isinf(bucket.resets_at)
        ):
            return bucket.resets_at + _SLACK
        return now

    def _charge(self, name: str, bucket: _Bucket, now: float, until: float) -> bool:
        """Count the wait against the budget; whether it is a new
        one that the user should hear of."""
        extra = until - max(now, bucket.charged_until)
        if extra <= 0.01:
            return False
        if self.waited + extra > self.max_wait:
            raise QuotaError(name, until - now, self.max_wait, is_edge=bucket.is_edge)
        self.waited += extra
        bucket.charged_until = until
        # A gateway that blocks again and again is announced once; a new window of quota is news.
        is_news = not (bucket.is_edge and self._edge_was_announced)
        self._edge_was_announced |= bucket.is_edge
        return is_news

    def report(self, name: str, headers: Mapping[str, str], *, limited: bool = False) -> None:
        """Learn from an answer's headers and give the call back; `limited` says that it was a 429.

        Call it once for each `acquire`.
        """
        rate, policy = (
            _RATE.search(headers.get("RateLimit", "")),
            _POLICY.search(headers.get("RateLimit-Policy", "")),
        )
        with self._lock:
            bucket = self._buckets.setdefault(name, _Bucket())
            bucket.in_flight = max(0, bucket.in_flight - 1)
            now = self._clock()
            # The hub may count a hop in another bucket than we thought; its
            # numbers say nothing of this one then.
            if rate and rate[1] == name:
                bucket.limit = int(policy[1]) if policy else bucket.limit
                self._learn(bucket, int(rate[2]), now + int(rate[3]))
            if limited:
                retry_after = _retry_after(headers)
                left = int(rate[3]) if rate else None
                seconds = max(
                    (value for value in (retry_after, left) if value is not None),
                    default=_DEFAULT_BLOCK,
                )
                bucket.blocked_until = max(bucket.blocked_until, now + seconds + _SLACK)
                bucket.is_edge = not is_quota(headers)

    def release(self, name: str) -> None:
        """Give back a call that got no answer."""
        with self._lock:
            bucket = self._buckets.setdefault(name, _Bucket())
            bucket.in_flight = max(0, bucket.in_flight - 1)

    @staticmethod
    def _learn(bucket: _Bucket, remaining: int, resets_at: float) -> None:
        left = remaining - bucket.in_flight
        bucket.remaining = newest(left, resets_at, bucket.remaining, bucket.resets_at)
        bucket.resets_at = resets_at

    def budget(self, name: str) -> Budget:
        """What is left in a bucket, for planning a big job."""
        with self._lock:
            bucket = self._buckets.get(name, _Bucket())
            known = bucket.remaining is not None and not math.isinf(bucket.resets_at)
            return Budget(
                bucket.remaining,
                bucket.limit,
                max(0.0, bucket.resets_at - self._clock()) if known else None,
            )


def is_quota(headers: Mapping[str, str]) -> bool:
    """Whether an answer carries the Hub's account of a quota."""
    return bool(_RATE.search(headers.get("RateLimit", "")))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time()) if value else None
    except (ValueError, TypeError, OverflowError):
        return None
