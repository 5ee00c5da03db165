"""The index as a source of records: every audit, tree and gate
can be answered from it with no network."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from dataclasses import replace
from pathlib import Path

from lineage.core.errors import DataError, WithheldError
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef, is_repo_id
from lineage.index.layout import IndexInfo, open_index, read_info
from lineage.index.stored import STATUSES, unpacked
from lineage.sources.interface import other_revision, unread
from lineage.sources.snapshot.record_codec import as_read

_MOVING = (None, "main", "HEAD")
# What a name refers to: itself where it is a model, else the
# model that it is known to have become.
_RESOLVED = (
    "SELECT n.id, n.text, m.id, m.body FROM name n LEFT JOIN model m ON m.id = n.id WHERE n.key = ?"
)
_MOVED = (
    "SELECT m.id, t.text, m.body FROM alias a JOIN model m ON m.id = a.model JOIN name t ON t.id = "
    "m.id WHERE a.name = ?"
)
# UNION, not UNION ALL: it ends in cycles. SQLite works its queue off in order, so the nearest come
# first. A parent that is not a model is looked up among the moved ones.
_ANCESTORS = """
WITH RECURSIVE up(id) AS (
    SELECT :start
    UNION
    SELECT CASE WHEN p.id IS NULL THEN coalesce(a.model, e.parent) ELSE e.parent END
    FROM up JOIN edge e ON e.child = up.id LEFT JOIN model p ON p.id = e.parent
    LEFT JOIN alias a ON a.name = e.parent
    WHERE NOT e.tentative OR p.id IS NOT NULL
    LIMIT :limit
)
SELECT n.text FROM up JOIN name n ON n.id = up.id WHERE up.id <> :start
"""


class IndexSource:
    """Answers from one index file, which stays open. Safe to share between threads."""

    name = "index"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._database = open_index(path)
        weakref.finalize(self, self._database.close)
        self._info = read_info(self._database)

    def info(self) -> IndexInfo:
        """The file's own description."""
        return self._info

    @property
    def description(self) -> str:
        """One clause for reports: what answers, and of when."""
        part = "" if self._info.complete else ", not complete yet"
        return f"the index {self._path.name} of {self._info.as_of[:10] or 'an unknown day'}{part}"

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The stored record, under whatever name or letter case it is asked for.

        Only a complete index of a hub can say that a model is missing; else it is `unreachable`.
        """
        if not is_repo_id(ref.id):
            return self._without(ref, Status.INVALID, "the name has no form of a repo id")
        try:
            found = self._lookup(ref.id)
        except (DataError, sqlite3.Error, UnicodeDecodeError) as problem:
            return self._without(ref, Status.UNREACHABLE, f"the index is damaged: {problem}")
        if found is None:
            return self._missing(ref)
        if ref.revision not in _MOVING and not (found.revision or "").startswith(
            ref.revision or ""
        ):
            reason = f"{self.description} holds {other_revision(found, ref)}"
            return self._without(ref, Status.UNREACHABLE, reason)
        names = () if found.id == ref.id else (ref.id,)
        return replace(
            found,
            requested=ref.id,
            redirected_from=names,
            retrieved_at=found.retrieved_at or self._info.as_of,
        )

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Nothing: an index holds no files."""
        raise WithheldError(
            f"The index does not hold {path} of {record.id}.",
            "Ask the Hub, or make a snapshot that holds it.",
        )

    def expected_ancestors(self, repo_id: str, limit: int = 500) -> tuple[str, ...]:
        """The ids beneath a model, nearest first, at most `limit`."""
        return self.ancestors(repo_id, limit=limit)

    def ancestors(self, repo_id: str, *, limit: int = 10_000) -> tuple[str, ...]:
        """Every model that this one descends from over any edge, nearest first."""
        with self._lock:
            row = self._find(repo_id)
            if row is None:
                return ()
            return tuple(
                name
                for (name,) in self._database.execute(
                    _ANCESTORS, {"start": row[0], "limit": limit + 1}
                )
            )

    def hosted_by(self, publisher: str) -> tuple[str, ...]:
        """The ids of all models of a publisher, sorted."""
        prefix = f"{publisher.casefold()}/"
        query = (
            "SELECT n.text FROM name n JOIN model m ON m.id = n.id WHERE n.key >= ? AND n.key < ? "
            "AND m.status IN (%s) ORDER BY n.key"
        )
        known = [number for number, status in enumerate(STATUSES) if status.has_statements]
        with self._lock:
            rows = self._database.execute(
                query % ", ".join(map(str, known)), (prefix, f"{prefix[:-1]}0")
            )  # `0` follows `/`
            return tuple(name for (name,) in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _lookup(self, name: str) -> ModelRecord | None:
        with self._lock:
            row = self._find(name)
        return as_read(unpacked(row[2], row[1])) if row and row[2] is not None else None

    def _find(self, name: str) -> tuple[int, str, bytes | None] | None:
        """Number, spelling and body of what a name refers to; a
        body of None where it is only named."""
        row = self._database.execute(_RESOLVED, (name.casefold(),)).fetchone()
        if row is None:
            return None
        moved = self._database.execute(_MOVED, (row[0],)).fetchone() if row[2] is None else None
        return (moved[0], moved[1], moved[2]) if moved else (row[0], row[1], row[3])

    def _missing(self, ref: ModelRef) -> ModelRecord:
        if self._info.source == "hub" and self._info.complete:
            reason = (
                f"the hub's list did not hold it ({self.description}): missing, private, or newer"
            )
            return self._without(ref, Status.NOT_FOUND, reason)
        return self._without(ref, Status.UNREACHABLE, f"not in {self.description}")

    def _without(self, ref: ModelRef, status: Status, reason: str) -> ModelRecord:
        found = unread(ModelRef(ref.id), self.name, status, reason)
        return replace(found, retrieved_at=self._info.as_of or None)
