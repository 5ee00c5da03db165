"""A model that this one was made from censors in published tests; this one is untested there.

Training can remove what an ancestor does, and has: tested models made from DeepSeek-R1 to answer
openly do so in English, and in part in Chinese. So a finding about an ancestor asks a person to
look and fails nobody; a strict policy may set this rule to `fail`.

What to do: test the model itself (`lineage probe`), or ask its supplier to. A result of its own
replaces the ancestor's in that language; docs/evidence.md says what a test needs.
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
    """One finding for each such ancestor."""
    yield from of_ancestors(case, settings, Applicability.INHERITED)


RULE = Rule(
    id="exposure-inherited",
    level=Level.REVIEW,
    questions=frozenset({Question.TESTS}),
    summary="A model that this one was made from censors in published tests; this one is "
    "untested there",
    sentence="{subject} {found}; this model has no such test.",
    explanation=__doc__,
    check=check,
)
