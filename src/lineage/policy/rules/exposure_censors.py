"""Published tests found censorship in the model, or in an ancestor whose behaviour it takes over.

Two states lead here: `tested-censors` (this very model, or a copy of the same weights) and `inherited-censors` (a tested
ancestor or teacher, with no nearer result). The message names the test, the tested model, the path, and says when no test of
the audited model itself is known. Languages stay apart: a clear result in English clears nothing in Chinese.

What to do: run the tests on the model itself; a direct result outranks an inherited one. Or limit `languages` to those your
product speaks, or take the risk in a waiver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineage.evidence.evidence import ExposureState, Outcome
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.open_points import Gap, OpenPoint
from lineage.policy.paths import path_evidence
from lineage.policy.questions import Inquiry, Question
from lineage.policy.rules.exposures import (
    by_states,
    deciding_hits,
    found_sentence,
    reach_sentence,
    result_evidence,
)
from lineage.policy.rules.interface import Rule, Settings

_STATES = (ExposureState.TESTED_CENSORS, ExposureState.INHERITED_CENSORS)


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each language that matters."""
    for language, state in by_states(case, settings, _STATES):
        hits = deciding_hits(case, settings, language, (Outcome.CENSORS, Outcome.PARTIALLY_CENSORS))
        if not hits:
            spoken = f" in language {language}" if language else ""
            yield settings.finding(
                case.target,
                (case.target,),
                f"The published test evidence for {case.target}{spoken} is {state}.",
            )
            continue
        nearest = hits[0]
        message = f"{found_sentence(nearest)}. {reach_sentence(case, nearest)}"
        yield settings.finding(
            nearest.path[-1],
            nearest.path,
            message,
            (*path_evidence(case, nearest.path), *result_evidence(hits)),
        )


def asks(settings: Settings) -> Iterator[Inquiry]:
    """Whether the audited model is, or is a copy of, a tested one. A family or the end of a trail names no tested model."""
    yield replace(settings.inquiry(Question.TESTS), bears=_may_be_a_copy)


def _may_be_a_copy(point: OpenPoint, case: Case) -> bool:
    return point.is_copy_line and point.gap not in (Gap.TRAIL_END, Gap.LEAD)


RULE = Rule(
    id="exposure-censors",
    level=Level.FAIL,
    questions=frozenset({Question.TESTS}),
    summary="Published tests found censorship in the model, or in an ancestor whose behaviour it takes over",
    explanation=__doc__,
    check=check,
    inquiries=asks,
)
