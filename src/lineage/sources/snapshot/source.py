"""The snapshot source: records kept in one read-only file, the one
inside the package or one that a team made."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lineage.core.errors import DataError, ReadError, WithheldError
from lineage.core.packaged import DATA
from lineage.core.record import Cause, ModelRecord, Status
from lineage.core.ref import ModelRef, is_repo_id
from lineage.sources.interface import other_revision, unread
from lineage.sources.snapshot.format import (
    MAX_DOCUMENT,
    MAX_HOPS,
    MAX_RECORD,
    MOVING,
    SnapshotInfo,
    key_of,
    open_read_only,
    read_meta,
    unpack,
)
from lineage.sources.snapshot.record_codec import as_read, decode

_NEAR = 0.85
"""Similarity of names, from 0 to 1, above which one may be a slip for the other."""


class SnapshotSource:
    """Answers from one snapshot file.

    The file is opened at the first question; one lookup reads a few pages of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._opened: tuple[sqlite3.Connection, bytes, SnapshotInfo] | None = None

    @classmethod
    def embedded(cls) -> SnapshotSource:
        """The snapshot that ships inside the package."""
        return cls(DATA / "snapshot.sqlite")

    @property
    def name(self) -> str:
        """Always `snapshot`."""
        return "snapshot"

    def info(self) -> SnapshotInfo:
        """The file's own description. Raises DataError where it is not a snapshot."""
        with self._lock:
            return self._open()[2]

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The stored record, under whatever name or letter case it is asked for.

        A model that the file does not hold is `unreachable`, never
        `not-found`: the file cannot know what exists.
        """
        if not is_repo_id(ref.id):
            return self._without(ref, Status.INVALID, "the name has no form of a repo id")
        try:
            with self._lock:
                found, exact = self._lookup(ref)
                built_on = self._open()[2].built_on
        except (DataError, sqlite3.Error, UnicodeDecodeError) as problem:
            return self._without(ref, Status.UNREACHABLE, f"the snapshot is damaged: {problem}")
        if found is None:
            reason = f"not in the offline data of {built_on}"
            return self._without(ref, Status.UNREACHABLE, reason, Cause.NOT_STORED)
        if not exact and not _is_wanted(ref, found):
            reason = f"the snapshot of {built_on} holds {other_revision(found, ref)}"
            return self._without(ref, Status.UNREACHABLE, reason)
        led_here = (*found.redirected_from, *(() if ref.id == found.id else (ref.id,)))
        return replace(found, redirected_from=tuple(dict.fromkeys(led_here)))

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of a file, where the snapshot holds all of those asked for; else ReadError."""
        try:
            with self._lock:
                found = self._stored(record, path, start, end)
        except (DataError, sqlite3.Error, UnicodeDecodeError) as problem:
            raise ReadError(
                f"{path} of {record.id} is damaged in the snapshot: {problem}"
            ) from problem
        if found is None:
            raise WithheldError(
                f"The snapshot does not hold {path} of {record.id}.",
                "Ask the Hub, or make a snapshot that holds it.",
            )
        return found

    def expected_ancestors(self, repo_id: str, limit: int = 500) -> tuple[str, ...]:
        """The ids that the snapshot expects beneath a model, nearest first, at most `limit`.

        Only an expectation, so that a whole known chain can be asked for
        at once; the answers alone are believed.
        """
        seen = {repo_id.casefold()}
        found: list[str] = []
        queue = deque([repo_id])
        while queue and len(found) < limit:
            record = self.fetch(ModelRef(queue.popleft()))
            seen.add(record.id.casefold())
            for parent in _parents(record):
                if parent.casefold() not in seen and len(found) < limit:
                    seen.add(parent.casefold())
                    found.append(parent)
                    queue.append(parent)
        return tuple(found)

    def records(self) -> Iterator[tuple[str, ModelRecord]]:
        """Every stored record with its key, sorted by key; for
        checks and for building on a snapshot."""
        with self._lock:
            connection, dictionary, _ = self._open()
            rows = connection.execute("SELECT key, body FROM model ORDER BY key").fetchall()
        for key, body in rows:
            yield key, _decoded(body, dictionary, key)

    def hosted_by(self, publisher: str) -> tuple[str, ...]:
        """The ids of all models of a publisher that are stored, whatever their status, sorted."""
        prefix = f"{publisher.casefold()}/"
        return tuple(
            dict.fromkeys(
                record.id
                for key, record in self.records()
                if key.startswith(prefix) and record.status.has_statements
            )
        )

    def near_names(self, repo_id: str, most: int = 3) -> tuple[str, ...]:
        """Names of stored models that are spelled nearly as `repo_id`, nearest first."""
        from difflib import get_close_matches  # only where a name was not found

        wanted = repo_id.casefold()
        with self._lock:
            rows = self._open()[0].execute("SELECT key FROM model WHERE key NOT LIKE '%@%'")
            keys = [key for (key,) in rows]
        # The right name under another owner is as likely a slip as a wrong letter.
        name = wanted.rpartition("/")[2]
        same = [key for key in keys if key.rpartition("/")[2] == name]
        near = get_close_matches(wanted, keys, most, _NEAR)
        found = dict.fromkeys([*near, *sorted(same)])
        records = (self.fetch(ModelRef(key)) for key in found)
        return tuple(record.id for record in records if record.status.has_statements)[:most]

    def starting_with(self, text: str, most: int = 2000) -> tuple[str, ...]:
        """Names of stored models that begin with `text`, in any letter case, sorted.

        Where they have several owners, each owner alone, as `owner/`. At most `most` are looked at.
        """
        start = text.casefold()
        with self._lock:
            rows = self._open()[0].execute(
                "SELECT key FROM model WHERE key >= ? AND key < ? AND key NOT LIKE '%@%' LIMIT ?",
                (start, f"{start}\U0010ffff", most),
            )
            keys = [key for (key,) in rows if isinstance(key, str)]
        records = (self.fetch(ModelRef(key)) for key in keys)
        names = {record.id for record in records if record.status.has_statements}
        owners = {name.partition("/")[0].casefold() for name in names if "/" in name}
        if "/" not in text and len(owners) > 1:
            names = {name.partition("/")[0] + "/" if "/" in name else name for name in names}
        return tuple(sorted(names, key=str.casefold))

    def moves(self) -> Iterator[tuple[str, str]]:
        """Every old name, case-folded, with the model that it leads to."""
        with self._lock:
            rows = self._open()[0].execute("SELECT key, id FROM alias ORDER BY key").fetchall()
        yield from (
            (key, id_) for key, id_ in rows if isinstance(key, str) and isinstance(id_, str)
        )

    def close(self) -> None:
        """Let go of the file; the next question opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened[0].close()
                self._opened = None

    def _open(self) -> tuple[sqlite3.Connection, bytes, SnapshotInfo]:
        if self._opened is None:
            connection = open_read_only(self._path)
            weakref.finalize(self, connection.close)
            info, dictionary = read_meta(connection)
            self._opened = (connection, dictionary, info)
        return self._opened

    def _lookup(self, ref: ModelRef) -> tuple[ModelRecord | None, bool]:
        """The record, and whether it is stored for the very revision that is asked for."""
        connection, dictionary, _ = self._open()
        name = ref.id
        for _ in range(MAX_HOPS):
            for key in dict.fromkeys((key_of(name, ref.revision), key_of(name))):
                if row := connection.execute(
                    "SELECT body FROM model WHERE key = ?", (key,)
                ).fetchone():
                    return _decoded(row[0], dictionary, ref.id), key != key_of(name)
            moved = connection.execute(
                "SELECT id FROM alias WHERE key = ?", (name.casefold(),)
            ).fetchone()
            if moved is None or not isinstance(moved[0], str):
                break
            name = moved[0]
        return None, False

    def _stored(self, record: ModelRecord, path: str, start: int, end: int | None) -> bytes | None:
        connection = self._open()[0]
        query = (
            "SELECT start, size, at_end, body FROM document WHERE key = ? AND path = ? AND start "
            "<= ? ORDER BY start, size"
        )
        for key in (key_of(record.id, record.revision), key_of(record.id)):
            for offset, size, at_end, body in connection.execute(query, (key, path, start)):
                if at_end or (end is not None and offset + size >= end):
                    return unpack(body, b"", MAX_DOCUMENT)[
                        start - offset : None if end is None else max(end - offset, 0)
                    ]
        return None

    def _without(
        self, ref: ModelRef, status: Status, reason: str, cause: Cause | None = None
    ) -> ModelRecord:
        return unread(ModelRef(ref.id), self.name, status, reason, cause)


def _decoded(body: object, dictionary: bytes, requested: str) -> ModelRecord:
    if not isinstance(body, bytes):
        raise DataError("A stored record has the wrong type.")
    try:
        text = unpack(body, dictionary, MAX_RECORD).decode()
    except UnicodeDecodeError as problem:
        raise DataError(
            f"A stored record of {requested[:100]!r} is not text: {problem.reason}."
        ) from problem
    return as_read(decode(text, requested=requested, source="snapshot"))


def _is_wanted(ref: ModelRef, record: ModelRecord) -> bool:
    """A stored record answers for a revision only when that very one was read."""
    if ref.revision is None or ref.revision in MOVING or not record.status.is_known:
        return True
    stored = record.revision
    return stored is not None and (
        stored == ref.revision or (len(ref.revision) >= 7 and stored.startswith(ref.revision))
    )


def _parents(record: ModelRecord) -> Iterator[str]:
    """Parents by the formal statements alone; the readers of
    `claims` see more, and see it later."""
    tree = record.base_models.get("models") if record.base_models else None
    for model in tree if isinstance(tree, list) else ():
        if isinstance(model, dict) and isinstance(model.get("id"), str):
            yield model["id"]
    written = record.card.get("base_model")
    for value in written if isinstance(written, list) else [written]:
        if isinstance(value, str) and is_repo_id(value):
            yield value
    yield from (edge.parent for edge in record.known_edges)
