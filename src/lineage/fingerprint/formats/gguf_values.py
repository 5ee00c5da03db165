"""GGUF's key-value section, read forwards: scalars kept, arrays stepped over, every count checked against the file's size."""

from __future__ import annotations

import struct

from lineage.fingerprint.ranges import ByteRanges, RefusedError

_SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_STRING, _ARRAY = 8, 9
_KEPT_TEXT = 4096
BIG_ARRAY = 2000
"""String arrays from this many entries on are a tokenizer: megabytes that hold nothing we need."""

Fact = str | int | float | bool


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
        if length < 0 or self.at + length > self.ranges.size:
            raise self.ranges.refused("its header claims more than the file holds")
        self.at += length


class BigArrayError(Exception):
    """Met a tokenizer: the caller decides whether to look for the tensor table behind it or to read through."""

    def __init__(self, key: str, entries: int) -> None:
        super().__init__(key)
        self.key = key
        self.entries = entries


def read_facts(cursor: Cursor, count: int, facts: dict[str, Fact], *, through: bool) -> None:
    """Read `count` key-values into `facts`. Unless `through`, raises BigArrayError at the first tokenizer array."""
    for _ in range(count):
        key = _text(cursor, 1024)
        _value(cursor, key, cursor.number("<I"), facts, through)


def _text(cursor: Cursor, most: int) -> str:
    length = cursor.number("<Q")
    if length > most:
        raise cursor.ranges.refused(f"a key of {length} bytes")
    return cursor.bytes(length).decode("utf-8", "replace")


def _value(cursor: Cursor, key: str, kind: int, facts: dict[str, Fact], through: bool) -> None:
    if kind in _SCALARS:
        form = _SCALARS[kind]
        facts[key] = struct.unpack(form, cursor.bytes(struct.calcsize(form)))[0]
    elif kind == _STRING:
        length = cursor.number("<Q")
        if length <= _KEPT_TEXT:
            facts[key] = cursor.bytes(length).decode("utf-8", "replace")
        else:
            cursor.skip(length)
    elif kind == _ARRAY:
        _array(cursor, key, facts, through)
    else:
        raise cursor.ranges.refused(f"{key[:60]!r} has the unknown type {kind}")


def _array(cursor: Cursor, key: str, facts: dict[str, Fact], through: bool) -> None:
    kind, entries = cursor.number("<I"), cursor.number("<Q")
    facts[f"{key}.length"] = entries
    if kind in _SCALARS:
        cursor.skip(entries * struct.calcsize(_SCALARS[kind]))
    elif kind == _STRING:
        if entries * 8 > cursor.ranges.size - cursor.at:
            raise cursor.ranges.refused(f"{key[:60]!r} claims {entries} texts")
        if entries >= BIG_ARRAY and not through:
            raise BigArrayError(key, entries)
        for _ in range(entries):
            cursor.skip(cursor.number("<Q"))
    else:
        raise RefusedError(
            f"{cursor.ranges.name}: {key[:60]!r} is an array of arrays or of an unknown type."
        )
