"""Values in the head of a GGUF file, as far as its first bytes hold them: the tokenizer's tokens
are counted and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lineage.claims.files.gguf_header import HEAD, parse_head


@lru_cache(maxsize=16)
def gguf_values(content: bytes) -> Mapping[str, Any]:
    """Keys and values; an array is told by `KEY.length`. Empty where the file is no GGUF."""
    head = parse_head(content[: 8 * HEAD])
    return {**head.other, **head.values}
