"""A model in the lineage was not read.

It was named by a card or a file, and the source answered that it is gone, private, disabled or
unreachable; or only its name is known (offline data holds names of models whose cards nobody
collected). A hub answers for a missing and for a private repo alike; nothing more may be read into
it. Whatever lies above it is hidden, so every rule that asks about it stays open. A foundation that
cited sources show speaks for itself; then only its licence stays open.

What to do: ask the publisher, give a token that may read it, or audit where it can be read.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="unresolved-ancestor",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.NOT_READ,),
    summary="A model in the lineage was not read",
    sentence="{subject} was not read.",
    explanation=__doc__,
)
