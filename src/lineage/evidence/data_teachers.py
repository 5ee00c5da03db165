"""Reads the registry's table of data sets as claims: the models that wrote what this one was
trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.claims.card.teachers import data_sets_of
from lineage.claims.interface import Reading, ReadsNoFile
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation
from lineage.evidence.family import DataTeachers
from lineage.evidence.registry import Registry

_EXCERPT = 200
_CLIP = 300


class DataSetTeachers(ReadsNoFile):
    """One `distilled` claim for each teacher of each data set that the card or its tags declare;
    its file is the citation."""

    name = "data set teachers"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Graded lowest: that the data set was used whole, and as an answer to learn from, is not
        said."""
        claims: list[Claim] = []
        for _, name in data_sets_of(record):
            found = self._registry.data_teachers(name)
            if found is not None:
                claims += self._claims(record, name, found)
        return Reading(tuple(dict.fromkeys(claims)))

    def _claims(self, record: ModelRecord, name: str, found: DataTeachers) -> Iterator[Claim]:
        for model in found.models:
            parent = self._registry.canonical(model)
            if parent.casefold() == record.id.casefold():
                continue
            excerpt = f"The data set {name} holds answers of {model}."
            if found.is_disputed:
                excerpt = f"Disputed: {excerpt} {found.note}"
            yield Claim(
                child=record.id,
                value=name[:_CLIP],
                parent=None if found.is_disputed else parent,
                relation=Relation.DISTILLED,
                grade=Grade.INFERRED,
                source=self.name,
                file=found.citations[0].url,
                location=found.citations[0].title or "registry",
                excerpt=excerpt[:_EXCERPT],
                confidence=found.confidence,
                problem="disputed" if found.is_disputed else "",
                tentative=not found.is_disputed,
            )
