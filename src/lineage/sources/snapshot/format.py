"""The snapshot file: an SQLite database of compressed records, laid
out so that one lookup touches a few pages."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from lineage.core.errors import DataError
from lineage.core.value import dataclass

SCHEMA = "lineage-snapshot/1"
PAGE_SIZE = 4096
MAX_RECORD = 16 * 1024 * 1024
"""Bytes that one stored record may grow to when unpacked: a file from elsewhere may be a bomb."""
MAX_DOCUMENT = 64 * 1024 * 1024
MOVING = ("main", "HEAD")
"""Revisions that name whatever is newest, as no revision does."""
MAX_HOPS = 4
"""Renames followed from one name to the next."""

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE model (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE alias (key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    key TEXT NOT NULL, path TEXT NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL,
    at_end INTEGER NOT NULL, sha256 TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (key, path, start, size));
"""


@dataclass(frozen=True, order=True)
class Credit:
    """Whose data is in a snapshot, and under which terms."""

    name: str
    url: str
    licence: str
    retrieved: str


@dataclass(frozen=True)
class SnapshotInfo:
    """A snapshot's own description."""

    schema: str
    built_on: str
    """Date on which the file was made, ISO 8601."""
    built_by: str
    models: int
    aliases: int
    documents: int
    content_sha256: str
    """Over every stored record, name and document as written; the same
    content has the same hash whatever compressed it."""
    targets: tuple[str, ...] = ()
    """What was asked for when a team made it; empty in the embedded one."""
    credits: tuple[Credit, ...] = ()

    def to_json(self, indent: int | None = None) -> str:
        """JSON with sorted keys, on one line unless `indent` is given."""
        return json.dumps(asdict(self), sort_keys=True, indent=indent)


def write_meta(connection: sqlite3.Connection, info: SnapshotInfo, dictionary: bytes) -> None:
    """Store the description, its own checksum, and the compression dictionary."""
    text = info.to_json()
    checksum = hashlib.sha256(text.encode() + dictionary).hexdigest()
    rows = [("checksum", checksum), ("dictionary", dictionary), ("info", text)]
    connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)


def read_meta(connection: sqlite3.Connection) -> tuple[SnapshotInfo, bytes]:
    """The description and the dictionary.

    Raises DataError where they are missing, damaged, or of another format.
    """
    try:
        meta = dict(connection.execute("SELECT name, value FROM meta"))
    except sqlite3.Error as problem:
        raise DataError(
            f"The snapshot does not describe itself: {problem}.",
            "Make it again with `lineage snapshot create`.",
        ) from problem
    text, dictionary = meta.get("info"), meta.get("dictionary")
    if not isinstance(text, str) or not isinstance(dictionary, bytes):
        raise DataError("The snapshot does not describe itself.")
    info = _info_from_json(text)
    if hashlib.sha256(text.encode(errors="replace") + dictionary).hexdigest() != meta.get(
        "checksum"
    ):
        raise DataError(
            "The snapshot's description is damaged.",
            "Make it again with `lineage snapshot create`.",
        )
    return info, dictionary


def _info_from_json(text: str) -> SnapshotInfo:
    try:
        stored = json.loads(text)
        stored["credits"] = tuple(Credit(**credit) for credit in stored["credits"])
        stored["targets"] = tuple(stored["targets"])
        info = SnapshotInfo(**stored)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise DataError(f"The snapshot's description cannot be read: {problem}.") from problem
    if info.schema != SCHEMA:
        raise DataError(
            f"The snapshot has format {info.schema!r}, this version reads {SCHEMA!r}.",
            "Make it again with `lineage snapshot create`.",
        )
    return info


def key_of(repo_id: str, revision: str | None = None) -> str:
    """The key of a model: hubs do not distinguish names by letter case."""
    return f"{repo_id.casefold()}@{revision}" if revision else repo_id.casefold()


def count_models(keys: Iterable[str]) -> int:
    """How many models the keys refer to; one may be kept under several revisions."""
    return len({key.partition("@")[0] for key in keys})


def pack(text: bytes, dictionary: bytes) -> bytes:
    """Compress one record or document."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary)
    return packer.compress(text) + packer.flush()


def unpack(body: bytes, dictionary: bytes, limit: int) -> bytes:
    """Undo `pack`, refusing what is damaged or would exceed `limit` bytes."""
    try:
        unpacker = zlib.decompressobj(-15, dictionary)
        text = unpacker.decompress(body, limit + 1)
    except (zlib.error, TypeError) as problem:
        raise DataError(f"A stored part is damaged: {problem}.") from problem
    if len(text) > limit or not unpacker.eof:
        raise DataError("A stored part is damaged or larger than it may be.")
    return text


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open without locks, journals or writes, also from a read-only place;
    raises DataError where it is not a database."""
    if not path.is_file():
        raise DataError(
            f"{path} is not a snapshot file.",
            "Make one with `lineage snapshot create -o FILE TARGET…`.",
        )
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
    except sqlite3.Error as problem:
        raise DataError(f"{path} cannot be opened as a snapshot: {problem}.") from problem
    # Bytes that are not UTF-8 become visible marks, which no name or checksum
    # equals, instead of an error of their own.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA cell_size_check=ON")
        _require_tables(connection)
    except (sqlite3.Error, UnicodeDecodeError, DataError) as problem:
        # SQLite quotes a malformed schema in its message, and Python
        # cannot decode every such message.
        connection.close()
        raise DataError(
            f"{path} is not a snapshot file: {problem}.",
            "Make one with `lineage snapshot create -o FILE TARGET…`.",
        ) from problem
    return connection


def _require_tables(connection: sqlite3.Connection) -> None:
    # A view under one of our names could run any query of the file's author.
    tables = {
        name
        for name, kind in connection.execute("SELECT name, type FROM sqlite_master")
        if kind == "table"
    }
    if missing := {"meta", "model", "alias", "document"} - tables:
        raise DataError(f"it has no table {', '.join(sorted(missing))}")


def content_hash(
    records: Iterable[tuple[str, str]],
    aliases: Iterable[tuple[str, str]],
    documents: Iterable[tuple[str, str, int, int, int, str]],
) -> str:
    """The hash of all content: records as their lines, documents by their own hash.

    Each part comes sorted.
    """
    digest = hashlib.sha256(SCHEMA.encode())
    for kind, rows in (("model", records), ("alias", aliases), ("document", documents)):
        for row in rows:
            line = json.dumps([kind, *row], separators=(",", ":"))
            digest.update(line.encode() + b"\n")
    return digest.hexdigest()
