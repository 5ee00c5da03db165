"""Which families a type, a class, a size or a tokenizer fits: the registry turned round, built when
a file first asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from lineage.core.value import dataclass
from lineage.evidence.leads.kinship import kinship
from lineage.evidence.leads.looks import Looks
from lineage.evidence.leads.words import family_words
from lineage.evidence.registry import Registry

NEAR_VOCABULARY = 1100
"""Fine-tunes add or trim up to about a thousand tokens."""
MOST_DEVELOPERS = 3
"""A trace that fits lines of more developers than this tells nothing."""


@dataclass(frozen=True)
class Fit:
    """Families that a trace fits."""

    families: tuple[str, ...]
    ground: str
    """What fits, in words."""
    is_strong: bool


class Body(NamedTuple):
    """The sizes of one repository of a family."""

    family: str
    width: int
    layers: int
    vocabulary: int


@cache
def tables(registry: Registry) -> FamilyTables:
    """One for each registry."""
    return FamilyTables(registry)


class FamilyTables:
    """Families by the traces that their files leave."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._kin = kinship(registry)
        found = registry.family_traces()
        self._types = _sets(found["types"])
        self._gguf = _sets(found["gguf"])
        self._classes = _sets(found["classes"])
        self._pre = _sets(found["pre"])
        self._borrowers = _sets(found["borrowers"])
        self._vocabularies: dict[str, set[int]] = _sets(found["vocabularies"])
        self._widths: dict[str, set[int]] = _sets(found["widths"])
        self._bodies = [Body(*row) for row in found["bodies"]]
        borrowed = registry.borrowed()
        self._shells = frozenset(name for row in borrowed["shells"] for name in row["types"])
        self._library = frozenset(borrowed["library_tokenizer_classes"])
        self._shared = frozenset(borrowed["shared_vocabulary_sizes"])

    # --- what fits

    def of_shape(self, looks: Looks) -> Fit | None:
        """The families of this configuration: by its sizes, by type and vocabulary, or by its type
        alone; None where it tells nothing."""
        named = self._named(looks)
        return (
            self._by_sizes(looks, named)
            or self._by_vocabulary(looks, named)
            or self._by_type(looks, named)
        )

    def of_pre_tokenizer(self, name: str) -> Fit | None:
        """Of `tokenizer.ggml.pre` in a GGUF header."""
        fitting = self._pre.get(name, set())
        if not fitting or not self._tells(fitting):
            return None
        classes = {one for one, of in self._classes.items() if of & fitting and self._is_own(one)}
        sharing = set().union(*(self._classes[one] for one in classes))
        sizes = set().union(*(self._vocabularies[key] for key in fitting))
        is_strong = len(self._kin.developers(fitting)) == 1 and not sizes & self._shared
        return _fit({*fitting, *sharing}, f"pre-tokenizer {name}", is_strong)

    def of_vocabulary(self, words: int) -> Fit | None:
        """Of the number of words of a tokenizer: a model's vocabulary is rounded up, and never
        smaller."""
        near = {
            key: {size for size in sizes if 0 <= size - words <= NEAR_VOCABULARY}
            for key, sizes in self._vocabularies.items()
        }
        fitting = {key for key, sizes in near.items() if sizes}
        if not self._tells(fitting) or set().union(*near.values()) & self._shared:
            return None
        return _fit(fitting, f"{words} words", True)

    def of_class(self, name: str) -> Fit | None:
        """Of a tokenizer's or a pipeline's class."""
        fitting = self._classes.get(name) or self._types.get(name) or set()
        if name in self._library or not self._tells(fitting):
            return None
        return _fit(fitting, name, False)

    def of_type(self, name: str) -> Fit | None:
        """Of one model type, as the Hub makes a tag of it."""
        return self._by_type(Looks(name), self._types.get(name, set()))

    def is_type(self, name: str) -> bool:
        """Whether this is a model type or class of some family."""
        return name in self._types

    # --- how

    def _named(self, looks: Looks) -> set[str]:
        table = self._gguf if looks.is_gguf else self._types
        return set().union(*(table.get(name, set()) for name in looks.names))

    def _by_sizes(self, looks: Looks, named: set[str]) -> Fit | None:
        """The same width, depth and (nearly) vocabulary as a known repo; beside it families of
        which no depth is known.

        Where unrelated lines share the vocabulary, all must be of one developer; elsewhere the type
        may narrow them.
        """
        if looks.vocabulary is None or looks.width is None or looks.layers is None:
            return None
        deep = [one for one in self._bodies if one[1:3] == (looks.width, looks.layers)]
        exact = {one.family for one in deep if one.vocabulary == looks.vocabulary}
        alike = exact or {
            one.family for one in deep if abs(looks.vocabulary - one.vocabulary) <= NEAR_VOCABULARY
        }
        if not alike:
            return None
        fitting = alike | self._of_unknown_depth(looks, 0 if exact else NEAR_VOCABULARY)
        sizes = {one.vocabulary for one in deep if one.family in alike}
        if sizes & self._shared:
            if not self._tells(fitting | self._of_width(looks), most=1):
                return None
        elif not self._tells(fitting):
            fitting &= named
            if not fitting & alike or not self._tells(fitting):
                return None
        return _fit(fitting | self._borrowing(looks), looks.sizes, True)

    def _of_unknown_depth(self, looks: Looks, margin: int) -> set[str]:
        """Families with such a vocabulary and width of whose repos of that width no depth is
        known."""
        known = {one.family for one in self._bodies if one.width == looks.width}
        return {
            key
            for key, sizes in self._vocabularies.items()
            if key not in known
            and looks.width in self._widths[key]
            and any(abs((looks.vocabulary or 0) - size) <= margin for size in sizes)
        }

    def _of_width(self, looks: Looks) -> set[str]:
        return {
            key
            for key, sizes in self._vocabularies.items()
            if looks.vocabulary in sizes and looks.width in self._widths[key]
        }

    def _by_vocabulary(self, looks: Looks, named: set[str]) -> Fit | None:
        if looks.vocabulary is None or looks.vocabulary in self._shared:
            return None
        fitting = {key for key in named if looks.vocabulary in self._vocabularies[key]}
        if not fitting or not self._tells(fitting, most=1):
            return None
        ground = f"{looks.names[0]}, vocabulary {looks.vocabulary}"
        return _fit(fitting | self._borrowing(looks), ground, True)

    def _by_type(self, looks: Looks, named: set[str]) -> Fit | None:
        """Strong where one developer's line alone has the type; whoever is known to borrow its code
        fits as well."""
        if not self._tells(named) or set(looks.names) & self._shells:
            return None
        makers = self._kin.developers(named)
        is_own = len(makers) == 1 or self._says_maker(looks, makers)
        is_strong = is_own and looks.vocabulary not in self._shared
        return _fit(named | self._borrowing(looks), " ".join(looks.names[:2]), is_strong)

    def _says_maker(self, looks: Looks, makers: frozenset[str]) -> bool:
        """Whether the type is named after the line of one of its makers, from whom the others took
        the code: `qwen2`."""
        named = family_words(self._registry).of(looks.names[0].replace("_", "-"))
        return bool(named) and self._kin.developers(named) <= makers

    def _borrowing(self, looks: Looks) -> set[str]:
        return set().union(*(self._borrowers.get(name, set()) for name in looks.names))

    def _tells(self, families: Iterable[str], most: int = MOST_DEVELOPERS) -> bool:
        return 0 < len(self._kin.developers(families)) <= most

    def _is_own(self, tokenizer: str) -> bool:
        """Whether a tokenizer class carries a name of its own rather than a library's."""
        return len(self._kin.developers(self._classes[tokenizer])) < len(self._classes[tokenizer])


def _fit(families: Iterable[str], ground: str, is_strong: bool) -> Fit:
    return Fit(tuple(sorted(families)), ground, is_strong)


def _sets(lists: dict[str, list[Any]]) -> dict[str, set[Any]]:
    return {name: set(values) for name, values in lists.items()}


def trace_tables(registry: Registry) -> dict[str, Any]:
    """The registry turned round, worked out once when it is compiled.

    `types`, `gguf`, `classes`, `pre`, `borrowers`: families by what their files carry.
    `vocabularies`, `widths`: sizes by family. `bodies`: the known sizes of each repository, in the
    order of `Body`.
    """
    by: dict[str, dict[str, set[Any]]] = {
        name: defaultdict(set)
        for name in ("types", "gguf", "classes", "pre", "borrowers", "vocabularies", "widths")
    }
    bodies = []
    for family in registry.families():
        for table, names in (
            ("types", (*family.model_types, *family.architectures)),
            ("gguf", family.gguf_architectures),
            ("classes", family.tokenizer_classes),
        ):
            for name in names:
                by[table][name].add(family.id)
        own = [config.triple for config in family.configs if config.triple is not None]
        bodies += [(family.id, width, layers, vocabulary) for vocabulary, width, layers in own]
        by["vocabularies"][family.id] |= {*family.vocab_sizes, *(one[0] for one in own if one[0])}
        by["widths"][family.id] |= {*family.hidden_sizes, *(one[1] for one in own if one[1])}
    for row in registry.prehashes():
        by["pre"][row.pre_tokenizer] |= set(row.families)
    for borrowed in registry.borrowed()["architectures"]:
        for name in borrowed["code_of"]:
            by["borrowers"][name] |= set(borrowed.get("families", ()))
    sorted_lists = {
        table: {name: sorted(found) for name, found in names.items()} for table, names in by.items()
    }
    return {**sorted_lists, "bodies": bodies}
