"""The files of an image as a container would see them: upper layers over lower ones,
whiteouts obeyed."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any, cast

from lineage.core.errors import CannotRunError
from lineage.core.value import dataclass
from lineage.scan.container.archive import ImageArchive

MOST_ENTRIES = 2_000_000
_RATIO = 200
_FREE = 4 << 30
"""A layer may unpack to so many times its size and so much more; text packs to a tenth."""
_MOST_ENDS = 50
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"
_ZSTD, _GZIP, _XZ, _BZ2 = b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh"


@dataclass(frozen=True)
class Entry:
    """One file or link of the image."""

    layer: str
    name: str
    """In its layer, as written there."""
    size: int
    link: str = ""
    """What a symbolic link points to, as a path of the image; a hard link's is its `same_as`."""
    same_as: str = ""


def merged(archive: ImageArchive, layers: list[str]) -> dict[str, Entry]:
    """Every file and symbolic link by its path, without the leading slash."""
    files: dict[str, Entry] = {}
    seen = 0
    for layer in layers:
        below = files
        own: dict[str, Entry] = {}
        with opened(archive, layer) as tar:
            for member in tar:
                seen += 1
                if seen > MOST_ENTRIES:
                    raise archive.broken(f"it has more than {MOST_ENTRIES:,} files")
                path = inner_path(member.name)
                if path is None:
                    continue  # climbs out of the image: no container would show it
                folder, _, name = path.rpartition("/")
                if name == _OPAQUE:
                    below = _without(below, folder)
                elif name.startswith(_WHITEOUT):
                    gone = f"{folder}/{name.removeprefix(_WHITEOUT)}".lstrip("/")
                    below = _without(below, gone)
                elif member.isreg():
                    own[path] = Entry(layer, member.name, member.size)
                elif member.issym():
                    own[path] = Entry(layer, member.name, 0, link=_aim(folder, member.linkname))
                elif member.islnk():
                    same = inner_path(member.linkname) or ""
                    own[path] = Entry(layer, member.name, 0, same_as=same)
        files = {**below, **own}
    return files


def _without(files: dict[str, Entry], gone: str) -> dict[str, Entry]:
    below = f"{gone}/" if gone else ""
    return {
        path: entry for path, entry in files.items() if path != gone and not path.startswith(below)
    }


def inner_path(name: str) -> str | None:
    """A path inside the image; None where it would lead out of it."""
    steps: list[str] = []
    for step in name.split("/"):
        if step == "..":
            return None
        if step not in ("", "."):
            steps.append(step)
    return "/".join(steps) if steps and "\0" not in name else None


def _aim(folder: str, link: str) -> str:
    """Where a symbolic link leads, seen from the image's own root, above which nothing lies."""
    steps = [] if link.startswith("/") else folder.split("/")
    for step in link.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)


@contextmanager
def opened(archive: ImageArchive, layer: str) -> Iterator[tarfile.TarFile]:
    """One layer as a stream of its files, whatever it is packed with, within its bound."""
    size = archive.size(layer)
    with archive.open(layer) as raw:
        start = raw.read(6)
        raw.seek(0)
        unpacked = io.BufferedReader(
            _Bounded(_unpacker(archive, layer, start)(raw), size * _RATIO + _FREE, archive, layer),
            1 << 20,
        )
        try:
            with tarfile.open(fileobj=unpacked, mode="r|") as tar:
                yield tar
        except (tarfile.TarError, EOFError, OSError, ValueError) as problem:
            raise archive.broken(f"layer {layer} is damaged ({problem})") from None


def _unpacker(archive: ImageArchive, layer: str, start: bytes) -> Callable[[IO[bytes]], IO[bytes]]:
    if start.startswith(_GZIP):
        import gzip

        return lambda raw: cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    if start.startswith(_XZ):
        import lzma

        return lambda raw: cast("IO[bytes]", lzma.LZMAFile(raw))
    if start.startswith(_BZ2):
        import bz2

        return lambda raw: cast("IO[bytes]", bz2.BZ2File(raw))
    if start.startswith(_ZSTD):
        return _zstd(archive, layer)
    return lambda raw: raw


def _zstd(archive: ImageArchive, layer: str) -> Callable[[IO[bytes]], IO[bytes]]:
    try:
        zstd: Any = import_module("compression.zstd")
    except ImportError:
        raise CannotRunError(
            f"Layer {layer} of the image {str(archive.path)!r} is packed with zstd, which Python "
            "reads from 3.14 on.",
            "Run lineage with Python 3.14, or save the image with `docker save`, whose layers are "
            "not packed so.",
        ) from None
    return lambda raw: cast("IO[bytes]", zstd.ZstdFile(raw))


class _Bounded(io.RawIOBase):
    """Reads no more than a layer of its size can honestly hold."""

    def __init__(self, inner: IO[bytes], most: int, archive: ImageArchive, layer: str) -> None:
        self._inner, self._left, self._archive, self._layer = inner, most, archive, layer
        self._ends = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        data = self._inner.read(min(len(buffer), 1 << 20))
        self._left -= len(data)
        if self._left < 0:
            raise self._archive.broken(f"layer {self._layer} unpacks to far more than it holds")
        # A file that is said to be longer than its layer would be looked for block by block.
        self._ends += not data
        if self._ends > _MOST_ENDS:
            raise self._archive.broken(f"layer {self._layer} ends before a file in it does")
        buffer[: len(data)] = data
        return len(data)
