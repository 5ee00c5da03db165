"""Lists and reads a local model's files within bounds, and never outside its folder."""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from lineage.core.errors import ReadError
from lineage.core.plain_file import hash_plain
from lineage.core.record import FileEntry, may_sign
from lineage.core.value import dataclass
from lineage.sources.local.place import LocalPlace

MAX_ENTRIES = 10_000
MAX_DEPTH = 8
_SKIPPED = frozenset(
    {".git", ".cache", "__pycache__", ".ipynb_checkpoints", ".venv", "node_modules"}
)
_LONGEST_MODELFILE = 64_000
_LARGEST_BUNDLE = 16 << 20
_OWN_FILE = re.compile(
    r"^[ \t]{0,20}(?:FROM|ADAPTER)[ \t]{1,20}[\"']?([^\s\"'/~\\][^\s\"']{0,300})",
    re.IGNORECASE | re.MULTILINE,
)
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_SHA1 = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True)
class FileListing:
    """The files of a place, sorted by path, and what was left out of them."""

    files: tuple[FileEntry, ...]
    notes: tuple[str, ...] = ()


def list_files(place: LocalPlace) -> FileListing:
    """Regular files within the bounds.

    Links are followed to files inside the folder or the cache's store, nowhere else.
    """
    if place.only is not None:
        paths = (place.only, *_named_beside(place, place.only))
        return FileListing(tuple(filter(None, (_entry(place, path) for path in paths))))
    files: list[FileEntry] = []
    refused = 0
    cut = ""
    for path in _walk(place.folder):
        if path.endswith("/"):
            cut = (
                cut
                or f"folders deeper than {MAX_DEPTH} levels, or beyond the first {MAX_ENTRIES:,}, "
                "were not looked into"
            )
        elif len(files) >= MAX_ENTRIES:
            cut = f"the file list was cut at {MAX_ENTRIES:,} files"
            break
        elif (entry := _entry(place, path)) is not None:
            files.append(entry)
        else:
            refused += 1
    notes = [cut] if cut else []
    if refused:
        notes.append(
            f"{refused} {'entry was' if refused == 1 else 'entries were'} left out: broken, no "
            "plain file, or a link that leaves the folder"
        )
    return FileListing(tuple(sorted(files, key=lambda f: f.path)), tuple(notes))


def with_digests(place: LocalPlace, files: tuple[FileEntry, ...]) -> tuple[FileEntry, ...]:
    """The files of a signed model with their SHA-256, for which all of it is read; others as they
    are."""
    if not any(may_sign(one.path) and _is_bundle(place, one.path) for one in files):
        return files
    return tuple(replace(one, sha256=_hashed(place, one)) for one in files)


def _is_bundle(place: LocalPlace, path: str) -> bool:
    try:
        return b'"dsseEnvelope"' in read_bytes(place, path, 0, _LARGEST_BUNDLE)
    except ReadError:
        # whoever verifies it asks for the file itself and reports what is wrong with it
        return False


def _hashed(place: LocalPlace, entry: FileEntry) -> str | None:
    try:
        return hash_plain(_inside(place, entry.path), entry.size or 0)
    except (OSError, ReadError, ValueError):
        return None


def _named_beside(place: LocalPlace, path: str) -> tuple[str, ...]:
    """Files of the same folder that a Modelfile builds on: without them it is half a model."""
    if "modelfile" not in path.lower():
        return ()
    try:
        text = read_bytes(place, path, 0, _LONGEST_MODELFILE).decode(errors="replace")
    except ReadError:
        # the reader of Modelfiles asks for the file itself and reports what is wrong with it
        return ()
    named = (match[1].removeprefix("./") for match in _OWN_FILE.finditer(text))
    return tuple(dict.fromkeys(name for name in named if name != path and ".." not in name))[:20]


def _walk(folder: Path) -> Iterator[str]:
    """Relative paths with `/`, folder by folder, sorted; a folder that is
    not looked into comes with a `/` at the end."""
    waiting = deque([("", 0)])
    folders = 1
    while waiting:
        inside, depth = waiting.popleft()
        try:
            with os.scandir(folder / inside) as found:
                entries = sorted(islice(found, 10 * MAX_ENTRIES), key=lambda e: e.name)
        except OSError:
            yield f"{inside}."
            continue
        for entry in entries:
            path = f"{inside}{entry.name}"
            if not entry.is_dir(follow_symlinks=False):
                yield path
            elif entry.name in _SKIPPED:
                continue
            elif depth + 1 >= MAX_DEPTH or folders >= MAX_ENTRIES:
                yield f"{path}/"
            else:
                folders += 1
                waiting.append((f"{path}/", depth + 1))


def _entry(place: LocalPlace, path: str) -> FileEntry | None:
    try:
        real = _inside(place, path)
        facts = real.stat()
    except (OSError, ReadError, ValueError):
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    # The hub's cache names a stored file by its hash: SHA-256 for
    # large files, git's SHA-1 for small ones.
    name = real.name if place.blobs is not None and real.parent.name == "blobs" else ""
    return FileEntry(
        path,
        facts.st_size,
        name if _SHA256.match(name) else None,
        name if _SHA1.match(name) else None,
    )


def _inside(place: LocalPlace, path: str) -> Path:
    """The real file behind `path`.

    Raises ReadError where it lies outside, OSError where there is none.
    """
    real = Path(os.path.realpath(place.folder / path, strict=True))
    if place.only is not None and path == place.only:
        return real  # the user named this very file, links and all
    allowed = [
        os.path.realpath(place.folder),
        *([os.path.realpath(place.blobs)] if place.blobs else []),
    ]
    if not any(real.is_relative_to(root) for root in allowed):
        raise ReadError(
            f"{path} is a link that leaves {place.folder}.",
            "Copy the file into the folder, or audit the folder it lies in.",
        )
    return real


def read_bytes(place: LocalPlace, path: str, start: int, end: int | None) -> bytes:
    """Bytes of one file.

    Raises ReadError where it cannot be read, lies outside, or changes while it is read.
    """
    try:
        real = _inside(place, path)
        # A pipe must not block us, and a link put there since must not lead us elsewhere.
        flags = (
            os.O_RDONLY
            | getattr(os, "O_NOFOLLOW", 0)
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_CLOEXEC", 0)
            | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(os.open(real, flags), "rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise ReadError(f"{path} is not a regular file.")
            stop = before.st_size if end is None else min(end, before.st_size)
            content = _read_range(file.fileno(), start, stop)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as problem:
        raise ReadError(
            f"{path} cannot be read: {getattr(problem, 'strerror', None) or problem}."
        ) from problem
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(
        content
    ) != max(stop - start, 0):
        raise ReadError(
            f"{path} changed while it was read.", "Run again once nothing writes to it."
        )
    return content


def _read_range(descriptor: int, start: int, stop: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    parts: list[bytes] = []
    left = stop - start
    while left > 0 and (part := os.read(descriptor, min(left, 1 << 24))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
