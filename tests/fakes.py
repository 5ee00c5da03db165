"""Hand-written stand-ins that implement our protocols; shared by all tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from lineage.core.errors import ReadError
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef


def make_record(
    id: str, *parents: str, status: Status = Status.RESOLVED, source: str = "hub", **facts: Any
) -> ModelRecord:
    """A record whose card declares `parents`; any other field by its name."""
    if parents and "card" not in facts:
        facts["card"] = {"base_model": list(parents)}
    return ModelRecord(id=id, requested=id, status=status, source=source, **facts)


class FakeSource:
    """A source over a dictionary; remembers what it was asked, in `fetched` and `read_files`.

    `records` maps an id to its record, or to the ids of its base models for short. `files` maps an
    id to path → bytes, and fills the record's file list where it has none. `redirects` maps an old
    name to an id. Letter case does not matter.
    """

    def __init__(
        self,
        records: Mapping[str, ModelRecord | Iterable[str]] | None = None,
        files: Mapping[str, Mapping[str, bytes]] | None = None,
        redirects: Mapping[str, str] | None = None,
        *,
        name: str = "hub",
        otherwise: Callable[[str], ModelRecord] | None = None,
    ) -> None:
        self._name = name
        self._files = {id.casefold(): dict(kept) for id, kept in (files or {}).items()}
        self._redirects = {old.casefold(): new for old, new in (redirects or {}).items()}
        self._otherwise = otherwise or self._missing
        self._records: dict[str, ModelRecord] = {}
        for id, given in (records or {}).items():
            self._records[id.casefold()] = self._filed(
                given if isinstance(given, ModelRecord) else make_record(id, *given, source=name)
            )
        self._lock = threading.Lock()
        self.fetched: list[str] = []
        self.read_files: list[tuple[str, str, int, int | None]] = []

    @property
    def name(self) -> str:
        return self._name

    def fetch(self, ref: ModelRef) -> ModelRecord:
        with self._lock:
            self.fetched.append(str(ref))
        id = self._redirects.get(ref.id.casefold(), ref.id)
        found = self._records.get(id.casefold()) or self._otherwise(ref.id)
        led_here = found.redirected_from if ref.id == found.id else (*found.redirected_from, ref.id)
        return replace(found, requested=ref.id, redirected_from=led_here)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        with self._lock:
            self.read_files.append((record.id, path, start, end))
        kept = self._files.get(record.id.casefold(), {})
        if path not in kept:
            raise ReadError(f"{record.id} has no file {path}.")
        return kept[path][start:end]

    def _filed(self, record: ModelRecord) -> ModelRecord:
        kept = self._files.get(record.id.casefold())
        if kept is None or record.files is not None:
            return record
        return replace(
            record, files=tuple(FileEntry(path, len(body)) for path, body in sorted(kept.items()))
        )

    def _missing(self, id: str) -> ModelRecord:
        return make_record(
            id, status=Status.NOT_FOUND, source=self._name, reason="missing or private"
        )


def unreachable(id: str) -> ModelRecord:
    """What a hub client answers without a network; give it as `otherwise`."""
    return make_record(
        id, status=Status.UNREACHABLE, reason="the Hub could not be reached: connection refused"
    )
