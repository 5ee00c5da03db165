"""The safetensors header: eight bytes of length, then JSON that names
each tensor's place; whole, or its first part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

LONGEST_HEADER = 100_000_000
"""The format's own limit."""
METADATA = "__metadata__"
_MARK = f'"{METADATA}"'
_LATEST = 4096  # writers put the metadata first


class HeaderError(ValueError):
    """Bytes that are not such header; the text is a clause."""


def header_length(head: bytes, most: int = LONGEST_HEADER) -> int:
    """Bytes of the JSON that follows the first eight.

    Raises HeaderError where no file has such a header.
    """
    length = int.from_bytes(head[:8], "little")
    if len(head) < 8 or not 2 <= length <= most:
        raise HeaderError(f"its header claims {length:,} bytes")
    return length


def parse_header(text: bytes) -> dict[str, Any]:
    """The whole table, metadata included.

    Raises HeaderError where it is none or a key is duplicated.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise HeaderError("a key is duplicated in its header")
        return made

    try:
        header = json.loads(text, object_pairs_hook=unique)
    except HeaderError:
        raise
    except (ValueError, RecursionError) as problem:
        raise HeaderError("its header is not JSON") from problem
    if not isinstance(header, dict):
        raise HeaderError("its header is not a table of tensors")
    return header


def metadata_in(head: bytes) -> Mapping[str, Any]:
    """`__metadata__` as far as a file's first bytes hold it whole; empty without one.

    Raises HeaderError on what is not a header.
    """
    length = header_length(head)
    if len(head) < 9:
        raise HeaderError("it ends before its header")
    text = head[8 : 8 + length].decode("utf-8", errors="replace")
    start = text.find(_MARK, 0, _LATEST)
    brace = text.find("{", start + len(_MARK))
    if start < 0 or brace < 0:
        return {}
    try:
        metadata, _ = json.JSONDecoder().raw_decode(text, brace)
    except (ValueError, RecursionError) as problem:
        if length > len(head) - 8:
            return {}
        raise HeaderError("its __metadata__ is not JSON") from problem
    return metadata if isinstance(metadata, dict) else {}
