"""This model was reported to censor, but not by a test that may decide.

Spot checks, tests of fewer than 40 questions or without comparison models, multiple choice, the
maker's own app or API, press and forum reports. They are shown with their sources and ask a person
to look; they neither fail nor clear.

What to do: test it (`lineage probe`) if the matter is of weight to you. Read the reports first;
docs/evidence.md says what a test needs to decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import State
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_evidence
from lineage.policy.questions import Question
from lineage.policy.rules.exposures import own_adverse, reports_sentence, result_evidence, speaks
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for the model, of reports in the languages that matter."""
    if case.exposure.own.state is not State.THIN:
        return
    hits = own_adverse(
        case,
        lambda spoken: (
            spoken in ("unknown", "multilingual") or speaks(spoken, settings.policy.languages)
        ),
    )
    if hits:
        message = (
            f"No test of {case.target} that could decide is known. Also reported: "
            f"{reports_sentence(hits)}."
        )
        path = hits[0].path
        yield settings.finding(
            path[-1], path, message, (*path_evidence(case, path), *result_evidence(hits))
        )


RULE = Rule(
    id="exposure-reported",
    level=Level.REVIEW,
    questions=frozenset({Question.TESTS}),
    summary="This model was reported to censor, but not by a test that may decide",
    sentence="{subject} was reported to censor, but not by a test that may decide.",
    explanation=__doc__,
    check=check,
)
