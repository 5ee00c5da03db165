"""What the rules over named developers share: the axes they look at and the places to look."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.axes import Place, places
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Kind, Setting, Settings
from lineage.policy.rules.jurisdictions import evidence, says

AXES = Setting(
    "axes",
    Kind.CHOICES,
    ("foundation", "trainer", "teacher", "component"),
    "where to look",
    tuple(str(axis) for axis in Axis),
)


def unknown_place(case: Case, settings: Settings, place: Place, so: str) -> Iterator[Finding]:
    """A place of unknown developer, while the rule would fail the model for who that is.

    Trainers and publishers are left out: on a hub most are in no registry. What could not be read at all is `unresolved-ancestor`'s.
    """
    node = case.graph.nodes.get(place.model)
    unread = node is not None and not node.status.is_known
    if (
        place.developer is None
        and settings.level is Level.FAIL
        and place.axis not in (Axis.TRAINER, Axis.PUBLISHER)
        and not unread
    ):
        message = f"{says(case, place)[:-1]}, {so}."
        yield settings.finding(
            place.model,
            place.path,
            message,
            evidence(case, place),
            level=Level.REVIEW,
            decides_unknown=True,
        )


def places_on(case: Case, settings: Settings) -> Iterator[Place]:
    """Every place on the axes that the policy chose, axis by axis."""
    for axis in settings["axes"]:
        yield from places(case, Axis(axis))
