"""What a name outside the Hub stands for, as an attribution and as claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.core.claim import Claim
from lineage.core.elsewhere import Place, parse_elsewhere
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import Attribution
from lineage.evidence.registry import Registry

if TYPE_CHECKING:
    from lineage.evidence.name_lookup import Known, Meaning

_EXCERPT = 200
_SERVED = frozenset({Place.OLLAMA, Place.DOCKER, Place.LMSTUDIO})
"""Places that hand out quantized files, where nothing else is said."""


class Meanings:
    """Answers for names outside the Hub; nothing is opened before the first one is asked for."""

    def __init__(self, registry: Registry, data: DataSet = EMBEDDED) -> None:
        self._registry = registry
        self._data = data
        self._done: dict[tuple[str, str], Known] = {}

    def of(self, model: str, revision: str = "") -> Known | None:
        """What is known of the name that this id holds, at the digest that was read of it; None
        for a model of the Hub or of the disk."""
        named = parse_elsewhere(model)
        if named is None:
            return None
        key = model, revision
        if key not in self._done:
            from lineage.evidence.name_lookup import NameLookup
            from lineage.evidence.names_elsewhere import NamesElsewhere

            tables = NamesElsewhere.load(self._data)
            self._done[key] = NameLookup(named, self._registry, tables, revision).known()
        return self._done[key]

    def attributed(self, found: Attribution, revision: str = "") -> Attribution:
        """The attribution with what the tables tell, where the model's own line tells nobody."""
        known = self.of(found.model, revision)
        if known is None:
            return found
        found = replace(found, is_named=known.is_sure, operator=known.operator)
        if found.developer is not None:
            return found
        if known.developer is None:
            note = "No table of names tells who developed it."
            return replace(found, note=note)
        return replace(
            found,
            developer=known.developer,
            basis="names",
            note=known.basis,
            root_evidence=known.origin,
            is_foundation=known.origin is not None and known.origin.shows_foundation,
        )


class NameClaims(ReadsNoFile):
    """Reads the tables of names as claims: one for each model of the Hub that a name stands for."""

    name = "names"

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Stated where a source names the model, else inferred: a likeness is a lead."""
        known = self._meanings.of(record.id, record.revision or "")
        if known is None:
            return Reading()
        relation = _relation(record.id, known)
        meant = known.meanings if record.status.is_known else (*known.meanings, *known.alike)
        return Reading(tuple(_claim(record, one, relation) for one in meant))


def _relation(model: str, known: Known) -> Relation:
    """A copy where one meaning is sure; where there are several, at most one of them is what
    runs."""
    if len(known.meanings) != 1 or not known.is_sure:
        return Relation.UNKNOWN
    place = model.partition(":")[0]
    return Relation.QUANTIZED if place in _SERVED else Relation.CONVERSION


def _claim(record: ModelRecord, meaning: Meaning, relation: Relation) -> Claim:
    return Claim(
        child=record.id,
        value=meaning.model,
        parent=meaning.model,
        relation=relation,
        grade=Grade.STATED if meaning.is_sure else Grade.INFERRED,
        source=NameClaims.name,
        file=meaning.citation.url,
        location=meaning.citation.title or "names",
        excerpt=meaning.statement[:_EXCERPT],
        confidence=meaning.confidence,
        tentative=not meaning.is_sure,
    )
