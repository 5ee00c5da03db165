"""Part of the lineage rests only on claims below what the policy counts as known.

A claim has a grade: `declared`, `embedded`, `stated` or `inferred`. `known-grades` says which of
them count; by default all but `inferred`, which is a lead from a name, a configuration or a
fingerprint. Findings on a path that rests on a lead are lowered to `review`, whatever their rule
says: an inference alone never fails a model. It clears none either: such a path leaves the
questions about the lineage open.

What to do: look at the claims with `lineage explain`; compare the weights; ask the publisher.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="weak-grade",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.WEAK,),
    summary="Part of the lineage rests only on claims below what the policy counts as known",
    sentence="The step to {object} rests on a lead, not on a statement.",
    explanation=__doc__,
)
