"""The weights share ancestry with a model that is not declared as a base.

With `--weights` a few kilobytes of the model's weights are compared with known foundation models.
This rule speaks where no base is declared and one is found. The strength of the match stands in the
report: correlation, z, corrected p, and how many models were compared. It tells neither direction
nor intent; so this asks for a review and never fails a model.

What to do: ask the publisher what the model was made from; `lineage explain` shows the whole
comparison.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """At most one finding, only where the weights were looked at."""
    if case.weights is None:
        return
    from lineage.fingerprint.claims import (
        undeclared,  # the weights room is large, and most runs look at no weights
    )

    if sentence := undeclared(case.weights):
        evidence = (
            f"{case.weights.bytes_read} bytes read, {case.weights.compared} models compared",
            *case.weights.caveats,
        )
        yield settings.finding(case.target, (case.target,), sentence, evidence)


RULE = Rule(
    id="weights-undeclared",
    level=Level.REVIEW,
    questions=frozenset(),
    summary="The weights share ancestry with a model that is not declared as a base",
    explanation=__doc__,
    check=check,
)
