"""The runs of one server in one SQLite file. Whatever is written survives a `kill -9`."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from lineage.core.codec import decode, encode
from lineage.core.errors import CannotRunError, UsageError
from lineage.report.document import Report, TargetReport
from lineage.serve.run import Order, RowState, Run, State
from lineage.serve.told import told_of
from lineage.workflows.portfolio.row import InputRow

FILE = "runs-1.sqlite"
"""The number is the layout's."""
_LAYOUT = """
CREATE TABLE run (
    id TEXT PRIMARY KEY, created REAL NOT NULL, started REAL, finished REAL,
    state TEXT NOT NULL, title TEXT NOT NULL, policy TEXT NOT NULL, who TEXT NOT NULL,
    pack INTEGER NOT NULL, rows INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL DEFAULT '', problem TEXT NOT NULL DEFAULT '',
    fingerprint TEXT NOT NULL DEFAULT '',
    list BLOB NOT NULL, list_key TEXT NOT NULL, head BLOB
) WITHOUT ROWID;
CREATE INDEX run_by_time ON run (created);
CREATE INDEX run_by_state ON run (state);
CREATE INDEX run_by_list ON run (list_key, created);
CREATE TABLE model (
    run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, number INTEGER NOT NULL,
    target TEXT NOT NULL, model TEXT NOT NULL COLLATE NOCASE DEFAULT '',
    verdict TEXT NOT NULL DEFAULT '', at REAL,
    input BLOB NOT NULL, told TEXT NOT NULL DEFAULT '', report BLOB,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX model_by_name ON model (model, at);
CREATE TABLE act (
    at REAL NOT NULL, who TEXT NOT NULL, client TEXT NOT NULL,
    action TEXT NOT NULL, object TEXT NOT NULL, outcome TEXT NOT NULL
);
CREATE INDEX act_by_time ON act (at);
"""
_RUN = (
    "id, created, started, finished, state, title, policy, who, pack, rows, done, verdict, "
    "problem, fingerprint"
)
_OPEN = f"('{State.QUEUED}', '{State.RUNNING}')"


class NoSuchRunError(UsageError):
    """A run that was never there, or is deleted."""


class Store:
    """Safe to use from several threads; one server at a time has a folder."""

    def __init__(self, folder: Path) -> None:
        """Raises CannotRunError where the folder cannot be used, or another server uses it."""
        self._folder = folder
        self._path = folder / FILE
        self._own = threading.local()
        self._writing = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._held = _held(folder / "serve.lock")
            is_new = not self._path.exists()
            if is_new:
                self._path.touch(0o600)
            self._writer = self._connected()
            if is_new or not self._writer.execute("PRAGMA user_version").fetchone()[0]:
                self._writer.executescript(
                    "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
                    f"BEGIN; {_LAYOUT} PRAGMA user_version = 1; COMMIT"
                )
            (folder / "packs").mkdir(exist_ok=True, mode=0o700)
        except (OSError, sqlite3.Error) as problem:
            raise CannotRunError(
                f"The runs in {folder} could not be opened: {problem}.",
                "Give --state another folder, or mend that one.",
            ) from problem

    def close(self) -> None:
        """Give the folder back."""
        for connection in (*self._readers, self._writer, self._held):
            connection.close()

    # --- what is asked for

    def add(self, order: Order) -> Run:
        """Keep a new run, queued."""
        id_, now = secrets.token_urlsafe(12), time.time()
        kept = _packed(encode(replace(order, rows=(), file=b"")) | {"file": order.file.hex()})
        with self._transaction() as database:
            database.execute(
                "INSERT INTO run (id, created, state, title, policy, who, pack, rows, list, "
                "list_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(id_, now, State.QUEUED, order.title, order.policy, order.by),
                    *(order.has_pack, len(order.rows), kept, _list_key(order)),
                ),
            )
            database.executemany(
                "INSERT INTO model (run, number, target, input) VALUES (?, ?, ?, ?)",
                (
                    (id_, number, row.target or row.place, _packed(encode(row)))
                    for number, row in enumerate(order.rows)
                ),
            )
        return self.run(id_)

    def order(self, id_: str) -> Order:
        """What a run was asked for."""
        (kept,) = self._one("SELECT list FROM run WHERE id = ?", id_)
        values = _unpacked(kept)
        file = bytes.fromhex(values.pop("file"))
        rows = self._all("SELECT input FROM model WHERE run = ? ORDER BY number", id_)
        order: Order = decode(Order, {**values, "rows": []})
        return replace(
            order, file=file, rows=tuple(decode(InputRow, _unpacked(row)) for (row,) in rows)
        )

    # --- how far it is

    def began(self, id_: str) -> None:
        """It goes on from now, unless somebody has just cancelled it."""
        self._do(
            "UPDATE run SET state = ?, started = coalesce(started, ?) "
            f"WHERE id = ? AND state IN {_OPEN}",
            *(State.RUNNING, time.time(), id_),
        )

    def forget_rows(self, id_: str) -> None:
        """What an interrupted run finished is audited again."""
        with self._transaction() as database:
            database.execute(
                "UPDATE model SET model = '', verdict = '', at = NULL, told = '', report = NULL "
                "WHERE run = ?",
                (id_,),
            )
            database.execute("UPDATE run SET done = 0 WHERE id = ?", (id_,))

    def finish_row(self, id_: str, number: int, report: TargetReport) -> None:
        """Keep one finished model."""
        with self._transaction() as database:
            database.execute(_FINISH_ROW, (*_row(report), id_, number))
            database.execute("UPDATE run SET done = done + 1 WHERE id = ?", (id_,))

    def finish(self, id_: str, report: Report, fingerprint: str = "") -> None:
        """Keep the whole report; the run is done. In one transaction: all of it, or none."""
        head = _packed(encode(replace(report, targets=())))
        with self._transaction() as database:
            database.executemany(
                _FINISH_ROW,
                ((*_row(one), id_, number) for number, one in enumerate(report.targets)),
            )
            database.execute(
                "UPDATE run SET state = ?, finished = ?, verdict = ?, head = ?, fingerprint = ?, "
                "done = rows WHERE id = ?",
                (State.DONE, time.time(), report.verdict, head, fingerprint, id_),
            )

    def stop(self, id_: str, state: State, problem: str = "") -> None:
        """It ended without a report."""
        self._do(
            "UPDATE run SET state = ?, finished = ?, problem = ? "
            f"WHERE id = ? AND state IN {_OPEN}",
            *(state, time.time(), problem, id_),
        )

    # --- what is known

    def unfinished(self) -> list[str]:
        """Ids of the runs that wait or go on, oldest first."""
        sql = f"SELECT id FROM run WHERE state IN {_OPEN} ORDER BY created"
        return [id_ for (id_,) in self._all(sql)]

    def run(self, id_: str) -> Run:
        """Raises NoSuchRunError where there is none."""
        return _run(self._one(f"SELECT {_RUN} FROM run WHERE id = ?", id_))

    def runs(self, limit: int = 50, before: float | None = None) -> list[Run]:
        """The newest first; `before` goes on with those that were asked for earlier."""
        sql = f"SELECT {_RUN} FROM run WHERE created < ? ORDER BY created DESC LIMIT ?"
        return [_run(row) for row in self._all(sql, before or 1e12, limit)]

    def runs_where(self, sql: str, *values: object) -> list[Run]:
        """The runs that fit, in the order that is asked for; `sql` is ours, never a client's."""
        return [_run(row) for row in self._all(f"SELECT {_RUN} FROM run WHERE {sql}", *values)]

    def select(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What else a page lists; `sql` is ours, never a client's."""
        return self._all(sql, *values)

    def rows(self, id_: str, start: int = 0, limit: int = 100_000) -> list[RowState]:
        """The models of a run, in their order."""
        sql = (
            "SELECT number, target, model, verdict FROM model WHERE run = ? AND number >= ? "
            "ORDER BY number LIMIT ?"
        )
        return [RowState(*row) for row in self._all(sql, id_, start, limit)]

    def target_report(self, id_: str, number: int) -> TargetReport | None:
        """What was found of one model; None until it is finished."""
        sql = "SELECT report FROM model WHERE run = ? AND number = ?"
        found = self._all(sql, id_, number)
        if not found:
            raise NoSuchRunError("There is no such model in this run.", "See the run's own page.")
        return _target(found[0][0]) if found[0][0] is not None else None

    def reports_on(self, id_: str, model: str) -> list[TargetReport]:
        """What a run found of one model; more than once where its list names it so."""
        sql = "SELECT report FROM model WHERE run = ? AND model = ? AND report IS NOT NULL"
        return [_target(kept) for (kept,) in self._all(sql, id_, model)]

    def head(self, id_: str) -> Report | None:
        """The report without its models; None until the run is done."""
        (head,) = self._one("SELECT head FROM run WHERE id = ?", id_)
        return decode(Report, {**_unpacked(head), "targets": []}) if head is not None else None

    def finished_rows(self, id_: str) -> dict[int, TargetReport]:
        """What an interrupted run finished."""
        sql = "SELECT number, report FROM model WHERE run = ? AND report IS NOT NULL"
        return {number: _target(kept) for number, kept in self._all(sql, id_)}

    def report(self, id_: str) -> Report | None:
        """The whole report; None until the run is done."""
        report = self.head(id_)
        if report is None:
            return None
        sql = "SELECT report FROM model WHERE run = ? ORDER BY number"
        return replace(report, targets=tuple(_target(kept) for (kept,) in self._all(sql, id_)))

    def newest(self, model: str, policy: str, since: float) -> tuple[str, TargetReport] | None:
        """The last finished report on a model, by the name or id that was asked for, under a
        policy, with the id of its run; None where there is none since then."""
        sql = (
            "SELECT run.id, model.report FROM model JOIN run ON run.id = model.run "
            "WHERE (model.model = ? OR model.target = ?) AND run.policy = ? AND run.state = ? "
            "AND model.at >= ? AND model.report IS NOT NULL ORDER BY model.at DESC LIMIT 1"
        )
        found = self._all(sql, model, model, policy, State.DONE, since)
        return (found[0][0], _target(found[0][1])) if found else None

    def history(self, model: str, limit: int = 200) -> list[tuple[Run, str]]:
        """The runs that told of a model, with its verdict, newest first."""
        columns = ", ".join(f"run.{name}" for name in _RUN.split(", "))
        sql = (
            f"SELECT {columns}, model.verdict FROM model JOIN run ON run.id = model.run "
            "WHERE model.model = ? AND run.state = ? ORDER BY run.created DESC LIMIT ?"
        )
        return [(_run(row[:-1]), row[-1]) for row in self._all(sql, model, State.DONE, limit)]

    # --- the pack

    def pack_path(self, id_: str) -> Path:
        """Where a run's pack is, or is to be."""
        return self._folder / "packs" / f"{self.run(id_).id}.zip"

    # --- the end of it

    def delete(self, id_: str) -> None:
        """Delete a run that is over, with its pack."""
        run = self.run(id_)
        if not run.state.is_over:
            raise UsageError("This run is not over.", "Cancel it first.")
        self.pack_path(id_).unlink(missing_ok=True)
        with self._transaction() as database:
            database.execute("DELETE FROM run WHERE id = ?", (id_,))

    def prune(self, before: float) -> int:
        """Delete the runs that ended before that time, and the acts; how many runs."""
        sql = f"SELECT id FROM run WHERE finished < ? AND state NOT IN {_OPEN}"
        old = [id_ for (id_,) in self._all(sql, before)]
        for id_ in old:
            self.delete(id_)
        self._do("DELETE FROM act WHERE at < ?", before)
        with self._writing:
            self._writer.execute("PRAGMA incremental_vacuum").fetchall()
        return len(old)

    # --- who did what

    def note_act(self, who: str, client: str, action: str, about: str, outcome: str) -> None:
        """One line of the audit log."""
        self._do(
            "INSERT INTO act VALUES (?, ?, ?, ?, ?, ?)",
            *(time.time(), who, client, action, about, outcome),
        )

    def acts(self, limit: int = 500) -> list[tuple[float, str, str, str, str, str]]:
        """The newest lines of the audit log: time, who, client, action, object, outcome."""
        return self._all("SELECT * FROM act ORDER BY at DESC LIMIT ?", limit)

    # --- SQLite

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=30, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def _do(self, sql: str, *values: object) -> None:
        with self._transaction() as database:
            database.execute(sql, values)

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        reader: sqlite3.Connection | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = self._connected()
            with self._writing:
                self._readers.append(reader)
        with closing(reader.execute(sql, values)) as cursor:
            return cursor.fetchall()

    def _one(self, sql: str, id_: str) -> tuple[Any, ...]:
        found = self._all(sql, id_)
        if not found:
            raise NoSuchRunError("There is no such run.", "It may have been deleted by its age.")
        return found[0]


_FINISH_ROW = (
    "UPDATE model SET model = ?, verdict = ?, at = ?, told = ?, report = ? "
    "WHERE run = ? AND number = ?"
)


def _row(report: TargetReport) -> Sequence[object]:
    told = json.dumps(encode(told_of(report)), ensure_ascii=False)
    return report.model, report.verdict, time.time(), told, _packed(encode(report))


def _list_key(order: Order) -> str:
    """The same for every list of the same models, in whatever order."""
    named = sorted(row.target.casefold() for row in order.rows)
    return hashlib.sha256("\n".join(named).encode("utf-8", "surrogatepass")).hexdigest()


def _run(row: tuple[Any, ...]) -> Run:
    id_, created, started, finished, state, title, policy, who, pack, *rest = row
    return Run(
        *(id_, created, started, finished, State(state), title, policy, who, bool(pack)), *rest
    )


def _target(kept: bytes) -> TargetReport:
    report: TargetReport = decode(TargetReport, _unpacked(kept))
    return report


def _packed(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


def _unpacked(kept: bytes) -> Any:
    return json.loads(zlib.decompress(kept).decode("utf-8", "surrogatepass"))


def _held(path: Path) -> sqlite3.Connection:
    """A lock that a process keeps until it ends, however it ends. Raises OSError where another one
    has it."""
    connection = sqlite3.connect(path, timeout=0.1, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as problem:
        connection.close()
        raise OSError("another server uses it") from problem
    with suppress(OSError):
        path.chmod(0o600)
    return connection
