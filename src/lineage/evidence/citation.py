"""Where a fact is found: every other value of evidence holds some."""

from __future__ import annotations

from lineage.core.value import dataclass


@dataclass(frozen=True)
class Citation:
    """Where a fact is found, and when somebody looked."""

    url: str
    """An address, or a named package file where the source is one."""
    title: str = ""
    published_on: str | None = None
    seen_on: str | None = None
