"""Names of models, families and developers as people write them, loosely matched with the lineage
that was found and with the registry."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache

from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.ref import ModelRef, is_repo_id
from lineage.core.value import dataclass
from lineage.evidence.near_names import squeezed
from lineage.evidence.registry import Registry

_TOKEN = re.compile(
    r"\d+x\d+(?:\.\d+)?b|\d+(?:\.\d+)?[bm](?![a-z0-9])|\d+(?:\.\d+)*|[^\W\d_]+", re.IGNORECASE
)
_BILLIONS = re.compile(r"(?<=\d)[\s_-]*(?:billion|bn|b)\b(?:\s+param\w*)?", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([bm])\Z")
_WORDS_NOISE = (
    "a an the of by from on with and or model models base foundation llm slm ai v ver "
    "version series family language large open weights source based built fine tune "
    "tuned finetune finetuned release gen generation hf www com parameters params our "
    "vendor inc ltd gmbh"
)
_NOISE = frozenset(_WORDS_NOISE.split())
_WORDS_FORMS = (
    "instruct it chat pt hf base awq gptq gguf fp bit int q k quantized preview latest "
    "instruction aligned assistant dense"
)
_FORMS = frozenset(_WORDS_FORMS.split())
"""Words for what was made of the same weights."""
_WORDS_VAGUE = (
    "ailab hilab nlp team founders classical marker line seed dream university "
    "institute national shanghai shenzhen suzhou beijing singapore china chinese "
    "zhejiang korea the"
)
_VAGUE = frozenset(_WORDS_VAGUE.split())
"""Parts of developers' names that name none by themselves."""
_SAME_SIZE = 0.15
"""Sizes that differ by less are one, rounded or counted in another way."""
_LONGEST = 6


class Fit(IntEnum):
    """How well a text fits the name of a model; the higher, the better."""

    NONE = 0
    OTHER = 1
    """The same line, in another size or generation."""
    NEAR = 2
    """A near relative: the same generation, or with words that the name lacks."""
    LESS = 3
    """It names the model, and less than its whole name."""
    SAME = 4


def tokens(text: str) -> list[str]:
    """Its words and numbers: `Llama 3.1-8B` and `llama3.1_8b` are one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _TOKEN.findall(_BILLIONS.sub("b", plain)[:500])


@dataclass(frozen=True)
class Named:
    """The parts of a name."""

    letters: frozenset[str]
    sizes: tuple[str, ...]
    versions: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> Named:
        """The parts of these tokens, words that say nothing left out."""
        found = list(words)
        sizes = tuple(w for w in found if re.match(r"\d+(?:x\d|\.?\d*[bm]\Z)", w))
        versions = frozenset(w for w in found if w[0].isdigit() and w not in sizes)
        letters = frozenset(w for w in found if not w[0].isdigit()) - _NOISE
        return cls(letters, sizes, versions)


class Names:
    """The registry's names, by the words that people use."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._developers: dict[str, set[str]] = defaultdict(set)
        self._companies: dict[str, set[str]] = defaultdict(set)
        self._related: dict[str, set[str]] = {}
        for one in registry.developers():
            for name in (one.id, one.name, one.parent_company, *one.namespaces):
                for part in (name, *re.split(r"[(),/]", name)):
                    self._companies[squeezed(part)].add(one.id)
            for name in one.aliases:
                self._developers[squeezed(name)].add(one.id)
            company = tokens(one.parent_company)[:1]
            self._related[one.id] = {one.id, *company} - _NOISE
            for word in company:
                self._companies[word].add(one.id)
        for table in (self._companies, self._developers):
            for vague in [key for key in table if len(key) < 2 or key in _NOISE | _VAGUE]:
                del table[vague]

    @staticmethod
    @cache
    def load(data: DataSet = EMBEDDED) -> Names:
        """Those of its registry, made once."""
        return Names(Registry.load(data))

    def companies(self, text: str) -> frozenset[str]:
        """Registry ids of developers whose own names the text holds."""
        return frozenset(id_ for _, ids in self._spans(text, self._companies) for id_ in ids)

    def developers(self, text: str) -> frozenset[str]:
        """The same, by the names of their lines of models too."""
        named = self.companies(text)
        return named or frozenset(i for _, ids in self._spans(text, self._developers) for i in ids)

    def kin(self, developer: str, stated: Iterable[str]) -> bool:
        """Whether a developer is one of those, or of the same parent company."""
        own = self._related.get(developer, {developer})
        return any(own & self._related.get(one, {one}) for one in stated)

    def families(self, text: str) -> frozenset[str]:
        """The family that the text tells, and those whose weights it started from."""
        id_ = text.strip()
        family = self._registry.family_of(id_) if is_repo_id(id_) else None
        words = tokens(text)
        for form in (words, [word for word in words if word not in _NOISE]):
            family = family or self._registry.family_of("-".join(form)[:90] or "-")
        found: list[str] = []
        while family is not None and family.id not in found:
            found.append(family.id)
            base = family.derived_from
            family = self._registry.family(base) if base else None
        return frozenset(found)

    def owner(self, text: str) -> str | None:
        """The developer whose namespace an id begins with."""
        namespace = ModelRef(text).namespace if is_repo_id(text) else ""
        owner = self._registry.developer_of_namespace(namespace) if namespace else None
        return owner.id if owner else None

    def canonical(self, text: str) -> str:
        """The present name of a model, in lower case."""
        return self._registry.canonical(text).lower()

    def is_plain(self, text: str) -> bool:
        """Whether nothing but names of developers, numbers and words that say nothing is in it: one
        English word of a sentence may be somebody's name by chance."""
        spans = [*self._spans(text, self._companies), *self._spans(text, self._developers)]
        known = {word for span, _ in spans for word in span}
        return not Named.of(tokens(text)).letters - known - _FORMS

    def fit(self, text: str, model: str, developer: str | None) -> Fit:
        """How well what is written fits the model of a developer."""
        name = text.rpartition("/")[2] if is_repo_id(text) else text
        words = tokens(name)
        other = Named.of(tokens(ModelRef(model).name))
        company = {
            word
            for span, ids in self._spans(name, self._companies)
            if developer and self.kin(developer, ids)
            for word in span
        }
        named = Named.of(words)
        core = named.letters - (company - other.letters)
        if not core:
            return Fit.LESS if company & named.letters else Fit.NONE
        brand = next((w for w in tokens(ModelRef(model).name) if w in other.letters), "")
        if not core - _FORMS <= other.letters and brand not in core:
            return Fit.NONE
        fit = _numbers(named, core, other)
        if fit is Fit.OTHER and not _differ_in_size(named.sizes, other.sizes):
            own = self._registry.family_of(model)
            is_kin = own is not None and own.id in self.families(name)
            return Fit.NEAR if is_kin else fit  # `Llama 3.3` and `3.1` are one family
        return fit

    def _spans(self, text: str, table: dict[str, set[str]]) -> Iterator[tuple[list[str], set[str]]]:
        """Runs of words that are a name of the table, the longest at each place."""
        words = tokens(text)
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + _LONGEST), start, -1):
                span = words[start:end]
                if (ids := table.get("".join(span))) and not set(span) <= _NOISE:
                    yield span, ids
                    start = end - 1
                    break
            start += 1


def _numbers(named: Named, core: frozenset[str], other: Named) -> Fit:
    if _differ_in_size(named.sizes, other.sizes):
        return Fit.OTHER
    ways = [_version(one, other.versions) for one in named.versions] if other.versions else []
    if Fit.OTHER in ways:
        return Fit.OTHER
    if Fit.NEAR in ways or not core <= other.letters:
        return Fit.NEAR
    is_whole = core == other.letters and set(named.versions) == set(other.versions)
    return Fit.SAME if is_whole and bool(named.sizes) == bool(other.sizes) else Fit.LESS


def _version(text: str, known: frozenset[str]) -> Fit:
    if text in known:
        return Fit.SAME
    if any(one.startswith(f"{text}.") or text.startswith(f"{one}.") for one in known):
        return Fit.NEAR
    return Fit.OTHER


def _differ_in_size(stated: tuple[str, ...], items: tuple[str, ...]) -> bool:
    ours, theirs = _millions(stated), _millions(items)
    if not ours or not theirs or len(ours) != len(stated) or len(theirs) != len(items):
        return False  # `8x7B` and `47B` may be one
    return not any(abs(a - b) <= _SAME_SIZE * max(a, b) for a in ours for b in theirs)


def _millions(sizes: Iterable[str]) -> list[float]:
    found = [_SIZE.match(one) for one in sizes]
    return [float(m[1]) * (1000 if m[2] == "b" else 1) for m in found if m]
