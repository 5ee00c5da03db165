"""Published tests of the model are mixed, and none found it below its comparison models.

Most models that were tested stand here, comparison models included: open in one language and
undecided in another. It is no accusation.

What to do: nothing, unless one language matters to you above all; then read that result in the
report.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import State
from lineage.evidence.tested import language
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.questions import Question
from lineage.policy.rules.exposures import languages_in
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for the model."""
    own = case.exposure.own
    if own.state is not State.MIXED or own.adverse:
        return
    parts = [
        f"{words} in {' and '.join(language(code) for code in found)}"
        for state, words in (
            (State.CLEAR, "like the comparison models"),
            (State.MIXED, "undecided"),
        )
        if (found := languages_in(case, state))
    ]
    message = (
        f"Published tests of {case.target} are mixed: {', '.join(parts)}; none found it "
        "below the comparison models."
    )
    yield settings.finding(case.target, (case.target,), message)


RULE = Rule(
    id="exposure-mixed",
    level=Level.INFO,
    questions=frozenset({Question.TESTS}),
    summary="Published tests of the model are mixed, and none found it below its comparison models",
    sentence="Published tests of {object} are mixed.",
    explanation=__doc__,
    check=check,
)
