"""A waiver that would cover a finding has expired.

Exceptions end on their last day, loudly: the finding counts again, and this one says whose waiver
it was. It cannot be waived.

What to do: renew the waiver with a new date and reason, or act on the finding. Look at the case
again first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.waivers import left_bare


def check_waivers(case: Case, settings: Settings, findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for each expired waiver that covers something which no valid waiver covers."""
    for waiver in settings.policy.waivers:
        bare = left_bare(waiver, case, settings, findings) if waiver.is_expired(case.today) else ()
        if bare:
            message = (
                f"The waiver of {waiver.owner} for {waiver.rule} on {waiver.model} expired on "
                f"{waiver.until.isoformat()}: {waiver.reason}"
            )
            yield settings.finding(
                bare[0].model, bare[0].path, message, (waiver.place,) if waiver.place else ()
            )


RULE = Rule(
    id="expired-waiver",
    level=Level.FAIL,
    questions=frozenset(),
    summary="A waiver that would cover a finding has expired",
    explanation=__doc__,
    check_waivers=check_waivers,
)
