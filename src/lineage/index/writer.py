"""Writes models into an index, one transaction for each batch, so that
whatever ends the process loses a batch at most."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.card.hub_tree import HubTags, HubTree
from lineage.claims.card.metadata import CardMetadata
from lineage.claims.files.adapter_config import AdapterConfig
from lineage.claims.files.config_json import ConfigJson
from lineage.claims.names.known_edges import KnownEdgesReader
from lineage.claims.names.own_name import Names
from lineage.core.record import ModelRecord
from lineage.core.version import __version__
from lineage.evidence.registry import Registry
from lineage.evidence.registry_claims import RegistryClaims
from lineage.index.columns import pack
from lineage.index.layout import BELOW, COUNTS, IndexInfo, read_info, write_info
from lineage.index.stored import (
    GRADES,
    RELATIONS,
    STATUSES,
    EdgeReader,
    StoredEdge,
    day_number,
    learned_move,
    packed,
    trimmed,
)

_LOOKUP = "SELECT key, id FROM name WHERE key IN (SELECT value FROM json_each(?))"


def edge_reader(registry: Registry) -> EdgeReader:
    """The readers of an audit that need no file."""
    return EdgeReader(
        (CardMetadata(), HubTree(), HubTags(), AdapterConfig(), ConfigJson()),
        (KnownEdgesReader(), Names(), RegistryClaims(registry)),
    )


class IndexWriter:
    """Adds records to one open index."""

    def __init__(self, connection: sqlite3.Connection, registry: Registry) -> None:
        self._database = connection
        self._registry = registry
        self._reader = edge_reader(registry)
        is_new = connection.execute("SELECT 1 FROM meta WHERE name = 'info'").fetchone() is None
        self.info = IndexInfo() if is_new else read_info(connection)
        """As it was last written."""

    def add(self, records: Sequence[ModelRecord], **changes: Any) -> None:
        """Add or replace models, and keep `changes` of the walk, in one transaction."""
        by_key = {record.id.casefold(): trimmed(record) for record in records}
        edges = {key: self._reader.edges(record) for key, record in by_key.items()}
        moves = [move for record in by_key.values() if (move := learned_move(record))]
        with self._transaction():
            self._store(by_key, edges)
            self._move(
                [
                    *moves,
                    *((old, record.id) for record in records for old in record.redirected_from),
                ]
            )
            self._update_info(**changes)

    def record_progress(self, **changes: Any) -> None:
        """Keep what changed about the walk itself."""
        with self._transaction():
            self._update_info(**changes)

    def add_moves(self, moves: Iterable[tuple[str, str]]) -> None:
        """Keep which old name leads to which model."""
        with self._transaction():
            self._move(list(moves))
            self._update_info()

    def finish(self, **changes: Any) -> IndexInfo:
        """Bring known moves in, make the index on parents, count what is there."""
        unknown = self._database.execute(
            "SELECT text FROM name WHERE id NOT IN (SELECT id FROM model)"
        )
        moves = [(old, new) for (old,) in unknown if (new := self._registry.canonical(old)) != old]
        with self._transaction():
            self._move(moves)
            for statement in BELOW:
                self._database.execute(statement)
            counts = {
                field: self._database.execute(query).fetchone()[0]
                for field, query in COUNTS.items()
            }
            self._update_info(**counts, **changes)
            pack(self._database, self.info)
        return self.info

    def _transaction(self) -> sqlite3.Connection:
        self._database.execute("BEGIN IMMEDIATE")
        return self._database  # its context manager commits, or rolls back where anything is raised

    def _update_info(self, **changes: Any) -> None:
        info = replace(
            self.info, changes=self.info.changes + 1, built_by=f"lineage {__version__}", **changes
        )
        write_info(self._database, info)
        self.info = info

    def _store(
        self, by_key: dict[str, ModelRecord], edges: dict[str, tuple[StoredEdge, ...]]
    ) -> None:
        names = [record.id for record in by_key.values()] + [
            edge.parent for found in edges.values() for edge in found
        ]
        ids = self._ids(names)
        self._database.executemany(
            "UPDATE name SET text = ?2 WHERE id = ?1 AND text <> ?2",
            [(ids[k], r.id) for k, r in by_key.items()],
        )
        self._database.executemany(
            "DELETE FROM edge WHERE child = ?", [(ids[key],) for key in by_key]
        )
        self._database.executemany(
            "INSERT OR REPLACE INTO model VALUES (?, ?, ?, ?, ?, ?)",
            [(ids[key], *_model(record)) for key, record in by_key.items()],
        )
        rows = [
            (
                ids[key],
                ids[e.parent.casefold()],
                e.component,
                RELATIONS.index(e.relation),
                GRADES.index(e.grade),
                int(e.tentative),
            )
            for key, found in edges.items()
            for e in found
        ]
        self._database.executemany("INSERT OR REPLACE INTO edge VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _move(self, moves: Sequence[tuple[str, str]]) -> None:
        ids = self._ids([name for move in moves for name in move])
        rows = [
            (ids[old.casefold()], ids[new.casefold()])
            for old, new in moves
            if old.casefold() != new.casefold()
        ]
        self._database.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?, 1)", rows)

    def _ids(self, names: Sequence[str]) -> dict[str, int]:
        """Numbers of names, by key; new ones are entered."""
        spelled: dict[str, str] = {}
        for name in names:
            spelled.setdefault(name.casefold(), name)
        known: dict[str, int] = dict(
            self._database.execute(_LOOKUP, (json.dumps(list(spelled), ensure_ascii=False),))
        )
        fresh = [key for key in spelled if key not in known]
        first = self._database.execute("SELECT coalesce(max(id), -1) + 1 FROM name").fetchone()[0]
        self._database.executemany(
            "INSERT INTO name VALUES (?, ?, ?)",
            [(first + i, key, spelled[key]) for i, key in enumerate(fresh)],
        )
        return known | {key: first + i for i, key in enumerate(fresh)}


def _model(record: ModelRecord) -> tuple[int, int, int | None, int | None, bytes]:
    return (
        STATUSES.index(record.status),
        int(record.partial),
        day_number(record.created_at),
        record.downloads,
        packed(record),
    )


def batches(records: Iterable[ModelRecord], size: int = 5000) -> Iterator[list[ModelRecord]]:
    """Lists of at most `size`."""
    batch: list[ModelRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
