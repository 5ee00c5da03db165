"""Adds to a graph what the digests of weights files show: the same weights in several places."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from lineage.core.record import ModelRecord
from lineage.evidence.registry import Registry
from lineage.evidence.same_weights import SameWeights
from lineage.graph.assemble import extended
from lineage.graph.graph import LineageGraph
from lineage.report.document import TargetReport

_ROUNDS = 10
"""Twins of twins; real chains have one or two."""


class Twins:
    """One run's. What the run read anyway, and what a snapshot of the user's own holds, is
    compared. Somebody is asked only for what an open question needs: the few repositories whose
    sizes a model has that names no such family; and a model that such a list shows is walked."""

    def __init__(
        self,
        registry: Registry,
        walk: Callable[[str], LineageGraph],
        ask: Callable[[str], ModelRecord] | None,
        stored: Callable[[], Iterable[ModelRecord]] | None,
    ) -> None:
        self._registry = registry
        self._table = SameWeights(registry)
        self._ask = ask
        self._walk = walk
        self._stored = stored
        self._lock = threading.Lock()
        self._walked: set[str] = set()

    def renewed(
        self,
        targets: tuple[TargetReport, ...],
        judged: Callable[[TargetReport, LineageGraph], TargetReport],
    ) -> tuple[TargetReport, ...]:
        """Reports of one run, with what the digests of models that were read later show of them:
        the order in which models are named changes nothing."""
        if len(targets) < 2:
            return targets
        for one in targets:
            self._table.learn(one.graph)
        grown = [(one, self.grown(one.graph)) for one in targets]
        return tuple(one if graph == one.graph else judged(one, graph) for one, graph in grown)

    def grown(self, graph: LineageGraph) -> LineageGraph:
        """The graph with edges to models of the same weights; itself where there is nothing to
        add."""
        self._table.learn(graph)
        self._learn_stored()
        known = self._joined(graph)
        if self._ask is None:
            return known
        from lineage.evidence.suspects import suspects  # of use where somebody can be asked

        if not (sought := suspects(known, self._registry)):
            return known
        self._table.learn_records(map(self._ask, sought))
        return self._joined(known)

    def _joined(self, graph: LineageGraph) -> LineageGraph:
        for _ in range(_ROUNDS):
            for model in self._unwalked(graph):
                self._table.learn(self._walk(model))
            found = self._table.reading(graph)
            parents = sorted({claim.parent for claim in found.claims if claim.parent})
            above = [self._table.graph_of(parent) for parent in parents]
            grown = extended(
                graph, found.claims, found.observations, [one for one in above if one is not None]
            )
            if grown == graph:
                break
            graph = grown
        return graph

    def _unwalked(self, graph: LineageGraph) -> list[str]:
        with self._lock:
            fresh = [one for one in self._table.unwalked(graph) if one not in self._walked]
            self._walked.update(fresh)
        return fresh

    def _learn_stored(self) -> None:
        with self._lock:
            stored, self._stored = self._stored, None
            if stored is not None:
                self._table.learn_records(stored())
