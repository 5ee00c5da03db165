"""A name resembles a well-known one and is not it.

`rneta-llama`, `Qwen-official` or `Qwеn` with a Cyrillic letter: a reader takes them for the
developer whose name they resemble, the hub does not. The well-known ones are the namespaces of the
registry's developers. A likeness is no proof of anything: the same people may hold both names.

What to do: make sure which of the two was meant. Open both pages; if the well-known one was meant,
correct the name; if both belong together, waive it with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_evidence, path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each such model of the graph, and for each such name that a claim gives."""
    for model in sorted(case.graph.nodes):
        if (like := case.lookalikes.get(model)) is not None:
            message = (
                f"The namespace {like.namespace} of {model} is not {like.known} and looks like "
                f"it: {like.how}."
            )
            path = path_to(case.graph, model)
            yield settings.finding(model, path, message, path_evidence(case, path))
    for claim in sorted(case.graph.unlinked, key=lambda c: (c.child, *c.sort_key)):
        if (like := case.lookalikes.get(claim.value)) is not None:
            message = (
                f"{claim.child} names {claim.value!r}, whose namespace is not {like.known} and "
                f"looks like it: {like.how}."
            )
            where = f"{claim.child}: {claim.file} {claim.location}: {claim.value!r}"
            yield settings.finding(claim.child, path_to(case.graph, claim.child), message, (where,))


RULE = Rule(
    id="lookalike-namespace",
    level=Level.REVIEW,
    questions=frozenset({Question.NAMES}),
    summary="A name resembles a well-known one and is not it",
    explanation=__doc__,
    check=check,
)
