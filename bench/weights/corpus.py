"""Text that every machine with Python and torch already has, cut into tokens without any tokenizer
package."""

from __future__ import annotations

import sysconfig
from collections import Counter
from itertools import pairwise
from pathlib import Path

import torch

VOCABULARY = 2048
KINDS = ("py", "h", "doc")
_LIMIT = 3_000_000


def text_of(kind: str) -> bytes:
    """Up to 3 MB: Python's standard library, torch's C++ headers, or the prose that installed
    packages carry."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    site = Path(sysconfig.get_path("purelib"))
    files = {
        "py": sorted(stdlib.glob("*.py"))
        + sorted(stdlib.glob("asyncio/*.py"))
        + sorted(stdlib.glob("email/*.py")),
        "h": sorted((site / "torch" / "include" / "ATen" / "core").rglob("*.h"))
        + sorted((site / "torch" / "include" / "c10").rglob("*.h")),
        "doc": sorted(site.glob("*.dist-info/METADATA"))
        + sorted(site.glob("*.dist-info/**/LICENSE*"))
        + sorted(site.glob("*/**/*.md")),
    }[kind]
    text = b"\n".join(file.read_bytes()[:200_000] for file in files)
    if len(text) < 200_000:
        raise SystemExit(f"The {kind} corpus has only {len(text)} bytes on this machine.")
    return text[:_LIMIT]


def pairs() -> dict[tuple[int, int], int]:
    """The most frequent byte pairs over all kinds: tokens 256 and up."""
    count: Counter[tuple[int, int]] = Counter()
    for kind in KINDS:
        text = text_of(kind)[:600_000]
        count.update(pairwise(text))
    return {pair: 256 + rank for rank, (pair, _) in enumerate(count.most_common(VOCABULARY - 256))}


def tokens(kind: str, table: dict[tuple[int, int], int]) -> torch.Tensor:
    """Greedy pairs, left to right."""
    text, found, place = text_of(kind), [], 0
    while place < len(text) - 1:
        pair = table.get((text[place], text[place + 1]))
        found.append(text[place] if pair is None else pair)
        place += 1 if pair is None else 2
    return torch.tensor(found, dtype=torch.long)
