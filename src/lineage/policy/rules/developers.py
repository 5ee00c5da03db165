"""What the rules over named developers share: the axes they look at and the places to look."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.axes import Place, places
from lineage.policy.case import Case
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Kind, Setting, Settings

AXES = Setting(
    "axes",
    Kind.CHOICES,
    ("foundation", "trainer", "teacher", "component"),
    "where to look",
    tuple(str(axis) for axis in Axis),
)


def places_on(case: Case, settings: Settings) -> Iterator[Place]:
    """Every place on the axes that the policy chose, axis by axis."""
    for axis in settings["axes"]:
        yield from places(case, Axis(axis))
