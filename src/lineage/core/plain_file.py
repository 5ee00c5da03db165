"""Reads a file that a user names: a plain one, up to a bound, so that a pipe, a device or a giant
never stalls a run."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)

_PART = 2**20


class NotPlainError(OSError):
    """A pipe, a socket, a device, or a file over the bound; `strerror` says which."""


def read_plain(path: Path, most: int) -> bytes:
    """The whole file.

    Raises OSError: NotPlainError where it is no plain file of at most `most` bytes, the system's
    own where it cannot be opened or read. A pipe that nobody writes to is not waited for.
    """
    return b"".join(_parts(path, most))


def hash_plain(path: Path, most: int) -> str:
    """SHA-256 of the whole file in hexadecimal, a megabyte of it in memory at a time. Raises what
    `read_plain` raises."""
    digest = hashlib.sha256()
    for part in _parts(path, most):
        digest.update(part)
    return digest.hexdigest()


def _parts(path: Path, most: int) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotPlainError(0, f"it is {_kind(found.st_mode)}, not a plain file", str(path))
        done = found.st_size if found.st_size > most else 0
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            while done <= most and (part := file.read(_PART)):
                yield part
                done += len(part)
    finally:
        os.close(descriptor)
    if done > most:
        raise NotPlainError(0, f"it is larger than {_size(most)}", str(path))


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
    )
    return next((name for test, name in kinds if test(mode)), "a device")


def _size(most: int) -> str:
    return f"{most // 2**20} MB" if most >= 2**20 else f"{most:,} bytes"
