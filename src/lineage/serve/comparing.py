"""What changed between two runs, for the pages and the API alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from lineage.core.errors import UsageError
from lineage.report.drift import Drift
from lineage.serve.run import Run
from lineage.serve.store import NotOverError, Store
from lineage.workflows.drift import compared
from lineage.workflows.looks import Seen, of_run

MOST = 500
"""Models of each run; two reports of more are compared on the user's own machine."""
_COMPARING = threading.Semaphore(2)
"""Both runs are in memory as a whole meanwhile."""


def changes(
    store: Store, before: str, after: str, model: str = "", *, named: Callable[[Run], str]
) -> Drift:
    """Between the runs of these ids; of one model alone where one is named. `named` is what each is
    called in it.

    Raises NoSuchRunError, NotOverError where one has no report, UsageError where both are the same
    or too long.
    """
    runs = store.run(before), store.run(after)
    if before == after:
        raise UsageError("These are the same run.", "Choose two.")
    with _COMPARING:
        return compared(*(_seen(store, run, model, named(run)) for run in runs))


def _seen(store: Store, run: Run, model: str, name: str) -> Seen:
    if run.rows > MOST and not model:
        raise UsageError(
            f"Runs of more than {MOST:,} models are not compared here.",
            "Download both reports as JSON, and run: lineage diff BEFORE AFTER",
        )
    report = store.head(run.id)
    if report is None:
        raise NotOverError(f"The run {run.title!r} has no report.", "Choose one that is done.")
    if model:
        report = replace(report, targets=tuple(store.reports_on(run.id, model)))
    else:
        report = store.report(run.id) or report
    seen = of_run(report)
    return replace(seen, look=replace(seen.look, name=name, form="report"))
