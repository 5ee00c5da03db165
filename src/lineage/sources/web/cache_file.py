"""The file of the cache: opened for its owner alone, shared between processes, and replaced
where it is damaged."""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")
SLACK = 60.0
"""Seconds by which two clocks may differ."""
_BUSY_SECONDS = 2.0
_DELETE_NEWER = "DELETE FROM answer WHERE stored_at IS NULL OR stored_at > ?"
_TABLES = "SELECT count(*) FROM sqlite_master WHERE name IN ('answer', 'setting')"
_BUSY_CODES = (5, 6)  # SQLITE_BUSY and SQLITE_LOCKED; Python names them from 3.11 on
_COLUMNS = {
    "answer": "endpoint access id revision kind body size stored_at expires_at used_at",
    "setting": "name value",
}
_LAYOUT = """
CREATE TABLE IF NOT EXISTS answer (
    endpoint TEXT NOT NULL, access TEXT NOT NULL, id TEXT NOT NULL,
    revision TEXT NOT NULL, kind TEXT NOT NULL,
    body BLOB NOT NULL, size INTEGER NOT NULL, stored_at REAL NOT NULL,
    expires_at REAL, used_at REAL NOT NULL,
    PRIMARY KEY (endpoint, access, id, revision, kind)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answer_by_use ON answer (used_at);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""


class CacheFile:
    """One SQLite file, opened when it is first used."""

    def __init__(self, path: Path, on_notice: Callable[[str], None]) -> None:
        self.path = path
        self.salt = b""
        """The file's own; known once it is open."""
        self.is_off = False
        """The disk refuses; the file is not used from here on."""
        self._on_notice = on_notice
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._inode = 0
        self._pid = os.getpid()

    def close(self) -> None:
        """Close it; the next use opens it again."""
        with self._lock:
            if self._db is not None and self._pid == os.getpid():
                self._db.close()
            self._db = None

    def written_at(self) -> float:
        """When it was last written, by its own time or that of what waits to go into it."""
        return max(part.stat().st_mtime for part in self._parts()[:2] if part.exists())

    def size(self) -> int:
        """Bytes on disk, with SQLite's side files."""
        return sum(part.stat().st_size for part in self._parts() if part.exists())

    def run(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Do `work` on the open file; None where that is not possible."""
        if self._pid != os.getpid():
            # A connection must not cross a fork, and closing it here would drop the parent's locks.
            self._pid, self._db, self._lock = os.getpid(), None, threading.RLock()
        with self._lock:
            for _ in range(2):
                if self.is_off:
                    return None
                try:
                    return work(self._db or self._open())
                except (sqlite3.Error, OSError) as problem:
                    if not self._recover(problem):
                        return None
        return None

    def _recover(self, problem: Exception) -> bool:
        """Whether it is worth trying once more."""
        if _is_busy(problem):
            # Another process is busy for longer than we wait: this one answer is not stored.
            return False
        damaged = type(problem) is sqlite3.DatabaseError or isinstance(problem, _LayoutError)
        if damaged and self._move_aside():
            return True
        self.is_off = True
        self._on_notice(
            f"The cache {self.path} cannot be used ({_shown(problem)}); going on without it."
        )
        return False

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Private answers lie in it: nobody else may read it, whatever the umask.
        # SQLite gives its side files the same mode.
        # One that came from elsewhere is made so; where it is another user's, that is an error.
        descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            if os.name == "posix" and os.fstat(descriptor).st_mode & 0o777 != 0o600:
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
        found_at = self.written_at()
        db = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            self._inode = self.path.stat().st_ino
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("PRAGMA journal_mode = WAL").fetchone()
            db.execute("PRAGMA synchronous = NORMAL")
            if db.execute(_TABLES).fetchone()[0] < len(_COLUMNS):
                db.executescript("BEGIN IMMEDIATE;" + _LAYOUT + "COMMIT;")
            _check_layout(db)
            db.execute("CREATE INDEX IF NOT EXISTS answer_by_age ON answer (stored_at)")
            db.execute(
                "INSERT OR IGNORE INTO setting VALUES ('salt', ?)", (secrets.token_bytes(16),)
            )
            self.salt = bytes(
                db.execute("SELECT value FROM setting WHERE name = 'salt'").fetchone()[0]
            )
            # Opening writes, and makes an old file look new: what it claims to have been kept after
            # its own time goes before that.
            db.execute(_DELETE_NEWER, (found_at + SLACK,))
        except BaseException:
            db.close()
            raise
        self._db = db
        return db

    def _parts(self) -> tuple[Path, ...]:
        return (self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm")))

    def _move_aside(self) -> bool:
        """Put a damaged file out of the way; whether a new one may be tried."""
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None
        aside = self.path.with_name(self.path.name + ".damaged")
        try:
            # Another process may have replaced it already: the new one is not ours to move.
            if self.path.stat().st_ino == self._inode:
                self.path.replace(aside)
                for part in self._parts()[1:]:
                    part.unlink(missing_ok=True)
        except OSError:
            return False
        self._on_notice(
            f"The cache {self.path} was damaged; it was moved to {aside.name} and a new one was "
            "started."
        )
        return True


class _LayoutError(sqlite3.DatabaseError):
    """The file has our tables with other columns."""


def _check_layout(db: sqlite3.Connection) -> None:
    for table, columns in _COLUMNS.items():
        found = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        if lacking := set(columns.split()) - found:
            raise _LayoutError(f"table {table} lacks {', '.join(sorted(lacking))}")


def _is_busy(problem: Exception) -> bool:
    """Whether another process holds the file."""
    code = getattr(problem, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _BUSY_CODES
    # Python 3.10 gives no code; SQLite's text for both codes is fixed.
    return isinstance(problem, sqlite3.OperationalError) and "locked" in str(problem)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Everything within it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _shown(problem: Exception) -> str:
    return problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
