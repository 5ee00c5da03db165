"""The model or an ancestor carries a licence that the policy does not accept.

A derivative carries the terms of what is underneath it, whatever its own card says. The policy
names licences that are not accepted (`denied`), or the only ones that are (`allowed`); patterns
such as `cc-by-nc-*` work. Without either the rule is silent. Identifiers are read as the card's
metadata writes them; nobody has read the licence's text for you.

What to do: ask counsel what the licence of the named model asks of derivatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from lineage.evidence.licences import licences_of
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import along_weights, descent, path_evidence, path_to
from lineage.policy.questions import Inquiry, Question
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each licence of each model that is not accepted. Of several licences of one
    model each is looked at."""
    for model in along_weights(case.graph):
        for licence in licences_of(case.graph.nodes[model].record):
            if _is_like(licence, settings["denied"]) or (
                settings["allowed"] and not _is_like(licence, settings["allowed"])
            ):
                path = path_to(case.graph, model)
                way = f"{descent(case, path)}, whose" if len(path) > 1 else f"{model}: the"
                message = f"{way} licence is named as {licence}, which the policy does not accept."
                yield settings.finding(model, path, message, path_evidence(case, path))


def asks(settings: Settings) -> Iterator[Inquiry]:
    """The licence, where the policy says anything of licences, and whose weights are in it: each
    brings terms of its own."""
    if settings["denied"] or settings["allowed"]:
        yield settings.inquiry(Question.LICENCE, Question.ORIGIN)


def _is_like(licence: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern such as `cc-by-nc-*` takes it; letter case is ignored."""
    return any(fnmatchcase(licence, pattern.lower()) for pattern in patterns)


RULE = Rule(
    id="licence-denied",
    level=Level.FAIL,
    questions=frozenset({Question.LICENCE, Question.ORIGIN}),
    summary="The model or an ancestor carries a licence that the policy does not accept",
    explanation=__doc__,
    check=check,
    inquiries=asks,
    settings=(
        Setting("denied", Kind.WORDS, (), "licences that are not accepted, as patterns"),
        Setting("allowed", Kind.WORDS, (), "the only licences that are accepted, as patterns"),
    ),
)
