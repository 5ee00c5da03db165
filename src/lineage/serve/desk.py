"""What all runs of the server share: one client of the Hub with its quota, and the answers of the
last minutes, so that a model is asked for and walked once however many want it.

The sources are opened anew when their answers are old, and soon after somebody did not answer: what
an outage did to one report is not told again once it is over.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from lineage.core import clock
from lineage.core.claim import ObservationKind
from lineage.core.record import Status
from lineage.core.ref import is_repo_id
from lineage.evidence.supplied import Compared
from lineage.graph.graph import Node
from lineage.policy.policy import Policy
from lineage.report.circumstances import Circumstances, KeptAnswers
from lineage.report.document import Report, TargetReport
from lineage.serve.settings import Settings
from lineage.sources.web.breaker import NotAskedError
from lineage.sources.web.limits import API, Budget, Limiter
from lineage.workflows.audit import Auditor
from lineage.workflows.recording import Recorder

_BRIEF_WORKERS = 4


class _Asked(Future[TargetReport]):
    """A report that is being made, or was."""

    def __init__(self) -> None:
        super().__init__()
        self.since = time.monotonic()


class _Shift:
    """The sources as they were opened at one time; they are closed when the last one who uses them
    is done."""

    def __init__(self, auditor: Auditor) -> None:
        self.auditor = auditor
        self.opened = time.monotonic()
        self.users = 0
        self.is_over = False
        self.reports: OrderedDict[tuple[str, str, str], _Asked] = OrderedDict()
        self.lock = threading.Lock()

    @property
    def age(self) -> float:
        """Seconds."""
        return time.monotonic() - self.opened


class Visit:
    """One run at the desk: its auditor. Safe to use from several threads."""

    def __init__(
        self, desk: Desk, policy: Policy, name: str, own: Auditor | None, *, is_brief: bool
    ) -> None:
        self._desk, self._policy, self._name = desk, policy, name
        self._own = own
        self._is_brief = is_brief
        self._began = clock.stamp(clock.now())

    def audit(self, target: str) -> TargetReport:
        """The report on one target as if it were audited alone: that of another run where there is
        one. What several models of a run show of each other is added by `report`."""
        if self._own is not None:
            return self._desk.counted(self._own.audit(target))
        return self._desk.shared(target, self._name, self._policy, is_brief=self._is_brief)

    def with_supplied(self, found: TargetReport, supplied: tuple[Compared, ...]) -> TargetReport:
        """A report judged with what a supplier's file says of the model."""
        with self._auditor() as auditor:
            return auditor.with_supplied(found, supplied)

    def report(self, found: list[TargetReport]) -> Report:
        """All of them in one document, dated when the run began; answers that are older than that
        are counted in it."""
        with self._auditor() as auditor:
            report = auditor.report(found)
        report = replace(report, generated_at=self._began) if self._own is None else report
        return replace(report, circumstances=with_ages(report))

    @contextmanager
    def _auditor(self) -> Iterator[Auditor]:
        if self._own is not None:
            yield self._own
        else:
            with self._desk.auditor(self._policy) as auditor:
                yield auditor


class Desk:
    """Opens the sources when they are first needed."""

    def __init__(self, settings: Settings) -> None:
        self._limits = settings.limits
        self._closing = threading.Event()
        hub = settings.options.hub
        listeners = settings.options.listeners
        self._limiter = Limiter(max_wait=hub.max_wait, on_wait=self._waits, sleep=self._sleep)
        self._options = replace(
            settings.options,
            hub=replace(hub, limiter=self._limiter),
            listeners=replace(listeners, wait=self._waits),
            kept_records=settings.limits.records,
            kept_absent=settings.limits.absent,
        )
        self._tell = listeners.wait
        self._waits_until = 0.0
        self._lock = threading.Lock()
        self.audited: Counter[str] = Counter()
        """Reports that were made, by verdict."""
        self.taken_over = 0
        """Reports that another run had made, or was making."""
        self._shift: _Shift | None = None
        self._pool = ThreadPoolExecutor(
            settings.options.bounds.workers, thread_name_prefix="lineage-ask"
        )
        self._brief_pool = ThreadPoolExecutor(_BRIEF_WORKERS, thread_name_prefix="lineage-brief")

    @contextmanager
    def visit(
        self,
        name: str,
        policy: Policy,
        recorder: Recorder | None = None,
        *,
        is_brief: bool = False,
    ) -> Iterator[Visit]:
        """The auditor of one run under the policy called `name`. With a recorder nothing is taken
        from the reports of other runs, only from the answers that they were given."""
        if recorder is None:
            yield Visit(self, policy, name, None, is_brief=is_brief)
            return
        with self._user() as shift:
            options = replace(self._options, policy=policy, outside=recorder)
            own = Auditor(options, shift.auditor)
            yield Visit(self, policy, name, own, is_brief=is_brief)

    @contextmanager
    def auditor(self, policy: Policy, *, is_brief: bool = False) -> Iterator[Auditor]:
        """One for a moment, over the sources as they are open now."""
        with self._user() as shift:
            yield self._guest(shift, policy, is_brief=is_brief)

    def shared(self, target: str, name: str, policy: Policy, *, is_brief: bool) -> TargetReport:
        """The report on one target, made once for everybody who wants it within some minutes."""
        key = (name, target, clock.stamp(clock.now())[:10])
        with self._user() as shift:
            with shift.lock:
                known = shift.reports.get(key)
                if known is not None and self._is_past(known):
                    known = None
                if known is None:
                    asked = shift.reports[key] = _Asked()
                    if len(shift.reports) > self._limits.reports:
                        shift.reports.popitem(last=False)
            if known is not None:
                with self._lock:
                    self.taken_over += 1
                return known.result()
            try:
                report = self.counted(self._guest(shift, policy, is_brief=is_brief).audit(target))
            except BaseException as problem:
                self._drop(shift, key)
                asked.set_exception(problem)
                raise
            if not self.is_firm(report):
                self._drop(shift, key)
            asked.set_result(report)
            return report

    def _is_past(self, asked: _Asked) -> bool:
        """Whether it says of a model that there is none, and that for a while."""
        if time.monotonic() - asked.since <= self._limits.absent or not asked.done():
            return False
        if asked.exception() is not None:
            return False
        nodes = asked.result().graph.nodes.values()
        return any(node.status is Status.NOT_FOUND for node in nodes)

    def counted(self, report: TargetReport) -> TargetReport:
        """A report that was made now."""
        with self._lock:
            self.audited[report.verdict] += 1
        return report

    @property
    def calls(self) -> dict[str, int]:
        """Made to the Hub so far, by the quota that they count against."""
        return dict(self._limiter.calls)

    def is_firm(self, report: TargetReport) -> bool:
        """Whether everybody who was asked answered, so that others may be told the same."""
        is_live = not (self._options.offline or self._options.where.index)
        is_fallback = is_live and report.source == "snapshot"
        return not is_fallback and not any(map(_is_unanswered, report.graph.nodes.values()))

    def budget(self) -> Budget | None:
        """The Hub's last word on the quota that all runs share; None where it said none."""
        found = self._limiter.budget(API)
        return found if found.limit is not None else None

    @property
    def waiting(self) -> int | None:
        """Seconds until the Hub's quota lets the next call through; None where nobody waits."""
        left = math.ceil(self._waits_until - time.monotonic())
        return left if left > 0 else None

    def close(self) -> None:
        """End every wait and call."""
        self._closing.set()
        with self._lock:
            if self._shift is not None:
                self._shift.auditor.close()
        for pool in (self._pool, self._brief_pool):
            pool.shutdown(wait=False, cancel_futures=True)

    def _guest(self, shift: _Shift, policy: Policy, *, is_brief: bool) -> Auditor:
        found = Auditor(replace(self._options, policy=policy), shift.auditor)
        if is_brief:
            found.share(self._brief_pool)
        return found

    def _drop(self, shift: _Shift, key: tuple[str, str, str]) -> None:
        with shift.lock:
            shift.reports.pop(key, None)
        if shift.age > self._limits.rest:
            shift.is_over = True

    def _waits(self, seconds: float, quota: str) -> None:
        self._waits_until = max(self._waits_until, time.monotonic() + seconds)
        if self._tell:
            self._tell(seconds, quota)

    def _sleep(self, seconds: float) -> None:
        if self._closing.wait(seconds):
            raise NotAskedError("interrupted")

    @contextmanager
    def _user(self) -> Iterator[_Shift]:
        shift = self._taken()
        try:
            yield shift
        finally:
            with self._lock:
                shift.users -= 1
                if not shift.users and shift is not self._shift:
                    shift.auditor.close()

    def _taken(self) -> _Shift:
        with self._lock:
            shift = self._shift
            if shift is None or shift.is_over or shift.age > self._limits.fresh:
                if shift is not None and not shift.users:
                    shift.auditor.close()
                self._limiter.begin()
                auditor = Auditor(self._options)
                auditor.share(self._pool)
                shift = self._shift = _Shift(auditor)
            shift.users += 1
            return shift


def _is_unanswered(node: Node) -> bool:
    """Whether it was asked for, and no answer that can be used came."""
    is_unusable = node.status is Status.INVALID and is_repo_id(node.id)
    return (
        node.status is Status.UNREACHABLE
        or is_unusable
        or any(one.kind is ObservationKind.UNREACHED for one in node.observations)
    )


def with_ages(report: Report, since: str = "") -> Circumstances:
    """The circumstances of a report, with the answers in it that were given before its own date."""
    since = since or report.generated_at
    old = [
        node.record.retrieved_at
        for target in report.targets
        for node in target.graph.nodes.values()
        if node.record is not None
        and node.record.source not in ("snapshot", "index", "local")
        and node.record.retrieved_at
        and node.record.retrieved_at < since
    ]
    kept = KeptAnswers(len(old), min(old)) if old else None
    return replace(report.circumstances, cache=kept)
