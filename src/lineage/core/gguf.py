"""GGUF's key-values, read forwards from any bytes: one parser
for a file's head and for a whole file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Protocol

from lineage.core.value import dataclass

MAGIC = b"GGUF"
_SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING, _ARRAY = 8, 9

Fact = str | int | float | bool


class MalformedError(ValueError):
    """Bytes that are not key-values of this format; the text is a clause."""


class BigArrayError(Exception):
    """Met an array of texts so long that it is a tokenizer:
    the caller decides whether to read on."""

    def __init__(self, key: str, entries: int) -> None:
        super().__init__(key)
        self.key = key
        self.entries = entries


class Forwards(Protocol):
    """Bytes that are read forwards.

    Each method raises the reader's own error where the bytes end first.
    """

    def bytes(self, length: int) -> bytes:
        """The next `length` bytes."""

    def skip(self, length: int) -> None:
        """Step over bytes."""

    def need(self, length: int) -> None:
        """Nothing, where so many bytes follow."""


@dataclass(frozen=True)
class GgufLayout:
    """How numbers are written in one file: byte order, and the width of a length."""

    order: str = "<"
    length: str = "Q"


@dataclass(frozen=True)
class Limits:
    """What of a file's key-values is taken for what it says."""

    longest_key: int
    longest_text: int
    """A longer value is stepped over."""
    deepest_array: int = 0
    """How often an array may be nested in an array."""
    big_array: int | None = None
    """From this many texts on an array raises BigArrayError; None never."""


def layout_of(version: bytes) -> tuple[int, GgufLayout]:
    """Version and layout by the four bytes behind the magic; a
    big-endian file is recognised by its small number."""
    little, big = int.from_bytes(version, "little"), int.from_bytes(version, "big")
    order = ">" if 0 < big < 100 and not 0 < little < 100 else "<"
    number = big if order == ">" else little
    return number, GgufLayout(order, "I" if number == 1 else "Q")


def read_number(source: Forwards, layout: GgufLayout, code: str) -> int:
    """One number in the file's byte order."""
    return int(struct.unpack(layout.order + code, source.bytes(struct.calcsize(code)))[0])


def key_values(
    source: Forwards, layout: GgufLayout, count: int, limits: Limits
) -> Iterator[tuple[str, Fact]]:
    """Each key and value in turn; of an array its length, under `KEY.length`.

    Raises MalformedError and the source's own errors.
    """
    for _ in range(count):
        length = read_number(source, layout, layout.length)
        if length > limits.longest_key:
            raise MalformedError(f"a key of {length} bytes")
        key = source.bytes(length).decode("utf-8", "replace")
        kind = read_number(source, layout, "I")
        if kind in _SCALARS:
            code = _SCALARS[kind]
            (value,) = struct.unpack(layout.order + code, source.bytes(struct.calcsize(code)))
            yield key, value
        elif kind == _STRING:
            size = read_number(source, layout, layout.length)
            if size <= limits.longest_text:
                yield key, source.bytes(size).decode("utf-8", "replace")
            else:
                source.skip(size)
        elif kind == _ARRAY:
            inner, entries = (
                read_number(source, layout, "I"),
                read_number(source, layout, layout.length),
            )
            yield f"{key}.length", entries
            _skip_array(source, layout, key, inner, entries, limits, 0)
        else:
            raise MalformedError(f"{key[:60]!r} has the unknown type {kind}")


def _skip_array(
    source: Forwards,
    layout: GgufLayout,
    key: str,
    kind: int,
    entries: int,
    limits: Limits,
    depth: int,
) -> None:
    width = struct.calcsize(layout.order + layout.length)
    if kind in _SCALARS:
        source.skip(entries * struct.calcsize(_SCALARS[kind]))
    elif kind == _STRING:
        if limits.big_array is not None and entries >= limits.big_array:
            source.need(entries * width)
            raise BigArrayError(key, entries)
        for _ in range(_checked(source, entries, width)):
            source.skip(read_number(source, layout, layout.length))
    elif kind == _ARRAY and depth < limits.deepest_array:
        for _ in range(_checked(source, entries, 4 + width)):
            inner, count = (
                read_number(source, layout, "I"),
                read_number(source, layout, layout.length),
            )
            _skip_array(source, layout, key, inner, count, limits, depth + 1)
    else:
        raise MalformedError(f"{key[:60]!r} is an array of arrays or of an unknown type")


def _checked(source: Forwards, entries: int, least: int) -> int:
    """How many entries to walk, which cannot be more than the bytes hold."""
    source.need(entries * least)
    return entries
