"""The same seam on a Dask cluster that is there already: `--cluster tcp://scheduler:8786`."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from lineage.batch.executor import Done, Work, attempt
from lineage.batch.ledger import DONE, Ledger, as_message
from lineage.core.errors import CannotRunError

_AHEAD = 8
"""Items that wait at each thread of the cluster, so that none is idle."""
_PAUSE = 0.05


class Cluster:
    """Sends items to the workers of a scheduler; they must have
    the same version of lineage installed."""

    def __init__(self, address: str, *, timeout: float = 20.0) -> None:
        """`timeout`: seconds that the scheduler has to answer at first."""
        self._address = address
        self._timeout = timeout

    def run(self, work: Work, items: Sequence[str]) -> Iterator[Done[str]]:
        """Each item once, as it is submitted.

        A worker's death costs its current items; other workers do them.
        """
        distributed = require_distributed()
        try:
            client = distributed.Client(self._address, timeout=self._timeout, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as problem:
            raise CannotRunError(
                f"The cluster {self._address} does not answer: {problem}.",
                "Start it, or leave --cluster out.",
            ) from problem
        try:
            yield from self._run(client, work, list(dict.fromkeys(items)))
        finally:
            client.close()

    def _run(self, client: Any, work: Work, items: list[str]) -> Iterator[Done[str]]:
        batch = uuid.uuid4().hex
        client.register_plugin(_plugin(batch))
        try:
            yield from self._collected(client, work, items, batch)
        finally:
            client.unregister_scheduler_plugin(_name(batch))
            client.sync(client.scheduler.lineage_end, batch=batch)

    def _collected(
        self, client: Any, work: Work, items: list[str], batch: str
    ) -> Iterator[Done[str]]:
        """Keeps the cluster busy, and takes from the ledger what was submitted."""
        waiting, seen = iter(items), 0
        futures: dict[str, Any] = {}
        finished: set[str] = set()
        while len(finished) < len(items):
            room = max(2, sum(client.nthreads().values())) * _AHEAD
            while len(futures) < room and (item := next(waiting, None)) is not None:
                futures[item] = client.submit(_do, work, item, batch, key=f"lineage-{batch}-{item}")
            fresh = client.sync(client.scheduler.lineage_after, batch=batch, number=seen)
            seen += len(fresh)
            for item, result, problem in fresh:
                finished.add(item)
                futures.pop(item, None)  # released before its worker can die: it is not done again
                yield Done(item, result, problem)
            for done in self._broken(futures):
                finished.add(done.item)
                yield done
            if not fresh:
                time.sleep(_PAUSE)

    def _broken(self, futures: dict[str, Any]) -> list[Done[str]]:
        """Items that no worker could end, because it died each time
        or because the work itself broke."""
        broken = [(item, future) for item, future in futures.items() if future.status == "error"]
        for item, _ in broken:
            del futures[item]
        return [
            Done(item, problem=f"the cluster could not do it: {future.exception()!r}"[:500])
            for item, future in broken
        ]


def require_distributed() -> Any:
    """The module. Raises CannotRunError with the line that installs it."""
    try:
        import distributed
    except ImportError as problem:
        raise CannotRunError(
            "--cluster needs Dask distributed.", "Run: pip install 'lineage-audit[cluster]'"
        ) from problem
    return distributed


def _do(work: Work, item: str, batch: str) -> None:
    """On a worker: ask for permission, work, submit. Nothing is returned; the ledger has it."""
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()

    def ask(name: str, **words: Any) -> Any:
        return sync(worker.loop, getattr(worker.scheduler, name), batch=batch, item=item, **words)

    while (seconds := ask("lineage_take", worker=worker.address)) > 0:
        time.sleep(seconds)
    if seconds == DONE:
        return
    done = attempt(work, item)
    left, limit, resets_in = _known_budget(work)
    ask(
        "lineage_hand_in",
        result=done.result,
        problem=done.problem,
        left=left,
        limit=limit,
        resets_in=resets_in,
    )


def _known_budget(work: Work) -> tuple[int | None, int | None, float | None]:
    """What the work last received of the hub's quota, where it reports it."""
    read_budget = getattr(work, "budget", None)
    budget = read_budget() if read_budget else None
    return (budget.remaining, budget.limit, budget.resets_in) if budget else (None, None, None)


def _name(batch: str) -> str:
    return f"lineage-ledger-{batch}"


def _plugin(batch: str) -> Any:
    from distributed.diagnostics.plugin import SchedulerPlugin

    class LedgerPlugin(SchedulerPlugin):  # type: ignore[misc, unused-ignore]
        """Puts the ledger of one batch into the scheduler."""

        name = _name(batch)
        idempotent = True

        def __init__(self) -> None:
            self.ledgers: dict[str, Ledger] = {}

        async def start(self, scheduler: Any) -> None:
            ledgers = getattr(scheduler, "lineage_ledgers", None)
            if ledgers is None:
                ledgers = scheduler.lineage_ledgers = {}

                async def take(
                    comm: Any = None, batch: str = "", item: str = "", worker: str = ""
                ) -> float:
                    return float(ledgers[batch].take(item, worker))

                async def hand_in(
                    comm: Any = None, batch: str = "", item: str = "", **words: Any
                ) -> None:
                    ledgers[batch].hand_in(item, **words)

                async def after(comm: Any = None, batch: str = "", number: int = 0) -> Any:
                    return as_message(ledgers[batch].after(number))

                async def end(comm: Any = None, batch: str = "") -> None:
                    ledgers.pop(batch, None)

                scheduler.handlers.update(
                    lineage_take=take, lineage_hand_in=hand_in, lineage_after=after, lineage_end=end
                )
            ledgers[batch] = Ledger()
            self.ledgers = ledgers

        def remove_worker(self, scheduler: Any, worker: str, **_: Any) -> None:
            if batch in self.ledgers:
                self.ledgers[batch].lost(worker)

    return LedgerPlugin()
