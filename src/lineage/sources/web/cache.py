"""The cache: one SQLite file shared by every process, that may be
killed, damaged, full or read-only without harm."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import TypeVar

from lineage.core.errors import CannotRunError
from lineage.core.value import dataclass

FILE_NAME = "hub-1.sqlite"
"""The number is the layout's: another version of lineage with another layout has another file."""
DEFAULT_MAX_BYTES = 512 << 20
MAX_AGE = 30 * 86400.0
"""Seconds that any answer may be old, whatever the file says of it: a file that came from
elsewhere carries no more, counted from its own time as it was found."""
_SLACK = 60.0
_BUSY_SECONDS = 2.0
_TOUCH_SECONDS = (
    3600.0  # how exact the order of last use is; a write for every read would be too dear
)
_SWEEP_EVERY = 500
_GET = """SELECT body, stored_at, expires_at, used_at FROM answer
    WHERE endpoint = ? AND access = ? AND id = ? AND revision = ? AND kind = ?"""
_DELETE = (
    "DELETE FROM answer WHERE endpoint = ? AND access = ? AND id = ? AND revision = ? AND kind = ?"
)
_DELETE_NEWER = "DELETE FROM answer WHERE stored_at IS NULL OR stored_at > ?"
_TOUCH = (
    "UPDATE answer SET used_at = ? WHERE endpoint = ? AND access = ? AND id = ? AND revision = ? "
    "AND kind = ?"
)
_COUNT = "SELECT count(*), sum(size), sum(expires_at < ?), min(stored_at) FROM answer"
_T = TypeVar("_T")
_BUSY_CODES = (5, 6)  # SQLITE_BUSY and SQLITE_LOCKED; Python names them from 3.11 on
_COLUMNS = {
    "answer": frozenset(
        [
            "endpoint",
            "access",
            "id",
            "revision",
            "kind",
            "body",
            "size",
            "stored_at",
            "expires_at",
            "used_at",
        ]
    ),
    "setting": frozenset({"name", "value"}),
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


@dataclass(frozen=True)
class CacheKey:
    """What a stored answer belongs to: hub, token, model, revision and kind of request."""

    endpoint: str
    access: str
    """`anonymous`, or a salted hash of the token: a private answer never serves another token."""
    id: str
    revision: str
    kind: str


@dataclass(frozen=True)
class CacheInfo:
    """What `lineage cache info` shows."""

    path: Path
    exists: bool
    entries: int = 0
    body_bytes: int = 0
    file_bytes: int = 0
    expired: int = 0
    oldest: float | None = None
    """Seconds since the epoch."""


class Cache:
    """Answers on disk.

    Whatever is wrong with the disk, `get` misses and `put_all` does
    nothing, with one notice; neither raises.

    Safe to share between threads and processes, and across a fork.
    """

    def __init__(
        self,
        directory: Path,
        *,
        max_bytes: int = DEFAULT_MAX_BYTES,
        on_notice: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = directory / FILE_NAME
        self.max_bytes = max_bytes
        self._on_notice = on_notice or (lambda _: None)
        self._clock = clock
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._inode = 0
        self._pid = os.getpid()
        self._salt = b""
        self._writes = 0
        self.answers = 0
        """Answers that were given from here."""
        self.oldest: float | None = None
        """When the oldest of them was kept, in seconds since the epoch."""
        self.is_off = False
        """The disk refuses; nothing is kept from here on."""

    def access_class(self, token: str | None) -> str:
        """The part of a key that keeps one token's answers from another's."""
        if token is None:
            return "anonymous"
        self._run(lambda db: None)  # reads the salt
        return hmac.new(self._salt, token.encode(), hashlib.sha256).hexdigest()[:32]

    def get(self, key: CacheKey, most_age: float = MAX_AGE) -> bytes | None:
        """The answer kept under `key`, unless it is too old: by what was kept with it, and at most
        `most_age` seconds."""
        return self._run(lambda db: self._get(db, key, min(most_age, MAX_AGE)))

    def put_all(self, entries: Mapping[CacheKey, tuple[bytes, float | None]]) -> None:
        """Keep bodies, each with its seconds to live (None: for ever), in one transaction."""
        self._run(lambda db: self._put(db, entries))

    def info(self) -> CacheInfo:
        """What is in it; counts nothing and creates nothing where there is no file yet."""
        if not self.path.exists():
            return CacheInfo(self.path, exists=False)
        row = self._run(lambda db: db.execute(_COUNT, (self._clock(),)).fetchone()) or (
            0,
            0,
            0,
            None,
        )
        files = sum(part.stat().st_size for part in self._parts() if part.exists())
        return CacheInfo(self.path, True, row[0], row[1] or 0, files, row[2] or 0, row[3])

    def clear(self) -> int:
        """Forget everything; returns the number of answers.

        Raises CannotRunError where the file cannot be changed.
        """
        if not self.path.exists():
            return 0
        count = self._run(self._clear)
        if count is None:
            raise CannotRunError(
                f"The cache {self.path} could not be cleared.",
                "Check who owns it, or delete the file.",
            )
        return count

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._db is not None and self._pid == os.getpid():
                self._db.close()
            self._db = None

    def _run(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
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
        found_at = self._file_time()
        db = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            self._inode = self.path.stat().st_ino
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("PRAGMA journal_mode = WAL").fetchone()
            db.execute("PRAGMA synchronous = NORMAL")
            if (
                db.execute(
                    "SELECT count(*) FROM sqlite_master WHERE name IN ('answer', 'setting')"
                ).fetchone()[0]
                < 2
            ):
                db.executescript("BEGIN IMMEDIATE;" + _LAYOUT + "COMMIT;")
            _check_layout(db)
            db.execute("CREATE INDEX IF NOT EXISTS answer_by_age ON answer (stored_at)")
            db.execute(
                "INSERT OR IGNORE INTO setting VALUES ('salt', ?)", (secrets.token_bytes(16),)
            )
            self._salt = bytes(
                db.execute("SELECT value FROM setting WHERE name = 'salt'").fetchone()[0]
            )
            # Opening writes, and makes an old file look new: what it claims to have been kept after
            # its own time goes before that.
            db.execute(_DELETE_NEWER, (found_at + _SLACK,))
        except BaseException:
            db.close()
            raise
        self._db = db
        return db

    def _get(self, db: sqlite3.Connection, key: CacheKey, most_age: float) -> bytes | None:
        row = db.execute(_GET, astuple(key)).fetchone()
        now = self._clock()
        try:
            if row is None or not self._is_fresh(row[1], row[2], now, most_age):
                return None
            body, unused = zlib.decompress(row[0]), now - row[3]
        except (zlib.error, TypeError):  # what nobody but a damaged or foreign file holds
            db.execute(_DELETE, astuple(key))
            return None
        if unused > _TOUCH_SECONDS:
            db.execute(_TOUCH, (now, *astuple(key)))
        self.answers += 1
        self.oldest = row[1] if self.oldest is None else min(self.oldest, row[1])
        return body

    def _is_fresh(
        self, stored_at: float, expires_at: float | None, now: float, most_age: float
    ) -> bool:
        """Whether an answer may be used: not before it was kept (the clock was set back, and its
        age is not known), not after its time, and not where it claims to be newer than the file."""
        if now < stored_at - _SLACK or now - stored_at > most_age:
            return False
        if expires_at is not None and now >= expires_at:
            return False
        return stored_at <= self._file_time() + _SLACK

    def _file_time(self) -> float:
        """When the file was last written, by its own time or that of what waits to go into it."""
        return max(part.stat().st_mtime for part in self._parts()[:2] if part.exists())

    def _put(
        self, db: sqlite3.Connection, entries: Mapping[CacheKey, tuple[bytes, float | None]]
    ) -> None:
        now = self._clock()
        rows = []
        for key, (body, ttl) in entries.items():
            packed = zlib.compress(body, 1)
            if len(packed) <= self.max_bytes // 4:
                rows.append(
                    (
                        *astuple(key),
                        packed,
                        len(packed),
                        now,
                        None if ttl is None else now + ttl,
                        now,
                    )
                )
        with _transaction(db):
            db.executemany(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        before, self._writes = self._writes, self._writes + len(rows)
        if before == 0 or before // _SWEEP_EVERY != self._writes // _SWEEP_EVERY:
            self._sweep(db, now)

    def _sweep(self, db: sqlite3.Connection, now: float) -> None:
        """Delete what is too old, then what was not used for longest, until the bound is kept."""
        with _transaction(db):
            db.execute("DELETE FROM answer WHERE expires_at < ?", (now,))
            excess = (
                db.execute("SELECT sum(size) FROM answer").fetchone()[0] or 0
            ) - self.max_bytes
            if excess > 0:
                excess += self.max_bytes // 10
                for used_at, size in db.execute(
                    "SELECT used_at, size FROM answer ORDER BY used_at"
                ).fetchall():
                    excess -= size
                    if excess <= 0:
                        db.execute("DELETE FROM answer WHERE used_at <= ?", (used_at,))
                        break
        db.executescript(
            "PRAGMA incremental_vacuum;"
        )  # execute() would step it once and free a single page

    @staticmethod
    def _clear(db: sqlite3.Connection) -> int:
        with _transaction(db):
            count = db.execute("DELETE FROM answer").rowcount
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count

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


def default_directory(environ: Mapping[str, str], platform: str, home: Path) -> Path:
    """Where a user's caches are on this platform
    (`sys.platform`'s spelling), with our name below it."""
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "lineage" / "Cache"
    if platform == "darwin":
        return home / "Library" / "Caches" / "lineage"
    xdg = environ.get("XDG_CACHE_HOME", "")
    return (Path(xdg) if xdg.startswith("/") else home / ".cache") / "lineage"


class _LayoutError(sqlite3.DatabaseError):
    """The file has our tables with other columns."""


def _check_layout(db: sqlite3.Connection) -> None:
    for table, columns in _COLUMNS.items():
        found = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        if not columns <= found:
            raise _LayoutError(f"table {table} lacks {', '.join(sorted(columns - found))}")


def _is_busy(problem: Exception) -> bool:
    """Whether another process holds the file."""
    code = getattr(problem, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _BUSY_CODES
    # Python 3.10 gives no code; SQLite's text for both codes is fixed.
    return isinstance(problem, sqlite3.OperationalError) and "locked" in str(problem)


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
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
