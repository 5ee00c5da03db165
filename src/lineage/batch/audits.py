"""Audits of many targets on this machine: side by side where a
hub is asked, whose answers take time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.core.errors import CannotRunError
from lineage.report.document import TargetReport
from lineage.workflows.audit import Auditor

SIDE_BY_SIDE = 24
"""Targets audited at a time.

All their requests go through one pool of `--jobs` threads, one client and one quota.
"""


def audit_many(auditor: Auditor, targets: Sequence[str]) -> Iterator[tuple[str, TargetReport]]:
    """Each target once, as its report gets done."""
    if not auditor.asks_the_hub or len(targets) == 1:
        yield from ((target, auditor.audit(target)) for target in targets)
        return
    from concurrent.futures import ThreadPoolExecutor

    from lineage.batch.executor import Threads

    pool = ThreadPoolExecutor(auditor.jobs, thread_name_prefix="lineage")
    auditor.share(pool)
    try:
        for done in Threads(SIDE_BY_SIDE).run(auditor.audit, targets):
            if done.result is None:
                raise CannotRunError(f"{done.item}: {done.problem}")
            yield done.item, done.result
    finally:
        auditor.share(None)
        pool.shutdown(wait=False, cancel_futures=True)
