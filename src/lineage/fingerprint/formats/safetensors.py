"""The safetensors header: eight bytes of length, then JSON that names each tensor's place."""

from __future__ import annotations

from typing import Any

from lineage.core.safetensors import METADATA, HeaderError, header_length, parse_header
from lineage.fingerprint.encodings import PLAIN, Encoding
from lineage.fingerprint.ranges import ByteRanges
from lineage.fingerprint.tensors import MAX_DIMENSIONS, MAX_NAME, TableFile, Tensor, checked

FIRST_READ = 16 * 1024
MAX_HEADER = 32 * 2**20
"""The format allows 100 MB; the largest real shard header seen is under 1 MB."""
_DTYPES = PLAIN | {"F8_E4M3FN": PLAIN["F8_E4M3"]}


def open_safetensors(ranges: ByteRanges) -> TableFile:
    """Read the header only. Raises RefusedError."""
    ranges.prefetch(0, FIRST_READ)
    try:
        length = header_length(ranges.take(0, 8), min(MAX_HEADER, ranges.size - 8))
        header = parse_header(ranges.take(8, length))
    except HeaderError as problem:
        raise ranges.refused(str(problem)) from problem
    header.pop(METADATA, None)
    begin = 8 + length
    tensors = [_tensor(ranges, name, entry, begin) for name, entry in header.items()]
    return TableFile(ranges, checked(ranges, tensors, begin))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62


def _tensor(ranges: ByteRanges, name: str, entry: Any, begin: int) -> Tensor:
    shape = entry.get("shape") if isinstance(entry, dict) else None
    offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
    if (
        len(name) > MAX_NAME
        or not isinstance(shape, list)
        or not isinstance(offsets, list)
        or len(offsets) != 2
    ):
        raise ranges.refused(f"the entry of {name[:80]!r} has not the form of a tensor")
    if (
        len(shape) > MAX_DIMENSIONS
        or not all(map(_whole, shape))
        or not all(map(_whole, offsets))
        or offsets[0] > offsets[1]
    ):
        raise ranges.refused(f"the entry of {name[:80]!r} has impossible dimensions or offsets")
    length = offsets[1] - offsets[0]
    encoding = _DTYPES.get(str(entry.get("dtype")))
    if encoding is None:
        # A type newer than this reader: its place is kept so that overlaps
        # are seen, its numbers are never read.
        return Tensor(
            name,
            Encoding(str(entry.get("dtype"))[:20], 1, 1),
            (length,),
            begin + offsets[0],
            length,
        )
    return Tensor(name, encoding, tuple(shape), begin + offsets[0], length)
