"""The configuration of a model without a known base looks like that of a known family.

Vocabulary size, width and depth tell families apart well, but an architecture is not a lineage: class names and sizes travel
without weights in both directions. So this is a lead to follow, never a statement, and no parent is made of it.

What to do: `lineage audit --weights` compares the weights themselves; or ask the publisher what the model was made from.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import Noticed
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.observations import observed, place_of
from lineage.policy.paths import path_to
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each resemblance of a root that is no registered foundation."""
    for seen in observed(case.graph, Noticed.RESEMBLANCE):
        has_base = any(edge.parent != seen.model for edge in case.graph.parents(seen.model))
        if not has_base and not case.attributions[seen.model].is_foundation:
            yield settings.finding(
                seen.model, path_to(case.graph, seen.model), seen.text, (place_of(seen),)
            )


RULE = Rule(
    id="resembles-family",
    level=Level.INFO,
    questions=frozenset(),
    summary="The configuration of a model without a known base looks like that of a known family",
    explanation=__doc__,
    check=check,
)
