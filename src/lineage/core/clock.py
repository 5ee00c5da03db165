"""The real time, read in one place, and how a moment is written."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(timezone.utc)


def stamp(moment: datetime) -> str:
    """ISO 8601, UTC, to the second."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_of(seconds: float) -> str:
    """The same, from seconds since 1970."""
    return stamp(datetime.fromtimestamp(seconds, timezone.utc))
