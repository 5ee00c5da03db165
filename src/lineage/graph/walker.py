"""Walks from one model to everything underneath it, level by level, each model fetched once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.claims.interface import ClaimReader
from lineage.claims.reading import TraceReader, named
from lineage.core.claim import Claim, Lead, Observation
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.graph.assemble import assemble
from lineage.graph.graph import LineageGraph
from lineage.graph.in_turn import InTurn
from lineage.sources.interface import Source

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from lineage.graph.prefetch import WalkPrefetch


@dataclass(frozen=True)
class WalkBounds:
    """How far a walk goes. Each bound that is hit is reported in the graph, never silently."""

    max_depth: int = 100
    """Edges from the target; the longest chain seen on the Hub has 75."""
    max_models: int = 1000
    """Records fetched for one target."""
    max_parents: int = 200
    """Distinct base models followed from one model; the most seen on the Hub is 47."""
    max_requests: int = 12
    """File reads per model, beside its record."""
    max_file_bytes: int = 2_000_000
    """Of one file; a longer one is read in part."""
    max_bytes: int = 4_000_000
    """Of all files of one model."""
    workers: int = 16


@dataclass(frozen=True)
class Progress:
    """How far a walk is, for a display."""

    fetched: int
    waiting: int
    depth: int
    latest: str


@dataclass(frozen=True)
class Seen:
    """One model that the walk looked at: its record and all that the readers found in it."""

    record: ModelRecord
    claims: tuple[Claim, ...]
    observations: tuple[Observation, ...]
    leads: tuple[Lead, ...] = ()
    files: tuple[str, ...] = ()


def walk(
    target: ModelRef,
    source: Source,
    readers: Sequence[ClaimReader],
    bounds: WalkBounds | None = None,
    *,
    cited: Sequence[ClaimReader] = (),
    expected: Callable[[str], Iterable[str]] | None = None,
    progress: Callable[[Progress], None] | None = None,
    pool: Executor | None = None,
    in_turn: bool = False,
) -> LineageGraph:
    """The graph of everything underneath `target`.

    `cited` are readers that know of a model from elsewhere; they are considered also where the
    model itself cannot be read. `expected` names ancestors that are probably there; they are asked
    for at once, and only the answers are believed. `pool` is where several walks at a time make
    their requests, so that together they make no more than one of them would. `in_turn` asks for
    one model after the other, without threads: for sources that answer at once. Never raises for
    what is wrong with a model: that is a node's status.
    """
    bounds = bounds or WalkBounds()
    traces = TraceReader(
        source,
        readers,
        cited,
        max_requests=bounds.max_requests,
        max_file_bytes=bounds.max_file_bytes,
        max_parents=bounds.max_parents,
        max_bytes=bounds.max_bytes,
    )
    if in_turn:
        return _Walk(source, InTurn(source, traces), traces, bounds, progress).run(target, None)
    from concurrent.futures import ThreadPoolExecutor

    from lineage.graph.prefetch import WalkPrefetch

    if pool is not None:
        prefetch = WalkPrefetch(source, traces, pool, bounds.max_depth, bounds.max_models)
        try:
            return _Walk(source, prefetch, traces, bounds, progress).run(target, expected)
        finally:
            prefetch.close()
    # Not as a context manager: that would wait for calls which an interrupt is to end.
    own = ThreadPoolExecutor(max_workers=bounds.workers, thread_name_prefix="lineage")
    prefetch = WalkPrefetch(source, traces, own, bounds.max_depth, bounds.max_models)
    is_done = False
    try:
        graph = _Walk(source, prefetch, traces, bounds, progress).run(target, expected)
        is_done = True
        return graph
    finally:
        prefetch.close()
        own.shutdown(wait=is_done, cancel_futures=True)


class _Walk:
    """The state of one walk. Only the calling thread touches it."""

    def __init__(
        self,
        source: Source,
        prefetch: WalkPrefetch | InTurn,
        traces: TraceReader,
        bounds: WalkBounds,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._source = source
        self._prefetch = prefetch
        self._traces = traces
        self._bounds = bounds
        self._progress = progress
        self._names: dict[str, str] = {}
        self._seen: dict[str, Seen] = {}
        self._hit: dict[str, None] = {}
        self._requests = 0
        self._done = 0

    def run(
        self, target: ModelRef, expected: Callable[[str], Iterable[str]] | None
    ) -> LineageGraph:
        """Level by level until nothing new is named or a bound is hit."""
        self._prefetch.begin(target, 0)
        for ancestor in expected(target.id) if expected else ():
            self._prefetch.expect(ModelRef(ancestor), 1)
        level, depth = [target], 0
        while level:
            level = [ModelRef(name) for name in self._look_at(level, depth)]
            depth += 1
        return assemble(
            self._names[target.id.casefold()],
            self._seen,
            self._names,
            tuple(self._hit),
            self._requests,
        )

    def _look_at(self, level: list[ModelRef], depth: int) -> list[str]:
        """Take one level's records and readings, in the order in which
        they were named; the names of the next."""
        for ref in level:
            self._prefetch.begin(ref, depth)
        records: dict[str, ModelRecord] = {}
        for ref in level:
            record = self._take(ref, depth)
            if record.id not in self._seen:
                records.setdefault(record.id, record)
        found: list[str] = []
        for id_, record in records.items():
            started = self._prefetch.reading(record)
            reading = started.finish()
            self._requests += started.requests
            parents = self._traces.parents(reading.claims)
            if len(all_named := named(reading.claims)) > len(parents):
                self._note(
                    f"{id_} names {len(all_named)} base models; the first "
                    f"{self._bounds.max_parents} are followed."
                )
            self._seen[id_] = Seen(
                record,
                _followed(reading.claims, set(parents)),
                reading.observations,
                reading.leads,
                reading.files,
            )
            found.extend(parents)
        return self._next(found, depth)

    def _next(self, found: list[str], depth: int) -> list[str]:
        fresh = [name for name in dict.fromkeys(found) if name.casefold() not in self._names]
        fresh = list({name.casefold(): name for name in reversed(fresh)}.values())[::-1]
        if fresh and depth >= self._bounds.max_depth:
            self._note(
                f"The walk stopped at depth {self._bounds.max_depth}; {len(fresh)} more models are "
                "named there."
            )
            self._leave(fresh, f"not looked at: deeper than --max-depth {self._bounds.max_depth}")
            return []
        room = self._bounds.max_models - len(self._seen)
        if len(fresh) > room:
            self._note(
                f"The walk stopped at {self._bounds.max_models} models; {len(fresh) - room} more "
                "are named."
            )
            self._leave(
                fresh[room:], f"not looked at: more than --max-models {self._bounds.max_models}"
            )
            fresh = fresh[:room]
        return fresh

    def _leave(self, names: Iterable[str], reason: str) -> None:
        """Keep models that a bound hides as nodes, so that the graph does not look complete."""
        for name in names:
            self._names[name.casefold()] = name
            self._seen[name] = Seen(
                ModelRecord(name, name, Status.UNREACHABLE, self._source.name, reason), (), ()
            )

    def _take(self, ref: ModelRef, depth: int) -> ModelRecord:
        record = self._prefetch.record(ref, depth)
        # Two spellings that lead to one model become one node, under the spelling seen first.
        canonical = self._names.setdefault(record.id.casefold(), record.id)
        record = record if record.id == canonical else replace(record, id=canonical)
        self._names[ref.id.casefold()] = canonical
        self._done += 1
        if self._progress:
            self._progress(
                Progress(self._done, self._prefetch.requested - self._done, depth, record.id)
            )
        return record

    def _note(self, sentence: str) -> None:
        self._hit[sentence] = None


def _followed(claims: tuple[Claim, ...], parents: set[str]) -> tuple[Claim, ...]:
    """Claims about followed parents or about none; those beyond the bound
    are reported as hit, not kept by the thousand."""
    folded = {name.casefold() for name in parents}
    return tuple(c for c in claims if c.parent is None or c.parent.casefold() in folded)
