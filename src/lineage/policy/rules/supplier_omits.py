"""A supplier's file does not mention a base model that was found.

A list that is given with `--input` and says something of the model, or a bill of materials, has a
place for what it is built on. A supplier that names a family or a foundation only has named it.

What to do: ask the supplier for the base model, and for a file that names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for what the supplier left out."""
    for one in case.supplied:
        if one.is_omission:
            yield settings.finding(case.target, (case.target,), one.sentence)


RULE = Rule(
    id="supplier-omits",
    level=Level.INFO,
    questions=frozenset(),
    summary="A supplier's file does not mention a base model that was found",
    explanation=__doc__,
    check=check,
    is_of_supplier=True,
)
