"""A model names another licence than the model it is built on.

A fine-tune may add terms but cannot take away those of its base. Where a child names a licence that
its parent does not, somebody should see whether the parent's terms allow it: a community or
non-commercial licence under an `apache-2.0` card is the usual case.

What to do: compare both licences, and keep the notices that the base asks for.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.licences import licences_of
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import along_weights, claim_line, joined, path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each step where the child names none of its parent's licences."""
    within = set(along_weights(case.graph))
    for edge in case.graph.edges:
        if edge.child not in within or not edge.carries_weights:
            continue
        own = licences_of(case.graph.nodes[edge.child].record)
        base = licences_of(case.graph.nodes[edge.parent].record)
        if own and base and not set(own) & set(base):
            message = (
                f"{edge.child} names the licence {joined(own)}, while {edge.parent} underneath "
                f"it names {joined(base)}."
            )
            yield settings.finding(
                edge.child, path_to(case.graph, edge.child), message, (claim_line(edge.claims[0]),)
            )


RULE = Rule(
    id="licence-drift",
    level=Level.INFO,
    questions=frozenset({Question.LICENCE, Question.ORIGIN}),
    summary="A model names another licence than the model it is built on",
    explanation=__doc__,
    check=check,
)
