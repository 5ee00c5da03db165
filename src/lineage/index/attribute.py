"""Attributes every model of an index at once: to all roots of its weights, to
what tests found in its line, to what is not known.

Models are processed level by level, parents first. A model with one parent takes over
the parent's number; only where several parents come together, sets are united, and each
union is made once for all models that have the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import ExposureState
from lineage.graph.paths import groups
from lineage.index.columns import NOBODY, Columns, require_numpy
from lineage.index.levels import GraphLevel, Ordered
from lineage.index.stored import GRADES, RELATIONS, STATUSES

if TYPE_CHECKING:
    from lineage.index.columns import Flags, Ints
    from lineage.index.exposures import Exposures

_TEACHES = RELATIONS.index(Relation.DISTILLED)
_GUESSED = GRADES.index(Grade.INFERRED)


@dataclass(frozen=True)
class Attributed:
    """What was found of every name of the index, by its number."""

    roots: Ints
    """Number of the only root, which for a root is its own;
    from `size` on, a position in `sets`."""
    sets: RootSets
    """Sets of several roots, none twice."""
    exposure: Ints
    """A number of `Exposures`."""
    incomplete: Flags
    """Whether it, or anything above it, could not be looked at."""

    @property
    def size(self) -> int:
        """How many names there are."""
        return len(self.roots)

    def state(self, model: int, exposures: Exposures) -> ExposureState:
        """What published tests found for one model: the state that an audit gives it."""
        found = exposures.state(int(self.exposure[model]))
        return found or (
            ExposureState.UNKNOWN if self.incomplete[model] else ExposureState.UNTESTED
        )

    def roots_of(self, model: int) -> frozenset[int]:
        """All roots of one model's weights; itself where it has no parent."""
        number = int(self.roots[model])
        return frozenset(
            (number,) if number < self.size else self.sets.members_of(number - self.size).tolist()
        )


class RootSets:
    """Sets of numbers, each kept once, one after another in one growing column."""

    def __init__(self) -> None:
        self._numpy = numpy = require_numpy()
        self._members = numpy.empty(1024, numpy.int32)
        self._bounds = numpy.zeros(1024, numpy.int64)
        self._number: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._number)

    @property
    def bounds(self) -> Any:
        """Where each set begins in `members`, and where the last one ends."""
        return self._bounds[: len(self) + 1]

    @property
    def members(self) -> Any:
        """All sets' members, one set after another, each in order."""
        return self._members[: self._bounds[len(self)]]

    def members_of(self, number: int) -> Any:
        """One set."""
        return self._members[self._bounds[number] : self._bounds[number + 1]]

    def numbers(self, members: Any, lengths: Any) -> list[int]:
        """The number of each of several sorted sets that come one
        after another; new ones are kept."""
        numpy = self._numpy
        written, at, found = members.astype(numpy.int32).tobytes(), 0, []
        count = len(self)
        fresh = []
        for end in (numpy.cumsum(lengths) * 4).tolist():
            number = self._number.setdefault(written[at:end], count)
            fresh.append(number == count)
            count += number == count
            found.append(number)
            at = end
        is_new = numpy.array(fresh)
        self._append(members[is_new.repeat(lengths)], lengths[is_new])
        return found

    def _append(self, members: Any, lengths: Any) -> None:
        numpy = self._numpy
        count = len(self) - len(lengths)
        first = int(self._bounds[count])
        if len(self) + 1 > len(self._bounds):
            self._bounds = numpy.concatenate([self._bounds, numpy.zeros(len(self), numpy.int64)])
        if first + len(members) > len(self._members):
            self._members = numpy.concatenate(
                [self._members, numpy.empty(first + len(members), numpy.int32)]
            )
        self._members[first : first + len(members)] = members
        self._bounds[count + 1 : len(self) + 1] = first + numpy.cumsum(lengths)


def attribute_all(
    columns: Columns, exposures: Exposures | None = None, cited: Iterable[int] = ()
) -> Attributed:
    """Every model to all its roots and exposures.

    Linear in models and edges, and in the distinct sets of roots.

    `cited` are models whose origin cited sources state: nothing is hidden in them, read or not.
    """
    return _Pass(columns, exposures, cited).run()


class _Pass:
    """One pass over the levels."""

    def __init__(self, columns: Columns, exposures: Exposures | None, cited: Iterable[int]) -> None:
        self._numpy = numpy = require_numpy()
        self._columns = columns
        self._ordered = Ordered(columns)
        self._exposures = exposures
        size = columns.size
        self._roots = numpy.arange(size, dtype=numpy.int32)
        known = numpy.array([status.is_known for status in STATUSES])
        self._incomplete = (columns.status == NOBODY) | ~known[
            numpy.minimum(columns.status, len(STATUSES) - 1)
        ]
        self._incomplete[list(cited)] = False
        self._exposure = numpy.zeros(size, numpy.int32)
        self._tested = numpy.zeros(size, numpy.bool_)
        if exposures is not None:
            self._tested[list(exposures.tested)] = True
            for model in exposures.tested:
                self._exposure[model] = self._own(model, 0, exposures)
        self._whole = ~columns.is_part & (columns.relation != _TEACHES)
        self._mute = columns.is_part | (
            (columns.relation == _TEACHES) & (columns.grade == _GUESSED)
        )
        self._sets = RootSets()

    def run(self) -> Attributed:
        if len(self._columns.child):
            for level in self._ordered.levels():
                self._models(level)
                for cycle in level.cycles:
                    self._cycle(cycle)
        return Attributed(self._roots, self._sets, self._exposure, self._incomplete)

    # --- a level

    def _models(self, level: GraphLevel) -> None:
        models, first = level.models, self._ordered.first
        if not len(models):
            return
        begins = first[models]
        is_single = first[models + 1] - begins == 1
        self._singles(models[is_single], begins[is_single])
        if not is_single.all():
            self._several(models[~is_single])

    def _singles(self, models: Any, edges: Any) -> None:
        """Models with one edge take over what its parent has."""
        parents = self._columns.parent[edges]
        self._incomplete[models] |= self._incomplete[parents] & self._whole[edges]
        self._roots[models] = self._numpy.where(self._whole[edges], self._roots[parents], models)
        if self._exposures is not None:
            self._settle(models, self._arriving(edges, parents), self._exposures)

    def _several(self, models: Any) -> None:
        """Models with several edges unite what their parents have."""
        numpy = self._numpy
        edges, starts = self._ordered.edges_of(models)
        counts = numpy.diff(starts, append=len(edges))
        parents = self._columns.parent[edges]
        whole = self._whole[edges]
        hidden = self._incomplete[parents] & whole
        self._incomplete[models] |= numpy.logical_or.reduceat(hidden, starts)
        above = numpy.where(whole, self._roots[parents], -1)
        highest = numpy.maximum.reduceat(above, starts)
        differ = highest != numpy.minimum.reduceat(
            numpy.where(whole, above, highest.repeat(counts)), starts
        )
        self._roots[models] = numpy.where(highest < 0, models, highest)
        if differ.any():
            chosen = differ.repeat(counts) & whole
            owner = numpy.arange(len(models)).repeat(counts)[chosen]
            self._roots[models[differ]] = self._unions(owner, above[chosen])
        if self._exposures is not None:
            arriving = self._arriving(edges, parents)
            self._settle(
                models, self._joined(arriving, starts, counts, self._exposures), self._exposures
            )

    # --- exposures

    def _arriving(self, edges: Any, parents: Any) -> Any:
        """What comes over each edge: nothing from a mere component
        or a teacher that nobody declares."""
        exposures = self._exposures
        assert exposures is not None  # noqa: S101 - the caller asked
        above = self._exposure[parents]
        touched = self._numpy.flatnonzero(above)
        if len(touched):
            at, exposed = edges[touched], above[touched]
            passed = exposures.steps(exposed, self._columns.relation[at])
            above[touched] = self._numpy.where(self._mute[at], 0, passed)
        return above

    def _joined(self, above: Any, starts: Any, counts: Any, exposures: Exposures) -> Any:
        highest = self._numpy.maximum.reduceat(above, starts)
        differ = self._numpy.flatnonzero(highest != self._numpy.minimum.reduceat(above, starts))
        if len(differ):
            numbers, first = above.tolist(), starts[differ].tolist()
            last = (starts[differ] + counts[differ]).tolist()
            highest[differ] = [
                exposures.join(tuple(numbers[a:b])) for a, b in zip(first, last, strict=True)
            ]
        return highest

    def _settle(self, models: Any, incoming: Any, exposures: Exposures) -> None:
        self._exposure[models] = incoming
        for model in models[self._tested[models]].tolist():
            self._exposure[model] = self._own(model, int(self._exposure[model]), exposures)

    def _own(self, model: int, incoming: int, exposures: Exposures) -> int:
        return exposures.at(model, incoming)

    # --- sets of roots

    def _unions(self, owner: Any, parts: Any) -> Any:
        """The number of the union of each owner's parts; owners come in order."""
        numpy, size = self._numpy, self._columns.size
        many = numpy.flatnonzero(parts >= size)
        if len(many):
            bounds, sets = self._sets.bounds, parts[many] - size
            lengths = bounds[sets + 1] - bounds[sets]
            places = (bounds[sets] - (numpy.cumsum(lengths) - lengths)).repeat(
                lengths
            ) + numpy.arange(lengths.sum())
            few = parts < size
            parts = numpy.concatenate([parts[few], self._sets.members[places]])
            owner = numpy.concatenate([owner[few], owner[many].repeat(lengths)])
        pairs = numpy.sort(owner.astype(numpy.int64) * size + parts)
        pairs = pairs[numpy.concatenate([[True], pairs[1:] != pairs[:-1]])]
        owner, members = pairs // size, pairs % size
        begins = numpy.flatnonzero(numpy.concatenate([[True], owner[1:] != owner[:-1]]))
        lengths = numpy.diff(begins, append=len(owner))
        united = members[begins]
        several = lengths > 1
        if several.any():
            united[several] = size + numpy.array(
                self._sets.numbers(members[several.repeat(lengths)], lengths[several])
            )
        return united

    # --- cycles

    def _cycle(self, cycle: tuple[int, ...]) -> None:
        """Models that descend from each other, their outer parents done."""
        edges = {model: self._edges(model) for model in cycle}
        is_settled = False
        while not is_settled:  # whole weights may reach only some of them from a hidden parent
            is_settled = True
            for model, found in edges.items():
                hidden = any(self._incomplete[parent] and self._whole[at] for at, parent in found)
                if hidden and not self._incomplete[model]:
                    self._incomplete[model], is_settled = True, False
        self._cycle_roots(cycle, edges)
        if self._exposures is not None:
            self._cycle_exposures(cycle, edges, self._exposures)

    def _edges(self, model: int) -> list[tuple[int, int]]:
        """Position and parent of each edge."""
        first, last = (int(self._ordered.first[model + i]) for i in (0, 1))
        return [(at, int(self._columns.parent[at])) for at in range(first, last)]

    def _cycle_roots(self, cycle: Sequence[int], edges: dict[int, list[tuple[int, int]]]) -> None:
        """A whole cycle with no edge out is one root, under its first member; teachers and
        components may tie a cycle that weights do not."""
        heads = {
            model: [parent for at, parent in found if self._whole[at]]
            for model, found in edges.items()
        }
        inside = {model: [parent for parent in heads[model] if parent in edges] for model in cycle}
        for group in groups(cycle, inside):
            above = self._numpy.array(
                [self._roots[p] for model in group for p in heads[model] if p not in group],
                self._numpy.int64,
            )
            self._roots[list(group)] = (
                int(self._unions(self._numpy.zeros_like(above), above)[0])
                if len(above)
                else min(group)
            )

    def _cycle_exposures(
        self, cycle: Sequence[int], edges: dict[int, list[tuple[int, int]]], exposures: Exposures
    ) -> None:
        """Until nothing changes: what a test found may come round.

        Every round only adds, so it ends.
        """
        changed = True
        while changed:
            changed = False
            for model in cycle:
                joined = exposures.join((0, *self._passed(edges[model], exposures)))
                number = self._own(model, joined, exposures) if self._tested[model] else joined
                changed |= number != self._exposure[model]
                self._exposure[model] = number

    def _passed(self, edges: list[tuple[int, int]], exposures: Exposures) -> Iterator[int]:
        for at, parent in edges:
            if not self._mute[at]:
                yield exposures.step(int(self._exposure[parent]), int(self._columns.relation[at]))
