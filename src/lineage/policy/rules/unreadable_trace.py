"""A file that should tell of the lineage could not be read.

A card that is no YAML, a header that claims terabytes, a file too large to be what it says: such traces are refused, and what
they would have said is unknown. When no other trace names a base of that model, and some rule could fail it for what is
underneath, the verdict is inconclusive.

A file that is there and could not be fetched this time makes it inconclusive whatever the other traces say: it may name a further
base, and a broken connection must not hide that. Files behind an access agreement are told by `limited-access`.

What to do: run again where the file could not be fetched; else look at it by hand and tell the publisher.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import Noticed
from lineage.policy.axes import is_shown_root
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.observations import observed, place_of
from lineage.policy.paths import path_to
from lineage.policy.rules.interface import Rule, Settings

_SAID = {
    Noticed.UNREADABLE: "could not be read",
    Noticed.UNREACHED: "could not be fetched this time",
    Noticed.TRUNCATED: "was read in part",
}


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each such file."""
    for seen in observed(case.graph, *_SAID):
        what = _SAID[seen.kind]
        silent = seen.kind is Noticed.UNREACHED or not any(
            edge.parent != seen.model for edge in case.graph.parents(seen.model)
        )
        open_end = silent and not is_shown_root(case.attributions.get(seen.model))
        unknown = open_end and settings.could_fail
        level = (
            Level.REVIEW if unknown and settings.level.rank > Level.REVIEW.rank else settings.level
        )
        message = (
            f"{seen.file} of {seen.model} {what}, so what it says of the lineage is not known."
        )
        path = path_to(case.graph, seen.model)
        yield settings.finding(
            seen.model, path, message, (place_of(seen),), level=level, decides_unknown=unknown
        )


RULE = Rule(
    id="unreadable-trace",
    summary="A file that should tell of the lineage could not be read",
    explanation=__doc__,
    check=check,
)
