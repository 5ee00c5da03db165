"""Works off the runs that people ask for, some at a time; what a stopped server left goes on when
it starts again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from lineage.core.errors import CannotRunError, LineageError
from lineage.report.document import Report, TargetReport
from lineage.serve.desk import Desk, Visit
from lineage.serve.packing import filed
from lineage.serve.run import Order, Run, State
from lineage.serve.settings import Settings
from lineage.serve.store import Store
from lineage.workflows.portfolio.row import InputRow
from lineage.workflows.portfolio.run import audit_rows
from lineage.workflows.recording import Recorder

_LOG = logging.getLogger("lineage.serve")
_DAY = 86400.0
_BUG = "The server failed at this run; its log says where."


class BusyError(CannotRunError):
    """As many runs wait as the server takes."""


class _CancelledError(Exception):
    """Somebody wants no more of this run, or the server stops."""


class Runs:
    """The work behind the pages and the API. Safe to use from several threads."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._desk = Desk(settings)
        limits = settings.limits
        self._running = ThreadPoolExecutor(limits.runs, thread_name_prefix="lineage-run")
        self._auditing = ThreadPoolExecutor(limits.audits, thread_name_prefix="lineage-audit")
        self._lock = threading.Lock()
        self._open: dict[str, threading.Event] = {}
        """What asks each run that waits or goes on to stop."""
        self._over = threading.Condition()
        self._is_closed = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, name="lineage-sweep", daemon=True)

    @property
    def desk(self) -> Desk:
        """What the runs share."""
        return self._desk

    @property
    def open(self) -> int:
        """Runs that wait or go on."""
        return len(self._open)

    def start(self) -> None:
        """Take up what an earlier server left, and begin to delete what is old."""
        for id_ in self._store.unfinished():
            self._enqueue(id_)
        self._sweeper.start()

    def submit(self, order: Order) -> Run:
        """Keep an order and work it off when it is its turn. Raises BusyError."""
        if len(self._open) >= self._settings.limits.queued or self._is_closed.is_set():
            raise BusyError("The server has as many runs as it takes.", "Try again in a minute.")
        run = self._store.add(order)
        self._enqueue(run.id)
        return run

    def cancel(self, id_: str) -> None:
        """Stop a run after the models that are being audited."""
        if (asked := self._open.get(id_)) is not None:
            asked.set()
            self._store.stop(id_, State.CANCELLED)

    def wait(self, id_: str, seconds: float) -> bool:
        """Whether the run is over within that time."""
        with self._over:
            return self._over.wait_for(lambda: id_ not in self._open, seconds)

    def close(self) -> None:
        """Stop; what is not done goes on at the next start."""
        self._is_closed.set()
        for asked in list(self._open.values()):
            asked.set()
        self._desk.close()
        self._running.shutdown(wait=True, cancel_futures=True)
        self._auditing.shutdown(wait=True, cancel_futures=True)

    def _enqueue(self, id_: str) -> None:
        with self._lock:
            self._open[id_] = threading.Event()
        self._running.submit(self._work, id_)

    def _work(self, id_: str) -> None:
        asked = self._open[id_]
        try:
            if not asked.is_set():
                self._audit(id_, asked)
        except _CancelledError:
            pass  # it was kept as cancelled, or goes on when the server starts again
        except LineageError as problem:
            self._failed(id_, str(problem))
        except Exception:  # noqa: BLE001 - whatever happens to one run, the others follow
            _LOG.exception("run %s", id_)
            self._failed(id_, _BUG)
        finally:
            with self._over:
                del self._open[id_]
                self._over.notify_all()

    def _failed(self, id_: str, problem: str) -> None:
        if not self._is_closed.is_set():
            self._store.stop(id_, State.FAILED, problem)

    def _audit(self, id_: str, asked: threading.Event) -> None:
        store, order = self._store, self._store.order(id_)
        policy = self._settings.policies.get(order.policy)
        if policy is None:
            raise CannotRunError(
                f"This server has no policy {order.policy!r} any more.", "Audit anew under another."
            )
        store.began(id_)
        with TemporaryDirectory(prefix="lineage-serve-") as kept:
            recorder = Recorder(Path(kept)) if order.has_pack else None
            if recorder is not None:
                store.forget_rows(id_)  # nothing was recorded of what they read
            with self._desk.visit(order.policy, policy, recorder) as visit:
                report = self._report(id_, order, visit, asked)
                pack = store.pack_path(id_)
                fingerprint = (
                    filed(report, policy, order, recorder, Path(kept), self._settings, pack)
                    if recorder is not None
                    else ""
                )
            store.finish(id_, report, fingerprint)

    def _report(self, id_: str, order: Order, visit: Visit, asked: threading.Event) -> Report:
        kept = _Kept(self._store, id_, order.rows, asked)
        share = max(1, self._settings.limits.audits // max(1, min(self.open, 4)))

        def audit_many(targets: Sequence[str]) -> Iterator[tuple[str, TargetReport]]:
            return _side_by_side(self._auditing, visit.audit, targets, share, asked)

        found = audit_rows(
            order.rows,
            visit.audit,
            journal=kept,
            audit_many=audit_many,
            with_supplied=visit.auditor.with_supplied,
            data=self._settings.options.where.data,
        )
        report = visit.auditor.report(found)
        return replace(report, notes=(*report.notes, *order.notes))

    def _sweep(self) -> None:
        days = self._settings.keep_days
        while days and not self._is_closed.wait(60):
            try:
                self._store.prune(time.time() - days * _DAY)
            except (LineageError, OSError) as problem:
                _LOG.error("old runs could not be deleted: %s", problem)
            self._is_closed.wait(3600)


class _Kept:
    """The rows of one run, as they are finished: what `audit_rows` takes for a journal."""

    def __init__(
        self, store: Store, id_: str, rows: Sequence[InputRow], asked: threading.Event
    ) -> None:
        self._store, self._id, self._asked = store, id_, asked
        self._numbers = {row.key: number for number, row in enumerate(rows)}
        self._finished = store.finished_rows(id_)

    def finished(self, row: InputRow) -> TargetReport | None:
        """What an earlier server finished of it."""
        return self._finished.get(self._numbers[row.key])

    def add(self, row: InputRow, report: TargetReport) -> None:
        """Keep it."""
        if self._asked.is_set():
            raise _CancelledError
        self._store.finish_row(self._id, self._numbers[row.key], report)


def _side_by_side(
    pool: ThreadPoolExecutor,
    audit: Callable[[str], TargetReport],
    targets: Sequence[str],
    share: int,
    asked: threading.Event,
) -> Iterator[tuple[str, TargetReport]]:
    """Each target once, as it gets done; `share` at a time, so that a short run need not wait for
    the end of a long one."""
    waiting, going = iter(targets), dict[Future[TargetReport], str]()
    try:
        while True:
            while len(going) < share and (target := next(waiting, None)) is not None:
                going[pool.submit(audit, target)] = target
            if not going:
                return
            done, _ = wait(going, return_when=FIRST_COMPLETED)
            if asked.is_set():
                raise _CancelledError
            for future in done:
                yield going.pop(future), future.result()
    finally:
        for future in going:
            future.cancel()
