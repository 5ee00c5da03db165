"""One published test found this model well below its comparison models, or tests contradict each
other.

Either one test in one language found the model well below its comparison models, which is not
enough for more; or one found it below and another, as well controlled, found it open; or it was
below in a language that only informs.

What to do: test it in the languages you use (`lineage probe`), or ask the supplier to. Read both
results in the report first.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import State
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_evidence
from lineage.policy.questions import Question
from lineage.policy.rules.exposures import own_adverse, own_sentence, result_evidence
from lineage.policy.rules.interface import Rule, Settings

_LEAD = {
    State.PARTLY: "One published test found {model} well below its comparison models.",
    State.MIXED: (
        "Published tests of {model} are mixed, and one found it well below its comparison models."
    ),
}

_PROBED = "A run of lineage probe found that {model} holds back what it answers elsewhere."


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for the model."""
    state = case.exposure.own.state
    if state not in _LEAD or (state is State.MIXED and not case.exposure.own.adverse):
        return
    hits = own_adverse(case)
    lead = _PROBED if hits and all(one.kind == "probe" for one in hits) else _LEAD[state]
    path = hits[0].path if hits else (case.target,)
    message = lead.format(model=path[-1])
    if hits:
        message += f" {own_sentence(case, hits)}"
    yield settings.finding(
        path[-1], path, message, (*path_evidence(case, path), *result_evidence(hits))
    )


RULE = Rule(
    id="exposure-partly",
    level=Level.REVIEW,
    questions=frozenset({Question.TESTS}),
    summary="One published test found this model well below its comparison models, or tests "
    "contradict each other",
    explanation=__doc__,
    check=check,
)
