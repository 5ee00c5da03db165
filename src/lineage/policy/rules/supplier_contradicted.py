"""A statement in a supplier's file contradicts what was found.

A list or bill of materials that is given with `--input` may name base models, a family, a licence
or a developer. Each is compared loosely, by the registry's names; who names less or spells
otherwise is not called wrong. This speaks where the supplier names something known and all that
was found is something else: another family, another size, another developer, another licence.

What to do: ask the supplier, with both sides at hand; correct the file, or waive it with the
answer as the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.supplied import Agreement
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each statement that contradicts what was found."""
    for one in case.supplied:
        if one.agreement is Agreement.CONTRADICTS:
            yield settings.finding(case.target, (case.target,), one.sentence)


RULE = Rule(
    id="supplier-contradicted",
    level=Level.REVIEW,
    questions=frozenset(),
    summary="A statement in a supplier's file contradicts what was found",
    explanation=__doc__,
    check=check,
    is_of_supplier=True,
)
