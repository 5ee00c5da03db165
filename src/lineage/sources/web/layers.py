"""What may be read of the layers of a registry: the first MiB of weights, and small ones that are
what their digest says."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from lineage.core.errors import ReadError
from lineage.core.record import FileEntry
from lineage.sources.web.payload import PayloadError

LARGEST = 4 << 20
"""Bytes of a manifest or a small layer. Real manifests have a few hundred, those of tensors some
hundred thousand."""
HEAD = 1 << 20
"""Bytes of a file with weights that are ever read: its key-values are there."""
WEIGHTS = (".gguf", ".safetensors")
"""Ends of the paths of which only the first bytes are ever read."""


_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
MOST_LAYERS = 20_000


def described(content: Any, who: str) -> tuple[str, str, int]:
    """Media type, digest and size of one layer that a manifest lists. Raises PayloadError, which
    calls who sent it `who`."""
    if not isinstance(content, dict):
        raise PayloadError(f"{who}'s manifest lists something that is not a layer")
    kind, digest, size = content.get("mediaType"), content.get("digest"), content.get("size")
    if not (isinstance(digest, str) and _DIGEST.match(digest)):
        raise PayloadError(f"{who}'s manifest lists a layer without a SHA-256 digest")
    if not (isinstance(kind, str) and type(size) is int and 0 <= size < 1 << 50):
        raise PayloadError(f"{who}'s manifest lists a layer without a type or size")
    return kind, digest, size


def digest_of(raw: bytes) -> str:
    """The digest by which a registry addresses these bytes."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def is_head(entry: FileEntry) -> bool:
    """Whether only the beginning of this file is read."""
    return entry.path.endswith(WEIGHTS)


def head_of(entry: FileEntry, start: int, end: int | None, model: str) -> tuple[int, int]:
    """The range that is asked for. Raises ReadError for one beyond the head."""
    stop = min(entry.size or 0, HEAD if end is None else end)
    if stop > HEAD:
        raise ReadError(
            f"{entry.path} of {model} is not read beyond its first MiB.",
            "Pull the model and audit its file for what needs the weights.",
        )
    return start, stop


def check_size(entry: FileEntry, model: str) -> None:
    """Raise ReadError for a layer that is no small file."""
    if entry.size is None or entry.size > LARGEST:
        raise ReadError(f"{entry.path} of {model} is larger than the {LARGEST:,} bytes of a text.")
