"""Reads a file that a user names: a plain one, up to a bound, so that a pipe, a device or a giant
never stalls a run."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class NotPlainError(OSError):
    """A pipe, a socket, a device, or a file over the bound; `strerror` says which."""


def read_plain(path: Path, most: int) -> bytes:
    """The whole file.

    Raises OSError: NotPlainError where it is no plain file of at most `most` bytes, the system's
    own where it cannot be opened or read. A pipe that nobody writes to is not waited for.
    """
    descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotPlainError(0, f"it is {_kind(found.st_mode)}, not a plain file", str(path))
        content = b""
        if found.st_size <= most:
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                content = file.read(most + 1)
    finally:
        os.close(descriptor)
    if max(found.st_size, len(content)) > most:
        raise NotPlainError(0, f"it is larger than {_size(most)}", str(path))
    return content


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
    )
    return next((name for test, name in kinds if test(mode)), "a device")


def _size(most: int) -> str:
    return f"{most // 2**20} MB" if most >= 2**20 else f"{most:,} bytes"
