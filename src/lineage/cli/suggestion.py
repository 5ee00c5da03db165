"""The error where a name is in no record: what it may have meant, and what lists all names."""

from __future__ import annotations

from lineage.core.errors import UsageError


def no_such(message: str, near: tuple[str, ...], otherwise: str) -> UsageError:
    """`message`, with the names that are spelled nearly so; they are asked about and never
    taken."""
    meant = f"Did you mean {' or '.join(near)}? {otherwise}" if near else otherwise
    return UsageError(message, meant)
