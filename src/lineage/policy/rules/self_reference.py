"""A model names itself as its base, or models name each other in a circle.

Cards are written by hand and copied: some name their own repository. Such a claim tells nothing of
what is underneath; it is kept and shown.

What to do: ask the publisher what it is built on. Until then the lineage above that model counts as
not declared.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import claim_line, joined, path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each model that names itself, and one for each circle."""
    graph = case.graph
    for edge in graph.edges:
        if edge.child == edge.parent:
            message = f"{edge.child} names itself as its base model."
            yield settings.finding(
                edge.child, path_to(graph, edge.child), message, map(claim_line, edge.claims)
            )
    claimed = [
        (c, node)
        for node in sorted(graph.nodes)
        for c in graph.unlinked
        if c.child == node and c.problem == "self"
    ]
    for claim, model in claimed:
        yield settings.finding(
            model,
            path_to(graph, model),
            f"{model} names itself as its base model.",
            (claim_line(claim),),
        )
    above = {m: graph.weight_ancestors(m) for m in graph.nodes}
    circles = {
        tuple(sorted(o for o in above[m] if m in above[o])) for m in graph.nodes if m in above[m]
    }
    for circle in sorted(c for c in circles if len(c) > 1):
        evidence = sorted(
            claim_line(e.claims[0]) for e in graph.edges if e.child in circle and e.parent in circle
        )
        yield settings.finding(
            circle[0],
            path_to(graph, circle[0]),
            f"{joined(circle)} name each other as base models in a circle.",
            evidence,
        )


RULE = Rule(
    id="self-reference",
    level=Level.INFO,
    questions=frozenset({Question.TRACES}),
    summary="A model names itself as its base, or models name each other in a circle",
    explanation=__doc__,
    check=check,
)
