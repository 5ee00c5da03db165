"""The runs of one server: what was asked for, how far it is, what was found."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from lineage.core.codec import decode, encode
from lineage.core.errors import UsageError
from lineage.report.document import Report, TargetReport
from lineage.serve.database import Database
from lineage.serve.encoding import (
    FILL_MODEL,
    RUN_COLUMNS,
    list_key,
    model_values,
    packed,
    run_of,
    target_report,
    unpacked,
)
from lineage.serve.layout import LAYOUT
from lineage.serve.run import Asking, Order, Row, RowState, Run, State, Wanted
from lineage.workflows.portfolio.row import InputRow

_OPEN = f"('{State.QUEUED}', '{State.RUNNING}')"
_USUAL, _ALL = Asking(), Wanted()
_AHEAD = 60.0
"""Seconds by which what is kept may be newer than the clock; more means that the clock was set."""


class NoSuchRunError(UsageError):
    """A run that was never there, or is deleted."""


class NotOverError(UsageError):
    """What is asked for exists only of a run that is over, or done."""


class Store:
    """Safe to use from several threads; one server at a time has a folder."""

    def __init__(self, folder: Path) -> None:
        """Raises CannotRunError where the folder cannot be used, or another server uses it."""
        self._database = Database(folder, LAYOUT)
        self._folder = folder
        (folder / "packs").mkdir(exist_ok=True, mode=0o700)

    def close(self) -> None:
        """Give the folder back."""
        self._database.close()

    # --- what is asked for

    def add(self, order: Order, asking: Asking = _USUAL) -> Run | None:
        """Keep a new run, queued; None where one was asked for under the same key."""
        id_ = secrets.token_urlsafe(12)
        kept = packed(encode(replace(order, rows=(), file=b"")) | {"file": order.file.hex()})
        rows = [
            (id_, number, row.target or row.place, packed(encode(row)))
            for number, row in enumerate(order.rows)
        ]
        run = (
            *(id_, time.time(), State.QUEUED, order.title, order.policy, order.by),
            *(order.has_pack, len(order.rows), kept, list_key(order)),
            *(asking.basis, asking.key, asking.digest),
        )

        def job(database: Connection) -> bool:
            added = database.execute(
                "INSERT INTO run (id, created, state, title, policy, who, pack, rows, list, "
                "list_key, basis, key, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (who, key) WHERE key != '' DO NOTHING",
                run,
            )
            if added.rowcount:
                sql = "INSERT INTO model (run, number, target, input) VALUES (?, ?, ?, ?)"
                database.executemany(sql, rows)
            return bool(added.rowcount)

        return self.run(id_) if self._database.write(job) else None

    def asked(self, by: str, key: str) -> tuple[str, str] | None:
        """The run that somebody asked for under a key, and the digest of what they sent."""
        sql = "SELECT id, digest FROM run WHERE who = ? AND key = ?"
        found = self._database.all(sql, by, key) if key else []
        return (found[0][0], found[0][1]) if found else None

    def order(self, id_: str) -> Order:
        """What a run was asked for."""
        (kept,) = self._one("SELECT list FROM run WHERE id = ?", id_)
        values = unpacked(kept)
        file = bytes.fromhex(values.pop("file"))
        rows = self._database.all("SELECT input FROM model WHERE run = ? ORDER BY number", id_)
        order: Order = decode(Order, {**values, "rows": []})
        return replace(
            order, file=file, rows=tuple(decode(InputRow, unpacked(row)) for (row,) in rows)
        )

    # --- how far it is

    def began(self, id_: str, basis: str = "", *, anew: bool = False) -> None:
        """It goes on from now. What an earlier server finished of it under another basis is
        forgotten, and with `anew` everything."""

        def job(database: Connection) -> None:
            (was,) = database.execute("SELECT basis FROM run WHERE id = ?", (id_,)).fetchone()
            if anew or was != basis:
                database.execute(
                    "UPDATE model SET model = '', verdict = '', at = NULL, turn = NULL, "
                    "answers = 0, told = '', report = NULL WHERE run = ?",
                    (id_,),
                )
                database.execute(
                    "UPDATE run SET attempt = attempt + (done > 0), done = 0 WHERE id = ?", (id_,)
                )
            database.execute(
                "UPDATE run SET state = ?, started = coalesce(started, ?), basis = ? "
                f"WHERE id = ? AND state IN {_OPEN}",
                (State.RUNNING, time.time(), basis, id_),
            )

        self._database.write(job, is_light=True)

    def finish_rows(self, id_: str, rows: Iterable[Row]) -> None:
        """Keep finished models; one that is kept already is not counted again."""
        filled = [model_values(row) for row in rows]

        def job(database: Connection) -> None:
            for values in filled:
                done = database.execute(
                    f"{FILL_MODEL}, turn = 1 + (SELECT done FROM run WHERE id = model.run) "
                    "WHERE run = ? AND number = ? AND turn IS NULL",
                    (*values[:-1], id_, values[-1]),
                )
                database.execute(
                    "UPDATE run SET done = done + ? WHERE id = ?", (done.rowcount, id_)
                )

        self._database.write(job, is_light=True)

    def finish(
        self, id_: str, report: Report, changed: Sequence[Row], document: bytes, fingerprint: str
    ) -> bool:
        """Keep the whole report; the run is done. In one transaction: all of it, or none. `changed`
        are rows that came out otherwise once all were known; `document` is the JSON, compressed.
        False where the run was stopped meanwhile."""
        head = packed(encode(replace(report, targets=())))
        filled = [model_values(row) for row in changed]

        def job(database: Connection) -> bool:
            done = database.execute(
                "UPDATE run SET state = ?, finished = ?, verdict = ?, head = ?, fingerprint = ?, "
                f"done = rows WHERE id = ? AND state IN {_OPEN}",
                (State.DONE, time.time(), report.verdict, head, fingerprint, id_),
            )
            if done.rowcount:
                database.executemany(
                    f"{FILL_MODEL} WHERE run = ? AND number = ?",
                    ((*values[:-1], id_, values[-1]) for values in filled),
                )
                database.execute("INSERT INTO document VALUES (?, 'json', ?)", (id_, document))
            return bool(done.rowcount)

        return self._database.write(job)

    def stop(self, id_: str, state: State, problem: str = "") -> bool:
        """It ended without a report; False where it was over before."""
        return bool(
            self._database.do(
                "UPDATE run SET state = ?, finished = ?, problem = ? "
                f"WHERE id = ? AND state IN {_OPEN}",
                *(state, time.time(), problem, id_),
            )
        )

    # --- what is known

    def unfinished(self) -> list[tuple[str, int]]:
        """Ids of the runs that wait or go on, with the number of their rows; oldest first."""
        sql = f"SELECT id, rows FROM run WHERE state IN {_OPEN} ORDER BY number"
        return [(id_, rows) for id_, rows in self._database.all(sql)]

    def run(self, id_: str) -> Run:
        """Raises NoSuchRunError where there is none."""
        return run_of(self._one(f"SELECT {RUN_COLUMNS} FROM run WHERE id = ?", id_))

    def runs(self, limit: int = 50, before: int | None = None, wanted: Wanted = _ALL) -> list[Run]:
        """The newest first; `before` goes on after the run of that number."""
        where = "number < ?"
        values: list[object] = [before or 1 << 62]
        for name in ("state", "verdict", "policy"):
            if value := getattr(wanted, name):
                where += f" AND {name} = ?"
                values.append(value)
        if wanted.model:
            where += (
                " AND EXISTS (SELECT 1 FROM model WHERE model.run = run.id "
                "AND (model.model = ? OR model.target = ?))"
            )
            values += [wanted.model] * 2
        return self.runs_where(f"{where} ORDER BY number DESC LIMIT ?", *values, limit)

    def runs_where(self, sql: str, *values: object) -> list[Run]:
        """The runs that fit, in the order that is asked for; `sql` is ours, never a client's."""
        found = self._database.all(f"SELECT {RUN_COLUMNS} FROM run WHERE {sql}", *values)
        return [run_of(row) for row in found]

    def select(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What else a page lists; `sql` is ours, never a client's."""
        return self._database.all(sql, *values)

    def rows(
        self, id_: str, start: int = 0, limit: int = 100_000, verdict: str = ""
    ) -> list[RowState]:
        """The models of a run, in their order."""
        sql = (
            "SELECT number, target, model, verdict, coalesce(turn, 0) FROM model WHERE run = ? "
            "AND number >= ? AND (? = '' OR verdict = ?) ORDER BY number LIMIT ?"
        )
        found = self._database.all(sql, id_, start, verdict, verdict, limit)
        return [RowState(*row) for row in found]

    def rows_since(self, id_: str, turn: int, limit: int = 500) -> list[RowState]:
        """The models that were finished after the one of that turn, in the order of finishing."""
        sql = (
            "SELECT number, target, model, verdict, turn FROM model WHERE run = ? AND turn > ? "
            "ORDER BY turn LIMIT ?"
        )
        return [RowState(*row) for row in self._database.all(sql, id_, turn, limit)]

    def target_report(self, id_: str, number: int) -> TargetReport | None:
        """What was found of one model; None until it is finished."""
        sql = "SELECT report FROM model WHERE run = ? AND number = ?"
        found = self._database.all(sql, id_, number)
        if not found:
            raise NoSuchRunError("There is no such model in this run.", "See the run's own page.")
        return target_report(found[0][0]) if found[0][0] is not None else None

    def reports_on(self, id_: str, model: str) -> list[TargetReport]:
        """What a run found of one model; more than once where its list names it so."""
        sql = "SELECT report FROM model WHERE run = ? AND model = ? AND report IS NOT NULL"
        return [target_report(kept) for (kept,) in self._database.all(sql, id_, model)]

    def head(self, id_: str) -> Report | None:
        """The report without its models; None until the run is done."""
        (head,) = self._one("SELECT head FROM run WHERE id = ?", id_)
        return decode(Report, {**unpacked(head), "targets": []}) if head is not None else None

    def finished_rows(self, id_: str) -> dict[int, TargetReport]:
        """What an interrupted run finished."""
        sql = "SELECT number, report FROM model WHERE run = ? AND report IS NOT NULL"
        return {number: target_report(kept) for number, kept in self._database.all(sql, id_)}

    def report(self, id_: str) -> Report | None:
        """The whole report; None until the run is done."""
        report = self.head(id_)
        if report is None:
            return None
        sql = "SELECT report FROM model WHERE run = ? ORDER BY number"
        kept = self._database.all(sql, id_)
        return replace(report, targets=tuple(target_report(one) for (one,) in kept))

    def document(self, id_: str, form: str) -> bytes | None:
        """The report of a run that is done, as it was once written in that format, compressed by
        gzip."""
        sql = "SELECT body FROM document WHERE run = ? AND form = ?"
        found = self._database.all(sql, id_, form)
        return found[0][0] if found else None

    def keep_document(self, id_: str, form: str, body: bytes) -> None:
        """Keep it, so that it is the same for everybody and for ever."""
        self._database.do(
            "INSERT OR IGNORE INTO document SELECT id, ?, ? FROM run WHERE id = ?", form, body, id_
        )

    def newest(
        self, model: str, policy: str, since: float, basis: str | None = None
    ) -> tuple[str, TargetReport] | None:
        """The last report that may answer for a model, by the name that was asked for or the id
        that it has, with the id of its run; None where there is none since then.

        The letter case of a repository's name counts for nothing, that of a revision and of a name
        elsewhere does. A report at another revision, one that says so of itself (`Row.answers`),
        or, where `basis` is given, one made under another, answers nothing.
        """
        sql = (
            "SELECT run.id, model.report FROM model JOIN run ON run.id = model.run "
            "WHERE (model.model = ? OR model.target = ?) AND run.policy = ? AND run.state = ? "
            "AND (? IS NULL OR run.basis = ?) AND model.answers "
            "AND (model.target = ? COLLATE BINARY OR "
            "(instr(model.target, '@') = 0 AND instr(?, ':') = 0)) "
            "AND model.at BETWEEN ? AND ? ORDER BY model.at DESC LIMIT 1"
        )
        values = (model, model, policy, State.DONE, basis, basis, model, model, since)
        found = self._database.all(sql, *values, time.time() + _AHEAD)
        return (found[0][0], target_report(found[0][1])) if found else None

    def history(self, model: str, limit: int = 200) -> list[tuple[Run, str]]:
        """The runs that audited a model, with its verdict, newest first."""
        sql = (
            f"SELECT {RUN_COLUMNS}, model.verdict FROM model JOIN run ON run.id = model.run "
            "WHERE model.model = ? AND run.state = ? ORDER BY run.number DESC LIMIT ?"
        )
        found = self._database.all(sql, model, State.DONE, limit)
        return [(run_of(row[:-1]), row[-1]) for row in found]

    # --- beside the database

    def pack_path(self, id_: str) -> Path:
        """Where a run's pack is, or is to be."""
        return self._folder / "packs" / f"{self.run(id_).id}.zip"

    @property
    def work(self) -> Path:
        """Where runs keep what they need while they go on."""
        return self._folder / "work"

    def packs(self) -> tuple[list[Path], frozenset[str]]:
        """Every file where the packs are, and the names of those that belong to a run."""
        sql = "SELECT id FROM run WHERE fingerprint != ''"
        known = frozenset(f"{id_}.zip" for (id_,) in self._database.all(sql))
        return list((self._folder / "packs").iterdir()), known

    # --- the end of it

    def delete(self, id_: str) -> None:
        """Delete a run that is over, with its pack."""
        run = self.run(id_)
        if not run.state.is_over:
            raise NotOverError("This run is not over.", "Cancel it first.")
        path = self.pack_path(id_)
        self._database.do("DELETE FROM run WHERE id = ?", id_)
        path.unlink(missing_ok=True)

    def prune(self, before: float) -> int:
        """Delete the runs that ended before that time, and the acts; how many runs."""
        sql = f"SELECT id FROM run WHERE finished < ? AND state NOT IN {_OPEN}"
        old = [id_ for (id_,) in self._database.all(sql, before)]
        for id_ in old:
            self.delete(id_)
        self._database.do("DELETE FROM act WHERE at < ?", before)
        self._database.shrink()
        return len(old)

    # --- who did what

    def counts(self) -> list[tuple[str, str, int]]:
        """How many runs there are: state, verdict, number."""
        return self.select("SELECT state, verdict, count(*) FROM run GROUP BY state, verdict")

    def note_act(self, who: str, client: str, action: str, about: str, outcome: str) -> None:
        """One line of the audit log."""
        self._database.do(
            "INSERT INTO act VALUES (?, ?, ?, ?, ?, ?)",
            *(time.time(), who, client, action, about, outcome),
        )

    def acts(self, limit: int = 500) -> list[tuple[float, str, str, str, str, str]]:
        """The newest lines of the audit log: time, who, client, action, object, outcome."""
        return self._database.all("SELECT * FROM act ORDER BY at DESC LIMIT ?", limit)

    def _one(self, sql: str, id_: str) -> tuple[Any, ...]:
        found = self._database.all(sql, id_)
        if not found:
            raise NoSuchRunError(
                "There is no such run.", "It may have been deleted because of its age."
            )
        return found[0]
