"""The Hub could not be reached, and offline data was used instead.

Offline data are true of their day. A gate must not take them for the present without being told to,
so every question stays open.

What to do: run again, or say `--offline` when an answer from offline data is what you want.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="snapshot-fallback",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.FALLBACK,),
    summary="The Hub could not be reached, and offline data was used instead",
    sentence="The Hub could not be reached; offline data was used instead.",
    explanation=__doc__,
)
