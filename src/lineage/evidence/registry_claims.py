"""Reads the registry as a source of claims: what a developer's own paper or page says of a model
and its card leaves out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.family import RootBase, RootEvidence, StatedBase
from lineage.evidence.registry import Registry

_EXCERPT = 200
T = TypeVar("T")


class RegistryClaims(ReadsNoFile):
    """Cited statements about the very repo, graded `stated`, whatever its card declares. The
    citation's address is the claim's file."""

    name = "registry"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim for each cited statement, and one for each base of a listed root that no
        statement tells already."""
        if record.status is Status.LOCAL:
            return Reading()
        claims = [
            self._claim(record, one) for one in _first(record, self._registry.stated_bases) or ()
        ]
        evidence = _first(record, self._registry.root_evidence)
        if evidence is not None:
            known = {(claim.parent, claim.component) for claim in claims}
            found = (self._of_root(record, evidence, base) for base in evidence.bases)
            claims += (claim for claim in found if (claim.parent, claim.component) not in known)
        return Reading(tuple(claims))

    def _claim(self, record: ModelRecord, stated: StatedBase) -> Claim:
        """A disputed statement is shown and names no parent: it makes no edge, and what is under
        the model stays open."""
        return Claim(
            child=record.id,
            value=stated.parent,
            parent=None if stated.disputed_by else self._registry.canonical(stated.parent),
            relation=Relation(stated.relation),
            grade=Grade.INFERRED if stated.disputed_by else Grade.STATED,
            source=self.name,
            file=stated.citations[0].url,
            location=stated.citations[0].title or "registry",
            excerpt=(
                f"Disputed: {stated.disputed_by} {stated.note}"
                if stated.disputed_by
                else stated.note
            )[:_EXCERPT],
            confidence=stated.confidence,
            component=stated.component,
            problem="disputed" if stated.disputed_by else "",
        )

    def _of_root(self, record: ModelRecord, evidence: RootEvidence, base: RootBase) -> Claim:
        return Claim(
            child=record.id,
            value=base.repo,
            parent=self._registry.canonical(base.repo),
            relation=Relation(base.relation),
            grade=Grade.STATED,
            source=self.name,
            file=evidence.citations[0].url,
            location=evidence.citations[0].title or "registry",
            excerpt=evidence.statement[:_EXCERPT],
            confidence=base.confidence,
            component=base.component,
        )


def _first(record: ModelRecord, ask: Callable[[str], T]) -> T | None:
    """The answer under the record's id, or under a name that it was asked for or moved from."""
    return next(
        (
            found
            for name in (record.id, record.requested, *record.redirected_from)
            if (found := ask(name))
        ),
        None,
    )
