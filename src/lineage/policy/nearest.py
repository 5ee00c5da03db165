"""The nearest allowed word to one that is not."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(written: str, allowed: Iterable[str]) -> str:
    """`Did you mean 'x'?`, or nothing where no allowed word is near."""
    from difflib import get_close_matches

    near = get_close_matches(written, list(allowed), n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}?" if near else ""
