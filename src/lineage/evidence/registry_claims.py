"""Reads the registry as a source of claims: what a developer's own paper or page says of a model and its card leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineage.claims.interface import FileRequest, Reading
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.family import StatedBase
from lineage.evidence.registry import Registry

_EXCERPT = 200


class RegistryClaims:
    """Cited statements about the very repo, graded `stated`. The citation's address is the claim's file."""

    name = "registry"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Nothing: the registry is at hand."""
        return ()

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim for each cited statement; for a listed repo of a derived family that declares nothing, that it derives."""
        if record.status is Status.LOCAL:
            return Reading()
        stated = next(
            (found for name in _names(record) if (found := self._registry.stated_bases(name))), []
        )
        if stated:
            return Reading(tuple(self._claim(record, one) for one in stated))
        return Reading(self._of_family(record))

    def _claim(self, record: ModelRecord, stated: StatedBase) -> Claim:
        return Claim(
            child=record.id,
            value=stated.parent,
            parent=self._registry.canonical(stated.parent),
            relation=Relation(stated.relation),
            grade=Grade.STATED,
            source=self.name,
            file=stated.citations[0].url,
            location=stated.citations[0].title or "registry",
            excerpt=stated.note[:_EXCERPT],
            confidence=stated.confidence,
            component=stated.component,
        )

    def _of_family(self, record: ModelRecord) -> tuple[Claim, ...]:
        """The base is another developer's family and the exact repo is not known: a claim that names no model shows the gap."""
        family = (
            self._registry.family_of(record.id) if self._registry.is_listed(record.id) else None
        )
        base = (
            self._registry.family(family.derived_from) if family and family.derived_from else None
        )
        if (
            family is None
            or base is None
            or base.developer == family.developer
            or not family.citations
            or _declares(record)
        ):
            return ()
        value = base.name
        return (
            Claim(
                child=record.id,
                value=value,
                parent=None,
                relation=Relation.UNKNOWN,
                grade=Grade.STATED,
                source=self.name,
                file=family.citations[0].url,
                location=family.citations[0].title or "registry",
                excerpt=f"{family.name} started from weights of {value}; which exact model is not established.",
                problem="family only",
            ),
        )


def _names(record: ModelRecord) -> tuple[str, ...]:
    return (record.id, record.requested, *record.redirected_from)


def _declares(record: ModelRecord) -> bool:
    """Whether the card or the Hub's tree names any base."""
    return bool(record.card.get("base_model")) or bool(record.base_models)
