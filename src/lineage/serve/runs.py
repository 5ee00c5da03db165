"""Works off the runs that people ask for, some at a time; what a stopped server left goes on when
it starts again."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from lineage.core.errors import CannotRunError, InvalidRefError, LineageError, UsageError
from lineage.core.record import Status
from lineage.report.document import TargetReport
from lineage.report.json import pieces
from lineage.serve.basis import bases_of
from lineage.serve.database import StoreError
from lineage.serve.desk import Desk, Visit
from lineage.serve.encoding import gzipped
from lineage.serve.journal import RunJournal
from lineage.serve.packing import filed
from lineage.serve.run import Asking, Order, Row, Run, State
from lineage.serve.settings import Settings
from lineage.serve.store import Store
from lineage.serve.turns import StoppedError, Turns
from lineage.workflows.distant import distant_ref
from lineage.workflows.portfolio.row import InputRow
from lineage.workflows.portfolio.run import audit_rows
from lineage.workflows.recording import Recorder

_LOG = logging.getLogger("lineage.serve")
_DAY = 86400.0
_BUG = "The server failed during this run; see its log."
_GRACE = 10.0
"""Seconds that a run gets to end when the server stops."""


class BusyError(CannotRunError):
    """As many runs wait as the server takes."""


class ReusedKeyError(UsageError):
    """Something else was asked for under the same Idempotency-Key."""


class Runs:
    """The work behind the pages and the API. Safe to use from several threads."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._desk = Desk(settings)
        limits = settings.limits
        self._long = ThreadPoolExecutor(limits.runs, thread_name_prefix="lineage-run")
        self._brief = ThreadPoolExecutor(limits.runs * 4, thread_name_prefix="lineage-brief-run")
        self._turns = Turns(limits.audits)
        self._writing = threading.Semaphore(2)
        """Runs that write down what they found: more would only take the processor from whoever
        answers."""
        self._submitting = threading.Lock()
        self._coming = 0
        """Runs that are being kept."""
        self._open: dict[str, threading.Event] = {}
        """What asks each run that waits or goes on to stop."""
        self._unkept: dict[str, tuple[State, str]] = {}
        """How runs ended of which that could not be written."""
        self._asking = threading.Lock()
        self._single: dict[tuple[str, str], str] = {}
        """The run that goes on with each question about one model."""
        self._over = threading.Condition()
        self._watchers: defaultdict[str, set[Callable[[], None]]] = defaultdict(set)
        self._watching = threading.Lock()
        self._is_closed = threading.Event()
        self._bases = bases_of(settings)
        self._sweeper = threading.Thread(target=self._sweep, name="lineage-sweep", daemon=True)

    @property
    def desk(self) -> Desk:
        """What the runs share."""
        return self._desk

    @property
    def open(self) -> int:
        """Runs that wait or go on."""
        return len(self._open)

    @property
    def is_closed(self) -> bool:
        """Whether the server stops."""
        return self._is_closed.is_set()

    def start(self) -> None:
        """Clean up after an earlier server, take up what it left, and begin to delete what is
        old."""
        shutil.rmtree(self._store.work, ignore_errors=True)
        self._store.work.mkdir(mode=0o700)
        found, known = self._store.packs()
        for path in found:
            if path.name not in known:
                path.unlink(missing_ok=True)
        for id_, rows in self._store.unfinished():
            self._enqueue(id_, rows)
        self._sweeper.start()

    # --- what people ask for

    def submit(self, order: Order, key: str = "", digest: str = "") -> Run:
        """Keep an order and work it off when it is its turn; the run that is there already where
        `key` was given before. Raises BusyError, ReusedKeyError."""
        if (known := self._known(order, key, digest)) is not None:
            return known
        with self._submitting:
            if len(self._open) + self._coming >= self._settings.limits.queued or self.is_closed:
                raise BusyError("The server is busy with too many runs.", "Try again in a minute.")
            self._coming += 1
        try:
            run = self._store.add(order, Asking(self._bases.get(order.policy, ""), key, digest))
            if run is not None:
                self._enqueue(run.id, run.rows)
        finally:
            with self._submitting:
                self._coming -= 1
        return run or self._known(order, key, digest) or self.submit(order, key, digest)

    def _known(self, order: Order, key: str, digest: str) -> Run | None:
        """The run that was asked for under a key before."""
        if (known := self._store.asked(order.by, key)) is None:
            return None
        id_, sent = known
        if sent != digest:
            raise ReusedKeyError(
                "Something else was asked for under this Idempotency-Key.",
                "Use a new key for a new request.",
            )
        return self.look(id_)

    def submit_once(self, order: Order) -> Run:
        """A run on one model, or the one that goes on with the same question."""
        question = (order.rows[0].target, order.policy)
        with self._asking:
            known = self._single.get(question)
            if known is not None and known in self._open:
                return self.look(known)
            run = self.submit(order)
            self._single = {key: id_ for key, id_ in self._single.items() if id_ in self._open} | {
                question: run.id
            }
            return run

    def look(self, id_: str) -> Run:
        """How far a run is. Raises NoSuchRunError."""
        run = self._store.run(id_)
        if not run.state.is_over and (ended := self._unkept.get(id_)):
            return replace(run, state=ended[0], problem=ended[1])
        return run

    def newest(
        self, target: str, policy: str, since: float, absent: float | None = None
    ) -> tuple[str, TargetReport] | None:
        """As `Store.newest`, by the policy and the data that the server has now. That there is no
        such model is believed for `absent` seconds, as few as for runs by default."""
        basis = self._bases.get(policy, "")
        found = self._store.newest(target, policy, since, basis)
        if found is None or found[1].graph.nodes[found[1].model].status is not Status.NOT_FOUND:
            return found
        usual = self._settings.limits.absent
        recent = time.time() - (usual if absent is None else absent)
        return self._store.newest(target, policy, max(since, recent), basis)

    def cancel(self, id_: str) -> bool:
        """Stop a run after the models that are being audited; False where it was over."""
        if (asked := self._open.get(id_)) is not None:
            asked.set()
        is_stopped = self._store.stop(id_, State.CANCELLED)
        self._notify(id_)
        return is_stopped

    def wait(self, id_: str, seconds: float) -> bool:
        """Whether the run is over within that time."""
        with self._over:
            return self._over.wait_for(lambda: id_ not in self._open, seconds)

    @contextmanager
    def watched(self, id_: str, ring: Callable[[], None]) -> Iterator[None]:
        """Call `ring`, from any thread, whenever something of the run changes."""
        with self._watching:
            self._watchers[id_].add(ring)
        try:
            yield
        finally:
            with self._watching:
                self._watchers[id_].discard(ring)
                if not self._watchers[id_]:
                    del self._watchers[id_]

    @property
    def watching(self) -> int:
        """How many watch a run."""
        with self._watching:
            return sum(map(len, self._watchers.values()))

    # --- the end

    def stop(self) -> None:
        """Begin nothing more, and let go of everybody who waits."""
        self._is_closed.set()
        for asked in list(self._open.values()):
            asked.set()
        for id_ in list(self._watchers):
            self._notify(id_)

    def close(self) -> bool:
        """Stop; what is not done goes on at the next start. False where something still runs after
        some seconds: the process may end all the same, and nothing that was kept is lost."""
        self.stop()
        self._turns.close()
        self._desk.close()
        for pool in (self._long, self._brief):
            pool.shutdown(wait=False, cancel_futures=True)
        with self._over:
            return self._over.wait_for(lambda: not self._working, _GRACE)

    # --- the work

    _working = 0

    def _enqueue(self, id_: str, rows: int) -> None:
        self._open[id_] = threading.Event()
        is_brief = rows <= self._settings.limits.brief
        (self._brief if is_brief else self._long).submit(self._work, id_, is_brief)

    def _work(self, id_: str, is_brief: bool) -> None:
        asked = self._open[id_]
        with self._over:
            self._working += 1
        try:
            if not asked.is_set():
                self._audit(id_, asked, is_brief=is_brief)
        except StoppedError:
            pass  # it was kept as cancelled, or goes on when the server starts again
        except LineageError as problem:
            self._failed(id_, str(problem))
        except Exception:  # noqa: BLE001 - whatever happens to one run, the others follow
            if not self.is_closed:  # what is cancelled fails in many ways
                _LOG.exception("run %s", id_)
            self._failed(id_, _BUG)
        finally:
            with self._over:
                self._working -= 1
                del self._open[id_]
                self._over.notify_all()
            self._notify(id_)

    def _failed(self, id_: str, problem: str) -> None:
        if self.is_closed:
            return  # calls were cancelled: it goes on when the server starts again
        try:
            self._store.stop(id_, State.FAILED, problem)
        except StoreError as also:
            _LOG.error("run %s failed, and that could not be stored: %s", id_, also)
            self._unkept[id_] = (State.FAILED, problem)

    def _audit(self, id_: str, asked: threading.Event, *, is_brief: bool) -> None:
        store, order = self._store, self._store.order(id_)
        policy = self._settings.policies.get(order.policy)
        if policy is None:
            raise CannotRunError(
                f"This server no longer has the policy {order.policy!r}.",
                "Audit again under another.",
            )
        # Of what an interrupted run with a pack read nothing was recorded.
        store.began(id_, self._bases[order.policy], anew=order.has_pack)
        self._notify(id_)
        with TemporaryDirectory(prefix=f"{id_}-", dir=store.work) as kept:
            recorder = Recorder(Path(kept)) if order.has_pack else None
            with self._desk.visit(order.policy, policy, recorder, is_brief=is_brief) as visit:
                found = self._found(id_, order, visit, asked, is_brief=is_brief)
                report = visit.report(found)
                report = replace(report, notes=(*report.notes, *order.notes))
                if asked.is_set():  # the sources may have been closed meanwhile
                    raise StoppedError
                pack = store.pack_path(id_)
                fingerprint = (
                    filed(report, policy, order, recorder, Path(kept), self._settings, pack)
                    if recorder is not None
                    else ""
                )
            changed = [
                Row(number, one)  # other models of the list had a part in it
                for number, one in enumerate(report.targets)
                if one is not found[number]
            ]
            with self._writing:
                document = gzipped(pieces(report))
                is_kept = store.finish(id_, report, changed, document, fingerprint)
            if not is_kept:
                pack.unlink(missing_ok=True)

    def _found(
        self, id_: str, order: Order, visit: Visit, asked: threading.Event, *, is_brief: bool
    ) -> list[TargetReport]:
        earlier = self._store.finished_rows(id_)
        journal = RunJournal(order.rows, earlier, partial(self._store_rows, id_), asked)

        def audit_many(targets: Sequence[str]) -> Iterator[tuple[str, TargetReport]]:
            return self._turns.each(targets, visit.audit, asked, journal.flush, is_brief=is_brief)

        try:
            return audit_rows(
                order.rows,
                visit.audit,
                journal=journal,
                audit_many=audit_many,
                with_supplied=visit.with_supplied,
                data=self._settings.options.where.data,
            )
        finally:
            journal.flush()

    def _store_rows(self, id_: str, rows: Sequence[tuple[int, InputRow, TargetReport]]) -> None:
        """Store finished rows, and notify whoever watches."""
        with self._writing:
            self._store.finish_rows(
                id_, [self._row(asked, number, report) for number, asked, report in rows]
            )
        self._notify(id_)

    def _row(self, asked: InputRow, number: int, report: TargetReport) -> Row:
        is_plain = asked.statement.is_empty and not asked.problem
        return Row(
            number, report, is_plain and self._desk.is_firm(report) and self._is_whole(asked)
        )

    def _is_whole(self, asked: InputRow) -> bool:
        """Whether the target names no revision, or names it where everybody sees it."""
        options = self._settings.options
        try:
            ref = distant_ref(asked.target, options.places, options.hub.endpoint or "")
        except InvalidRefError:
            return True
        return ref.revision is None or "@" in asked.target

    def _notify(self, id_: str) -> None:
        with self._watching:
            rings = list(self._watchers.get(id_, ()))
        for ring in rings:
            ring()

    def _sweep(self) -> None:
        days = self._settings.keep_days
        began, clock = time.monotonic(), time.time()
        next_ = 0.0
        while not self._is_closed.wait(60):
            self._keep_ends()
            drift = abs((time.time() - clock) - (time.monotonic() - began))
            if not days or time.monotonic() < next_ or drift > _DAY:
                continue  # a clock that was set must not delete a year of runs
            next_ = time.monotonic() + 3600
            try:
                self._store.prune(time.time() - days * _DAY)
            except (LineageError, OSError) as problem:
                _LOG.error("old runs could not be deleted: %s", problem)

    def _keep_ends(self) -> None:
        for id_, (state, problem) in list(self._unkept.items()):
            try:
                self._store.stop(id_, state, problem)
            except StoreError:
                return
            del self._unkept[id_]
