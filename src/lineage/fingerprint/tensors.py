"""What a weights file holds: named tensors that can be read in part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lineage.fingerprint.encodings import Encoding
from lineage.fingerprint.ranges import ByteRanges

MAX_TENSORS = 500_000
MAX_NAME = 1000
MAX_DIMENSIONS = 8


@dataclass(frozen=True)
class Tensor:
    """One named tensor and where its numbers are.

    Shapes are row-major: the last dimension is contiguous.
    """

    name: str
    encoding: Encoding
    shape: tuple[int, ...]
    start: int
    """Offset of the first byte in the file."""
    length: int

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def is_readable(self) -> bool:
        """Whether its numbers can be decoded here."""
        return self.encoding.decode is not None


class WeightFile(Protocol):
    """The tensors of one model, in one file or many; a table may be
    read only when a name of it is asked for."""

    def names(self) -> Sequence[str]:
        """Every tensor's name, without reading more than an index."""

    def tensor(self, name: str) -> Tensor:
        """Shape and place of one tensor. Raises RefusedError."""

    def numbers(self, name: str, first: int, count: int) -> Sequence[float]:
        """`count` numbers from position `first` of the flattened tensor. Raises RefusedError."""


class TableFile:
    """One file whose whole tensor table is known."""

    def __init__(self, ranges: ByteRanges, tensors: Sequence[Tensor]) -> None:
        self.ranges = ranges
        self._tensors = {tensor.name: tensor for tensor in tensors}
        if len(self._tensors) != len(tensors):
            raise ranges.refused("two tensors have the same name")

    def names(self) -> Sequence[str]:
        """In the file's order."""
        return list(self._tensors)

    def tensor(self, name: str) -> Tensor:
        """As the file's table has it."""
        if name not in self._tensors:
            raise self.ranges.refused(f"there is no tensor {name[:80]!r}")
        return self._tensors[name]

    def numbers(self, name: str, first: int, count: int) -> Sequence[float]:
        """Decoded from exactly the bytes that hold them."""
        return decode(self.ranges, self.tensor(name), first, count)


def decode(ranges: ByteRanges, tensor: Tensor, first: int, count: int) -> Sequence[float]:
    """Numbers `first` to `first + count`.

    Raises RefusedError where the encoding is not decoded here or blocks are cut.
    """
    encoding = tensor.encoding
    start, length = encoding.size(first), encoding.size(count)
    if encoding.decode is None or start is None or length is None:
        raise ranges.refused(
            f"{tensor.name[:80]} is stored as {encoding.name}, which is not decoded"
        )
    if first < 0 or count < 0 or first + count > tensor.count:
        raise ranges.refused(f"{tensor.name[:80]} has {tensor.count} numbers, not {first + count}")
    return encoding.decode(ranges.take(tensor.start + start, length))


def checked(ranges: ByteRanges, tensors: Sequence[Tensor], begin: int) -> Sequence[Tensor]:
    """The same tensors, or RefusedError where one lies outside the data,
    two overlap, or a size contradicts its shape."""
    if len(tensors) > MAX_TENSORS:
        raise ranges.refused(f"{len(tensors)} tensors are more than any model has")
    end = begin
    for tensor in sorted(tensors, key=lambda t: (t.start, t.length)):
        expected = tensor.encoding.size(tensor.count)
        if expected != tensor.length:
            raise ranges.refused(
                f"{tensor.name[:80]} has {tensor.length} bytes where its shape needs {expected}"
            )
        if tensor.length and tensor.start < end:
            raise ranges.refused(f"{tensor.name[:80]} overlaps another tensor or the header")
        if tensor.start + tensor.length > ranges.size:
            raise ranges.refused(
                f"{tensor.name[:80]} ends at {tensor.start + tensor.length}, after the file's "
                f"{ranges.size} bytes"
            )
        end = max(end, tensor.start + tensor.length)
    return tensors
