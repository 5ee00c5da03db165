"""PyTorch's `.bin`: a zip of stored entries and a pickle that is looked
at, operation by operation, and never executed."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.fingerprint.encodings import PLAIN, Encoding
from lineage.fingerprint.formats.pickled import TensorPlan, read_plan
from lineage.fingerprint.formats.zip_directory import ZipEntry, data_start, read_directory
from lineage.fingerprint.ranges import ByteRanges
from lineage.fingerprint.tensors import MAX_DIMENSIONS, Tensor, decode

MAX_PICKLE = 32 * 2**20
_AHEAD = 64 * 1024
_STORAGES = {
    "DoubleStorage": "F64",
    "FloatStorage": "F32",
    "HalfStorage": "F16",
    "BFloat16Storage": "BF16",
    "LongStorage": "I64",
    "IntStorage": "I32",
    "ShortStorage": "I16",
    "CharStorage": "I8",
    "ByteStorage": "U8",
    "BoolStorage": "BOOL",
}


class TorchZip:
    """The tensors of one `.bin` file. An entry's place is looked up when it is first read."""

    def __init__(
        self,
        ranges: ByteRanges,
        plans: dict[str, TensorPlan],
        entries: dict[str, ZipEntry],
        folder: str,
    ) -> None:
        self.ranges = ranges
        self._plans = plans
        self._entries = entries
        self._folder = folder
        self._starts: dict[str, int] = {}

    def names(self) -> Sequence[str]:
        """In the pickle's order."""
        return list(self._plans)

    def tensor(self, name: str) -> Tensor:
        """Shape and size as the pickle plans them; the place counts
        from the start of its storage entry."""
        if name not in self._plans:
            raise self.ranges.refused(f"there is no tensor {name[:80]!r}")
        plan = self._plans[name]
        encoding = PLAIN.get(_STORAGES.get(plan.storage, ""), Encoding(plan.storage[:20], 1, 1))
        if len(plan.shape) > MAX_DIMENSIONS:
            raise self.ranges.refused(f"{name[:80]} has {len(plan.shape)} dimensions")
        tensor = Tensor(name, encoding, plan.shape, plan.offset * encoding.block_bytes, 0)
        return Tensor(name, encoding, plan.shape, tensor.start, tensor.count * encoding.block_bytes)

    def numbers(self, name: str, first: int, count: int) -> Sequence[float]:
        """Read from the stored entry.

        Raises RefusedError where the tensor is a strided view or its storage is too short.
        """
        tensor, plan = self.tensor(name), self._plans[name]
        if not plan.is_contiguous:
            raise self.ranges.refused(f"{name[:80]} is a strided view, which is not read")
        entry = self._entries.get(f"{self._folder}data/{plan.key}")
        if entry is None or tensor.start + tensor.length > entry.size:
            raise self.ranges.refused(f"the storage of {name[:80]} is missing or too short")
        if plan.key not in self._starts:
            self._starts[plan.key] = data_start(
                self.ranges,
                entry,
                prefetch=min(tensor.length, (first + count) * tensor.encoding.block_bytes, _AHEAD),
            )
        start = self._starts[plan.key] + tensor.start
        return decode(
            self.ranges,
            Tensor(name, tensor.encoding, tensor.shape, start, tensor.length),
            first,
            count,
        )


def open_torch_zip(ranges: ByteRanges) -> TorchZip:
    """Read the zip's directory and the pickle.

    Raises RefusedError, also for the format before PyTorch 1.6, which is not a zip.
    """
    magic = ranges.take(0, min(4, ranges.size))
    if magic[:2] != b"PK":
        older = magic[:1] == b"\x80"
        raise ranges.refused(
            "it is a bare pickle from before PyTorch 1.6, which is not read"
            if older
            else "it is not a zip archive"
        )
    entries = read_directory(ranges)
    pickles = [name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise ranges.refused(f"it has {len(pickles)} entries named data.pkl instead of one")
    folder = pickles[0].removesuffix("data.pkl")
    order = entries.get(f"{folder}byteorder")
    if order and _content(ranges, order, 16) != b"little":
        raise ranges.refused("it was written big-endian")
    plans = read_plan(_content(ranges, entries[pickles[0]], MAX_PICKLE), ranges.refused)
    return TorchZip(ranges, plans, entries, folder)


def _content(ranges: ByteRanges, entry: ZipEntry, most: int) -> bytes:
    if entry.size > most:
        raise ranges.refused(f"{entry.name[:80]} has {entry.size} bytes")
    return ranges.take(data_start(ranges, entry, prefetch=entry.size), entry.size)
