"""Orders all models of an index so that every one comes after its parents,
cycles included, in a few passes over arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lineage.graph.paths import groups
from lineage.index.columns import Columns, require_numpy

if TYPE_CHECKING:
    from lineage.index.columns import Ints

_MOST_PEELED = 200


@dataclass(frozen=True)
class GraphLevel:
    """Models whose parents all came before, and cycles whose outer parents did."""

    models: Ints
    cycles: tuple[tuple[int, ...], ...] = ()
    """Groups of models that descend from each other."""


class Ordered:
    """Edges of an index, reachable by child and by parent."""

    def __init__(self, columns: Columns) -> None:
        self._numpy = require_numpy()
        self.columns = columns

    @cached_property
    def first(self) -> Any:
        """`first[m]` to `first[m + 1]` are the edges of child m."""
        return self._bounds(self.columns.child)

    @cached_property
    def _place(self) -> Any:
        """Where each model was last seen in a level; room for telling doubles apart."""
        return self._numpy.empty(self.columns.size, self._numpy.int32)

    def _bounds(self, ends: Any) -> Any:
        numpy = self._numpy
        bounds = numpy.zeros(self.columns.size + 1, numpy.int64)
        numpy.cumsum(numpy.bincount(ends, minlength=self.columns.size), out=bounds[1:])
        return bounds

    def edges_of(self, models: Any) -> tuple[Any, Any]:
        """Positions of all edges of these children, and where those of each begin."""
        return self._spread(self.first, models)

    def _spread(self, bounds: Any, models: Any) -> tuple[Any, Any]:
        numpy = self._numpy
        counts = bounds[models + 1] - bounds[models]
        starts = numpy.cumsum(counts) - counts
        return numpy.repeat(bounds[models] - starts, counts) + numpy.arange(counts.sum()), starts

    def levels(self) -> Iterator[GraphLevel]:
        """Every model that has a parent, once.

        Roots come in no level: nothing is to be done for them.
        """
        numpy = self._numpy
        waiting = numpy.diff(self.first).astype(numpy.int32)
        bounds = self._bounds(self.columns.parent)
        front = numpy.flatnonzero((waiting == 0) & (numpy.diff(bounds) > 0))
        while len(front := self._ready(front, waiting, bounds, self.columns.below)):
            yield GraphLevel(front)
        left = numpy.flatnonzero(waiting > 0)
        if len(left):
            yield from self._with_cycles(left)

    def _ready(self, front: Any, waiting: Any, bounds: Any, children: Any) -> Any:
        """What becomes ready when `front` is done; `waiting`
        counts each model's parents to come."""
        numpy = self._numpy
        reached = children[self._spread(bounds, front)[0]]
        is_last = waiting[reached] == 1
        ready, several = reached[is_last], reached[~is_last]
        waiting[ready] = 0  # one of its edges leads here, so it was the last
        if len(several):
            numpy.subtract.at(waiting, several, 1)
            several = several[waiting[several] == 0]
            self._place[several] = numpy.arange(len(several))
            ready = numpy.concatenate(
                [ready, several[self._place[several] == numpy.arange(len(several))]]
            )
        return ready

    def _with_cycles(self, left: Any) -> Iterator[GraphLevel]:
        """The models in cycles and below them; a cycle counts as one, under its first member."""
        numpy = self._numpy
        cycles = {cycle[0]: cycle for cycle in self._cycles(left)}
        represents = numpy.arange(self.columns.size, dtype=numpy.int32)
        for first, cycle in cycles.items():
            represents[list(cycle)] = first
        is_open = numpy.zeros(self.columns.size, numpy.bool_)
        is_open[left] = True
        edges = self.edges_of(left)[0]
        parent = self.columns.parent[edges]
        child, above = represents[self.columns.child[edges]], represents[parent]
        inner = is_open[parent] & (child != above)
        child, above = child[inner], above[inner]
        bounds, children = self._bounds(above), child[numpy.argsort(above, kind="stable")]
        waiting = numpy.bincount(child, minlength=self.columns.size).astype(numpy.int32)
        front = left[(waiting[left] == 0) & (represents[left] == left)]
        firsts = numpy.fromiter(cycles, numpy.int64, len(cycles))
        while len(front):
            is_cycle = numpy.isin(front, firsts)
            yield GraphLevel(
                front[~is_cycle], tuple(cycles[first] for first in front[is_cycle].tolist())
            )
            front = self._ready(front, waiting, bounds, children)

    def _cycles(self, left: Any) -> list[tuple[int, ...]]:
        """The cycles among what is left.

        What is only below them is peeled off first, a level at a time and not for ever.
        """
        numpy = self._numpy
        stays = numpy.zeros(self.columns.size, numpy.bool_)
        stays[left] = True
        edges = self.edges_of(left)[0]
        edges = edges[stays[self.columns.parent[edges]]]
        child, parent = self.columns.child[edges], self.columns.parent[edges]
        for _ in range(_MOST_PEELED):
            stays[:] = False
            stays[parent] = True
            keep = stays[child]
            if keep.all():
                break
            child, parent = child[keep], parent[keep]
        heads: dict[int, list[int]] = {}
        for one, other in zip(child.tolist(), parent.tolist(), strict=True):
            heads.setdefault(one, []).append(other)
        return sorted(
            tuple(sorted(group)) for group in groups(list(heads), heads) if len(group) > 1
        )
