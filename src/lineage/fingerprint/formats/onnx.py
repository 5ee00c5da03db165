"""ONNX: initializers found by stepping through the protobuf, tags only;
payloads are skipped until they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lineage.fingerprint.encodings import PLAIN, Encoding
from lineage.fingerprint.ranges import ByteRanges
from lineage.fingerprint.tensors import MAX_DIMENSIONS, MAX_NAME, MAX_TENSORS, Tensor, decode

OpenBeside = Callable[[str], ByteRanges]
"""Opens a file named beside the model, for external data."""

_TYPES = {
    1: "F32",
    2: "U8",
    3: "I8",
    5: "I16",
    6: "I32",
    7: "I64",
    9: "BOOL",
    10: "F16",
    11: "F64",
    12: "U32",
    13: "U64",
    16: "BF16",
}
_GRAPH, _INITIALIZER = 7, 5
_DIMS, _TYPE, _FLOATS, _NAME, _RAW, _EXTERNAL, _LOCATION = 1, 2, 4, 8, 9, 13, 14
_WINDOW = 8192
_SMALL = 4096


class OnnxFile:
    """The initializers of one graph."""

    def __init__(
        self, ranges: ByteRanges, tensors: dict[str, tuple[Tensor, str]], beside: OpenBeside
    ) -> None:
        self.ranges = ranges
        self._tensors = tensors
        self._beside = beside
        self._opened: dict[str, ByteRanges] = {}

    def names(self) -> Sequence[str]:
        """In the graph's order."""
        return list(self._tensors)

    def tensor(self, name: str) -> Tensor:
        """As the graph describes it; the place counts within the file that holds the data."""
        if name not in self._tensors:
            raise self.ranges.refused(f"there is no initializer {name[:80]!r}")
        return self._tensors[name][0]

    def numbers(self, name: str, first: int, count: int) -> Sequence[float]:
        """Decoded from the model file or from the external file that the graph names."""
        tensor, where = self._tensors[name]
        if where and where not in self._opened:
            self._opened[where] = self._beside(where)
        ranges = self._opened[where] if where else self.ranges
        return decode(ranges, tensor, first, count)


def open_onnx(ranges: ByteRanges, beside: OpenBeside) -> OnnxFile:
    """Step through the model's tags.

    Raises RefusedError for anything that is not a protobuf, or whose lengths do not nest.
    """
    stream = _Stream(ranges)
    tensors: dict[str, tuple[Tensor, str]] = {}
    for number, begin, end in stream.fields(0, ranges.size):
        if number != _GRAPH:
            continue
        for inner, start, stop in stream.fields(begin, end):
            if inner == _INITIALIZER:
                tensor, where = _initializer(stream, start, stop)
                tensors.setdefault(tensor.name, (tensor, where))
            if len(tensors) > MAX_TENSORS:
                raise ranges.refused("it has more initializers than any model")
    if not tensors:
        raise ranges.refused("no initializer was found in it")
    return OnnxFile(ranges, tensors, beside)


class _Stream:
    """Protobuf fields over a window that moves forwards."""

    def __init__(self, ranges: ByteRanges) -> None:
        self.ranges = ranges
        self._begin = 0
        self._data = b""

    def bytes(self, at: int, length: int, end: int) -> bytes:
        if at + length > end:
            raise self.ranges.refused("a field runs past the message that holds it")
        if not self._begin <= at or at + length > self._begin + len(self._data):
            self._begin, self._data = (
                at,
                self.ranges.take(at, min(max(length, _WINDOW), self.ranges.size - at)),
            )
        return self._data[at - self._begin : at - self._begin + length]

    def varint(self, at: int, end: int) -> tuple[int, int]:
        value = 0
        for place in range(10):
            byte = self.bytes(at + place, 1, end)[0]
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                return value, at + place + 1
        raise self.ranges.refused("a number in it has no end")

    def fields(self, at: int, end: int) -> Iterator[tuple[int, int, int]]:
        """(field number, begin, end) of each field; for plain
        numbers the bytes of the number itself."""
        while at < end:
            key, at = self.varint(at, end)
            number, wire = key >> 3, key & 7
            begin = at
            if wire == 0:
                _, at = self.varint(at, end)
            elif wire == 2:
                length, begin = self.varint(at, end)
                at = begin + length
            elif wire in (1, 5):
                at += 8 if wire == 1 else 4
            else:
                raise self.ranges.refused(f"it is not an ONNX file (wire type {wire})")
            if at > end or not number:
                raise self.ranges.refused("a field runs past the message that holds it")
            yield number, begin, at


def _initializer(stream: _Stream, begin: int, end: int) -> tuple[Tensor, str]:
    shape: list[int] = []
    kind, name, raw, floats = 0, "", (0, 0), (0, 0)
    external: dict[str, str] = {}
    outside = False
    for number, start, stop in stream.fields(begin, end):
        if number == _DIMS:
            shape += _numbers(stream, start, stop)
        elif number == _TYPE:
            kind = stream.varint(start, stop)[0]
        elif number == _NAME:
            name = _text(stream, start, stop)
        elif number == _RAW:
            raw = (start, stop - start)
        elif number == _FLOATS:
            floats = (start, stop - start)
        elif number == _EXTERNAL and len(external) < 16:
            key, value = _pair(stream, start, stop)
            external[key] = value
        elif number == _LOCATION:
            outside = stream.varint(start, stop)[0] == 1
    if len(shape) > MAX_DIMENSIONS or any(n >= 2**62 for n in shape):
        raise stream.ranges.refused(f"{name[:80]!r} has impossible dimensions")
    encoding = PLAIN.get(_TYPES.get(kind, ""), Encoding(f"onnx {kind}"[:20], 1, 1))
    tensor = Tensor(name, encoding, tuple(shape), 0, 0)
    if outside:
        return _external(stream, tensor, external)
    start, length = raw
    if not length:
        # Type 1 is float32, whose numbers may be in a field of their own.
        start, length = floats if kind == 1 else (0, 0)
    if length != tensor.count * encoding.block_bytes:
        # Numbers kept in another field than the plain ones: named, but not read.
        return Tensor(name, Encoding(encoding.name, 1, 1), tuple(shape), start, 0), ""
    return Tensor(name, encoding, tuple(shape), start, length), ""


def _external(stream: _Stream, tensor: Tensor, entries: dict[str, str]) -> tuple[Tensor, str]:
    where, offset = entries.get("location", ""), entries.get("offset", "0")
    parts = where.replace("\\", "/").split("/")
    if (
        not where
        or where.startswith("/")
        or ".." in parts
        or ":" in where
        or not offset.isascii()
        or not offset.isdigit()
        or len(offset) > 18
    ):
        raise stream.ranges.refused(
            f"{tensor.name[:80]!r} has its data at {where[:60]!r}, outside the model's folder"
        )
    length = tensor.count * tensor.encoding.block_bytes
    return Tensor(tensor.name, tensor.encoding, tensor.shape, int(offset), length), where


def _numbers(stream: _Stream, at: int, end: int) -> list[int]:
    found: list[int] = []
    while at < end and len(found) <= MAX_DIMENSIONS:
        value, at = stream.varint(at, end)
        found.append(value)
    return found


def _text(stream: _Stream, begin: int, end: int) -> str:
    if end - begin > MAX_NAME:
        raise stream.ranges.refused("a name in it is longer than any tensor's")
    return stream.bytes(begin, end - begin, end).decode("utf-8", "replace")


def _pair(stream: _Stream, begin: int, end: int) -> tuple[str, str]:
    if end - begin > _SMALL:
        raise stream.ranges.refused("an entry about external data is longer than any real one")
    parts = {
        number: _text(stream, start, stop)
        for number, start, stop in stream.fields(begin, end)
        if number in (1, 2)
    }
    return parts.get(1, ""), parts.get(2, "")
