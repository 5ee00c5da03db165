"""The index file: an SQLite database of names, models, edges
and other names, and how it is opened."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from lineage.core.errors import CannotRunError, DataError

SCHEMA = "lineage-index/1"
MAKE = "Make it with `lineage index build -o FILE`."

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE model (
    id INTEGER PRIMARY KEY, status INTEGER NOT NULL, partial INTEGER NOT NULL,
    created INTEGER, downloads INTEGER, body BLOB NOT NULL);
CREATE TABLE edge (
    child INTEGER NOT NULL, parent INTEGER NOT NULL, component TEXT NOT NULL,
    relation INTEGER NOT NULL, grade INTEGER NOT NULL,
    tentative INTEGER NOT NULL, PRIMARY KEY (child, parent, component)) WITHOUT ROWID;
CREATE TABLE alias (name INTEGER PRIMARY KEY, model INTEGER NOT NULL, learned INTEGER NOT NULL);
CREATE TABLE packed (name TEXT PRIMARY KEY, body BLOB NOT NULL);
"""
COUNTS = {
    "models": "SELECT count(*) FROM model",
    "names": "SELECT count(*) FROM name",
    "edges": (
        "SELECT count(*) FROM edge e WHERE NOT e.tentative OR e.parent IN (SELECT id FROM model)"
    ),
    "aliases": "SELECT count(*) FROM alias",
}
"""Counts of a finished index; a claim inferred from a
name counts where such a model is there."""
BELOW = (
    "CREATE INDEX IF NOT EXISTS edge_below ON edge (parent, child)",
    "CREATE INDEX IF NOT EXISTS alias_model ON alias (model)",
)
"""Made when a build ends: filling a table is quicker without it."""
_NAMED = {"meta", "name", "model", "edge", "alias", "packed"}


@dataclass(frozen=True)
class IndexInfo:
    """An index's own description."""

    schema: str = SCHEMA
    source: str = ""
    """`hub`, `parquet` or `snapshot`."""
    origin: str = ""
    """The hub's address, the names of the Parquet files, or the snapshot's hash."""
    as_of: str = ""
    """ISO 8601: the oldest moment that any of its rows may describe; the
    start of the walk, or the date of the data."""
    built_by: str = ""
    complete: bool = False
    """Whether the whole of the source was read."""
    models: int = 0
    names: int = 0
    edges: int = 0
    aliases: int = 0
    pages: int = 0
    """List calls made so far."""
    unreadable: int = 0
    """Rows that named no model."""
    changes: int = 0
    """Grows with every write; the packed columns say for which number they were made."""
    cursor: str = ""
    """Where an interrupted walk resumes."""
    task: str = ""
    """The unfinished walk: `build`, `update` or nothing."""
    started: str = ""
    """When the unfinished walk began."""
    credits: tuple[str, ...] = field(default=())

    @property
    def built_on(self) -> str:
        """The day that its rows describe."""
        return self.as_of[:10]

    def to_json(self, indent: int | None = None) -> str:
        """JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True, indent=indent)


def read_info(connection: sqlite3.Connection) -> IndexInfo:
    """The file's own description.

    Raises DataError where that is missing, damaged or of another format.
    """
    row = connection.execute("SELECT value FROM meta WHERE name = 'info'").fetchone()
    try:
        stored = json.loads(row[0])
        info = replace(IndexInfo(), **stored | {"credits": tuple(stored["credits"])})
    except (TypeError, ValueError, KeyError) as problem:
        raise DataError(f"The index does not describe itself: {problem}.", MAKE) from problem
    if info.schema != SCHEMA:
        raise DataError(
            f"The index has format {str(info.schema)[:40]!r}, this version reads {SCHEMA!r}.", MAKE
        )
    return info


def write_info(connection: sqlite3.Connection, info: IndexInfo) -> None:
    """Keep the description, in the transaction that is open."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('info', ?)", (info.to_json(),))


def open_index(path: Path) -> sqlite3.Connection:
    """Open for reading. Raises DataError where the file is none of ours."""
    if not path.is_file():
        raise DataError(f"{path} is not an index file.", MAKE)
    try:
        # Not `immutable`: a build that was killed leaves a journal behind, and only a
        # normal opening undoes what it left half done.
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=30
        )
        return _checked(connection, path)
    except sqlite3.Error as problem:
        raise DataError(f"{path} cannot be opened as an index: {problem}.", MAKE) from problem


def _checked(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute("PRAGMA mmap_size=268435456")
        # A view under one of our names could run any query of the file's author.
        tables = {
            name
            for name, kind in connection.execute("SELECT name, type FROM sqlite_master")
            if kind == "table"
        }
        if missing := _NAMED - tables:
            raise DataError(
                f"{path} is not an index file: it has no table {', '.join(sorted(missing))}.", MAKE
            )
        read_info(connection)
    except (sqlite3.Error, DataError) as problem:
        connection.close()
        if isinstance(problem, DataError):
            raise
        raise DataError(f"{path} is not an index file: {problem}.", MAKE) from problem
    return connection


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open for writing, created where there is nothing.

    Whatever ends the process, committed pages stay and a half one goes.
    """
    is_new = not path.exists() or path.stat().st_size == 0
    if not is_new:
        open_index(path).close()
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    except sqlite3.Error as problem:
        raise CannotRunError(
            f"{path} cannot be written: {problem}.", "Choose another place with -o."
        ) from problem
    try:
        connection.execute("PRAGMA cache_size=-262144")
        connection.execute("PRAGMA synchronous=NORMAL")
        if is_new:
            connection.executescript(f"BEGIN;{TABLES}COMMIT;")
        yield connection
    except (sqlite3.OperationalError, OSError) as problem:
        raise CannotRunError(
            f"{path} cannot be written: {problem}.",
            "Choose another place with -o, or end the other writer.",
        ) from problem
    finally:
        connection.close()
