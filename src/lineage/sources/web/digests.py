"""Holds what came against the SHA-256 that its list told of it."""

from __future__ import annotations

import hashlib

from lineage.core.errors import ReadError
from lineage.core.record import FileEntry


def check_digest(content: bytes, entry: FileEntry, model: str) -> None:
    """Raise ReadError where a whole file is not the one that is listed."""
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise ReadError(f"{entry.path} of {model} is not what its digest says; it was not used.")
