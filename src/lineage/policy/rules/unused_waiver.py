"""A waiver names this model and covers nothing that was found.

Either the reason for it is gone, or it is misspelt and would surprise somebody later.

What to do: remove it, or correct its rule, model or path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings


def check_waivers(case: Case, settings: Settings, findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for each waiver about the audited model that covers no finding."""
    for waiver in settings.policy.waivers:
        if waiver.names(case.target) and not any(waiver.covers(f, case.target) for f in findings):
            message = (
                f"The waiver of {waiver.owner} for {waiver.rule} on {waiver.model} covers "
                "nothing that was found."
            )
            yield settings.finding(
                case.target, (case.target,), message, (waiver.place,) if waiver.place else ()
            )


RULE = Rule(
    id="unused-waiver",
    level=Level.INFO,
    questions=frozenset(),
    summary="A waiver names this model and covers nothing that was found",
    explanation=__doc__,
    check_waivers=check_waivers,
)
