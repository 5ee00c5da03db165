"""GGUF's key-value section, read forwards: scalars kept, arrays stepped
over, every count checked against the file's size."""

from __future__ import annotations

import struct

from lineage.core.gguf import Fact, GgufLayout, Limits, MalformedError, key_values
from lineage.fingerprint.ranges import ByteRanges

_LONGEST_KEY = 1024
_KEPT_TEXT = 4096
BIG_ARRAY = 2000
"""String arrays from this many entries on are a tokenizer: megabytes that hold nothing we need."""
_LAYOUT = GgufLayout()


class Cursor:
    """Reads forwards through a file in chunks that grow, so that a short header stays cheap."""

    def __init__(self, ranges: ByteRanges, at: int, chunk: int = 16 * 1024) -> None:
        self.ranges = ranges
        self.at = at
        self._begin = at
        self._data = b""
        self._chunk = chunk

    def bytes(self, length: int) -> bytes:
        """The next `length` bytes. Raises RefusedError at the end of the file."""
        offset = self.at - self._begin
        if offset + length > len(self._data):
            if self.at + length > self.ranges.size:
                raise self.ranges.refused("its header runs past the end of the file")
            want = min(max(length, self._chunk), self.ranges.size - self.at)
            self._begin, self._data, offset = self.at, self.ranges.take(self.at, want), 0
            self._chunk = min(2 * self._chunk, 1024 * 1024)
        self.at += length
        return self._data[offset : offset + length]

    def number(self, form: str) -> int:
        """One little-endian integer."""
        value: int = struct.unpack(form, self.bytes(struct.calcsize(form)))[0]
        return value

    def skip(self, length: int) -> None:
        """Step over bytes without reading them."""
        self.need(length)
        self.at += length

    def need(self, length: int) -> None:
        """Raises RefusedError where fewer bytes follow."""
        if length < 0 or self.at + length > self.ranges.size:
            raise self.ranges.refused("its header claims more than the file holds")


def read_facts(cursor: Cursor, count: int, facts: dict[str, Fact], *, through: bool) -> None:
    """Read `count` key-values into `facts`.

    Unless `through`, raises BigArrayError at the first tokenizer array.
    """
    limits = Limits(_LONGEST_KEY, _KEPT_TEXT, big_array=None if through else BIG_ARRAY)
    try:
        facts.update(
            key_values(cursor, _LAYOUT, count, limits)
        )  # one by one: what was read is kept
    except MalformedError as problem:
        raise cursor.ranges.refused(str(problem)) from problem
