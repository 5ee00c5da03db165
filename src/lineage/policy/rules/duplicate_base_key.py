"""A card writes the same key twice, so that one of its statements is hidden.

YAML readers keep the last of two equal keys, silently. A card whose `base_model` stands twice shows
one base to programs and another to people. Both are read and kept here.

What to do: ask the publisher to write a list. Look at the card to see both values.
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
    """One finding for each such key."""
    for seen in observed(case.graph, ObservationKind.DUPLICATE_KEY):
        message = (
            f"A key occurs twice in {seen.file} of {seen.model}; programs that read it see "
            "only one of the two values."
        )
        yield settings.finding(
            seen.model, path_to(case.graph, seen.model), message, (place_of(seen),)
        )


RULE = Rule(
    id="duplicate-base-key",
    level=Level.WARN,
    questions=frozenset({Question.TRACES}),
    summary="A card writes the same key twice, so that one of its statements is hidden",
    explanation=__doc__,
    check=check,
)
