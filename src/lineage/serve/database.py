"""The SQLite file under the runs: one server at a time, one writer, a reader for each thread."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from lineage.core.errors import CannotRunError

FILE = "runs-1.sqlite"
"""The number is the layout's."""
_VERSION = 1


T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
"""What is done within one transaction, by whatever thread."""


class StoreError(CannotRunError):
    """What is kept cannot be read or written now."""


class _Asked:
    """A job that waits for the writer, and what came of it."""

    def __init__(self, job: Job[Any], is_light: bool) -> None:
        self.job, self.is_light = job, is_light
        self.outcome: Future[Any] = Future()


class Database:
    """Whatever a transaction wrote survives a `kill -9`."""

    def __init__(self, folder: Path, layout: str) -> None:
        """Raises CannotRunError where the folder cannot be used, or another server uses it."""
        self._path = folder / FILE
        self._own = threading.local()
        self._writing = threading.Lock()
        self._asked: deque[_Asked] = deque()
        self._readers: list[sqlite3.Connection] = []
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._held = _held(folder / "serve.lock")
        except (OSError, sqlite3.Error) as problem:
            raise _unusable(folder, problem) from problem
        try:
            self._writer = self._opened(layout)
        except (OSError, sqlite3.Error) as problem:
            self._held.close()
            raise _unusable(folder, problem) from problem

    def _opened(self, layout: str) -> sqlite3.Connection:
        self._path.touch(0o600)
        writer = self._connected()
        (version,) = writer.execute("PRAGMA user_version").fetchone()
        if not version:
            writer.executescript(
                "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
                f"BEGIN; {layout} PRAGMA user_version = {_VERSION}; COMMIT"
            )
        elif version != _VERSION:
            writer.close()
            raise OSError(f"{FILE} was written by another version of lineage")
        return writer

    def close(self) -> None:
        """Give the folder back."""
        for connection in (*self._readers, self._writer, self._held):
            connection.close()

    def write(self, job: Job[T], *, is_light: bool = False) -> T:
        """What the job gives; all that it wrote is kept then, or none of it. Raises StoreError.

        Jobs that wait at the same time share one wait for the disk. What a light one wrote is lost
        with the power, not with the process: what can be computed again.
        """
        asked = _Asked(job, is_light)
        self._asked.append(asked)
        with self._writing:
            if not asked.outcome.done():  # else another thread took it along
                self._work_off()
        try:
            found: T = asked.outcome.result()
        except sqlite3.Error as problem:
            raise _failed("written", problem) from problem
        return found

    def _work_off(self) -> None:
        """Every job that waits, in one transaction."""
        taken, outcomes = [], []
        while self._asked:
            taken.append(self._asked.popleft())
        writer = self._writer
        try:
            level = "NORMAL" if all(one.is_light for one in taken) else "FULL"
            writer.execute(f"PRAGMA synchronous = {level}")
            writer.execute("BEGIN IMMEDIATE")
            outcomes = [_outcome(writer, one.job) for one in taken]
            writer.execute("COMMIT")
        except BaseException as problem:
            for one in taken:
                one.outcome.set_exception(problem)
            if not isinstance(problem, sqlite3.Error):
                raise
            return
        finally:
            if writer.in_transaction:  # a full disk ends it by itself
                writer.execute("ROLLBACK")
        for one, (found, failure) in zip(taken, outcomes, strict=True):
            if failure is None:
                one.outcome.set_result(found)
            else:
                one.outcome.set_exception(failure)

    def do(self, sql: str, *values: object) -> int:
        """One statement, for itself; how many rows it changed."""
        return self.write(lambda database: database.execute(sql, values).rowcount)

    def all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds. Raises StoreError."""
        try:
            reader: sqlite3.Connection | None = getattr(self._own, "reader", None)
            if reader is None:
                reader = self._own.reader = self._connected()
                with self._writing:
                    self._readers.append(reader)
            with closing(reader.execute(sql, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as problem:
            raise _failed("read", problem) from problem

    def shrink(self) -> None:
        """Give the space of what was deleted back to the disk."""
        with self._writing:
            self._writer.execute("PRAGMA incremental_vacuum").fetchall()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=30, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


def _outcome(writer: sqlite3.Connection, job: Job[Any]) -> tuple[Any, Exception | None]:
    """What one job of several gives, or why it fails; the others do not suffer from it. Raises
    sqlite3.Error where nothing of the transaction is left."""
    writer.execute("SAVEPOINT job")
    try:
        found = job(writer)
    except Exception as problem:
        if not writer.in_transaction:
            raise
        writer.execute("ROLLBACK TO job")
        return None, problem
    finally:
        if writer.in_transaction:
            writer.execute("RELEASE job")
    return found, None


def _unusable(folder: Path, problem: Exception) -> CannotRunError:
    return CannotRunError(
        f"The runs in {folder} could not be opened: {problem}.",
        "Give --state another folder, or repair that one.",
    )


def _failed(verb: str, problem: sqlite3.Error) -> StoreError:
    return StoreError(
        f"The runs of this server could not be {verb}: {problem}.",
        "Its operator should check the disk and the folder of --state.",
    )


def damaged(problem: object) -> StoreError:
    """What is kept of a run is not what was written."""
    return StoreError(
        f"The stored data of this run is damaged: {problem}.", "Delete it, and audit again."
    )


def _held(path: Path) -> sqlite3.Connection:
    """A lock that a process keeps until it ends, however it ends. Raises OSError where another one
    has it."""
    connection = sqlite3.connect(path, timeout=0.1, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as problem:
        connection.close()
        reason = "another server uses it" if "locked" in str(problem) else str(problem)
        raise OSError(reason) from problem
    with suppress(OSError):
        path.chmod(0o600)
    return connection
