"""A hub together with what its list of models already reported: an
organisation's records come in one call for a thousand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.sources.interface import Source


class ModelLister(Source, Protocol):
    """A hub that lists an organisation's models with their cards."""

    def list_models(self, *, author: str, full: bool) -> Iterator[ModelRecord]:
        """Every record, page by page."""


class ListedSource:
    """Answers for listed models from the list, and asks the hub for all others."""

    def __init__(self, hub: ModelLister) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._listed: dict[str, ModelRecord] = {}

    @property
    def name(self) -> str:
        """The hub's."""
        return self._hub.name

    def list(self, author: str) -> tuple[str, ...]:
        """The ids of all models that `author` hosts and shows, sorted. Raises CannotRunError."""
        found = {
            record.id.casefold(): record
            for record in self._hub.list_models(author=author, full=True)
        }
        with self._lock:
            self._listed |= found
        return tuple(sorted((record.id for record in found.values()), key=str.casefold))

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The listed record, where no revision is asked for; the hub's own answer else."""
        with self._lock:
            known = self._listed.get(ref.id.casefold()) if ref.revision is None else None
        return known if known is not None and known.id == ref.id else self._hub.fetch(ref)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """The hub's file."""
        return self._hub.read(record, path, start, end)
