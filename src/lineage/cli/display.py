"""The progress line on stderr, drawn only where a person is watching."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from lineage.report.printable import printable

if TYPE_CHECKING:
    from lineage.graph.walker import Progress


class Display:
    """One line that is rewritten in place; notices stand above it and stay."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty() and not quiet
        self._drawn = 0.0

    def progress(self, at: Progress) -> None:
        """Redraw, at most ten times a second."""
        self.line(
            f"{at.fetched} models read, {at.waiting} waiting, level {at.depth}: "
            f"{printable(at.latest, 60)}"
        )

    def line(self, text: str) -> None:
        """Redraw with any text, at most ten times a second."""
        now = time.monotonic()
        if self._live and now - self._drawn > 0.1:
            self._drawn = now
            click.echo(f"\r\x1b[K{printable(text)}", nl=False, err=True)

    def rows(self, done: int, total: int, latest: str) -> None:
        """How far a list of models is."""
        if self._live:
            click.echo(
                f"\r\x1b[K{done} of {total} audited: {printable(latest, 60)}", nl=False, err=True
            )

    def notice(self, text: str) -> None:
        """Something that the user must know even when quiet: where the answer comes from, how long
        it waits."""
        self.clear()
        click.echo(f"Note: {printable(text)}", err=True)

    def waiting(self, seconds: float, bucket: str) -> None:
        """The Hub's quota is used up, or a gateway turns calls away; say how long it takes."""
        from lineage.sources.web.limits import EDGE

        if bucket == EDGE:
            self.notice(
                f"HTTP 429: {EDGE}. Waiting {seconds:.0f} s at a time (bound it with "
                "--max-wait; a token changes nothing)."
            )
            return
        self.notice(
            f"The Hub's quota for {bucket} is used up; waiting {seconds:.0f} s (bound it "
            "with --max-wait, or set HF_TOKEN for more)."
        )

    def clear(self) -> None:
        """Take the progress line away before anything else is printed."""
        if self._live:
            click.echo("\r\x1b[K", nl=False, err=True)


_QUOTAS = ((500, "without a token"), (1000, "with a free one"))
"""API calls in five minutes, as the Hub's documentation gives them."""


def quota_times(calls: int) -> str:
    """How long so many API calls take under the Hub's usual quotas: `4 min without a token, 2 min
    with a free one`."""
    return ", ".join(f"{max(1, round(calls / quota * 5))} min {who}" for quota, who in _QUOTAS)
