"""The axes of a lineage as lists of models: whose weights, who trained, who taught, which
components, who publishes."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.country import country
from lineage.core.record import Status
from lineage.core.value import dataclass
from lineage.evidence.evidence import Developer, Foundation
from lineage.policy.case import Case
from lineage.policy.paths import path_to
from lineage.policy.requirement import Axis


@dataclass(frozen=True)
class AxisPlace:
    """One model on one axis, with whoever is behind it there."""

    axis: Axis
    model: str
    path: tuple[str, ...]
    developer: Developer | None
    is_foundation: bool = False
    """Whether the registry lists this very repo as a root."""
    component: str | None = None

    @property
    def jurisdiction(self) -> str | None:
        """Of the developer (for the publisher axis: of the publisher); None is unknown."""
        return self.developer.jurisdiction if self.developer else None

    @property
    def who(self) -> str:
        """`Name (CN)`, or what is not established."""
        if self.developer is None:
            return "a developer that is not established"
        return f"{self.developer.name} ({country(self.jurisdiction)})"


def places(case: Case, axis: Axis) -> tuple[AxisPlace, ...]:
    """Every model on the axis, in a stable order. A model of unknown developer is there too."""
    return tuple(sorted(_PLACES[axis](case), key=lambda p: (p.model, p.path)))


def _foundations(case: Case) -> Iterator[AxisPlace]:
    return (_place(Axis.FOUNDATION, f) for f in case.origin.foundations if f.component is None)


def _components(case: Case) -> Iterator[AxisPlace]:
    return (
        _place(Axis.COMPONENT, f)
        for f in (*case.origin.foundations, *case.origin.trained_by)
        if f.component is not None
    )


def _trainers(case: Case) -> Iterator[AxisPlace]:
    return (_place(Axis.TRAINER, f) for f in case.origin.trained_by if f.component is None)


def _teachers(case: Case) -> Iterator[AxisPlace]:
    return (_place(Axis.TEACHER, f) for f in case.origin.teachers)


def _place(axis: Axis, found: Foundation) -> AxisPlace:
    attribution = found.attribution
    return AxisPlace(
        axis,
        found.model,
        found.path,
        attribution.developer,
        attribution.is_foundation,
        found.component,
    )


def _publishers(case: Case) -> Iterator[AxisPlace]:
    for node in case.graph.nodes.values():
        is_service = node.id.startswith("api://")
        if is_service or (node.status is not Status.LOCAL and node.publisher):
            owner = case.publishers.get(node.id) or _owner(case, node.publisher)
            yield AxisPlace(Axis.PUBLISHER, node.id, path_to(case.graph, node.id), owner)


def _owner(case: Case, namespace: str) -> Developer | None:
    """The developer, among those of this case, whose namespace it is."""
    wanted = namespace.lower()
    people = (a.developer for a in case.attributions.values() if a.developer is not None)
    return next((d for d in people if wanted in (n.lower() for n in d.namespaces)), None)


_PLACES = {
    Axis.FOUNDATION: _foundations,
    Axis.TRAINER: _trainers,
    Axis.TEACHER: _teachers,
    Axis.COMPONENT: _components,
    Axis.PUBLISHER: _publishers,
}
