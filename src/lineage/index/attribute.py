"""Attributes every model of an index at once: to all roots of its weights, to what tests found in its line, to what is not known.

Models are gone through level by level, parents first. A model with one parent takes over the parent's number; only where
several parents come together, sets are united, and each union is made once for all models that have the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lineage.core.relation import Relation
from lineage.evidence.evidence import ExposureState
from lineage.graph.routes import groups
from lineage.index.columns import NOBODY, Columns, require_numpy
from lineage.index.levels import Level, Ordered
from lineage.index.stored import RELATIONS, STATUSES

if TYPE_CHECKING:
    from lineage.index.columns import Flags, Ints
    from lineage.index.exposures import Exposures

_TEACHES = RELATIONS.index(Relation.DISTILLED)
_CLEAN = [RELATIONS.index(r) for r in (Relation.FINETUNE, Relation.ADAPTER, Relation.CONVERSION)]


@dataclass(frozen=True)
class Attributed:
    """What was found of every name of the index, by its number."""

    roots: Ints
    """Number of the only root, which for a root is its own; from `size` on, a position in `sets`."""
    sets: tuple[frozenset[int], ...]
    """Sets of several roots, none twice."""
    exposure: Ints
    """A number of `Exposures`."""
    incoming: Mapping[int, int]
    """What comes down to a tested model from its parents alone, where the model's own results must be weighed first."""
    incomplete: Flags
    """Whether it, or anything above it, could not be looked at."""

    @property
    def size(self) -> int:
        """How many names there are."""
        return len(self.roots)

    def state(self, model: int, exposures: Exposures) -> ExposureState:
        """What published tests say of one model: the state that an audit gives it."""
        own = self.incoming.get(model)
        found = exposures.state(None, int(self.exposure[model])) if own is None else exposures.state(model, own)
        return found or (ExposureState.UNKNOWN if self.incomplete[model] else ExposureState.UNTESTED)

    def roots_of(self, model: int) -> frozenset[int]:
        """All roots of one model's weights; itself where it has no parent."""
        number = int(self.roots[model])
        return frozenset((number,)) if number < self.size else self.sets[number - self.size]

    @cached_property
    def set_sizes(self) -> list[int]:
        """Of `sets`, in order."""
        return [len(one) for one in self.sets]


def attribute_all(columns: Columns, exposures: Exposures | None = None) -> Attributed:
    """Every model to all its roots and exposures. Linear in models and edges, and in the distinct sets of roots."""
    return _Pass(columns, exposures).run()


class _Pass:
    """One pass over the levels."""

    def __init__(self, columns: Columns, exposures: Exposures | None) -> None:
        self._numpy = numpy = require_numpy()
        self._columns = columns
        self._ordered = Ordered(columns)
        self._exposures = exposures
        size = columns.size
        self._roots = numpy.arange(size, dtype=numpy.int32)
        known = numpy.array([status.is_known for status in STATUSES])
        self._incomplete = (columns.status == NOBODY) | ~known[numpy.minimum(columns.status, len(STATUSES) - 1)]
        self._exposure = numpy.zeros(size, numpy.int32)
        self._incoming: dict[int, int] = {}
        self._tested = numpy.zeros(size, numpy.bool_)
        if exposures is not None:
            self._tested[list(exposures.tested)] = True
            for model in exposures.tested:
                self._exposure[model] = self._own(model, 0, exposures)
        self._whole = ~columns.is_part & (columns.relation != _TEACHES)
        self._clean = self._whole & numpy.isin(columns.relation, _CLEAN)
        self._sets: list[frozenset[int]] = []
        self._number: dict[frozenset[int], int] = {}
        self._unions: dict[tuple[int, ...], int] = {}

    def run(self) -> Attributed:
        if len(self._columns.child):
            self._settle_clean()
            for level in self._ordered.levels():
                self._models(level)
                for knot in level.knots:
                    self._knot(knot)
        return Attributed(self._roots, tuple(self._sets), self._exposure, self._incoming, self._incomplete)

    def _settle_clean(self) -> None:
        """A clean result passes only to a child with one base and no teacher (see evidence/weighing)."""
        numpy, columns = self._numpy, self._columns
        bases = numpy.bincount(columns.child[self._whole], minlength=columns.size)
        taught = numpy.bincount(columns.child[columns.relation == _TEACHES], minlength=columns.size)
        self._clean &= (bases[columns.child] == 1) & (taught[columns.child] == 0)

    # --- a level

    def _models(self, level: Level) -> None:
        models = level.models
        if not len(models):
            return
        edges, starts = self._ordered.edges_of(models)
        counts = self._numpy.diff(starts, append=len(edges))
        parents = self._columns.parent[edges]
        self._incomplete[models] |= self._numpy.logical_or.reduceat(self._incomplete[parents], starts)
        self._join_roots(models, edges, starts, counts, parents)
        if self._exposures is not None:
            self._join_exposures(models, edges, starts, counts, parents)

    def _join_roots(self, models: Any, edges: Any, starts: Any, counts: Any, parents: Any) -> None:
        numpy = self._numpy
        whole = self._whole[edges]
        above = numpy.where(whole, self._roots[parents], -1)
        highest = numpy.maximum.reduceat(above, starts)
        same = highest == numpy.minimum.reduceat(numpy.where(whole, above, highest.repeat(counts)), starts)
        self._roots[models] = numpy.where(highest < 0, models, highest)
        self._each(~same, starts, counts, above, models, self._union, self._roots)

    def _join_exposures(self, models: Any, edges: Any, starts: Any, counts: Any, parents: Any) -> None:
        exposures = self._exposures
        assert exposures is not None  # noqa: S101 - the caller asked
        numpy = self._numpy
        above = self._exposure[parents]
        touched = numpy.flatnonzero(above)
        if len(touched):
            at = edges[touched]
            faded = exposures.faded(above[touched])
            above[touched] = numpy.where(self._columns.is_part[at], 0, numpy.where(self._clean[at], above[touched], faded))
        highest = numpy.maximum.reduceat(above, starts)
        same = highest == numpy.minimum.reduceat(above, starts)
        self._exposure[models] = highest
        self._each(~same, starts, counts, above, models, exposures.join, self._exposure)
        for model in models[self._tested[models]].tolist():
            self._exposure[model] = self._own(model, int(self._exposure[model]), exposures)

    def _own(self, model: int, incoming: int, exposures: Exposures) -> int:
        self._incoming[model] = incoming
        return exposures.at(model, incoming)

    def _each(
        self, which: Any, starts: Any, counts: Any, above: Any, models: Any, join: Callable[[tuple[int, ...]], int], into: Any
    ) -> None:
        """Join one by one where the parents' numbers differ."""
        picked = self._numpy.flatnonzero(which)
        if not len(picked):
            return
        first, last = starts[picked], starts[picked] + counts[picked]
        numbers = above.tolist() if len(picked) * 8 > len(models) else None
        into[models[picked]] = [
            join(tuple(numbers[a:b] if numbers is not None else above[a:b].tolist()))
            for a, b in zip(first.tolist(), last.tolist(), strict=True)
        ]

    # --- sets of roots

    def _union(self, parts: tuple[int, ...]) -> int:
        number = self._unions.get(parts)
        if number is None:
            united: set[int] = set()
            for part in parts:
                if part >= self._columns.size:
                    united |= self._sets[part - self._columns.size]
                elif part >= 0:
                    united.add(part)
            number = self._unions[parts] = self._numbered(frozenset(united))
        return number

    def _numbered(self, roots: frozenset[int]) -> int:
        if len(roots) == 1:
            return next(iter(roots))
        number = self._number.get(roots)
        if number is None:
            number = self._number[roots] = self._columns.size + len(self._sets)
            self._sets.append(roots)
        return number

    # --- cycles

    def _knot(self, knot: tuple[int, ...]) -> None:
        """Models that descend from each other, their outer parents done."""
        edges = {model: self._edges(model) for model in knot}
        if any(self._incomplete[parent] for found in edges.values() for _, parent in found):
            self._incomplete[list(knot)] = True
        self._knot_roots(knot, edges)
        if self._exposures is not None:
            self._knot_exposures(knot, edges, self._exposures)

    def _edges(self, model: int) -> list[tuple[int, int]]:
        """Position and parent of each edge."""
        first, last = (int(self._ordered.first[model + i]) for i in (0, 1))
        return [(at, int(self._columns.parent[at])) for at in range(first, last)]

    def _knot_roots(self, knot: Sequence[int], edges: dict[int, list[tuple[int, int]]]) -> None:
        """A whole cycle with no way out is one root, under its first member; teachers and components may tie a knot that weights do not."""
        heads = {model: [parent for at, parent in found if self._whole[at]] for model, found in edges.items()}
        inside = {model: [parent for parent in heads[model] if parent in edges] for model in knot}
        for group in groups(knot, inside):
            above = tuple(int(self._roots[p]) for model in sorted(group) for p in heads[model] if p not in group)
            number = self._union(above) if above else min(group)
            self._roots[list(group)] = number

    def _knot_exposures(self, knot: Sequence[int], edges: dict[int, list[tuple[int, int]]], exposures: Exposures) -> None:
        """Until nothing changes: what a test found may come round. Every round only adds, so it ends."""
        changed = True
        while changed:
            changed = False
            for model in knot:
                joined = exposures.join((0, *self._passed(edges[model], exposures)))
                number = self._own(model, joined, exposures) if self._tested[model] else joined
                changed |= number != self._exposure[model]
                self._exposure[model] = number

    def _passed(self, edges: list[tuple[int, int]], exposures: Exposures) -> Iterator[int]:
        for at, parent in edges:
            if not self._columns.is_part[at]:
                number = int(self._exposure[parent])
                yield number if self._clean[at] else exposures.fade(number)
