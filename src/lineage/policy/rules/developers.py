"""What the rules over named developers share: the axes they look at and the places to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.policy.axes import AxisPlace, places
from lineage.policy.case import Case
from lineage.policy.questions import Inquiry, Question, no_home
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Kind, Setting, Settings

AXES = Setting(
    "axes",
    Kind.CHOICES,
    ("foundation", "trainer", "teacher", "component"),
    "where to look",
    tuple(str(axis) for axis in Axis),
)


_ASKED = {
    Axis.FOUNDATION: Question.ORIGIN,
    Axis.COMPONENT: Question.ORIGIN,
    Axis.TRAINER: Question.TRAINERS,
    Axis.TEACHER: Question.TEACHERS,
    Axis.PUBLISHER: Question.PUBLISHER,
}


def questions_of(axes: Iterable[str]) -> frozenset[Question]:
    """What somebody asks who looks at these axes."""
    return frozenset(_ASKED[Axis(axis)] for axis in axes)


def asks_who(settings: Settings) -> Iterator[Inquiry]:
    """Who stands on the chosen axes: nothing where the policy lists nobody."""
    if settings["developers"]:
        asked = settings.inquiry(*questions_of(settings["axes"]))
        yield replace(asked, homes=no_home)


def places_on(case: Case, settings: Settings) -> Iterator[AxisPlace]:
    """Every place on the axes that the policy chose, axis by axis."""
    for axis in settings["axes"]:
        yield from places(case, Axis(axis))
