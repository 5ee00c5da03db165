"""The SQLite file under the runs: one server at a time, one writer, a reader for each thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from lineage.core.errors import CannotRunError

FILE = "runs-1.sqlite"
"""The number is the layout's."""
_VERSION = 1


class StoreError(CannotRunError):
    """What is kept cannot be read or written now."""


class Database:
    """Whatever a transaction wrote survives a `kill -9`."""

    def __init__(self, folder: Path, layout: str) -> None:
        """Raises CannotRunError where the folder cannot be used, or another server uses it."""
        self._path = folder / FILE
        self._own = threading.local()
        self._writing = threading.Lock()
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

    @contextmanager
    def transaction(self, *, is_light: bool = False) -> Iterator[sqlite3.Connection]:
        """All of it or none. Raises StoreError.

        A light one is lost with the power, not with the process: what can be computed again.
        """
        with self._writing:
            writer = self._writer
            try:
                writer.execute(f"PRAGMA synchronous = {'NORMAL' if is_light else 'FULL'}")
                writer.execute("BEGIN IMMEDIATE")
                yield writer
                writer.execute("COMMIT")
            except sqlite3.Error as problem:
                raise _failed("written", problem) from problem
            finally:
                if writer.in_transaction:  # a full disk ends it by itself
                    writer.execute("ROLLBACK")

    def do(self, sql: str, *values: object) -> int:
        """One statement, for itself; how many rows it changed."""
        with self.transaction() as database:
            return database.execute(sql, values).rowcount

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


def _unusable(folder: Path, problem: Exception) -> CannotRunError:
    return CannotRunError(
        f"The runs in {folder} could not be opened: {problem}.",
        "Give --state another folder, or mend that one.",
    )


def _failed(verb: str, problem: sqlite3.Error) -> StoreError:
    return StoreError(
        f"The runs of this server could not be {verb}: {problem}.",
        "Whoever runs it must look after the disk and the folder of --state.",
    )


def damaged(problem: object) -> StoreError:
    """What is kept of a run is not what was written."""
    return StoreError(
        f"What is kept of this run is damaged: {problem}.", "Delete it, and audit again."
    )


def _held(path: Path) -> sqlite3.Connection:
    """A lock that a process keeps until it ends, however it ends. Raises OSError where another one
    has it."""
    connection = sqlite3.connect(path, timeout=0.1, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as problem:
        connection.close()
        told = "another server uses it" if "locked" in str(problem) else str(problem)
        raise OSError(told) from problem
    with suppress(OSError):
        path.chmod(0o600)
    return connection
