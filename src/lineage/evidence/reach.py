"""Which tested models bear on another one, how near each is, and in which languages something
nearer was measured.

The audit and the index of a whole hub follow lineage by these same steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Generic, TypeVar

from lineage.core.ref import ModelRef
from lineage.core.relation import Relation
from lineage.core.value import dataclass
from lineage.evidence.appraisal import Appraisal
from lineage.evidence.evidence import Applicability, Standing, State
from lineage.evidence.languages import language_of
from lineage.evidence.standing import Considered, stand

ITSELF = (Applicability.DIRECT, Applicability.SAME_WEIGHTS, Applicability.QUANTIZED)
"""How near a tested model must be for its finding to be the audited model's own."""
_NEAREST = tuple(Applicability)
_OVER = {
    Relation.CONVERSION: Applicability.SAME_WEIGHTS,
    Relation.SAME_WEIGHTS: Applicability.SAME_WEIGHTS,
    Relation.QUANTIZED: Applicability.QUANTIZED,
    Relation.DISTILLED: Applicability.TEACHER,
}
_BASE = re.compile(r"(?i)(^|[-_.])(base|pt|pretrain(ed)?)([-_.]|$)")
_WORST = tuple(State)
Name = TypeVar("Name")


def over(nearness: Applicability, relation: Relation) -> Applicability:
    """How near a model is once one more step lies between: never nearer than that step allows."""
    return max(nearness, _OVER.get(relation, Applicability.INHERITED), key=_NEAREST.index)


def is_base(model: str) -> bool:
    """Whether the name says that nothing was trained after pre-training."""
    return bool(_BASE.search(ModelRef(model).name))


@dataclass(frozen=True)
class Reached(Generic[Name]):
    """A tested model that was come to on one way."""

    model: Name
    nearness: Applicability
    nearer: frozenset[str] = frozenset()
    """Languages in which a model on the way was measured itself."""

    def step(self, relation: Relation) -> Reached[Name]:
        """The same from one step farther down."""
        return replace(self, nearness=over(self.nearness, relation))

    def below(self, measured: frozenset[str]) -> Reached[Name]:
        """The same from a model that was measured itself in these languages."""
        return replace(self, nearer=self.nearer | measured)


def needed(found: Iterable[Reached[Name]]) -> frozenset[Reached[Name]]:
    """Without ways that another makes idle: to the same model, as near, with no more measured on
    it."""
    ways = frozenset(found)
    return frozenset(
        one
        for one in ways
        if not any(
            other != one
            and other.model == one.model
            and other.nearness is one.nearness
            and other.nearer <= one.nearer
            for other in ways
        )
    )


def measured(results: Iterable[Appraisal]) -> frozenset[str]:
    """The languages in which a model was measured itself; a report replaces nothing."""
    return frozenset(language_of(one.result) for one in results if one.replaces_farther)


def considered(results: Iterable[Appraisal], reached: Reached[Name]) -> list[Considered]:
    """What still bears on the model below: all in languages that nothing nearer was measured in."""
    passes = reached.nearness in (Applicability.DIRECT, Applicability.SAME_WEIGHTS)
    return [
        Considered(one, passes) for one in results if language_of(one.result) not in reached.nearer
    ]


def of_itself(found: Iterable[tuple[Iterable[Appraisal], Reached[Name]]]) -> Standing:
    """The standing of a model from its own results, its copies' and those of what it was quantized
    from, each with how it was reached."""
    kept: dict[str, Considered] = {}
    for results, reached in found:
        for one in considered(results, reached):
            id = one.appraisal.result.id
            kept[id] = one if one.passes_clear else kept.get(id, one)
    return stand(kept.values())


def worst(standings: Iterable[Standing]) -> Standing:
    """The worst of several ways to one model."""
    return min(
        standings,
        key=lambda one: (_WORST.index(one.state), sorted(map(str, one.by_language.items()))),
    )


def of_ancestor(results: Iterable[Appraisal], reached: Iterable[Reached[Name]]) -> Standing | None:
    """The standing of one ancestor or teacher as far as it bears; None where it tells nothing
    against anybody."""
    kept = list(results)
    found = worst(stand(considered(kept, one)) for one in reached)
    return found if found.state in (State.CENSORS, State.PARTLY, State.MIXED) else None
