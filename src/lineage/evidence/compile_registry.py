"""The registry document, from the records of developers, families, lineage and licences."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.evidence.registry import Registry

if sys.version_info >= (3, 11):
    from re import _parser as sre  # type: ignore[attr-defined]
else:
    import sre_parse as sre

from lineage.evidence.document import packed
from lineage.evidence.records import Row, read, records, version


class Citations:
    """Gives each citation a number, so that none is stored twice."""

    def __init__(self) -> None:
        self.rows: list[list[str | None]] = []
        self._numbers: dict[tuple[str | None, ...], int] = {}

    def __call__(self, cited: list[Row]) -> list[int]:
        """Their numbers."""
        return [
            self._number(tuple(one.get(key) for key in ("url", "title", "published_on", "seen_on")))
            for one in cited
        ]

    def _number(self, citation: tuple[str | None, ...]) -> int:
        if citation not in self._numbers:
            self._numbers[citation] = len(self.rows)
            self.rows.append(list(citation))
        return self._numbers[citation]


def registry(data: Path) -> Row:
    """The registry document: records by id, and the tables by which they are looked up."""
    from lineage.evidence.leads.tables import trace_tables
    from lineage.evidence.leads.words import word_tables
    from lineage.evidence.licences import licence_key
    from lineage.evidence.registry import Registry

    developers, families = list(records(data / "developers")), list(records(data / "families"))
    lineage = [read(path) for path in sorted((data / "lineage").glob("*.toml"))]
    renames, removals, hashes = (
        read(data / "renames.toml"),
        read(data / "removals.toml"),
        read(data / "prehash.toml"),
    )
    teachers = read(data / "teachers.toml")
    texts = list(records(data / "licence_texts"))
    licences, borrowed = read(data / "licences.toml"), read(data / "borrowed.toml")
    cite = Citations()
    document = {
        "version": version([*developers, *families, *lineage, *texts, renames, removals, teachers]),
        "developers": {row["id"]: packed(_developer(row, cite)) for row in developers},
        "mirrors": [row["id"] for row in developers if "mirror" in row["role"]],
        "namespaces": dict(_namespaces(developers)),
        "spelled_namespaces": sorted(
            {one["name"] for row in developers for one in row.get("namespaces", [])}
        ),
        "families": {row["id"]: packed(_family(row, cite)) for row in families},
        "family_developers": {row["id"]: row["developer"] for row in families},
        "family_origins": {
            row["id"]: row["derived_from"] for row in families if "derived_from" in row
        },
        "own_namespaces_only": [
            row["id"] for row in families if row["pattern_scope"] == "own-namespaces"
        ],
        "repos": _repos(families),
        "patterns": [
            _pattern(row, pattern) for row in families for pattern in row.get("id_patterns", [])
        ],
        "renamed_namespaces": {row["old"].casefold(): row["new"] for row in renames["namespaces"]},
        "renamed_repos": {
            a["old"].casefold(): a["new"] for row in families for a in row.get("aliases", [])
        },
        "claims": [packed(_with(row, cite)) for file in lineage for row in file["claims"]],
        "removals": {row["repo"].casefold(): _with(row, cite) for row in removals["removals"]},
        "teachers": {row["data_set"].casefold(): _with(row, cite) for row in teachers["teachers"]},
        "prehash": [_with(row, cite) for row in hashes["prehash"]],
        "licence_names": {row["name"].casefold(): row["families"] for row in licences["licences"]},
        "licence_texts": {
            licence_key(word): _with(row, cite) for row in texts for word in row["declared_as"]
        },
        "borrowed": {
            **{
                key: borrowed[key]
                for key in ("library_tokenizer_classes", "shared_vocabulary_sizes")
            },
            "architectures": [_with(row, cite) for row in borrowed["architectures"]],
            "shells": [_with(row, cite) for row in borrowed["shells"]],
        },
    }
    known = Registry(document)
    document["roots"] = _roots(known, families, cite)
    document["citations"] = list(map(packed, cite.rows))
    document["family_bases"] = _family_bases(known, families)
    return document | {
        "words": word_tables(known),
        "traces": trace_tables(known),
        "claims_of": _by_present_name(
            known, [row["child"] for file in lineage for row in file["claims"]]
        ),
    }


def _by_present_name(known: Registry, names: list[str]) -> Row:
    """The places of the rows about each repo, by its present name, case-folded."""
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        found.setdefault(known.canonical(name).casefold(), []).append(number)
    return found


def _roots(known: Registry, families: list[Row], cite: Citations) -> Row:
    """The evidence of each listed root, by its present name, case-folded; a root of which nothing
    is shown has no citations."""
    roots = [root for row in families for root in row["roots"]]
    return {
        known.canonical(root["repo"]).casefold(): packed(
            {**root["evidence"], "citations": cite(root["evidence"].get("citations", []))}
        )
        for root in roots
    }


def _family_bases(known: Registry, families: list[Row]) -> Row:
    """The families whose weights each family started from: by its own record, and by the evidence
    of its roots."""
    found: Row = {}
    for row in families:
        bases = {row["derived_from"]} if "derived_from" in row else set()
        for root in row["roots"]:
            for base in root["evidence"].get("bases", ()):
                family = known.family_of(base["repo"]) if "component" not in base else None
                if family and base["relation"] != "distilled":
                    bases.add(family.id)
        if bases - {row["id"]}:
            found[row["id"]] = sorted(bases - {row["id"]})
    return found


def _with(row: Row, cite: Citations) -> Row:
    return {**row, "citations": cite(row["citations"])}


def _developer(row: Row, cite: Citations) -> Row:
    home = row["jurisdiction"]
    return {
        **{
            key: row[key]
            for key in ("name", "role", "kind", "aliases", "parent_company", "note")
            if key in row
        },
        "jurisdiction": home.get("code"),
        "jurisdiction_state": home["state"],
        "jurisdiction_candidates": home.get("candidates", []),
        "namespaces": [one["name"] for one in row.get("namespaces", [])],
        "namespace_citations": {
            one["name"]: cite(one["citations"]) for one in row.get("namespaces", [])
        },
        "lists": [
            {**_with(one, cite), "date": None if one["date"] == "unknown" else one["date"]}
            for one in row.get("lists", [])
        ],
        "citations": cite(home.get("citations", [])),
    }


def _namespaces(developers: list[Row]) -> Iterator[tuple[str, str]]:
    owners: dict[str, str] = {}
    for row in developers:
        for one in row.get("namespaces", []):
            name = one["name"].casefold()
            if owners.setdefault(name, row["id"]) != row["id"]:
                raise ValueError(
                    f"namespace {name!r} is listed under {owners[name]!r} and {row['id']!r}"
                )
            yield name, row["id"]


def _family(row: Row, cite: Citations) -> Row:
    plain = ("name", "developer", "pattern_scope", "derived_from", "released", "note")
    lists = (
        "architectures",
        "model_types",
        "vocab_sizes",
        "hidden_sizes",
        "tokenizer_classes",
        "gguf_architectures",
    )
    return {
        **{key: row[key] for key in plain + lists if key in row},
        "roots": [one["repo"] for one in row["roots"]],
        "configs": row.get("configs", []),
        "licences": {one["repo"]: one["licence"] for one in row.get("licences", [])},
        "citations": cite(row["citations"]),
    }


def _repos(families: list[Row]) -> Row:
    """Exact repo to family: repos with a known configuration first, then aliases, then roots, which
    are the surest."""
    table: dict[str, str] = {}
    for row in families:
        table |= {one["repo"].casefold(): row["id"] for one in row.get("configs", [])}
    for row in families:
        table |= {
            name.casefold(): row["id"]
            for one in row.get("aliases", [])
            for name in (one["old"], one["new"])
        }
    for row in families:
        table |= {one["repo"].casefold(): row["id"] for one in row["roots"]}
    return table


def _pattern(row: Row, pattern: str) -> list[str]:
    check_pattern(pattern)
    return [row["id"], pattern, literal(pattern)]


def literal(pattern: str) -> str:
    """The longest text that every match of `pattern` must contain, case-folded; a quick test before
    the pattern is even compiled."""
    best = run = ""
    for operation, argument in list(sre.parse(pattern)):  # type: ignore[call-overload]
        run = run + chr(argument) if str(operation) == "LITERAL" else ""
        best = max(best, run, key=len)
    return best.casefold()


def check_pattern(pattern: str) -> None:
    """Raise unless `pattern` is safe against names made to make it slow: no repeat inside a repeat,
    none without a bound but `.*` once."""
    re.compile(pattern)
    if re.search(r"[*+}]\)?[*+{]", pattern) or len(re.findall(r"\.\*|\.\+", pattern)) > 1:
        raise ValueError(f"{pattern!r} could be made slow")
