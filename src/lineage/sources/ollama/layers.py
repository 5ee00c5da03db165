"""What may be read of a model's layers: the first MiB of weights, and small ones that are what
their digest says."""

from __future__ import annotations

from lineage.core.errors import ReadError
from lineage.core.record import FileEntry
from lineage.sources.ollama.manifest import LARGEST, WEIGHTS

HEAD = 1 << 20
"""Bytes of a file with weights that are ever read: its key-values stand there."""


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
