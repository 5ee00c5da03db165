"""What the rules about waivers share."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.policy.case import Case
from lineage.policy.finding import Finding
from lineage.policy.rules.interface import Settings
from lineage.policy.waiver import Waiver, in_force


def left_bare(
    waiver: Waiver, case: Case, settings: Settings, findings: Sequence[Finding]
) -> list[Finding]:
    """What the waiver is about and no waiver that counts covers."""
    policy = settings.policy
    valid = in_force(policy.waivers, policy.waiver_limits, case.today)
    return [
        f
        for f in findings
        if waiver.covers(f, case.target) and not any(w.covers(f, case.target) for w in valid)
    ]
