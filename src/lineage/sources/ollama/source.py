"""Ollama's names: asked of a running Ollama or a store that the user names, then of the
registry."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.errors import ReadError
from lineage.core.ollama import REGISTRY, OllamaName, parse_ollama
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.sources.interface import unread
from lineage.sources.web.payload import PayloadError
from lineage.sources.web.site import UnansweredError


class Shelf(Protocol):
    """One place where models of Ollama's kind lie."""

    @property
    def name(self) -> str:
        """Stands as `source` in its records."""

    def fetch(self, name: OllamaName) -> ModelRecord | None:
        """The record; None where it has no such model. Raises UnansweredError."""

    def read(
        self, name: OllamaName, record: ModelRecord, entry: FileEntry, start: int, end: int | None
    ) -> bytes:
        """Bytes of a file of its record. Raises UnansweredError, ReadError."""

    def close(self) -> None:
        """End every wait and call."""


class OllamaSource:
    """Asks one shelf after the other; the first that has the model answers for it.

    A name with another host than the registry's is asked of the first shelves alone: a card may
    name any host, and only those are called that the user named.
    """

    name = "ollama"

    def __init__(self, own: Sequence[Shelf], registry: Shelf | None) -> None:
        self._own = tuple(own)
        self._registry = registry
        self._lock = threading.Lock()
        self._found: dict[str, Shelf] = {}

    def close(self) -> None:
        """End every wait and call."""
        for shelf in (*self._own, *([self._registry] if self._registry else [])):
            shelf.close()

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of `ollama:…`. What is wrong with it is in its status."""
        name = _named(ref.id)
        if name is None:
            return unread(ref, "ollama", Status.INVALID, "the name has no form of Ollama's")
        shelves = [*self._own]
        if self._registry is not None and name.host == REGISTRY:
            shelves.append(self._registry)
        for shelf in shelves:
            try:
                record = shelf.fetch(name)
            except UnansweredError as problem:
                return unread(ref, shelf.name, problem.status, problem.reason, problem.cause)
            except PayloadError as problem:
                return unread(ref, shelf.name, Status.INVALID, str(problem))
            if record is not None:
                with self._lock:
                    self._found[record.id] = shelf
                return self._pinned(replace(record, requested=ref.id), name)
        why = "it is not on the shelves that may be asked"
        return unread(ref, self.name, Status.NOT_READ, why)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of one file of a fetched record. Raises ReadError with the reason."""
        name, entry = _named(record.id), record.file(path)
        with self._lock:
            shelf = self._found.get(record.id)
        if name is None or entry is None or shelf is None:
            raise ReadError(f"{record.id} has no file {path[:200]}.")
        try:
            return shelf.read(name, record, entry, start, end)
        except UnansweredError as problem:
            raise ReadError(f"{path[:200]} of {record.id} could not be read: {problem}.") from None

    @staticmethod
    def _pinned(record: ModelRecord, name: OllamaName) -> ModelRecord:
        """The record, where it is of the digest that the name pins: a tag moves."""
        if (record.revision or "").startswith(name.digest):
            return record
        return unread(
            ModelRef(record.requested),
            record.source,
            Status.NOT_READ,
            f"the tag {name.plain} now holds {(record.revision or 'another digest')[:19]}",
        )


def _named(id: str) -> OllamaName | None:
    named = parse_elsewhere(id)
    return parse_ollama(named.name) if named is not None else None
