"""A file about the lineage was not read, or only in part.

A card that is no YAML, a header that claims terabytes, a file that is longer than what is read, one
beyond the number of files that are read for one model, one that could not be fetched this time:
what it says is unknown. It may name a further base, so the questions about the lineage stay open,
whatever the other traces say. Files behind an access agreement are `limited-access`. The card of
the same model at another place is such a file, where the model names no base.

What to do: run again where the file could not be fetched; otherwise look at it by hand and tell the
publisher.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="unreadable-trace",
    level=Level.WARN,
    questions=frozenset(),
    reports=(Gap.FILE, Gap.TWIN),
    summary="A file about the lineage was not read, or only in part",
    sentence="A file of {object} was not read, or only in part.",
    explanation=__doc__,
)
