"""Which families are built on which others, by the records and the evidence of their roots."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from lineage.evidence.family import Family
from lineage.evidence.registry import Registry


@cache
def kinship(registry: Registry) -> Kinship:
    """One for each registry; worked out when the first lead is weighed."""
    return Kinship(registry)


class Kinship:
    """Answers whether one family speaks for another."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._bases = registry.family_bases()
        self._developers = registry.family_developers()
        self._above: dict[str, frozenset[str]] = {}

    def above(self, family: str) -> frozenset[str]:
        """Families that this one derives from, at any distance."""
        if family not in self._above:
            seen: set[str] = set()
            todo = list(self._bases.get(family, ()))
            while todo:
                base = todo.pop()
                if base not in seen and base != family:
                    seen.add(base)
                    todo += self._bases.get(base, ())
            self._above[family] = frozenset(seen)
        return self._above[family]

    def origins(self, families: Iterable[str]) -> frozenset[str]:
        """Those of several families that derive from none of the others."""
        known = frozenset(families)
        return frozenset(family for family in known if not self.above(family) & known)

    def foundations(self, families: Iterable[str]) -> frozenset[str]:
        """Those among several families that started from no weights; where there are none, their
        origins."""
        known = frozenset(families)
        return frozenset(f for f in known if not self._bases.get(f)) or self.origins(known)

    def developers(self, families: Iterable[str]) -> frozenset[str]:
        """Who made the foundations among them."""
        return frozenset(self._developers[one] for one in self.foundations(families))

    def answers(self, known: str, families: Iterable[str], *, is_own: bool = False) -> bool:
        """Whether a family in the lineage answers a lead that fits `families`.

        A family that is built on several lines answers only for what is its own: its bases differ
        from repo to repo, and where one is known it is in the lineage itself. A model's own
        family says nothing of what is under it.
        """
        origins = self.origins(families)
        if known in origins or any(self.are_siblings(known, one) for one in origins):
            return True
        above = self.above(known)
        if not is_own and above & origins and len(self.developers(self._tops(known))) == 1:
            return True
        return all(known in self.above(one) for one in self.foundations(families))

    def maker(self, family: str) -> str:
        """Registry id of its developer."""
        return self._developers[family]

    def are_siblings(self, one: str, other: str) -> bool:
        """Generations of one developer that share a type, a vocabulary or a tokenizer: a trace
        often fits all of them."""
        a, b = self._registry.family(one), self._registry.family(other)
        return a is not None and b is not None and a.developer == b.developer and _share(a, b)

    def _tops(self, family: str) -> set[str]:
        return {base for base in (*self.above(family), family) if not self.above(base)}


def _share(one: Family, other: Family) -> bool:
    return any(
        set(a) & set(b)
        for a, b in (
            (one.model_types, other.model_types),
            (one.vocab_sizes, other.vocab_sizes),
            (one.gguf_architectures, other.gguf_architectures),
            (one.architectures, other.architectures),
        )
    )
