"""What all runs of the server share: one client of the Hub with its quota, and the answers of the
last minutes, so that a model is asked for and walked once however many want it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from lineage.core.record import Status
from lineage.policy.policy import Policy
from lineage.report.document import TargetReport
from lineage.serve.settings import Settings
from lineage.sources.web.limits import Budget
from lineage.workflows.audit import Auditor
from lineage.workflows.recording import Recorder

_MOST = 5_000
"""Reports kept for other runs."""


class _Shift:
    """The sources as they were opened at one time; they are closed when the last run that uses
    them is over."""

    def __init__(self, auditor: Auditor) -> None:
        self.auditor = auditor
        self.opened = time.monotonic()
        self.visits = 0
        self.is_over = False
        self.reports: OrderedDict[tuple[str, str], Future[TargetReport]] = OrderedDict()
        self.lock = threading.Lock()


class Visit:
    """One run at the desk."""

    def __init__(self, shift: _Shift, policy: str, auditor: Auditor, *, is_shared: bool) -> None:
        self.auditor = auditor
        self._shift, self._policy, self._is_shared = shift, policy, is_shared

    def audit(self, target: str) -> TargetReport:
        """The report on one target: that of another run where there is one."""
        return self._shared(target) if self._is_shared else self._asked(target)

    def _asked(self, target: str) -> TargetReport:
        report = self.auditor.audit(target)
        if report.graph.nodes[report.model].status is Status.UNREACHABLE:
            self._shift.is_over = True  # whoever comes next asks anew
        return report

    def _shared(self, target: str) -> TargetReport:
        key, shift = (self._policy, target), self._shift
        with shift.lock:
            known = shift.reports.get(key)
            if known is None:
                asked: Future[TargetReport] = Future()
                shift.reports[key] = asked
                if len(shift.reports) > _MOST:
                    shift.reports.popitem(last=False)
        if known is not None:
            return known.result()
        try:
            report = self._asked(target)
        except BaseException as problem:
            with shift.lock:
                shift.reports.pop(key, None)
            asked.set_exception(problem)
            raise
        asked.set_result(report)
        return report


class Desk:
    """Opens the sources when they are first needed, and again when their answers are old."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._shift: _Shift | None = None
        self._pool = ThreadPoolExecutor(
            settings.options.bounds.workers, thread_name_prefix="lineage-ask"
        )

    @contextmanager
    def visit(self, name: str, policy: Policy, recorder: Recorder | None = None) -> Iterator[Visit]:
        """The auditor of one run under the policy called `name`. With a recorder nothing is taken
        from the reports of other runs, only from the answers that they were given."""
        shift = self._taken()
        options = replace(self._settings.options, policy=policy, outside=recorder)
        try:
            auditor = Auditor(options, shift.auditor)
            yield Visit(shift, name, auditor, is_shared=recorder is None)
        finally:
            self._left(shift)

    def budget(self) -> Budget | None:
        """The Hub's last word on the quota that all runs share; None where it said none."""
        with self._lock:
            return self._shift.auditor.budget() if self._shift else None

    def close(self) -> None:
        """End every wait and call."""
        with self._lock:
            if self._shift is not None:
                self._shift.auditor.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _taken(self) -> _Shift:
        with self._lock:
            shift = self._shift
            age = time.monotonic() - shift.opened if shift else 0.0
            if shift is None or shift.is_over or age > self._settings.limits.fresh:
                if shift is not None:
                    shift.is_over = True
                    if not shift.visits:
                        shift.auditor.close()
                auditor = Auditor(self._settings.options)
                auditor.share(self._pool)
                shift = self._shift = _Shift(auditor)
            shift.visits += 1
            return shift

    def _left(self, shift: _Shift) -> None:
        with self._lock:
            shift.visits -= 1
            if shift.is_over and not shift.visits and shift is not self._shift:
                shift.auditor.close()
