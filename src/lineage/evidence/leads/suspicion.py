"""Names and configurations: which families a model looks like. A suspicion with its weight, never a
statement of lineage.

An architecture is code, and a vocabulary is a file; both travel without weights. What is found here
chooses whose weights are read (`--weights`). It never becomes an edge of the graph; what it asks of
the report, the leads beside this file ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from lineage.core.value import dataclass
from lineage.evidence.family import Config, Family
from lineage.evidence.leads.looks import Looks
from lineage.evidence.registry import Registry

NEAR_VOCABULARY = 1100
"""Fine-tunes add or trim up to about a thousand tokens."""
# What each kind of likeness is worth: the triple of sizes tells lines apart best, and still is a
# lead only.
WEIGHT = {
    "dimensions": 0.3,
    "near dimensions": 0.2,
    "vocabulary": 0.2,
    "pre-tokenizer": 0.15,
    "architecture": 0.05,
}
MOST = 0.4
"""No number of likenesses makes a suspicion more than this."""


@dataclass(frozen=True)
class Suspicion:
    """One family that a model looks like."""

    family: str
    """Registry id."""
    name: str
    developer: str
    repos: tuple[str, ...]
    """Repos of the family to compare weights with, those of the same dimensions first."""
    likenesses: tuple[str, ...]
    """Keys of WEIGHT."""
    confidence: float
    text: str


def suspect(looks: Looks, registry: Registry) -> tuple[Suspicion, ...]:
    """Families that a model of this shape may descend from, most suspicious first."""
    telling = _telling_vocabularies(registry)
    prehash = {p.pre_tokenizer: p.families for p in registry.prehashes()}
    found = []
    for family in registry.families():
        likenesses = _likenesses(looks, family, telling, prehash)
        if likenesses and likenesses != ["architecture"]:
            found.append(_suspicion(looks, family, likenesses, registry))
    # At equal weight a family with weights of its own comes before those made from it.
    derived = {family.id for family in registry.families() if family.derived_from}
    return tuple(sorted(found, key=lambda s: (-s.confidence, s.family in derived, s.family)))


def _likenesses(
    looks: Looks, family: Family, telling: Mapping[int, str], prehash: Mapping[str, Sequence[str]]
) -> list[str]:
    found = []
    if any(_same_dimensions(looks, config) for config in family.configs):
        found.append("dimensions")
    elif any(_near_dimensions(looks, config) for config in family.configs):
        found.append("near dimensions")
    if (
        looks.vocabulary in family.vocab_sizes
        and telling.get(looks.vocabulary or 0) == family.developer
    ):
        found.append("vocabulary")
    if looks.pre_tokenizer and family.id in prehash.get(looks.pre_tokenizer, ()):
        found.append("pre-tokenizer")
    own = (
        family.gguf_architectures if looks.is_gguf else (*family.model_types, *family.architectures)
    )
    if {looks.model_type, *looks.architectures} & set(own):
        found.append("architecture")
    return found


def _same_dimensions(looks: Looks, config: Config) -> bool:
    return config.triple is not None and config.triple == (
        looks.vocabulary,
        looks.width,
        looks.layers,
    )


def _near_dimensions(looks: Looks, config: Config) -> bool:
    if (
        config.triple is None
        or looks.vocabulary is None
        or (config.hidden_size, config.num_hidden_layers) != (looks.width, looks.layers)
    ):
        return False
    alike = not config.model_type or not looks.model_type or config.model_type == looks.model_type
    return alike and abs(config.triple[0] - looks.vocabulary) <= NEAR_VOCABULARY


@cache
def _telling_vocabularies(registry: Registry) -> Mapping[int, str]:
    """Vocabulary sizes that families of one developer only have, to that developer."""
    owners: dict[int, set[str]] = defaultdict(set)
    for family in registry.families():
        if family.derived_from is None:
            for size in family.vocab_sizes:
                owners[size].add(family.developer)
    shared = set(registry.borrowed()["shared_vocabulary_sizes"])
    return {
        size: next(iter(names))
        for size, names in owners.items()
        if len(names) == 1 and size not in shared
    }


def _borrowed_by(looks: Looks, registry: Registry) -> list[dict[str, Any]]:
    """Models that are known to use this architecture's code without its weights."""
    names = set(looks.names)
    return [row for row in registry.borrowed()["architectures"] if names & set(row["code_of"])]


def _suspicion(
    looks: Looks, family: Family, likenesses: list[str], registry: Registry
) -> Suspicion:
    confidence = min(MOST, sum(WEIGHT[one] for one in likenesses))
    borrowed = _borrowed_by(looks, registry)
    if borrowed:
        confidence /= 2
    same = [
        config.repo
        for config in family.configs
        if _same_dimensions(looks, config) or _near_dimensions(looks, config)
    ]
    wide = [config.repo for config in family.configs if config.hidden_size == looks.width]
    repos = tuple(
        dict.fromkeys(
            (
                *(r for r in same if registry.is_root(r)),
                *same,
                *(r for r in wide if registry.is_root(r)),
            )
        )
    )
    shape = ", ".join(likenesses)
    also = (
        f" Others use its architecture without its weights ({borrowed[0]['model']})."
        if borrowed
        else ""
    )
    text = (
        f"Looks like {family.name} by {shape}: a lead to compare weights with, not a "
        f"statement of lineage.{also}"
    )
    return Suspicion(
        family.id,
        family.name,
        family.developer,
        repos,
        tuple(likenesses),
        round(confidence, 3),
        text[:200],
    )
