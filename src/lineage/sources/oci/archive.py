"""Reads archives of strangers in memory: what lies in a tar, packed or not, within bounds. Nothing
is unpacked to a disk."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from lineage.core.value import dataclass

UNPACKED = 8 << 20
"""Bytes that one packed layer may grow to, and that are kept of all archives of an artefact."""
_BLOCK = 512
_MOST = 2_000
_LONGEST_NAME = 4096
_LONGEST_PAX = 1 << 16
_SAFE = re.compile(r"[^/\\\x00-\x1f\x7f:][^\\\x00-\x1f\x7f:]{0,400}\Z")
_PAX = re.compile(rb"(\d{1,7}) ([a-zA-Z.]{1,80})=")
_SUM = slice(148, 156)

Fetch = Callable[[int, int], bytes]
"""Gets bytes from one place up to another; fewer where there are no more."""


@dataclass(frozen=True)
class Member:
    """One file in an archive."""

    path: str
    size: int
    at: int
    """Where its content begins."""


@dataclass(frozen=True)
class Members:
    """The files in an archive, as far as it was read."""

    files: tuple[Member, ...]
    problem: str = ""
    """Why there may be more than these, as a clause; empty where the archive was read to its
    end."""


class NoMoreError(Exception):
    """What follows is not fetched; the text is a clause that says why."""


def members_of(fetch: Fetch, length: int | None) -> Members:
    """The regular files of a tar of that length, of two that share a path the last. Links are left
    out, and so are names that lead out of it."""
    found: dict[str, Member] = {}
    problem, twice, unsafe = "", 0, 0
    reader = _Reader(fetch, length)
    try:
        while (member := reader.next()) is not None:
            if (path := _cleaned(member.path)) is None:
                unsafe += 1
            else:
                twice += path in found
                found[path] = Member(path, member.size, member.at)
    except (NoMoreError, _BrokenError) as stopped:
        problem = str(stopped)
    odd = [f"{unsafe} of its names lead out of it"] if unsafe else []
    odd += [f"{twice} of its files are in it twice"] if twice else []
    return Members(tuple(found.values()), "; ".join([*([problem] if problem else []), *odd]))


class _BrokenError(Exception):
    pass


class _Reader:
    """Goes from header to header; what lies between is not looked at."""

    def __init__(self, fetch: Fetch, length: int | None) -> None:
        self._fetch = fetch
        self._length = length
        self._at = 0
        self._count = 0

    def next(self) -> Member | None:
        """The next regular file; None at the end."""
        name, size = "", None
        while True:
            head = self._fetch(self._at, self._at + _BLOCK)
            if not any(head) and len(head) in (0, _BLOCK):
                return None
            if len(head) < _BLOCK:
                raise _BrokenError("it is cut off")
            self._count += 1
            if self._count > _MOST:
                raise _BrokenError(f"it holds more than {_MOST:,} entries")
            self._check(head)
            length = _number(head[124:136])
            body, kind = self._at + _BLOCK, head[156:157]
            if kind == b"x":
                named, extended = self._extended(body, length)
                name, size = named or name, extended if extended is not None else size
            elif kind == b"L":
                name = _text(self._exact(body, min(length, _LONGEST_NAME)))
            elif kind not in (b"g", b"K"):
                length = length if size is None else size
                path, name, size = name or _own_name(head), "", None
                if kind in (b"0", b"\0", b"7"):
                    if self._length is not None and body + length > self._length:
                        raise _BrokenError("it is cut off")
                    self._at = body + -(-length // _BLOCK) * _BLOCK
                    return Member(path, length, body)
                length = length if kind not in (b"1", b"2", b"3", b"4", b"5", b"6") else 0
            self._at = body + -(-length // _BLOCK) * _BLOCK

    @staticmethod
    def _check(head: bytes) -> None:
        text = head[_SUM].strip(b" \0")
        blank = head[: _SUM.start] + b" " * 8 + head[_SUM.stop :]
        try:
            is_right = int(text or b"0", 8) == sum(blank)
        except ValueError:
            is_right = False
        if not is_right:
            raise _BrokenError("it is not a tar archive, or damaged")

    def _exact(self, start: int, length: int) -> bytes:
        content = self._fetch(start, start + length)
        if len(content) < length:
            raise _BrokenError("it is cut off")
        return content

    def _extended(self, start: int, length: int) -> tuple[str, int | None]:
        """The path and size that a pax header gives the entry behind it."""
        if length > _LONGEST_PAX:
            raise _BrokenError("a header in it is longer than headers are")
        content, at = self._exact(start, length), 0
        name, size = "", None
        while (found := _PAX.match(content, at)) is not None and int(found[1]) > 0:
            value = content[found.end() : at + int(found[1]) - 1]
            at += int(found[1])
            if found[2] == b"path":
                name = _text(value)
            elif found[2] == b"size":
                if not value.isdigit() or len(value) > 16:
                    raise _BrokenError("a size in it is not a number")
                size = int(value)
        return name, size


def _number(digits: bytes) -> int:
    """A size: octal digits, or a whole number in base 256."""
    if digits[:1] == b"\x80":
        found = int.from_bytes(digits[1:], "big")
    else:
        try:
            found = int(digits.strip(b" \0") or b"0", 8)
        except ValueError:
            raise _BrokenError("a size in it is not a number") from None
    if not 0 <= found < 1 << 50:
        raise _BrokenError("a size in it is beyond all bounds")
    return found


def _own_name(head: bytes) -> str:
    prefix = _text(head[345:500]) if head[257:262] == b"ustar" and head[263:265] == b"00" else ""
    return f"{prefix}/{_text(head[:100])}" if prefix else _text(head[:100])


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("utf-8", "replace")


def _cleaned(path: str) -> str | None:
    steps = [step for step in path.split("/") if step not in ("", ".")]
    path = "/".join(steps) if not path.startswith("/") else path
    return path if _SAFE.match(path) and ".." not in steps else None


def unzipped(packed: bytes, *, is_whole: bool) -> tuple[bytes, str]:
    """What gzip holds, as far as it goes and no more than the bound; and why there may be more.

    Members of a file in several parts are read one after the other.
    """
    unpacked, rest = bytearray(), packed
    while rest and len(unpacked) < UNPACKED:
        unpacker = zlib.decompressobj(31)
        try:
            unpacked += unpacker.decompress(rest, UNPACKED - len(unpacked))
        except zlib.error:
            return bytes(unpacked), "it is damaged"
        if not unpacker.eof:
            break
        rest = unpacker.unused_data
    else:
        if not rest and is_whole:
            return bytes(unpacked), ""
    if len(unpacked) >= UNPACKED:
        return bytes(unpacked), f"it unpacks to more than {UNPACKED:,} bytes"
    return bytes(unpacked), "it is cut off" if is_whole else ""
