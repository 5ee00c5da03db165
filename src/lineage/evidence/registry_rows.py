"""The registry's values, each from one row of its document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lineage.evidence.evidence import Citation, Developer, ListEntry
from lineage.evidence.family import (
    Config,
    DataTeachers,
    Family,
    Prehash,
    RemovalClaim,
    RootBase,
    RootEvidence,
    RootEvidenceKind,
    StatedBase,
)
from lineage.evidence.licences import About, LicenceText, Says, Term

Row = dict[str, Any]
Cite = Callable[[list[int]], tuple[Citation, ...]]
"""The citations with these numbers."""

_DEVELOPER_TEXTS = ("role", "kind", "parent_company", "note")
_FAMILY_LISTS = (
    "architectures",
    "model_types",
    "vocab_sizes",
    "hidden_sizes",
    "tokenizer_classes",
    "gguf_architectures",
)


def developer(id: str, row: Row, cite: Cite) -> Developer:
    """With its home, its namespaces and the official lists that name it."""
    return Developer(
        id=id,
        name=row["name"],
        jurisdiction=row["jurisdiction"],
        jurisdiction_state=row["jurisdiction_state"],
        jurisdiction_candidates=tuple(row["jurisdiction_candidates"]),
        namespaces=tuple(row["namespaces"]),
        aliases=tuple(row.get("aliases", ())),
        lists=tuple(_list_entry(entry, cite) for entry in row["lists"]),
        citations=cite(row["citations"]),
        **{name: row.get(name, "") for name in _DEVELOPER_TEXTS},
    )


def _list_entry(row: Row, cite: Cite) -> ListEntry:
    detail = row.get("detail", "")
    return ListEntry(row["list"], row["status"], row["date"], detail, cite(row["citations"]))


def family(id: str, row: Row, cite: Cite) -> Family:
    """With its configurations; the evidence of its roots is asked for one by one."""
    return Family(
        id=id,
        name=row["name"],
        developer=row["developer"],
        roots=tuple(row["roots"]),
        derived_from=row.get("derived_from"),
        own_namespaces_only=row["pattern_scope"] == "own-namespaces",
        configs=tuple(_config(one) for one in row["configs"]),
        released=row.get("released"),
        note=row.get("note", ""),
        citations=cite(row["citations"]),
        **{name: tuple(row.get(name, ())) for name in _FAMILY_LISTS},
    )


def _config(row: Row) -> Config:
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "model_type")
    sizes = {name: row.get(name) for name in names}
    return Config(row["repo"], architectures=tuple(row.get("architectures", ())), **sizes)


def root_evidence(row: Row, cite: Cite) -> RootEvidence:
    """What is shown of one root."""
    bases = (
        RootBase(one["repo"], one["relation"], one.get("component"), one.get("confidence"))
        for one in row.get("bases", ())
    )
    return RootEvidence(
        kind=RootEvidenceKind(row["kind"]),
        citations=cite(row["citations"]),
        bases=tuple(bases),
        **{name: row.get(name, "") for name in ("strength", "statement", "tried", "main")},
    )


def stated_base(row: Row, cite: Cite) -> StatedBase:
    """One cited statement."""
    cited, note = cite(row["citations"]), row.get("note", "")
    more = (row.get("confidence"), row.get("component"), row.get("disputed_by", ""))
    return StatedBase(row["child"], row["parent"], row["relation"], note, cited, *more)


def removal_claim(row: Row, cite: Cite) -> RemovalClaim:
    """What a maker states about refusals."""
    return RemovalClaim(row["repo"], row["text"], cite(row["citations"]))


def data_teachers(row: Row, cite: Cite) -> DataTeachers:
    """Who wrote a data set's answers."""
    return DataTeachers(
        row["data_set"],
        tuple(row["models"]),
        tuple(row.get("closed", ())),
        float(row["confidence"]),
        bool(row.get("disputed")),
        row.get("note", ""),
        cite(row["citations"]),
    )


def prehash(row: Row, cite: Cite) -> Prehash:
    """One tokenizer's hash."""
    return Prehash(
        row["hash"],
        row["pre_tokenizer"],
        tuple(row.get("families", ())),
        row.get("note", ""),
        cite(row["citations"]),
    )


def licence_text(row: Row, cite: Cite) -> LicenceText:
    """One text, clause by clause."""
    terms = tuple(
        Term(
            About(one["about"]),
            Says(one["says"]),
            one["clause"],
            one["text"],
            one.get("carried", False),
            one.get("name_begins", ""),
            one.get("of_outputs", False),
        )
        for one in row["terms"]
    )
    return LicenceText(row["id"], row["name"], terms, cite(row["citations"]))
