"""Finds GGUF's tensor table behind a tokenizer of megabytes with a
dozen small probes instead of reading through.

A probe shows whether it landed in the tokenizer (chains of short texts, small integers, prose), in
the table (entries that follow each other), or in the weights (neither), which allows halving. What
is found is believed only when the number of entries, the contiguity of the data and the size of the
file all agree; otherwise the caller reads through.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from lineage.core.word import Word
from lineage.fingerprint.blocks import GGML
from lineage.fingerprint.ranges import ByteRanges

PROBE = 2048
_PART = 512
_LONGEST_ENTRY = 8 + 128 + 4 + 4 * 8 + 4 + 8
_SHORTEST_ENTRY = 8 + 1 + 4 + 8 + 4 + 8
_STEP_BACK = 4096
_BYTES_PER_TOKEN = 39
"""Tokens, types and merges together, of large byte-pair tokenizers; only the first estimate."""


class Landing(Word):
    """Where a probe landed."""

    TOKENIZER = "tokenizer"
    TABLE = "table"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class TableEntry:
    """One row of the tensor table."""

    name: str
    dimensions: tuple[int, ...]
    """As the file has them: the contiguous one first."""
    kind: int
    offset: int
    end: int
    """Position after the entry, in the buffer it was read from."""


def parse_entry(data: bytes, at: int) -> TableEntry | None:
    """The table row at `at`, or None where the bytes are not such row or are cut."""
    if at < 0 or at + _SHORTEST_ENTRY > len(data):
        return None
    (length,) = struct.unpack_from("<Q", data, at)
    place = at + 8 + length
    if not 1 <= length <= 128 or place + 4 > len(data):
        return None
    name = data[at + 8 : place]
    (rank,) = struct.unpack_from("<I", data, place)
    if (
        not 1 <= rank <= 4
        or place + 4 + 8 * rank + 12 > len(data)
        or any(c < 0x20 or c > 0x7E for c in name)
    ):
        return None
    dimensions = struct.unpack_from(f"<{rank}Q", data, place + 4)
    kind, offset = struct.unpack_from("<IQ", data, place + 4 + 8 * rank)
    if kind not in GGML or max(dimensions) > 2**40 or offset > 2**60:
        return None
    return TableEntry(name.decode("ascii"), dimensions, kind, offset, place + 16 + 8 * rank)


def classify(data: bytes) -> tuple[Landing, int]:
    """What these bytes are part of, and for the table the position of the first whole entry."""
    for at in range(len(data)):
        first = parse_entry(data, at)
        second = first and parse_entry(data, first.end)
        if second and parse_entry(data, second.end):
            return Landing.TABLE, at
    # A window may lie across the border of two regions; the tokenizer
    # always comes first, so any part of it decides.
    parts = [data[at : at + _PART] for at in range(0, len(data), _PART)]
    if _is_text_chain(data) or any(
        _is_small_numbers(part) or _is_prose(part) or _is_text_chain(part) for part in parts
    ):
        return Landing.TOKENIZER, 0
    return Landing.WEIGHTS, 0


def _is_text_chain(data: bytes) -> bool:
    for at in range(min(len(data) - 8, 260)):
        place, links = at, 0
        while place + 8 <= len(data):
            (length,) = struct.unpack_from("<Q", data, place)
            if not 1 <= length <= 600:
                break
            place, links = place + 8 + length, links + 1
        if links >= 4 and place + 8 > len(data):
            return True
    return False


def _is_small_numbers(data: bytes) -> bool:
    for shift in range(4):
        words = len(data[shift:]) // 4
        whole = struct.unpack_from(f"<{words}I", data, shift)
        if whole and max(whole) <= 8 and any(whole):
            return True
        scores = struct.unpack_from(f"<{words}f", data, shift)
        if (
            len(set(scores)) > 8
            and all(abs(s) < 2**24 and s == int(s) for s in scores if s == s)
            and all(s == s for s in scores)
        ):
            return True
    return False


def _is_prose(data: bytes) -> bool:
    return sum(0x20 <= c < 0x7F or c in b"\n\r\t" for c in data) > 0.9 * len(data)


def find_table(
    ranges: ByteRanges, low: int, tokens: int, count: int
) -> tuple[Sequence[TableEntry], int] | None:
    """All `count` entries and the position after the last, or None where
    the search did not end at a whole table."""
    high = min(ranges.size, low + max(2**20, 120 * tokens))
    middle = min(low + _BYTES_PER_TOKEN * tokens, (low + high) // 2)
    while high - low > PROBE:
        landing, at = classify(ranges.prefetch(middle, PROBE))
        if landing is Landing.TABLE:
            return _whole_table(ranges, middle + at, count)
        low, high = (middle, high) if landing is Landing.TOKENIZER else (low, middle)
        middle = (low + high) // 2
    return None


def _whole_table(
    ranges: ByteRanges, inside: int, count: int
) -> tuple[Sequence[TableEntry], int] | None:
    begin = _first_entry(ranges, inside, count)
    entries: list[TableEntry] = []
    at, data = begin, b""
    while len(entries) < count:
        entry = parse_entry(data, at - begin)
        if entry is None:
            want = min(ranges.size - begin, len(data) + max(4096, (count - len(entries)) * 72))
            if want <= len(data) or (entries and at - begin + _LONGEST_ENTRY < len(data)):
                return None
            data += ranges.take(begin + len(data), want - len(data))
            if parse_entry(data, at - begin) is None:
                return None
            continue
        entries.append(entry)
        at = begin + entry.end
    return entries, at


def _first_entry(ranges: ByteRanges, known: int, count: int) -> int:
    """Step back from a known entry, entry by entry, until nothing ends where it begins."""
    data, begin, at = b"", known, known
    for _ in range(count):
        if at - begin < _LONGEST_ENTRY and begin > 0:
            start = max(0, begin - _STEP_BACK)
            data, begin = ranges.prefetch(start, begin - start) + data[: _LONGEST_ENTRY * 4], start
        previous = _ending_at(data, at - begin)
        if previous is None:
            break
        at = begin + previous
    return at


def _ending_at(data: bytes, end: int) -> int | None:
    for start in range(end - _SHORTEST_ENTRY, max(-1, end - _LONGEST_ENTRY - 1), -1):
        entry = parse_entry(data, start)
        if entry and entry.end == end:
            return start
    return None
