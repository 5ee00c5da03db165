"""Writes the head of a GGUF file, for tests."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any


def text(value: str, order: str = "<", length: str = "Q") -> bytes:
    """A GGUF string."""
    raw = value.encode()
    return struct.pack(order + length, len(raw)) + raw


def head(
    values: Mapping[str, Any], *, version: int = 3, order: str = "<", count: int | None = None
) -> bytes:
    """Magic, version, counts and key-values: texts, integers (as uint32), and lists of texts."""
    length = "I" if version == 1 else "Q"
    out = b"GGUF" + struct.pack(
        f"{order}I{length}{length}", version, 0, len(values) if count is None else count
    )
    for key, value in values.items():
        out += text(key, order, length)
        if isinstance(value, str):
            out += struct.pack(order + "I", 8) + text(value, order, length)
        elif isinstance(value, int):
            out += struct.pack(order + "II", 4, value)
        else:
            out += struct.pack(f"{order}II{length}", 9, 8, len(value)) + b"".join(
                text(item, order, length) for item in value
            )
    return out
