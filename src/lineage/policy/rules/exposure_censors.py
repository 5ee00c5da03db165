"""Published tests found that this model, or one that it copies or was quantized from, censors.

The tests are of the model itself, of a copy or conversion of it, or of the model it was quantized
from. They used free answers, many questions, and comparison models that answered the same
questions; at least 20 points are missing, in two languages or two independent tests, or in one
language far below every comparison model. The developer's country plays no part. Where the finding
is only in languages that the policy does not name, it asks for a review.

What to do: choose another model, or take the risk in a waiver. Where you doubt the result, ask the
supplier for a test of the same form (see docs/evidence.md); `languages` limits the rule to those
your product speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineage.evidence.evidence import State
from lineage.evidence.tested import language
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.paths import path_evidence
from lineage.policy.questions import Inquiry, Question
from lineage.policy.rules.exposures import (
    languages_in,
    own_adverse,
    own_sentence,
    result_evidence,
    speaks,
)
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each language in use, or one at `review` where it is only in others."""
    if case.exposure.own.state is not State.CENSORS:
        return
    found = languages_in(case, State.CENSORS)
    wanted = [code for code in found if speaks(code, settings.policy.languages)]
    for code in wanted or found:
        yield _finding(case, settings, code, in_use=bool(wanted))


def _finding(case: Case, settings: Settings, code: str, *, in_use: bool) -> Finding:
    hits = own_adverse(case, lambda spoken: speaks(spoken, code.split("+")))
    path = hits[0].path if hits else (case.target,)
    message = f"Published tests found that {path[-1]} censors in {language(code)}."
    if hits:
        message += f" {own_sentence(case, hits)}"
    if not in_use:
        message += " The policy does not name this language as one in use."
    level = settings.level if in_use or settings.level is not Level.FAIL else Level.REVIEW
    return settings.finding(
        path[-1], path, message, (*path_evidence(case, path), *result_evidence(hits)), level=level
    )


def asks(settings: Settings) -> Iterator[Inquiry]:
    """Whether the audited model is, or is a copy of, a tested one. A family or the end of a trail
    names no tested model."""
    yield replace(settings.inquiry(Question.TESTS), bears=_may_be_a_copy)


def _may_be_a_copy(point: OpenPoint, case: Case) -> bool:
    return point.is_copy_line and point.gap not in (Gap.TRAIL_END, Gap.LEAD, Gap.TWIN)


RULE = Rule(
    id="exposure-censors",
    level=Level.FAIL,
    questions=frozenset({Question.TESTS}),
    summary="Published tests found that this model, or one that it copies or was quantized "
    "from, censors",
    sentence="Published tests found that {object} censors in {languages}.",
    explanation=__doc__,
    check=check,
    inquiries=asks,
)
