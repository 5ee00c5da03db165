"""Asks for the files that nearly every repo has together with its
record, so that both come in one round trip.

A prefetched file is used only when the commit and the size that came with it are
those of the record; otherwise the file is read again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass

PATHS = ("README.md", "config.json")
_SHARE = 20
"""At most one in so many models may turn out to show no files."""
CAP = 1 << 20
"""Bytes of one prefetched file; a longer one is read when it is needed."""


@dataclass(frozen=True)
class PrefetchedFile:
    """What came for a prefetched file: its bytes, and the commit that the hub says they are of."""

    body: bytes
    commit: str | None


class FilePrefetch:
    """Reads in progress for models whose records are being fetched.

    Each is used at most once and then forgotten.
    """

    def __init__(
        self, fetch: Callable[[ModelRef, str], PrefetchedFile | None], workers: int
    ) -> None:
        self._fetch = fetch
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="lineage-prefetch")
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], Future[PrefetchedFile | None]] = {}
        self._closed = False
        self._begun = self._in_vain = 0

    def begin(self, ref: ModelRef) -> bool:
        """Ask for the usual files of a model, unless too many so far were asked for in vain;
        `take` returns what came of it."""
        with self._lock:
            if self._in_vain * _SHARE > self._begun:
                return False
            self._begun += 1
            for path in PATHS:
                place = (ref.id.casefold(), path)
                if not self._closed and place not in self._under_way:
                    self._under_way[place] = self._pool.submit(self._fetch, ref, path)
        return True

    def failed(self, ref: ModelRef) -> None:
        """The model turned out to be gated or not there."""
        with self._lock:
            self._in_vain += 1
            for path in PATHS:
                self._under_way.pop((ref.id.casefold(), path), None)

    def take(self, record: ModelRecord, path: str, start: int, end: int | None) -> bytes | None:
        """The bytes, where the prefetch was right; None where the file has to be read."""
        with self._lock:
            asked = self._under_way.pop((record.requested.casefold(), path), None)
        fetched = asked.result() if asked is not None else None
        entry = record.file(path)
        if fetched is None or entry is None or fetched.commit != record.revision:
            return None
        # Where the list gives no size, what ends before the bound is the whole file.
        is_whole = (
            len(fetched.body) < CAP if entry.size is None else len(fetched.body) == entry.size
        )
        return (
            fetched.body[start:end]
            if is_whole or (end is not None and end <= len(fetched.body))
            else None
        )

    def close(self) -> None:
        """Ask for nothing more and forget what was asked."""
        with self._lock:
            self._closed = True
            self._under_way.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
