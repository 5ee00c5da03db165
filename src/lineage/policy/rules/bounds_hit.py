"""The walk stopped at a bound, so part of the lineage was not looked at.

Depth, number of models and requests are bounded so that a hostile or enormous lineage cannot run
forever. What lies behind a bound is unknown.

What to do: raise `--max-depth` or `--max-models`.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="bounds-hit",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.BOUND,),
    summary="The walk stopped at a bound, so part of the lineage was not looked at",
    sentence="The walk stopped at a bound, so part of the lineage was not looked at.",
    explanation=__doc__,
)
