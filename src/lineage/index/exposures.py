"""What published results mean for any model of an index, by the very rules of an audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage.evidence.appraisal import Appraisal
from lineage.evidence.evidence import ExposureState
from lineage.evidence.exposure import former_by_language, former_state
from lineage.evidence.reach import ITSELF, Reached, measured, needed, of_ancestor, of_itself


class Exposures:
    """The results about each model, by its number in the index."""

    def __init__(
        self, tested: Mapping[int, Iterable[Appraisal]], bases: Iterable[int] = ()
    ) -> None:
        """`bases`: the models named as base checkpoints."""
        self.tested = {model: tuple(results) for model, results in tested.items()}
        self.bases = frozenset(bases)
        self.measured = {model: measured(results) for model, results in self.tested.items()}

    def state(self, found: Iterable[Reached[int]]) -> ExposureState | None:
        """The state of a model that these results reach; None where nothing decides."""
        ways: dict[int, list[Reached[int]]] = {}
        for one in needed(found):
            ways.setdefault(one.model, []).append(one)
        reached = [one for found in ways.values() for one in found]
        own = of_itself((self.tested[one.model], one) for one in reached if one.nearness in ITSELF)
        farther = [
            of_ancestor(self.tested[model], reached)
            for model, reached in ways.items()
            if not any(one.nearness in ITSELF for one in reached)
        ]
        by_language = former_by_language(own, [one for one in farther if one])
        return former_state(by_language, is_complete=True) if by_language else None
