"""Notes that a configuration looks like a known family's, where files or the Hub show one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineage.claims.interface import FileRequest, Reading
from lineage.core.record import ModelRecord
from lineage.evidence.registry import Registry


class Resemblance:
    """Notes that a configuration looks like a known family's, where files or the hub show one."""

    name = "configuration"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Nothing of its own: another reader wants config.json already."""
        return ()

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Observations only."""
        if not record.config and "config.json" not in documents:
            return Reading()
        from lineage.evidence.suspicion import observe

        return Reading(observations=observe(record, documents, self._registry))
