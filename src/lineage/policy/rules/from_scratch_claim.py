"""A card says that its model was trained from scratch, and no trace names a base.

It is a statement of the publisher. Where another trace names a base, `contradicted-lineage` shows
both; where none does, the statement stands alone, and this rule shows where it was made so that it
can be filed.

What to do: nothing, or ask the publisher for what supports it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import ObservationKind
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.observations import observed, place_of
from lineage.policy.paths import path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each such card of a model with no known base."""
    for seen in observed(case.graph, ObservationKind.FROM_SCRATCH):
        if not any(edge.parent != seen.model for edge in case.graph.parents(seen.model)):
            message = (
                f"{seen.model} says that it was trained from scratch (its publisher's "
                "statement); no trace that was read names a base."
            )
            yield settings.finding(
                seen.model, path_to(case.graph, seen.model), message, (place_of(seen),)
            )


RULE = Rule(
    id="from-scratch-claim",
    level=Level.INFO,
    questions=frozenset({Question.TRACES}),
    summary="A card says that its model was trained from scratch, and no trace names a base",
    explanation=__doc__,
    check=check,
)
