"""The model lacks a document or fact that the policy requires.

Off until a policy asks for something: a model card, a licence, an acceptable-use policy, an exact
revision, checksums of the weights, training data, a lineage known to its foundations, test
evidence. What was not read leaves the answer open.

What to do: ask the vendor for what is missing; a document that exists elsewhere can be named in a
waiver.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.documents import DOCUMENTS, missing, questions_of
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import joined
from lineage.policy.questions import Inquiry, Question
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """At most one finding, for what is absent from what was read."""
    absent = missing(case, settings["documents"])
    if absent:
        names = joined([DOCUMENTS[name][0] for name in absent], limit=20)
        yield settings.finding(
            case.target, (case.target,), f"{case.target} does not show {names}.", absent
        )


def asks(settings: Settings) -> Iterator[Inquiry]:
    """What the wanted documents depend on."""
    if settings["documents"]:
        yield settings.inquiry(*questions_of(settings["documents"]))


RULE = Rule(
    id="missing-documents",
    level=Level.WARN,
    questions=frozenset({Question.DOCUMENTS}),
    summary="The model lacks a document or fact that the policy requires",
    explanation=__doc__,
    check=check,
    inquiries=asks,
    settings=(
        Setting("documents", Kind.CHOICES, (), "what the model must show", tuple(DOCUMENTS)),
    ),
)
