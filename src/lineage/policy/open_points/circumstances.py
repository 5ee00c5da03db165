"""What was cut short, and what stored data answered."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.open_points.subject import WHOLE, Subject
from lineage.policy.questions import Question


def bounds(subject: Subject) -> Iterator[OpenPoint]:
    """Bounds that cut the walk short."""
    case = subject.case
    for sentence in case.graph.bounds_hit:
        yield from subject.point(
            Gap.BOUND,
            case.target,
            WHOLE,
            f"The lineage of {case.target} was not walked to its end: {sentence}",
            closes="Raise --max-depth or --max-models.",
        )


def fallback(subject: Subject) -> Iterator[OpenPoint]:
    """Stored data that answered because the Hub could not be reached."""
    case = subject.case
    if case.fallback and not case.offline_wanted:
        day = case.data_dates.get("snapshot", "a date that is not recorded")
        yield from subject.point(
            Gap.FALLBACK,
            case.target,
            frozenset(Question),
            f"The Hub could not be reached; what is said of {case.target} comes from "
            f"offline data of {day} and may be out of date.",
            closes="Run again, or say --offline where offline data is what you want.",
        )
