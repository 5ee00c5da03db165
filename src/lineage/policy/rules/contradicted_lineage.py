"""Statements about the lineage contradict each other.

A card says one base and a file that a tool wrote says another; or a card says "trained from
scratch" while a base is named elsewhere. All statements are kept, and this rule shows where they
cannot all be true. Configurations of another family are `undeclared-family`.

What to do: ask the publisher which of the two holds. The file that a tool wrote is usually the
older witness.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph.contradictions import contradictions
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each pair of statements that cannot both hold."""
    for node in case.graph.nodes.values():
        for found in contradictions(node, case.graph.edges):
            yield settings.finding(
                node.id,
                path_to(case.graph, node.id),
                found.sentence,
                (str(found.one), str(found.other)),
            )


RULE = Rule(
    id="contradicted-lineage",
    level=Level.REVIEW,
    questions=frozenset({Question.TRACES}),
    summary="Statements about the lineage contradict each other",
    explanation=__doc__,
    check=check,
)
