"""What the readers of leads have in common: they see the registry, make no claims, and never read a
model of which only a name is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.claims.trace import clip
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.registry import Registry

_LONGEST_VALUE = 200
_MOST = 40


class LeadReader(ReadsNoFile):
    """One kind of trace."""

    name = "leads"
    kind: LeadKind

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Leads only, each once."""
        if not record.status.is_known:
            return Reading()
        return Reading(leads=tuple(dict.fromkeys(self.find(record, documents)))[:_MOST])

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterable[Lead]:
        """The leads of one model."""
        raise NotImplementedError

    def lead(
        self,
        record: ModelRecord,
        families: tuple[str, ...],
        file: str,
        location: str,
        value: str,
        *,
        is_strong: bool = False,
        kind: LeadKind | None = None,
    ) -> Lead:
        """One lead of this reader's kind."""
        text = clip(value, _LONGEST_VALUE)
        return Lead(kind or self.kind, record.id, families, file, location, text, is_strong)
