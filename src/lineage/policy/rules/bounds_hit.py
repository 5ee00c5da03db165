"""The walk stopped at a bound, so part of the lineage was not looked at.

Depth, number of models and requests are bounded so that a hostile or enormous lineage cannot run forever. What lies behind a
bound is unknown; when some rule could fail the model for it, the verdict is inconclusive.

What to do: raise `--max-depth` or `--max-models`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each bound."""
    for sentence in case.graph.bounds_hit:
        message = f"The lineage of {case.target} was not walked to its end: {sentence}"
        yield settings.finding(
            case.target, (case.target,), message, decides_unknown=settings.could_fail
        )


RULE = Rule(
    id="bounds-hit",
    summary="The walk stopped at a bound, so part of the lineage was not looked at",
    explanation=__doc__,
    check=check,
)
