"""Names and configurations: which families a model looks like. A suspicion with its weight, never a statement of lineage.

An architecture is code, and a vocabulary is a file; both travel without weights. What is found here chooses whose weights
are read, and stands in the report as an observation. It never becomes an edge of the graph.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from lineage.core.claim import Noticed, Observation
from lineage.core.config import text_config
from lineage.core.packaged import DATA
from lineage.core.record import ModelRecord
from lineage.evidence.family import Config, Family
from lineage.evidence.registry import Registry

NEAR_VOCABULARY = 1100
"""Fine-tunes add or trim up to about a thousand tokens."""
# What each kind of likeness is worth: the triple of sizes tells lines apart best, and still is a lead only.
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
class Looks:
    """What config.json or a GGUF header says of a model's shape; None where it does not."""

    model_type: str = ""
    architectures: tuple[str, ...] = ()
    vocabulary: int | None = None
    width: int | None = None
    layers: int | None = None
    pre_tokenizer: str = ""
    """`tokenizer.ggml.pre` of a GGUF header."""
    is_gguf: bool = False


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


def looks_of(config: Mapping[str, Any]) -> Looks:
    """From config.json (of a multimodal model the language part) or from GGUF key-values."""
    text = text_config(config)

    def number(*keys: str) -> int | None:
        for source in (text, config):
            for key in keys:
                value = source.get(key)
                if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**40:
                    return value
        return None

    architecture = config.get("general.architecture")
    if isinstance(architecture, str):
        words = config.get("tokenizer.ggml.tokens.length")
        return Looks(
            architecture,
            (),
            words if isinstance(words, int) else number(f"{architecture}.vocab_size"),
            number(f"{architecture}.embedding_length"),
            number(f"{architecture}.block_count"),
            str(config.get("tokenizer.ggml.pre") or ""),
            True,
        )
    named = config.get("architectures")
    architectures = tuple(str(name)[:200] for name in named[:8]) if isinstance(named, list) else ()
    kind = text.get("model_type") or config.get("model_type") or ""
    return Looks(
        kind[:100] if isinstance(kind, str) else "",
        architectures,
        number("vocab_size", "padded_vocab_size"),
        number("hidden_size", "n_embd", "d_model", "dim"),
        number("num_hidden_layers", "n_layer", "num_layers", "n_layers"),
    )


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
    shared = set(_borrowed()["shared_vocabulary_sizes"])
    return {
        size: next(iter(names))
        for size, names in owners.items()
        if len(names) == 1 and size not in shared
    }


@cache
def _borrowed() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        (DATA / "fingerprints" / "borrowed.json").read_text(encoding="utf-8")
    )
    return document


def borrowed_by(looks: Looks) -> list[dict[str, Any]]:
    """Models that are known to use this architecture's code without its weights."""
    names = {looks.model_type, *looks.architectures} - {""}
    return [row for row in _borrowed()["architectures"] if names & set(row["code_of"])]


def _suspicion(
    looks: Looks, family: Family, likenesses: list[str], registry: Registry
) -> Suspicion:
    confidence = min(MOST, sum(WEIGHT[one] for one in likenesses))
    borrowed = borrowed_by(looks)
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
    text = f"Looks like {family.name} by {shape}: a lead to compare weights with, not a statement of lineage.{also}"
    return Suspicion(
        family.id,
        family.name,
        family.developer,
        repos,
        tuple(likenesses),
        round(confidence, 3),
        text[:200],
    )


def observe(
    record: ModelRecord, documents: Mapping[str, bytes], registry: Registry, *, most: int = 3
) -> tuple[Observation, ...]:
    """The strongest suspicions as observations of the kind `resemblance`, never as claims: a likeness is no parent.

    Takes what a claim reader takes, so that the walk can run it beside the readers. Families of the record's own publisher are left out.
    """
    config: Mapping[str, Any] = record.config
    if "config.json" in documents:
        try:
            parsed = json.loads(documents["config.json"])
        except (ValueError, RecursionError):
            parsed = None
        config = parsed if isinstance(parsed, dict) else config
    owner = (
        registry.developer_of_namespace(record.id.partition("/")[0]) if "/" in record.id else None
    )
    found = [
        s for s in suspect(looks_of(config), registry) if owner is None or s.developer != owner.id
    ]
    return tuple(
        Observation(Noticed.RESEMBLANCE, record.id, "config.json", ", ".join(s.likenesses), s.text)
        for s in found[:most]
    )
