"""GGUF: key-values, a tensor table and aligned data; the table is found
without reading the tokenizer where that can be done."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.core.gguf import MAGIC, BigArrayError, Fact
from lineage.fingerprint.blocks import GGML
from lineage.fingerprint.formats.gguf_search import TableEntry, find_table, parse_entry
from lineage.fingerprint.formats.gguf_values import Cursor, read_facts
from lineage.fingerprint.ranges import ByteRanges, RefusedError
from lineage.fingerprint.tensors import MAX_TENSORS, TableFile, Tensor, checked

FIRST_READ = 16 * 1024
_DEFAULT_ALIGNMENT = 32


class GgufFile(TableFile):
    """A GGUF file's tensors, and the key-values read before them."""

    def __init__(
        self,
        ranges: ByteRanges,
        tensors: Sequence[Tensor],
        facts: dict[str, Fact],
        *,
        searched: bool,
    ) -> None:
        super().__init__(ranges, tensors)
        self.facts = facts
        self.searched = searched
        """Whether the table was found by probing; the key-values
        after the tokenizer are then unknown."""


def open_gguf(ranges: ByteRanges, *, thorough: bool = False) -> GgufFile:
    """Read key-values and tensor table.

    `thorough` reads through the tokenizer instead of looking behind it. Raises RefusedError.
    """
    ranges.prefetch(0, FIRST_READ)
    if ranges.take(0, 4) != MAGIC:
        raise ranges.refused("it does not begin as GGUF does")
    cursor = Cursor(ranges, 4)
    version = cursor.number("<I")
    if version not in (2, 3):
        raise ranges.refused(f"GGUF version {version} (or big-endian) is not read")
    count, pairs = cursor.number("<Q"), cursor.number("<Q")
    if count > MAX_TENSORS or count * 33 > ranges.size or pairs * 13 > ranges.size:
        raise ranges.refused(f"it claims {count} tensors and {pairs} key-values")
    facts: dict[str, Fact] = {}
    begin = cursor.at
    try:
        read_facts(cursor, pairs, facts, through=thorough)
    except BigArrayError as tokenizer:
        found = _searched(ranges, cursor.at, tokenizer.entries, count, facts)
        if found:
            return found
        cursor = Cursor(ranges, begin, chunk=256 * 1024)
        facts = {}
        read_facts(cursor, pairs, facts, through=True)
    return GgufFile(ranges, _tensors(ranges, *_table(cursor, count), facts), facts, searched=False)


def _searched(
    ranges: ByteRanges, low: int, tokens: int, count: int, facts: dict[str, Fact]
) -> GgufFile | None:
    found = find_table(ranges, low, tokens, count)
    if found is None:
        return None
    try:
        tensors = _tensors(ranges, *found, facts)
    except RefusedError:
        # The probes were fooled. Reading through decides, and refuses with its own reason.
        return None
    last = max((t.start + t.length for t in tensors), default=0)
    return (
        GgufFile(ranges, tensors, facts, searched=True)
        if ranges.size - last < _alignment(facts)
        else None
    )


def _table(cursor: Cursor, count: int) -> tuple[list[TableEntry], int]:
    entries: list[TableEntry] = []
    for _ in range(count):
        start = cursor.at
        window = cursor.ranges.size - start
        data = _peek(cursor, min(window, 184))
        entry = parse_entry(data, 0)
        if entry is None:
            raise cursor.ranges.refused(
                f"row {len(entries) + 1} of its tensor table cannot be read"
            )
        cursor.at = start + entry.end
        entries.append(entry)
    return entries, cursor.at


def _peek(cursor: Cursor, length: int) -> bytes:
    at = cursor.at
    data = cursor.bytes(length)
    cursor.at = at
    return data


def _alignment(facts: dict[str, Fact]) -> int:
    value = facts.get("general.alignment", _DEFAULT_ALIGNMENT)
    return value if isinstance(value, int) and 1 <= value <= 2**20 else _DEFAULT_ALIGNMENT


def _tensors(
    ranges: ByteRanges, entries: Sequence[TableEntry], end: int, facts: dict[str, Fact]
) -> Sequence[Tensor]:
    alignment = _alignment(facts)
    data = -(-end // alignment) * alignment
    tensors = []
    for entry in entries:
        encoding = GGML[entry.kind]
        shape = tuple(reversed(entry.dimensions))
        tensor = Tensor(entry.name, encoding, shape, data + entry.offset, 0)
        length = encoding.size(tensor.count)
        if length is None:
            raise ranges.refused(f"{entry.name[:80]} does not fill whole {encoding.name} blocks")
        tensors.append(Tensor(entry.name, encoding, shape, data + entry.offset, length))
    return checked(ranges, tensors, data)
