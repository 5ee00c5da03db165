"""A zip archive's central directory, zip64 included, with
every field checked before it is believed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

from lineage.fingerprint.ranges import ByteRanges

TAIL = 4096
"""Read first; archives that PyTorch writes have no comment."""
_LONGEST_TAIL = 22 + 65535
MAX_DIRECTORY = 32 * 2**20
_FULL32, _FULL16 = 0xFFFFFFFF, 0xFFFF


@dataclass(frozen=True)
class ZipEntry:
    """One stored (uncompressed) entry."""

    name: str
    size: int
    header: int
    """Offset of its local header."""


def read_directory(ranges: ByteRanges) -> dict[str, ZipEntry]:
    """All entries by name.

    Raises RefusedError for compression, encryption, doubled names, or places outside the file.
    """
    count, length, start, end = _end_record(ranges)
    if length > MAX_DIRECTORY or start + length > end or count * 46 > length:
        raise ranges.refused(f"its directory claims {count} entries in {length} bytes at {start}")
    data = ranges.take(start, length)
    entries: dict[str, ZipEntry] = {}
    at = 0
    for _ in range(count):
        entry, at = _entry(ranges, data, at, start)
        if entry.name in entries:
            raise ranges.refused(f"two entries are named {entry.name[:80]!r}")
        entries[entry.name] = entry
    places = sorted(entries.values(), key=lambda e: e.header)
    for before, after in pairwise(places):
        if before.header + 30 + before.size > after.header:
            raise ranges.refused(
                f"the entries {before.name[:60]!r} and {after.name[:60]!r} overlap"
            )
    return entries


def _end_record(ranges: ByteRanges) -> tuple[int, int, int, int]:
    """(entries, directory length, directory start, first byte after it)."""
    for tail in (TAIL, _LONGEST_TAIL):
        begin = max(0, ranges.size - tail)
        data = ranges.prefetch(begin, tail)
        at = data.rfind(b"PK\x05\x06")
        if at >= 0 and at + 22 <= len(data):
            disk, first, here, count, length, start, _ = struct.unpack_from("<4H2IH", data, at + 4)
            if (
                _FULL16 in (disk, first, here, count)
                or _FULL32 in (length, start)
                or data[max(0, at - 20) : at][:4] == b"PK\x06\x07"
            ):
                return _end_record64(ranges, begin + at)
            if disk or first or here != count:
                raise ranges.refused("it is one part of a divided archive")
            return count, length, start, begin + at
    raise ranges.refused("it has no zip directory: truncated, or no zip archive")


def _end_record64(ranges: ByteRanges, end: int) -> tuple[int, int, int, int]:
    locator = ranges.take(end - 20, 20) if end >= 20 else b""
    if locator[:4] != b"PK\x06\x07":
        raise ranges.refused("its zip64 locator is missing")
    disk, place, disks = struct.unpack_from("<IQI", locator, 4)
    if disk or disks > 1 or place + 56 > end:
        raise ranges.refused("its zip64 locator points outside the file")
    record = ranges.take(place, 56)
    if record[:4] != b"PK\x06\x06":
        raise ranges.refused("its zip64 record is not where the locator says")
    here_disk, first, here, count, length, start = struct.unpack_from("<2I4Q", record, 16)
    if here_disk or first or here != count:
        raise ranges.refused("it is one part of a divided archive")
    return count, length, start, place


def _entry(ranges: ByteRanges, data: bytes, at: int, directory: int) -> tuple[ZipEntry, int]:
    if data[at : at + 4] != b"PK\x01\x02" or at + 46 > len(data):
        raise ranges.refused("its directory is cut or damaged")
    flags, method = struct.unpack_from("<2H", data, at + 8)
    packed, size, name_length, extra_length, comment_length, disk = struct.unpack_from(
        "<2I4H", data, at + 20
    )
    (header,) = struct.unpack_from("<I", data, at + 42)
    end = at + 46 + name_length + extra_length + comment_length
    if end > len(data):
        raise ranges.refused("its directory is cut or damaged")
    name = data[at + 46 : at + 46 + name_length].decode("utf-8", "replace")
    packed, size, header = _zip64(
        ranges, data[at + 46 + name_length : end - comment_length], (size, packed, header), name
    )
    if method or flags & 1 or packed != size or disk not in (0, _FULL16):
        raise ranges.refused(
            f"{name[:80]!r} is compressed, encrypted or elsewhere; PyTorch stores entries plainly"
        )
    if header + 30 + size > directory:
        raise ranges.refused(f"{name[:80]!r} lies outside the file")
    return ZipEntry(name, size, header), end


def _zip64(
    ranges: ByteRanges, extra: bytes, fields: tuple[int, int, int], name: str
) -> tuple[int, int, int]:
    """(packed, size, header) with the fields that say 2^32-1 taken from the zip64 extra."""
    wide = [field for field in fields if field == _FULL32]
    values = list(fields)
    if wide:
        place = 0
        while place + 4 <= len(extra):
            kind, length = struct.unpack_from("<2H", extra, place)
            body = extra[place + 4 : place + 4 + length]
            if kind == 1 and len(body) >= 8 * len(wide):
                numbers = iter(struct.unpack_from(f"<{len(wide)}Q", body))
                values = [next(numbers) if field == _FULL32 else field for field in fields]
                break
            place += 4 + length
        else:
            raise ranges.refused(f"{name[:80]!r} has no zip64 sizes")
    size, packed, header = values
    return packed, size, header


def data_start(ranges: ByteRanges, entry: ZipEntry, prefetch: int = 0) -> int:
    """Where the entry's content begins, from its local header; keeps the
    `prefetch` bytes that follow, to save a request."""
    header = ranges.prefetch(entry.header, 30 + len(entry.name.encode()) + 96 + max(0, prefetch))
    if header[:4] != b"PK\x03\x04" or len(header) < 30:
        raise ranges.refused(f"{entry.name[:80]!r} does not begin where the directory says")
    flags, method = struct.unpack_from("<2H", header, 6)
    name_length, extra_length = (int(n) for n in struct.unpack_from("<2H", header, 26))
    if (
        method
        or flags & 1
        or header[30 : 30 + name_length].decode("utf-8", "replace") != entry.name
    ):
        raise ranges.refused(f"the local header of {entry.name[:80]!r} contradicts the directory")
    return entry.header + 30 + name_length + extra_length
