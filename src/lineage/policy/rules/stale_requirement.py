"""A requirement of the policy was last checked over 90 days ago.

Laws and orders change status; a pack says on which day somebody last looked. Past 90 days its
statements may no longer hold.

What to do: look at the cited source, update the tool or the pack, and set the new date.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each stale requirement."""
    for requirement in settings.policy.requirements:
        if requirement.is_stale(case.today):
            age = (case.today - requirement.checked_on).days
            message = (
                f"The requirement {requirement.id} ({requirement.title}) was last checked on "
                f"{requirement.checked_on}, {age} days ago."
            )
            yield settings.finding(case.target, (case.target,), message, requirement.sources)


RULE = Rule(
    id="stale-requirement",
    level=Level.WARN,
    questions=frozenset(),
    summary="A requirement of the policy was last checked over 90 days ago",
    explanation=__doc__,
    check=check,
)
