"""Answers for names outside the Hub: there is no repository to ask, so the name is all that is
known."""

from __future__ import annotations

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef

ELSEWHERE = "names"
"""The source that such records name."""


def record_elsewhere(ref: ModelRef) -> ModelRecord | None:
    """A record of the name alone; None for what is no such name."""
    named = parse_elsewhere(ref.id)
    if named is None:
        return None
    return ModelRecord(
        ref.id,
        ref.id,
        Status.NOT_READ,
        ELSEWHERE,
        f"it is a name of {named.where}, not a repository of the Hub",
        partial=True,
    )
