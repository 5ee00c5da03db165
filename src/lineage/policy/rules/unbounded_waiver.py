"""A waiver lasts longer or covers more than the policy allows.

It does not count: what it would cover counts as if it were not there. `[waivers] max-days` bounds
how far ahead a waiver's last day may lie. One whose rule and model are both patterns that name
nothing, such as `*` on `*`, is an exception from the whole policy and counts only where a policy
named with `--policy` says `everything = true`. This finding cannot be waived.

What to do: give the waiver an earlier last day, or name the rule and the model that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.waivers import left_bare


def check_waivers(case: Case, settings: Settings, findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for each such waiver that would cover something which no other waiver covers."""
    for waiver in settings.policy.waivers:
        beyond = settings.policy.waiver_limits.beyond(waiver, case.today)
        bare = left_bare(waiver, case, settings, findings) if beyond else ()
        if bare and not waiver.is_expired(case.today):
            message = (
                f"The waiver of {waiver.owner} for {waiver.rule} on {waiver.model} does not "
                f"count: it {beyond}."
            )
            yield settings.finding(
                bare[0].model, bare[0].path, message, (waiver.place,) if waiver.place else ()
            )


RULE = Rule(
    id="unbounded-waiver",
    level=Level.FAIL,
    questions=frozenset(),
    summary="A waiver lasts longer or covers more than the policy allows",
    explanation=__doc__,
    check_waivers=check_waivers,
)
