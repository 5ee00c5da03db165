"""What published results mean for any model of an index, by the very rules of
an audit, kept as numbers that many models share.

A number represents a set of tested models, each with how near it is and the languages in
which something nearer was measured. 0 means none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lineage.evidence.appraisal import Appraisal
from lineage.evidence.evidence import Applicability, ExposureState
from lineage.evidence.exposure import former_by_language, former_state
from lineage.evidence.reach import ITSELF, Reached, measured, needed, of_ancestor, of_itself
from lineage.index.columns import require_numpy
from lineage.index.stored import RELATIONS

Found = frozenset[Reached[int]]
"""Tested models by their numbers in the index."""


class Exposures:
    """Numbers for what is found, made as they come up."""

    def __init__(
        self, tested: Mapping[int, Iterable[Appraisal]], bases: Iterable[int] = ()
    ) -> None:
        """`tested`: the results about each model, by its number in the index;
        `bases`: those named as base checkpoints."""
        self.tested = {model: tuple(results) for model, results in tested.items()}
        self._bases = frozenset(bases)
        self._measured = {model: measured(results) for model, results in self.tested.items()}
        self._found: list[Found] = [frozenset()]
        self._number: dict[Found, int] = {frozenset(): 0}
        self._joined: dict[tuple[int, ...], int] = {}
        self._stepped: dict[tuple[int, int], int] = {}
        self._states: dict[int, ExposureState | None] = {}

    def join(self, parts: tuple[int, ...]) -> int:
        """All that several parents bring."""
        number = self._joined.get(parts)
        if number is None:
            number = self._joined[parts] = self._numbered(
                frozenset().union(*(self._found[part] for part in parts))
            )
        return number

    def step(self, number: int, relation: int) -> int:
        """What comes down over an edge of this relation, a position in `RELATIONS`."""
        key = (number, relation)
        if key not in self._stepped:
            stepped = (one.step(RELATIONS[relation]) for one in self._found[number])
            self._stepped[key] = self._numbered(
                frozenset(one for one in stepped if self._bears(one))
            )
        return self._stepped[key]

    def steps(self, numbers: Any, relations: Any) -> Any:
        """`step` of whole columns."""
        numpy = require_numpy()
        pairs = numbers.astype(numpy.int64) * len(RELATIONS) + relations
        distinct, places = numpy.unique(pairs, return_inverse=True)
        stepped = [self.step(*divmod(pair, len(RELATIONS))) for pair in distinct.tolist()]
        return numpy.array(stepped, numpy.int32)[places]

    def at(self, model: int, incoming: int) -> int:
        """What applies at a tested model: its own results, and what those leave of its parents'."""
        below = (
            one.below(self._measured[model]) for one in self._found[incoming] if one.model != model
        )
        return self._numbered(frozenset((*below, Reached(model, Applicability.DIRECT))))

    def state(self, number: int) -> ExposureState | None:
        """The state of a model with this number; None where nothing decides."""
        if number not in self._states:
            self._states[number] = self._state(self._found[number])
        return self._states[number]

    def _state(self, found: Found) -> ExposureState | None:
        ways: dict[int, list[Reached[int]]] = {}
        for one in found:
            ways.setdefault(one.model, []).append(one)
        own = of_itself((self.tested[one.model], one) for one in found if one.nearness in ITSELF)
        farther = [
            of_ancestor(self.tested[model], reached)
            for model, reached in ways.items()
            if not any(one.nearness in ITSELF for one in reached)
        ]
        by_language = former_by_language(own, [one for one in farther if one])
        return former_state(by_language, is_complete=True) if by_language else None

    def _bears(self, one: Reached[int]) -> bool:
        return one.nearness in ITSELF or one.model not in self._bases

    def _numbered(self, found: Found) -> int:
        key = needed(found)
        number = self._number.get(key)
        if number is None:
            number = self._number[key] = len(self._found)
            self._found.append(key)
        return number
