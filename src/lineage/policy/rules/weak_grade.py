"""Part of the lineage rests only on claims below what the policy counts as known.

A claim has a grade: `declared`, `embedded`, `stated` or `inferred`. `known-grades` says which of them count; by default all but
`inferred`, which is a lead from a name, a configuration or a fingerprint. Findings on a path that rests on a lead are lowered to
`review`, whatever their rule says: an inference alone never fails a model. Where a rule would fail the model for who is
underneath, such a path leaves the verdict inconclusive, because it establishes neither one answer nor the other.

What to do: look at the claims with `lineage explain`; compare the weights; ask the publisher.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, is_whole, known_models, path_evidence, path_to
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each edge at which known ground ends: the first weak step of a path, not every model behind it."""
    grades = settings.policy.known_grades
    by_kind = {kind: known_models(case.graph, grades, whole=kind) for kind in (True, False)}
    for edge in case.graph.edges:
        known = by_kind[is_whole(edge)]
        if edge.child in known and edge.parent not in known and edge.parent != edge.child:
            path = (*path_to(case.graph, edge.child), edge.parent)
            message = f"{descent(case, path)}, on the strength of a claim graded {edge.grade} only: a lead, not a statement."
            unknown = settings.needs_origin
            level = (
                Level.REVIEW
                if unknown and settings.level.rank > Level.REVIEW.rank
                else settings.level
            )
            yield settings.finding(
                edge.parent,
                path,
                message,
                path_evidence(case, path),
                level=level,
                decides_unknown=unknown,
            )


RULE = Rule(
    id="weak-grade",
    summary="Part of the lineage rests only on claims below what the policy counts as known",
    explanation=__doc__,
    check=check,
)
