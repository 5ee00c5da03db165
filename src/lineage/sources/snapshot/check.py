"""Checks a snapshot file from end to end: its database, every record,
every document, and the hash over all of them."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from lineage.core.errors import DataError
from lineage.sources.snapshot.format import (
    MAX_DOCUMENT,
    MAX_RECORD,
    SnapshotInfo,
    content_hash,
    count_models,
    open_read_only,
    read_meta,
    unpack,
)
from lineage.sources.snapshot.record_codec import decode

_MOST_PROBLEMS = 20


def verify_snapshot(path: Path) -> tuple[SnapshotInfo, tuple[str, ...]]:
    """The file's own description, and what is wrong with it, at most
    twenty sentences; none where it is whole.

    The hash inside the file shows damage, not intent: who wants to know that
    nobody exchanged it compares the hash with one noted elsewhere. Raises
    DataError where the file is not a snapshot at all.
    """
    with closing(open_read_only(path)) as database:
        try:
            info, dictionary = read_meta(database)
            problems = [
                str(row[0])
                for row in database.execute("PRAGMA integrity_check(20)")
                if row[0] != "ok"
            ]
            problems += _content_problems(database, dictionary, info)
        except (sqlite3.Error, TypeError, UnicodeDecodeError) as problem:
            raise DataError(
                f"{path} is damaged: {problem}.", "Make it again with `lineage snapshot create`."
            ) from problem
    return info, tuple(problems[:_MOST_PROBLEMS])


def _content_problems(
    database: sqlite3.Connection, dictionary: bytes, info: SnapshotInfo
) -> list[str]:
    problems: list[str] = []
    lines: list[tuple[str, str]] = []
    for key, body in database.execute("SELECT key, body FROM model ORDER BY key"):
        try:
            line = unpack(body, dictionary, MAX_RECORD).decode()
            decode(line, requested=key, source="snapshot")
            lines.append((key, line))
        except (DataError, UnicodeDecodeError) as problem:
            problems.append(f"model {key}: {problem}")
    documents: list[tuple[str, str, int, int, int, str]] = []
    query = (
        "SELECT key, path, start, size, at_end, sha256, body FROM document ORDER BY key, path, "
        "start, size"
    )
    for *place, body in database.execute(query):
        documents.append(tuple(place))
        try:
            whole = unpack(body, b"", MAX_DOCUMENT)
            if (len(whole), hashlib.sha256(whole).hexdigest()) != (place[3], place[5]):
                problems.append(
                    f"document {place[0]}/{place[1]}: its bytes are not those that were stored"
                )
        except DataError as problem:
            problems.append(f"document {place[0]}/{place[1]}: {problem}")
    aliases = [
        (str(old), str(new))
        for old, new in database.execute("SELECT key, id FROM alias ORDER BY key")
    ]
    counted = (count_models(key for key, _ in lines), len(aliases), len(documents))
    if counted != (info.models, info.aliases, info.documents):
        problems.append(
            f"it holds {counted} models, other names and documents, and says ({info.models}, "
            f"{info.aliases}, {info.documents})"
        )
    if content_hash(lines, aliases, documents) != info.content_sha256:
        problems.append("its content is not what was written: the hash over all of it differs")
    return problems
