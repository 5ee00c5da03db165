"""The registry: developers, namespaces, families and cited statements, looked up by id, name or
repo."""

from __future__ import annotations

from functools import cache
from typing import Any

from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.ref import ModelRef
from lineage.core.relation import Relation
from lineage.evidence import registry_rows as rows
from lineage.evidence.document import load, unpacked
from lineage.evidence.evidence import Citation, Developer
from lineage.evidence.family import (
    DataTeachers,
    Family,
    Prehash,
    RemovalClaim,
    RootEvidence,
    RootEvidenceKind,
    StatedBase,
)
from lineage.evidence.licences import LicenceText, licence_key
from lineage.evidence.names import FamilyNames
from lineage.evidence.near_names import best, near_names, rank


class Registry:
    """Who develops what. Records are built when they are first asked for, so that opening it costs
    one JSON parse."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._developers: dict[str, Developer] = {}
        self._families: dict[str, Family] = {}
        self._names = FamilyNames(document)

    @staticmethod
    def load(data: DataSet = EMBEDDED) -> Registry:
        """The registry of this data, read once."""
        return _loaded(data)

    @property
    def version(self) -> str:
        """ISO date of the newest record."""
        return str(self._document["version"])

    # --- developers

    def developers(self) -> list[Developer]:
        """All of them, by id."""
        return [self._developer(key) for key in sorted(self._document["developers"])]

    def developer(self, id: str) -> Developer | None:
        """The developer with this registry id."""
        return self._developer(id) if id in self._document["developers"] else None

    def developer_of_namespace(self, namespace: str) -> Developer | None:
        """Whose namespace this is on the hub, in any letter case; a mirror's is the mirror's, which
        develops nothing."""
        owner = self._document["namespaces"].get(namespace.casefold())
        return self._developer(owner) if owner else None

    def namespaces(self) -> list[str]:
        """Every namespace of the registry, as its owner spells it, sorted."""
        return list(self._document["spelled_namespaces"])

    def search(self, text: str) -> list[Developer]:
        """Developers with `text` in an id, name, alias, namespace or parent company, punctuation
        aside; exact hits first."""
        return best((rank(_names(one), text), one) for one in self.developers())

    def near_developers(self, text: str) -> tuple[str, ...]:
        """Names of developers, and their aliases and namespaces, that are spelled nearly so."""
        return near_names(text, (name for one in self.developers() for name in _names(one)))

    def namespace_citations(self, namespace: str) -> tuple[Citation, ...]:
        """Where this namespace was seen in use by its developer."""
        owner = self._document["namespaces"].get(namespace.casefold())
        row = unpacked(self._document["developers"][owner]) if owner else {}
        return next(
            (
                self._cited(numbers)
                for name, numbers in row.get("namespace_citations", {}).items()
                if name.casefold() == namespace.casefold()
            ),
            (),
        )

    # --- families and names

    def families(self) -> list[Family]:
        """All of them, by id."""
        return [self._family(key) for key in sorted(self._document["families"])]

    def family(self, id: str) -> Family | None:
        """The family with this registry id."""
        return self._family(id) if id in self._document["families"] else None

    def search_families(self, text: str) -> list[Family]:
        """Families with `text` in an id, name, root or in their developer's name, punctuation
        aside; exact hits first.

        The id of a model finds the family that lists it, or that its name alone tells.
        """
        if "/" in text and (one := self.family_of(text.strip())):
            return [one]
        found = [(rank(self._family_names(one), text), one) for one in self.families()]
        exact = [hit for hit in found if hit[0] == 0]
        return best(exact or found)

    def near_families(self, text: str) -> tuple[str, ...]:
        """Names of families and roots that are spelled nearly so."""
        return near_names(
            text, (name for one in self.families() for name in (one.id, one.name, *one.roots))
        )

    def _family_names(self, family: Family) -> tuple[str, ...]:
        """What a family is found by, its exact names first."""
        owner = self.developer(family.developer)
        return (family.id, family.name, *family.roots, *((owner.id, owner.name) if owner else ()))

    def family_of(self, repo: str) -> Family | None:
        """The family that this repo belongs to: listed there under this or an old name, or told by
        its name alone.

        A name that fits families of two developers tells nothing. A name is a lead: see
        `is_listed`.
        """
        key = self._document["repos"].get(self.canonical(repo).casefold()) or self._document[
            "repos"
        ].get(repo.casefold())
        key = key or self._names.match(repo)
        return self._family(key) if key else None

    def is_listed(self, repo: str) -> bool:
        """Whether the registry names this very repo (or the one it was renamed to), rather than a
        pattern that fits it."""
        return (
            self.canonical(repo).casefold() in self._document["repos"]
            or repo.casefold() in self._document["repos"]
        )

    def is_root(self, repo: str) -> bool:
        """Whether this very repo is listed as a root and not shown to be derived; what a foundation
        is, `is_shown_foundation` says."""
        evidence = self.root_evidence(repo)
        return evidence is not None and evidence.kind is not RootEvidenceKind.DERIVED

    def root_evidence(self, repo: str) -> RootEvidence | None:
        """What is shown of the weights that this very repo started from, under any name it had;
        None where it is no listed root."""
        row = self._document["roots"].get(self.canonical(repo).casefold())
        return rows.root_evidence(unpacked(row), self._cited) if row else None

    def is_shown_foundation(self, repo: str) -> bool:
        """Whether cited evidence shows that this very repo's main weights were trained from
        scratch: the only end of a trail."""
        evidence = self.root_evidence(repo)
        return evidence is not None and evidence.shows_foundation

    def canonical(self, repo: str) -> str:
        """The present name of a repo that is known to have moved; else the name itself."""
        renamed = self._document["renamed_repos"].get(repo.casefold())
        if renamed:
            return str(renamed)
        ref = ModelRef(repo)
        namespace = self._document["renamed_namespaces"].get(ref.namespace.casefold())
        return f"{namespace}/{ref.name}" if namespace else repo

    def former_names(self, repo: str) -> tuple[str, ...]:
        """Every name, case-folded, that is known to have become this one."""
        present = self.canonical(repo).casefold()
        ref = ModelRef(present)
        moved = [
            old for old, new in self._document["renamed_repos"].items() if new.casefold() == present
        ]
        spaces = [
            old
            for old, new in self._document["renamed_namespaces"].items()
            if new.casefold() == ref.namespace
        ]
        return tuple(sorted({*moved, *(f"{space}/{ref.name}" for space in spaces)}))

    # --- statements

    def stated_bases(self, repo: str) -> list[StatedBase]:
        """What cited sources say that this very repo was made from."""
        places = self._document["claims_of"].get(self.canonical(repo).casefold(), ())
        found = (unpacked(self._document["claims"][place]) for place in places)
        return [rows.stated_base(row, self._cited) for row in found]

    def is_stated_by_maker(self, repo: str) -> bool:
        """Whether undisputed statements name whole bases of this very repo, all of them by its own
        developer."""
        stated = [one for one in self.stated_bases(repo) if one.component is None]
        weights = [one.parent for one in stated if Relation(one.relation).carries_weights]
        owners = {self._owner_id(name) for name in (repo, *weights)}
        undisputed = not any(one.disputed_by for one in stated)
        return bool(weights) and undisputed and len(owners) == 1 and None not in owners

    def stated_by_makers(self) -> list[str]:
        """Every repo of which that holds."""
        children = {str(unpacked(row)["child"]) for row in self._document["claims"]}
        return sorted(child for child in children if self.is_stated_by_maker(child))

    def _owner_id(self, repo: str) -> str | None:
        owner = self.developer_of_namespace(ModelRef(self.canonical(repo)).namespace)
        return owner.id if owner is not None else None

    def removal_claim(self, repo: str) -> RemovalClaim | None:
        """The maker's statement that refusals were removed from this very repo."""
        row = self._document["removals"].get(repo.casefold()) or self._document["removals"].get(
            self.canonical(repo).casefold()
        )
        return rows.removal_claim(row, self._cited) if row else None

    def data_teachers(self, data_set: str) -> DataTeachers | None:
        """Which models wrote the answers of a data set; None where nobody has looked."""
        row = self._document["teachers"].get(data_set.casefold())
        return rows.data_teachers(row, self._cited) if row else None

    def prehashes(self) -> list[Prehash]:
        """Every tokenizer hash known."""
        return [rows.prehash(row, self._cited) for row in self._document["prehash"]]

    # --- tables for leads

    def family_bases(self) -> dict[str, list[str]]:
        """By family: those whose weights its own started from, as records and cited evidence of its
        roots tell."""
        found: dict[str, list[str]] = self._document["family_bases"]
        return found

    def family_developers(self) -> dict[str, str]:
        """By family: the registry id of its developer."""
        found: dict[str, str] = self._document["family_developers"]
        return found

    def family_words(self) -> dict[str, dict[str, Any]]:
        """By what running text calls the families: `spelled`, `stems`, `listed`; leads/words.py
        makes and reads them."""
        found: dict[str, dict[str, Any]] = self._document["words"]
        return found

    def family_traces(self) -> dict[str, Any]:
        """Which families the types, classes and sizes in files fit; leads/tables.py makes and
        reads them."""
        found: dict[str, Any] = self._document["traces"]
        return found

    def licence_names(self) -> dict[str, list[str]]:
        """Licence names, case-folded, that one developer wrote for its own models, to the families
        they cover."""
        found: dict[str, list[str]] = self._document["licence_names"]
        return found

    def licence_text(self, word: str) -> LicenceText | None:
        """What the text of the licence says that a card declares by this word; None where no record
        holds it."""
        texts: dict[str, Any] = self._document["licence_texts"]
        row = texts.get(licence_key(word))
        return rows.licence_text(row, self._cited) if row else None

    def borrowed(self) -> dict[str, Any]:
        """Architectures used without their weights, and the vocabulary sizes that unrelated
        families share."""
        found: dict[str, Any] = self._document["borrowed"]
        return found

    # --- building records

    def _cited(self, numbers: list[int]) -> tuple[Citation, ...]:
        cited = [unpacked(self._document["citations"][number]) for number in numbers]
        return tuple(
            Citation(url, title or "", published, seen) for url, title, published, seen in cited
        )

    def _developer(self, key: str) -> Developer:
        if key not in self._developers:
            row = unpacked(self._document["developers"][key])
            self._developers[key] = rows.developer(key, row, self._cited)
        return self._developers[key]

    def _family(self, key: str) -> Family:
        if key not in self._families:
            row = unpacked(self._document["families"][key])
            self._families[key] = rows.family(key, row, self._cited)
        return self._families[key]


def _names(developer: Developer) -> tuple[str, ...]:
    return (
        developer.id,
        developer.name,
        developer.parent_company,
        *developer.aliases,
        *developer.namespaces,
    )


@cache
def _loaded(data: DataSet) -> Registry:
    return Registry(load("registry.json", data))
