"""A card presents the model as somebody else's.

"This is a copy of …", "all credits go to …", "not my model": honest words of those who upload again
what others made. They also are what a repository says that wants to be taken for another. The card
alone cannot show that the weights are the ones it names.

What to do: use the original repository. Where that cannot be done, compare the weights (`lineage
compare`) before the copy is trusted like it.
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
    """One finding for each model whose card says so, with the first place as its evidence."""
    known: set[str] = set()
    for seen in observed(case.graph, ObservationKind.IDENTITY):
        if seen.model not in known:
            known.add(seen.model)
            message = (
                f"The card of {seen.model} says that the model is, or comes from, somebody "
                "else than its namespace."
            )
            yield settings.finding(
                seen.model, path_to(case.graph, seen.model), message, (place_of(seen),)
            )


RULE = Rule(
    id="claimed-identity",
    level=Level.INFO,
    questions=frozenset({Question.NAMES}),
    summary="A card presents the model as somebody else's",
    explanation=__doc__,
    check=check,
)
