"""All readers of leads as one, each imported when a model first has something for it: most runs
start without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from lineage.claims.interface import ClaimReader, FileRequest, Reading
from lineage.core.record import ModelRecord
from lineage.evidence.registry import Registry


class Leads:
    """Stands for the readers. A record without files is shown only to those that read records."""

    name = "leads"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """What each of them wants, in their order."""
        if not record.files:
            return ()
        return tuple(request for reader in self._all for request in reader.wants(record))

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Leads only; none of a model of which only the name is known."""
        if not record.status.is_known:
            return Reading()
        readers = self._of_records if record.config or record.gguf else self._of_names
        if documents:
            readers = self._all
        found = (reader.read(record, documents).leads for reader in readers)
        return Reading(leads=tuple(lead for leads in found for lead in leads))

    @cached_property
    def _all(self) -> tuple[ClaimReader, ...]:
        from lineage.evidence.leads.readers import lead_readers

        return lead_readers(self._registry)

    @cached_property
    def _of_names(self) -> tuple[ClaimReader, ...]:
        from lineage.evidence.leads.readers import name_readers

        return name_readers(self._registry)

    @cached_property
    def _of_records(self) -> tuple[ClaimReader, ...]:
        from lineage.evidence.leads.readers import record_readers

        return record_readers(self._registry)
