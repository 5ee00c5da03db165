"""Bytes of one weights file, read by range, counted and
bounded: what every format reader uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lineage.core.errors import ReadError

ReadRange = Callable[[int, int], bytes]
"""Bytes from the first offset up to the second (exclusive) of one file."""

MAX_READ = 64 * 2**20
"""No single read is longer, whatever a header says."""


class RefusedError(ReadError):
    """A weights file that is truncated, contradicts itself, or
    asks for more than any real file needs."""


@dataclass
class Tally:
    """What looking at weights cost so far, and the most it may cost."""

    bytes: int = 0
    requests: int = 0
    max_bytes: int = 256 * 2**20
    max_requests: int = 4000

    def count(self, length: int) -> None:
        """Add one request, or raise RefusedError where a bound is hit."""
        if self.requests + 1 > self.max_requests or self.bytes + length > self.max_bytes:
            raise RefusedError(
                f"Reading stopped at the bound of {self.max_bytes // 2**20} MB in "
                f"{self.max_requests} requests.",
                "Point at one smaller weights file of the model.",
            )
        self.requests += 1
        self.bytes += length


class ByteRanges:
    """One file: checked ranges, nothing read twice that `prefetch` kept."""

    def __init__(self, name: str, size: int, read: ReadRange, tally: Tally) -> None:
        self.name = name
        self.size = size
        self.tally = tally
        self._read = read
        self._cached: list[tuple[int, bytes]] = []

    def take(self, start: int, length: int) -> bytes:
        """Exactly `length` bytes at `start`.

        Raises RefusedError where the file cannot hold them or ends early.
        """
        if start < 0 or length < 0 or start + length > self.size:
            raise self.refused(
                f"bytes {start} to {start + length} lie outside the file of {self.size} bytes"
            )
        if length > MAX_READ:
            raise self.refused(f"{length} bytes at once are more than is ever read")
        if not length:
            return b""
        head = self._from_cache(start, length)
        if len(head) == length:
            return head
        start, length = start + len(head), length - len(head)
        tail = self._cached_end(start, length)
        return head + self._fetch(start, length - len(tail)) + tail

    def prefetch(self, start: int, length: int) -> bytes:
        """Up to `length` bytes at `start` (fewer at the end of the
        file), kept for later calls of `take`."""
        data = self.take(start, max(0, min(length, self.size - start)))
        self._cached.append((start, data))
        return data

    def refused(self, why: str) -> RefusedError:
        """The error that names this file."""
        return RefusedError(f"{self.name}: {why}.")

    def _from_cache(self, start: int, length: int) -> bytes:
        best = b""
        for place, data in self._cached:
            if place <= start < place + len(data):
                part = data[start - place : start - place + length]
                best = part if len(part) > len(best) else best
        return best

    def _cached_end(self, start: int, length: int) -> bytes:
        end = start + length
        for place, data in self._cached:
            if start < place < end <= place + len(data):
                return data[: end - place]
        return b""

    def _fetch(self, start: int, length: int) -> bytes:
        self.tally.count(length)
        data = self._read(start, start + length)
        if len(data) != length:
            raise self.refused(
                f"{length} bytes were asked for at {start} and {len(data)} came: the file is "
                "truncated"
            )
        return data
