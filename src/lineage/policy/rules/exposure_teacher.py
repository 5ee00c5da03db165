"""A declared teacher of this model censors in published tests; this one is untested there.

Only a declared distillation counts; a resemblance does not. A student may or may not take over what
its teacher leaves out, so this asks a person to look; a strict policy may set the rule to `fail`.

What to do: test the model itself (`lineage probe`), or ask its supplier to. A result of its own
replaces the teacher's in that language.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import Applicability
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.questions import Question
from lineage.policy.rules.exposures import of_ancestors
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each such teacher."""
    yield from of_ancestors(case, settings, Applicability.TEACHER)


RULE = Rule(
    id="exposure-teacher",
    level=Level.REVIEW,
    questions=frozenset({Question.TESTS}),
    summary="A declared teacher of this model censors in published tests; this one is untested "
    "there",
    sentence="{subject} {found}; this model has no such test.",
    explanation=__doc__,
    check=check,
)
