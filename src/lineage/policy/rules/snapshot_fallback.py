"""The Hub was wanted but not reached, and the snapshot answered instead.

A snapshot is true of its day. A gate must not take it for the present without being told to, so the verdict is inconclusive.

What to do: run again, or say `--offline` when an answer from the snapshot is what you want.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """At most one finding."""
    if case.fallback and not case.offline_wanted:
        day = case.data_dates.get("snapshot", "a date that is not recorded")
        message = f"The Hub could not be reached; what is said of {case.target} comes from the snapshot of {day} and may be out of date."
        yield settings.finding(case.target, (case.target,), message, decides_unknown=True)


RULE = Rule(
    id="snapshot-fallback",
    summary="The Hub was wanted but not reached, and the snapshot answered instead",
    explanation=__doc__,
    check=check,
)
