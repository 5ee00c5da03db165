"""The model or an ancestor claims that refusals or censorship were removed.

A claim is not a result: names and cards such as "abliterated" or "uncensored" say what somebody
meant to do. The exposure stays what the tests found until the model itself was tested.

What to do: test this very model (`lineage probe`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import Observation, ObservationKind
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.observations import observed, place_of
from lineage.policy.paths import path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each model that claims it; for the audited one also where only the exposure
    says so."""
    claims: dict[str, list[Observation]] = {}
    for seen in observed(case.graph, ObservationKind.REMOVAL_CLAIM):
        claims.setdefault(seen.model, []).append(seen)
    if case.exposure.removal_claimed and not claims:
        evidence = (case.exposure.removal_evidence,) if case.exposure.removal_evidence else ()
        yield settings.finding(case.target, (case.target,), _message(case.target), evidence)
    for model, places in sorted(claims.items()):
        yield settings.finding(
            model, path_to(case.graph, model), _message(model), map(place_of, places)
        )


def _message(model: str) -> str:
    return (
        f"{model} claims that refusals or censorship were removed; this is a claim, not a "
        "test result."
    )


RULE = Rule(
    id="removal-claimed",
    level=Level.WARN,
    questions=frozenset({Question.TESTS}),
    summary="The model or an ancestor claims that refusals or censorship were removed",
    sentence="{subject} says that refusals were removed: a claim, not a test.",
    explanation=__doc__,
    check=check,
)
