"""Finds a name that was written a little differently: other punctuation finds it, a slip of the
fingers gets a suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Found = TypeVar("Found")

_LEAST = 3
"""Fewer letters and digits fit too much."""
_CUTOFF = 0.7


def squeezed(text: str) -> str:
    """Its letters and digits alone: `Qwen 2.5` and `qwen2-5` are one."""
    return "".join(char for char in text.casefold() if char.isalnum())


def rank(names: Iterable[str], wanted: str) -> int | None:
    """0 where one of the names is `wanted`, 1 where one holds it, 2 where one does but for
    punctuation, None where none does."""
    text, bare = wanted.casefold().strip(), squeezed(wanted)
    folded = [name.casefold() for name in names if name]
    if not text:
        return None
    if text in folded:
        return 0
    if any(text in name for name in folded):
        return 1
    return 2 if len(bare) >= _LEAST and any(bare in squeezed(name) for name in folded) else None


def best(ranked: Iterable[tuple[int | None, Found]]) -> list[Found]:
    """What was found, exact hits first; what fits but for punctuation only where nothing else was
    found."""
    hits = sorted(((rank, one) for rank, one in ranked if rank is not None), key=lambda hit: hit[0])
    return [one for rank, one in hits if rank < 2 or hits[0][0] == 2]


def near_names(written: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The names that are spelled nearly as `written`, nearest first. They are suggestions: `7B` and
    `72B` are near, and not the same."""
    from difflib import get_close_matches

    known = {name.casefold(): name for name in names if name}
    wanted = written.casefold().strip()
    # The right name under another owner is as likely a slip as a wrong letter.
    last = wanted.rpartition("/")[2]
    same = sorted(key for key in known if "/" in wanted and key.rpartition("/")[2] == last)
    near = get_close_matches(wanted, known, most, _CUTOFF)
    return tuple(known[key] for key in dict.fromkeys([*same, *near]))[:most]
