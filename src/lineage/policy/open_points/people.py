"""Developers whom nobody knows, or whose home is not established."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.country import country
from lineage.policy.axes import AxisPlace, places
from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.open_points.subject import Subject
from lineage.policy.paths import (
    is_whole,
)
from lineage.policy.questions import Question
from lineage.policy.requirement import Axis

_ASKED = {
    Axis.FOUNDATION: frozenset({Question.ORIGIN}),
    Axis.COMPONENT: frozenset({Question.ORIGIN}),
    Axis.TRAINER: frozenset({Question.TRAINERS}),
    Axis.TEACHER: frozenset({Question.TEACHERS}),
}
_ROLE = {
    Axis.FOUNDATION: "developed",
    Axis.COMPONENT: "developed a part of it",
    Axis.TRAINER: "trained it further",
    Axis.TEACHER: "developed the model that taught it",
}


def unknown_people(subject: Subject) -> Iterator[OpenPoint]:
    """Developers whom the registry does not know, or whose home is not established."""
    for axis, questions in _ASKED.items():
        for place in places(subject.case, axis):
            yield from _unknown(subject, place, questions)
    yield from _unknown_self(subject)
    for place in places(subject.case, Axis.PUBLISHER):
        yield from _unknown_publisher(subject, place)


def _unknown_publisher(subject: Subject, place: AxisPlace) -> Iterator[OpenPoint]:
    asked = frozenset({Question.PUBLISHER})
    who, state = place.developer, "in no record of the registry"
    if who is not None:
        state = "based in a place that is not established"
    if who is None or who.jurisdiction is None:
        yield from subject.point(
            Gap.UNKNOWN_PUBLISHER if who is None else Gap.NO_HOME,
            place.model,
            asked,
            f"The publisher of {place.model} is {state}.",
            closes="State the publisher in the policy under [[developers]].",
            path=place.path,
            homes=who.jurisdiction_candidates if who else (),
            is_news=False,
        )


def _unknown(
    subject: Subject, place: AxisPlace, questions: frozenset[Question]
) -> Iterator[OpenPoint]:
    axis, developer = place.axis, place.developer
    if developer is not None and developer.jurisdiction is None:
        countries = " or ".join(map(country, developer.jurisdiction_candidates))
        state = f"disputed ({countries})" if countries else "not established"
        yield from subject.point(
            Gap.NO_HOME,
            place.model,
            questions,
            f"The home of {developer.name}, who {_ROLE[axis]} ({place.model}), is {state}.",
            closes="State it in the policy under [[developers]], or send a cited correction to "
            "the registry.",
            path=place.path,
            homes=developer.jurisdiction_candidates,
        )
    if developer is None and axis is not Axis.FOUNDATION:
        gap = Gap.UNKNOWN_TRAINER if axis is Axis.TRAINER else Gap.UNKNOWN_DEVELOPER
        yield from subject.point(
            gap,
            place.model,
            questions,
            f"Whoever {_ROLE[axis]} ({place.model}) is not in the registry.",
            closes="State the developer in the policy under [[developers]].",
            path=place.path,
        )


def _unknown_self(subject: Subject) -> Iterator[OpenPoint]:
    """The audited model's own trainer; a copy was trained by nobody, and where nothing is
    underneath the trail's end says it."""
    case = subject.case
    own = case.attributions.get(case.target)
    has_base = any(is_whole(edge) for edge in case.graph.parents(case.target))
    if own is not None and own.developer is None and own.basis != "parent" and has_base:
        yield from subject.point(
            Gap.UNKNOWN_TRAINER,
            case.target,
            frozenset({Question.TRAINERS}),
            f"Whoever trained {case.target} is not in the registry.",
            closes="State the developer in the policy under [[developers]].",
        )
