"""Published tests of the model or an ancestor disagree, or found censorship in part.

`tested-mixed` and `inherited-mixed`: some results point one way and some the other, or the publisher's own conclusion was
mixed. Suites are not averaged: each is shown beside its control and its number of questions.

What to do: read the results in the report; decide which suite is nearest to your use.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import ExposureState, Outcome
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_evidence
from lineage.policy.questions import Question
from lineage.policy.rules.exposures import (
    by_states,
    deciding_hits,
    found_sentence,
    reach_sentence,
    result_evidence,
)
from lineage.policy.rules.interface import Rule, Settings

_STATES = (ExposureState.TESTED_MIXED, ExposureState.INHERITED_MIXED)


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each language that matters."""
    for language, state in by_states(case, settings, _STATES):
        spoken = f" in language {language}" if language else ""
        hits = deciding_hits(case, settings, language, tuple(Outcome))
        if not hits:
            yield settings.finding(
                case.target,
                (case.target,),
                f"The published test evidence for {case.target}{spoken} is {state}.",
            )
            continue
        message = f"Published tests{spoken} are mixed ({state}): {found_sentence(hits[0])}. {reach_sentence(case, hits[0])}"
        yield settings.finding(
            hits[0].path[-1],
            hits[0].path,
            message,
            (*path_evidence(case, hits[0].path), *result_evidence(hits)),
        )


RULE = Rule(
    id="exposure-mixed",
    level=Level.REVIEW,
    questions=frozenset({Question.TESTS}),
    summary="Published tests of the model or an ancestor disagree, or found censorship in part",
    explanation=__doc__,
    check=check,
)
