"""The cache: one SQLite file shared by every process, that may be
killed, damaged, full or read-only without harm."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path

from lineage.core.errors import CannotRunError
from lineage.core.value import dataclass
from lineage.sources.web.cache_file import SLACK, CacheFile, transaction

FILE_NAME = "hub-1.sqlite"
"""The number is the layout's: another version of lineage with another layout has another file."""
DEFAULT_MAX_BYTES = 512 << 20
MAX_AGE = 30 * 86400.0
"""Seconds that any answer may be old, whatever the file says of it: a file that came from
elsewhere carries no more, counted from its own time as it was found."""
_TOUCH_SECONDS = (
    3600.0  # how exact the order of last use is; a write for every read would be too dear
)
_SWEEP_EVERY = 500
_GET = """SELECT body, stored_at, expires_at, used_at FROM answer
    WHERE endpoint = ? AND access = ? AND id = ? AND revision = ? AND kind = ?"""
_DELETE = (
    "DELETE FROM answer WHERE endpoint = ? AND access = ? AND id = ? AND revision = ? AND kind = ?"
)
_TOUCH = (
    "UPDATE answer SET used_at = ? WHERE endpoint = ? AND access = ? AND id = ? AND revision = ? "
    "AND kind = ?"
)
_COUNT = "SELECT count(*), sum(size), sum(expires_at < ?), min(stored_at) FROM answer"


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
        self._file = CacheFile(self.path, on_notice or (lambda _: None))
        self._clock = clock
        self._writes = 0
        self.answers = 0
        """Answers that were given from here."""
        self.oldest: float | None = None
        """When the oldest of them was kept, in seconds since the epoch."""

    @property
    def is_off(self) -> bool:
        """The disk refuses; nothing is kept from here on."""
        return self._file.is_off

    def access_class(self, token: str | None) -> str:
        """The part of a key that keeps one token's answers from another's."""
        if token is None:
            return "anonymous"
        self._file.run(lambda db: None)  # reads the salt
        return hmac.new(self._file.salt, token.encode(), hashlib.sha256).hexdigest()[:32]

    def get(self, key: CacheKey, most_age: float = MAX_AGE) -> bytes | None:
        """The answer kept under `key`, unless it is too old: by what was kept with it, and at most
        `most_age` seconds."""
        return self._file.run(lambda db: self._get(db, key, min(most_age, MAX_AGE)))

    def put_all(self, entries: Mapping[CacheKey, tuple[bytes, float | None]]) -> None:
        """Keep bodies, each with its seconds to live (None: for ever), in one transaction."""
        self._file.run(lambda db: self._put(db, entries))

    def info(self) -> CacheInfo:
        """What is in it; counts nothing and creates nothing where there is no file yet."""
        if not self.path.exists():
            return CacheInfo(self.path, exists=False)
        counted = self._file.run(lambda db: db.execute(_COUNT, (self._clock(),)).fetchone())
        row = counted or (0, 0, 0, None)
        return CacheInfo(
            self.path, True, row[0], row[1] or 0, self._file.size(), row[2] or 0, row[3]
        )

    def clear(self) -> int:
        """Forget everything; returns the number of answers.

        Raises CannotRunError where the file cannot be changed.
        """
        if not self.path.exists():
            return 0
        count = self._file.run(self._clear)
        if count is None:
            raise CannotRunError(
                f"The cache {self.path} could not be cleared.",
                "Check who owns it, or delete the file.",
            )
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()

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
        if now < stored_at - SLACK or now - stored_at > most_age:
            return False
        if expires_at is not None and now >= expires_at:
            return False
        return stored_at <= self._file.written_at() + SLACK

    def _put(
        self, db: sqlite3.Connection, entries: Mapping[CacheKey, tuple[bytes, float | None]]
    ) -> None:
        now = self._clock()
        rows = []
        for key, (body, ttl) in entries.items():
            packed = zlib.compress(body, 1)
            if len(packed) <= self.max_bytes // 4:
                until = None if ttl is None else now + ttl
                rows.append((*astuple(key), packed, len(packed), now, until, now))
        with transaction(db):
            db.executemany(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        before, self._writes = self._writes, self._writes + len(rows)
        if before == 0 or before // _SWEEP_EVERY != self._writes // _SWEEP_EVERY:
            self._sweep(db, now)

    def _sweep(self, db: sqlite3.Connection, now: float) -> None:
        """Delete what is too old, then what was not used for longest, until the bound is kept."""
        with transaction(db):
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
        with transaction(db):
            count = db.execute("DELETE FROM answer").rowcount
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count


def default_directory(environ: Mapping[str, str], platform: str, home: Path) -> Path:
    """Where a user's caches are on this platform
    (`sys.platform`'s spelling), with our name below it."""
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "lineage" / "Cache"
    if platform == "darwin":
        return home / "Library" / "Caches" / "lineage"
    xdg = environ.get("XDG_CACHE_HOME", "")
    return (Path(xdg) if xdg.startswith("/") else home / ".cache") / "lineage"
