"""What a resource of a cluster starts: the models that it names, and what it does not show."""

from __future__ import annotations

from dataclasses import field

from lineage.core.value import dataclass


@dataclass(frozen=True, order=True)
class Named:
    """A model that a resource names, and where."""

    target: str
    """As an audit is asked for it."""
    name: str
    """As a person reads it: `org/name`, `oci://…`."""
    places: tuple[str, ...]
    if_found: bool = False
    """Only its form or a shared word says that it is a model: it is none where the Hub, asked for
    it, shows none."""


@dataclass(frozen=True, order=True)
class Blind:
    """A place where a model may be started that the resource does not show."""

    place: str
    reason: str
    """A sentence."""


@dataclass(frozen=True)
class Started:
    """All that one resource shows."""

    models: tuple[Named, ...] = ()
    blind: tuple[Blind, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """What a person should know, and what decides nothing."""

    def beyond(self, other: Started) -> Started:
        """What it starts that the other one does not."""
        known = {model.target for model in other.models}
        return Started(
            tuple(model for model in self.models if model.target not in known),
            tuple(one for one in self.blind if one not in other.blind),
            self.notes,
        )
