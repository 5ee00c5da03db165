"""Licences as cards declare them, and what a licence's own text says, clause by clause. Facts of
licence texts, never advice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lineage.core.record import ModelRecord
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.evidence.citation import Citation

if TYPE_CHECKING:
    from lineage.evidence.registry import Registry

_SAYS_NOTHING = frozenset({"", "other", "unknown", "none"})


class About(Word):
    """What a clause is about."""

    COMMERCIAL_USE = "commercial-use"
    USE_LIMITS = "use-limits"
    """Uses that the licence forbids, or the policy of acceptable use that it names."""
    THRESHOLD = "threshold"
    """Users or revenue above which the licence asks for another one."""
    TERRITORY = "territory"
    OUTPUTS = "outputs"
    """Training other models with what the model answers."""
    MODEL_NAME = "model-name"
    ATTRIBUTION = "attribution"
    """Words to show where people see them."""
    NOTICE = "notice"
    """Notices to keep, or a notice file."""
    LICENCE_COPY = "licence-copy"
    CHANGES = "changes"
    """Marking what was changed."""
    OTHER_TERMS = "other-terms"
    """Giving a model made from it under other terms."""

    @property
    def words(self) -> str:
        """What a licence grants by it, as words of a sentence."""
        return _WORDS.get(self, self.replace("-", " "))


_WORDS = {
    About.USE_LIMITS: "use for any purpose",
    About.OTHER_TERMS: "other terms for what is made from it",
}


class Says(Word):
    """What a clause does."""

    GRANTS = "grants"
    ASKS = "asks"
    WITHHOLDS = "withholds"


@dataclass(frozen=True)
class Term:
    """One clause of a licence, in our words."""

    about: About
    says: Says
    clause: str
    """Its number or name in the text."""
    text: str
    is_carried: bool = False
    """Whether the clause says that it holds for models made from it too, under whatever licence."""
    name_begins: str = ""
    """With what the names of models made from it begin, where it asks for that."""
    of_outputs: bool = False
    """Whether that name is asked of models trained with its outputs as well."""


@dataclass(frozen=True)
class LicenceText:
    """What was read in the text of one licence in one version. Clauses that nobody read are
    absent."""

    id: str
    name: str
    terms: tuple[Term, ...]
    citations: tuple[Citation, ...]
    """Where the text is found."""

    def of(self, about: About, says: Says) -> Term | None:
        """The first clause that does this."""
        return next((one for one in self.terms if (one.about, one.says) == (about, says)), None)


@dataclass(frozen=True)
class Declared:
    """One licence that a model's card declares."""

    word: str
    """As declared, in lower case."""
    text: LicenceText | None
    """None where no record holds what it says: unknown."""


@dataclass(frozen=True)
class Clause:
    """One clause of a licence that a model declares."""

    word: str
    text: LicenceText
    term: Term


def licences_of(record: ModelRecord | None) -> tuple[str, ...]:
    """Identifiers in lower case: the card's, else the tags'. The custom name of an `other` licence
    counts. Empty where none is named."""
    if record is None:
        return ()
    written = record.card.get("license")
    names = [written] if isinstance(written, str) else []
    if isinstance(written, (list, tuple)):
        names = [str(name) for name in written]
    if not names:
        names = [tag.partition(":")[2] for tag in record.tags if tag.startswith("license:")]
    found = {name.strip().lower() for name in names}
    custom = record.card.get("license_name")
    if isinstance(custom, str) and found <= _SAYS_NOTHING:
        found.add(custom.strip().lower())
    return tuple(sorted(found - _SAYS_NOTHING))


def declared(record: ModelRecord | None, registry: Registry) -> tuple[Declared, ...]:
    """Every licence that the card declares, each with what its text says, where that is known."""
    return tuple(Declared(word, registry.licence_text(word)) for word in licences_of(record)[:20])


def licence_key(word: str) -> str:
    """By which names are compared: `Llama 3.1_Community License` and its spellings are one name,
    another version is another name."""
    return re.sub(r"[^a-z0-9.+]+", "-", word.casefold()).strip("-")


def shared(licences: tuple[Declared, ...], about: About, says: Says) -> Clause | None:
    """A clause that every licence of a model has: of several licences a user may choose one, so
    what only some of them say settles nothing. None where any of them is unknown."""
    found = []
    for one in licences:
        term = one.text.of(about, says) if one.text else None
        if one.text is None or term is None:
            return None
        found.append(Clause(one.word, one.text, term))
    return found[0] if found else None
