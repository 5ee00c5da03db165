"""Takes the models out of a CycloneDX (1.4 to 1.7) or SPDX (2.2,
2.3, 3.0) document, and its statements about each.

A supplier's file decides nothing and reaches nothing: only names of the
form of a Hub id come out of it, never a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from lineage.core.errors import InvalidRefError
from lineage.core.ref import COMMIT, is_repo_id, parse_ref
from lineage.sources.hub.settings import own_endpoint
from lineage.workflows.portfolio.row import InputRow, Listing, SupplierStatement, clipped
from lineage.workflows.portfolio.tables import BASES, listed

_MODEL = "machine-learning-model"
_MOST_NESTED = 20
_BASE_OF = {
    "DESCENDANT_OF": False,
    "ANCESTOR_OF": True,
    "VARIANT_OF": False,
    "GENERATED_FROM": False,
    "GENERATES": True,
    "descendantOf": False,
    "ancestorOf": True,
    "hasVariant": True,
    "modifiedBy": True,
    "generates": True,
}
"""Relationship types that name a base model; True where the base comes first."""
_DEPENDS = {"DEPENDS_ON": False, "DEPENDENCY_OF": True, "dependsOn": False}
"""Those that name what a thing needs, a base model or another part."""


def from_cyclonedx(document: Mapping[str, Any], listing: Listing) -> list[InputRow]:
    """One row per component that is a model, whatever its type is called; nested ones and the root
    included; none twice."""
    name = listing.name
    found = list(_components(document))
    parts = [part for part in found if _is_model(part)]
    data = [part for part in found if part.get("type") == "data" and _cyclonedx_id(part)[0]]
    for part in data if parts else ():
        id_ = _cyclonedx_id(part)[0]
        listing.note(f"{name}: {id_} is listed as data and was not audited as a model.")
    by_ref = {part["bom-ref"]: part for part in parts if isinstance(part.get("bom-ref"), str)}
    depends = {
        d["ref"]: [
            by_ref[ref]
            for ref in _list(d.get("dependsOn"))
            if isinstance(ref, str) and ref in by_ref
        ]
        for d in _dicts(document.get("dependencies"))
        if isinstance(d.get("ref"), str)
    }
    beside = frozenset(id_.lower() for part in parts if (id_ := _cyclonedx_id(part)[0]))
    rows: list[InputRow] = []
    for n, part in enumerate(parts, 1):
        needed = depends.get(str(part.get("bom-ref")), [])
        statement = replace(_statement_cyclonedx(part, needed), beside=beside)
        label = clipped(part.get("name", ""))
        rows += _rows(name, f"component {n}", _cyclonedx_id(part), statement, label)
    return _without_repeats(rows)


def _is_model(part: Mapping[str, Any]) -> bool:
    """By its type, by a model card, or by a name on the Hub where data sets are called data."""
    kind = str(part.get("type")).strip().lower()
    if kind == _MODEL or _dict(part.get("modelCard")):
        return True
    return kind != "data" and bool(_by_purl(part)[0])


def _by_purl(part: Mapping[str, Any]) -> tuple[str, str]:
    """Hub id and revision of a purl; one without a namespace is completed by the group."""
    id_, revision = next(
        (found for key in ("purl", "bom-ref") if (found := _from_purl(part.get(key)))[0]), ("", "")
    )
    group = part.get("group")
    if id_ and "/" not in id_ and isinstance(group, str) and group.strip():
        return _joined(group, id_) or id_, revision
    return id_, revision


def _components(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    roots = [
        _dict(_dict(document.get("metadata")).get("component")),
        *_dicts(document.get("components")),
    ]
    todo = [(part, 0) for part in roots if part]
    for part, depth in todo:
        yield part
        if depth < _MOST_NESTED:
            todo += [(inner, depth + 1) for inner in _dicts(part.get("components"))]


def _cyclonedx_id(part: Mapping[str, Any]) -> tuple[str, str]:
    """Hub id and revision; both empty where the component names no model of the Hub."""
    id_, revision = _by_purl(part)
    urls = (one.get("url") for one in _dicts(part.get("externalReferences")))
    id_ = (
        id_
        or next((found for found in map(_from_url, urls) if found), "")
        or _joined(part.get("group"), part.get("name"))
        or _from_generic_purl(part.get("purl"))
    )
    version = str(part.get("version") or "").lower()
    return id_, revision or (version if COMMIT.match(version) else "")


def _statement_cyclonedx(
    part: Mapping[str, Any], needed: list[Mapping[str, Any]]
) -> SupplierStatement:
    ancestors = _dicts(_dict(part.get("pedigree")).get("ancestors"))
    named = [*map(_called, ancestors), *_from_properties(part)]
    licences = []
    for choice in _dicts(part.get("licenses")):
        license_ = _dict(choice.get("license"))
        licences.append(
            clipped(license_.get("id") or license_.get("name") or choice.get("expression") or "")
        )
    return SupplierStatement(
        _unique(named),
        _unique(licences),
        _cyclonedx_id(part)[1],
        _first_text(_dict(part.get("manufacturer")).get("name"), part.get("author")),
        _first_text(_dict(part.get("supplier")).get("name"), part.get("publisher")),
        depends=_unique([_called(one) for one in needed]),
    )


def _called(part: Mapping[str, Any]) -> str:
    return _cyclonedx_id(part)[0] or clipped(part.get("name", ""))


def _first_text(*values: Any) -> str:
    return next((clipped(one) for one in values if isinstance(one, str) and one.strip()), "")


_WORDS = re.compile(r"[:/#.]")
_NO_LETTERS = re.compile(r"[^a-z]+")


def _from_properties(part: Mapping[str, Any]) -> Iterator[str]:
    """Base models in properties of the component and of its model card, and in members of the
    card's parameters: `base_model`, `huggingface:baseModel`, `aibom:base_model[0]`."""
    card = _dict(part.get("modelCard"))
    parameters = _dict(card.get("modelParameters"))
    pairs = [
        (one.get("name"), one.get("value"))
        for holder in (part, card, parameters)
        for one in _dicts(holder.get("properties"))
    ]
    for key, value in (*pairs, *card.items(), *parameters.items()):
        words = [_NO_LETTERS.sub("", word.lower()) for word in _WORDS.split(str(key))]
        if not words or next((word for word in reversed(words) if word), "") not in BASES:
            continue
        for one in _list(value):
            text = _called(one) if isinstance(one, dict) else str(one or "")
            yield from (_from_purl(word)[0] or _from_url(word) or word for word in listed(text))


def from_spdx2(document: Mapping[str, Any], name: str) -> list[InputRow]:
    """One row per package that a purl or address places on the
    Hub: SPDX 2 has no word for a model."""
    packages = {str(p.get("SPDXID")): p for p in _dicts(document.get("packages"))}
    ids = {key: _spdx2_id(package) for key, package in packages.items()}
    relations_of = [
        (
            str(r.get("spdxElementId")),
            str(r.get("relationshipType")),
            [str(r.get("relatedSpdxElement"))],
        )
        for r in _dicts(document.get("relationships"))
    ]
    bases, depends = _ends(relations_of, _BASE_OF), _ends(relations_of, _DEPENDS)
    beside = frozenset(found[0].lower() for found in ids.values() if found[0])
    rows: list[InputRow] = []
    for n, (key, package) in enumerate(packages.items(), 1):
        if not ids[key][0]:
            continue
        licence = str(package.get("licenseDeclared") or "")

        def called(keys: list[str]) -> tuple[str, ...]:
            known = [one for one in keys if one in ids]
            return _unique([ids[one][0] or clipped(packages[one].get("name", "")) for one in known])

        statement = SupplierStatement(
            called(bases.get(key, [])),
            _asserted(licence),
            ids[key][1],
            _who(package.get("originator")),
            _who(package.get("supplier")),
            beside=beside,
            depends=tuple(one for one in called(depends.get(key, [])) if is_repo_id(one)),
        )
        rows += _rows(name, f"package {n}", ids[key], statement, clipped(package.get("name", "")))
    return _without_repeats(rows)


def _spdx2_id(package: Mapping[str, Any]) -> tuple[str, str]:
    for reference in _dicts(package.get("externalRefs")):
        id_, revision = _from_purl(reference.get("referenceLocator"))
        if id_:
            return id_, revision
    version = str(package.get("versionInfo") or "").lower()
    urls = (package.get("downloadLocation"), package.get("homepage"))
    return next((found for found in map(_from_url, urls) if found), ""), version if COMMIT.match(
        version
    ) else ""


def from_spdx3(document: Mapping[str, Any], name: str) -> list[InputRow]:
    """One row per AI package, or per package that a purl places on the Hub."""
    graph = _dicts(document.get("@graph")) or [document]
    elements = {str(e.get("spdxId") or e.get("@id")): e for e in graph}
    relations = [e for e in graph if str(e.get("type") or e.get("@type")).endswith("Relationship")]
    relations_of = [
        (str(r.get("from")), str(r.get("relationshipType")), [str(to) for to in _list(r.get("to"))])
        for r in relations
    ]
    bases, depends = _ends(relations_of, _BASE_OF), _ends(relations_of, _DEPENDS)
    beside = frozenset(id_.lower() for e in graph if (id_ := _spdx3_id(e)[0]))
    licences: dict[str, list[str]] = {}
    for start, kind, ends in relations_of:
        if kind in ("hasDeclaredLicense", "hasConcludedLicense"):
            words = [
                str(elements.get(end, {}).get("simplelicensing_licenseExpression") or "")
                for end in ends
            ]
            licences.setdefault(start, []).extend(words)
    rows: list[InputRow] = []
    packages = {
        key: e
        for key, e in elements.items()
        if str(e.get("type") or e.get("@type")).endswith(("AIPackage", "software_Package"))
    }
    for n, (key, package) in enumerate(packages.items(), 1):
        found = _spdx3_id(package)
        if not found[0] and not str(package.get("type") or package.get("@type")).endswith(
            "AIPackage"
        ):
            continue

        def called(keys: list[str]) -> tuple[str, ...]:
            ends = [elements.get(one, {}) for one in keys]
            return _unique([_spdx3_id(end)[0] or clipped(end.get("name", "")) for end in ends])

        makers = [str(one) for one in _list(package.get("originatedBy"))]
        supplier = str(package.get("suppliedBy"))
        declared = [word for one in licences.get(key, []) for word in _asserted(one)]
        statement = SupplierStatement(
            called(bases.get(key, [])),
            _unique(declared),
            found[1],
            _who(next((elements.get(one, {}).get("name") for one in makers), "")),
            _who(elements.get(supplier, {}).get("name")),
            beside=beside,
            depends=tuple(one for one in called(depends.get(key, [])) if is_repo_id(one)),
        )
        rows += _rows(name, f"package {n}", found, statement, clipped(package.get("name", "")))
    return _without_repeats(rows)


def _spdx3_id(package: Mapping[str, Any]) -> tuple[str, str]:
    identifiers = [one.get("identifier") for one in _dicts(package.get("externalIdentifier"))]
    for candidate in (package.get("software_packageUrl"), *identifiers):
        id_, revision = _from_purl(candidate)
        if id_:
            return id_, revision
    version = str(package.get("software_packageVersion") or "").lower()
    urls = (package.get("software_downloadLocation"), package.get("software_homePage"))
    id_ = next((found for found in map(_from_url, urls) if found), "") or _joined(
        "", package.get("name")
    )
    return id_, version if COMMIT.match(version) else ""


def _ends(relations_of: Any, kinds: Mapping[str, bool]) -> dict[str, list[str]]:
    """Other elements by element, from relationships of (start, type, ends) of these kinds."""
    found: dict[str, list[str]] = {}
    for start, kind, ends in relations_of:
        if kind in kinds:
            for end in ends:
                child, other = (end, start) if kinds[kind] else (start, end)
                found.setdefault(child, []).append(other)
    return found


def _who(text: Any) -> str:
    who = re.sub(r"^(Organization|Person|Tool):\s*", "", str(text or ""))
    return "" if who in ("NOASSERTION", "NONE") else clipped(who)


def _rows(
    name: str, place: str, found: tuple[str, str], statement: SupplierStatement, label: str
) -> Iterator[InputRow]:
    """The model's row; where it is on no hub, a row that says so
    and one for each base model that is."""
    id_, revision = found
    if id_:
        yield InputRow(
            name,
            place,
            f"{id_}@{revision}" if revision else id_,
            statement=statement,
            hub_only=True,
        )
        return
    yield InputRow(
        name,
        place,
        "",
        statement=statement,
        problem=f"{name} {place} ({label or 'without a name'}) names no model on the Hub.",
    )
    for i, base in enumerate(statement.bases, 1):
        if is_repo_id(base) and "/" in base:
            yield InputRow(name, f"{place}, base {i}", base, hub_only=True)


def _from_purl(text: Any) -> tuple[str, str]:
    if not isinstance(text, str) or not text.strip().lower().startswith("pkg:"):
        return "", ""
    try:
        ref = parse_ref(text)
    except InvalidRefError:
        return "", ""
    revision = (ref.revision or "").lower()
    return ref.id, revision if COMMIT.match(revision) else ""


_GENERIC = re.compile(r"pkg:generic/([^?#@]+)", re.IGNORECASE)


def _from_generic_purl(text: Any) -> str:
    """`org/name` of a purl without a register, which generators write for models of the Hub."""
    found = _GENERIC.match(text.strip()) if isinstance(text, str) else None
    return _joined("", unquote(found[1]).strip("/")) if found else ""


def _from_url(text: Any) -> str:
    if not isinstance(text, str) or "://" not in text:
        return ""
    try:
        return parse_ref(text, endpoint=own_endpoint()).id
    except InvalidRefError:
        return ""  # an address of something else; the next one may name the model


def _joined(group: Any, name: Any) -> str:
    """`group/name` where it has the form of a Hub id; a bare name could be anything."""
    id_ = f"{group}/{name}" if isinstance(group, str) and group.strip() else str(name or "")
    return id_ if "/" in id_ and is_repo_id(id_) else ""


def _asserted(expression: str) -> tuple[str, ...]:
    return () if expression in ("", "NOASSERTION", "NONE") else (clipped(expression),)


def _without_repeats(rows: list[InputRow]) -> list[InputRow]:
    """A model that the document lists twice is audited once; the entry that says more is kept."""
    by_model: dict[str, InputRow] = {}
    for row in rows:
        key = row.target.partition("@")[0].lower() or f"\t{row.place}"
        if key not in by_model or (by_model[key].statement.is_empty and not row.statement.is_empty):
            by_model[key] = row
    return list(by_model.values())


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))[:100]


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]
