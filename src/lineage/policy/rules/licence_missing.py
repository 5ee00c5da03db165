"""The model or an ancestor names no licence.

Without a licence nobody is told what may be done with the weights. `other` with no name counts as
none.

What to do: look into the repository for a licence file; ask the publisher.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.licences import licences_of
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import along_weights, joined, path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for all models that were read and name none."""
    nodes = case.graph.nodes
    silent = [
        m
        for m in along_weights(case.graph)
        if nodes[m].record is not None and not licences_of(nodes[m].record)
    ]
    if silent:
        about = case.target if case.target in silent else silent[0]
        yield settings.finding(
            about,
            path_to(case.graph, about),
            f"No licence is named in the metadata of {joined(silent)}.",
        )


RULE = Rule(
    id="licence-missing",
    level=Level.INFO,
    questions=frozenset({Question.LICENCE, Question.ORIGIN}),
    summary="The model or an ancestor names no licence",
    explanation=__doc__,
    check=check,
)
