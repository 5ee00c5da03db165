"""Family names in running text, as the registry's own names and name patterns spell them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from lineage.core.pattern import late
from lineage.core.value import dataclass
from lineage.evidence.leads.kinship import kinship
from lineage.evidence.registry import Registry

_SHORTEST_STEM = 3
_FEWEST = 3
"""Families of one developer that must share a first word before the word alone means them."""
_TOKEN = late(r"[A-Za-z][\w.+-]*(?:/[\w.+-]+)?(?:[ ‑–]v?\d[\w.]*)?(?:[ -]\d+(?:\.\d+)?[BM]\b)?")
_VERSION = late(r"(?:[-_.]?v?\d.*)?", re.IGNORECASE)
"""What may follow a first word: a number, and never another word (`llama.cpp`, `LLaMA-Factory`)."""
_STEM = late(r"[A-Za-z]+")
_MOST_TOKENS = 400


@dataclass(frozen=True)
class Named:
    """One family name in a text."""

    start: int
    end: int
    text: str
    families: tuple[str, ...]


@cache
def family_words(registry: Registry) -> FamilyWords:
    """One for each registry."""
    return FamilyWords(registry)


class FamilyWords:
    """Finds the names. A word that could mean families of several developers means none."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        words = registry.family_words()
        self._spelled: dict[str, str] = words["spelled"]
        self._stems: dict[str, list[str]] = words["stems"]
        self._listed: dict[str, str] = words["listed"]

    def all_in(self, text: str) -> Iterator[Named]:
        """Every family name in a text, in order."""
        for number, match in enumerate(_TOKEN.finditer(text)):
            if number >= _MOST_TOKENS:
                return
            families = self.of(match[0])
            if families:
                text = match[0].rstrip(".")
                yield Named(match.start(), match.start() + len(text), text, families)

    def of(self, name: str) -> tuple[str, ...]:
        """The families that one name means: `Qwen2.5-7B`, `Qwen 2.5`, `Qwen`."""
        squeezed = re.sub(r"[\s‑–]+", "-", name.strip(" .,-+"))
        if not squeezed:
            return ()
        exact = self._registry.family_of(squeezed)
        if exact is not None and (not exact.own_namespaces_only or "/" in squeezed):
            return (exact.id,)
        bare = squeezed.rpartition("/")[2]
        stem = _STEM.match(bare)
        if stem is None or not self._is_spelled(stem[0], bare):
            return ()
        return tuple(self._stems.get(stem[0].casefold(), ()))

    def of_listed(self, name: str) -> tuple[str, ...]:
        """The family of the listed repository with whose whole name this one begins:
        `qwen2.5-7b-instruct-q4_k_m`."""
        left = re.sub(r"[\s_]+", "-", name.strip()).rpartition("/")[2].casefold()
        while "-" in left:
            family = self._listed.get(left)
            if family is not None and any(letter.isdigit() for letter in left):
                return (family,)
            left = left.rpartition("-")[0]
        return ()

    def _is_spelled(self, stem: str, word: str) -> bool:
        """A short word means a family only as the family writes it, or with a number: `Qwen`,
        `qwen2`, never `qwen` or `phi`."""
        known = self._spelled.get(stem.casefold())
        if known is None or not _VERSION.fullmatch(word[len(stem) :]):
            return False
        return stem in (known, known.upper(), known.casefold()) and (
            len(stem) > _SHORTEST_STEM + 1 or stem == known or word != stem
        )


def word_tables(registry: Registry) -> dict[str, dict[str, Any]]:
    """What the names of families say, worked out once when the registry is compiled.

    `spelled`: a family's first word as it writes it, by the word case-folded. `stems`: the families
    that such a word means, where one developer made them all. `listed`: the family of each listed
    repository, by its last name.
    """
    kin = kinship(registry)
    by_stem: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    spelled: dict[str, str] = {}
    for family in registry.families():
        if match := _STEM.match(family.name):
            stem = match[0].casefold()
            by_stem[stem][family.developer].add(family.id)
            spelled[stem] = match[0]
    listed = {
        repo.rpartition("/")[2].casefold(): family.id
        for family in registry.families()
        for repo in (*family.roots, *(config.repo for config in family.configs))
    }
    stems = {}
    for stem, owners in by_stem.items():
        found = {family for ids in owners.values() for family in ids}
        largest = max(owners.values(), key=len)
        if (
            len(stem) >= _SHORTEST_STEM
            and len(largest) >= _FEWEST
            and len(kin.developers(found)) == 1
        ):
            stems[stem] = sorted(found)
    return {"spelled": spelled, "stems": stems, "listed": listed}
