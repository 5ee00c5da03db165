"""Curated data or the snapshot is older than the policy allows, or has expired.

Developers move, lists change, tests appear. Every report says the dates of the data it rests on;
this rule speaks when one of them lies too far back. The snapshot, or an index, counts only where it
gave the answer. Installed data (`lineage data`) has a day until which its makers stand by it.

What to do: update the tool or the data, or make a new snapshot with `lineage snapshot create`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each kind of data that is too old, or whose date is not one; one for
    installed data past its time."""
    if case.data_expired:
        message = f"The installed data expired on {case.data_expired}."
        yield settings.finding(case.target, (case.target,), message)
    for kind, written in sorted(case.data_dates.items()):
        if kind == "snapshot" and case.source != "snapshot":
            continue
        # An index of a hub is a large snapshot of it, and ages alike.
        limit = settings[f"{'snapshot' if kind == 'index' else kind}-max-age"]
        day = _day(written)
        if day is None:
            yield settings.finding(
                case.target,
                (case.target,),
                f"The date of the {kind} data is not known ({written[:40]!r}).",
            )
        elif (case.today - day).days > limit:
            age = (case.today - day).days
            message = (
                f"The {kind} data is of {day.isoformat()}, {age} days old; the policy allows "
                f"{limit}."
            )
            yield settings.finding(case.target, (case.target,), message)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


RULE = Rule(
    id="stale-data",
    level=Level.WARN,
    questions=frozenset({Question.CIRCUMSTANCES}),
    summary="Curated data or the snapshot is older than the policy allows, or has expired",
    explanation=__doc__,
    check=check,
    settings=(
        Setting(
            "registry-max-age", Kind.DAYS, 365, "days that the registry of developers may be old"
        ),
        Setting(
            "results-max-age", Kind.DAYS, 365, "days that the collection of test results may be old"
        ),
        Setting(
            "snapshot-max-age",
            Kind.DAYS,
            180,
            "days that a snapshot may be old when it gave the answer",
        ),
    ),
)
