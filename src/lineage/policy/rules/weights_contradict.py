"""The weights contradict a declared base.

With `--weights` a few kilobytes of the model's weights are compared with its declared bases and
with known foundation models. This rule speaks where a declared base of the same shape shows no
shared ancestry, or where another one is found instead. Weights tell neither direction nor intent,
and training on another model's outputs leaves no trace in them; so this asks for a review.

What to do: compare the two with `lineage compare`, and ask the publisher what the model was made
from.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """At most one finding, only where the weights were looked at."""
    if case.weights is None:
        return
    from lineage.fingerprint.claims import (
        contradiction,  # the weights room is large, and most runs look at no weights
    )

    if sentence := contradiction(case.weights):
        evidence = (
            case.weights.statement,
            f"{case.weights.bytes_read} bytes read, {case.weights.compared} models compared",
        )
        yield settings.finding(case.target, (case.target,), sentence, evidence)


RULE = Rule(
    id="weights-contradict",
    level=Level.REVIEW,
    questions=frozenset(),
    summary="The weights contradict a declared base",
    explanation=__doc__,
    check=check,
)
