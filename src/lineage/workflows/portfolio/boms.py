"""Takes the models out of a CycloneDX (1.4 to 1.7) or SPDX (2.2,
2.3, 3.0) document, and its statements about each.

A supplier's file decides nothing and reaches nothing: only names of the
form of a Hub id come out of it, never a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lineage.core.errors import InvalidRefError
from lineage.core.ref import COMMIT, is_repo_id, parse_ref
from lineage.sources.hub.settings import own_endpoint
from lineage.workflows.portfolio.row import InputRow, SupplierStatement, clipped

_MOST_NESTED = 20
_BASE_OF = {
    "DESCENDANT_OF": False,
    "ANCESTOR_OF": True,
    "VARIANT_OF": False,
    "DEPENDS_ON": False,
    "descendantOf": False,
    "ancestorOf": True,
}
"""Relationship types that name a base model; True where the base comes first."""


def from_cyclonedx(document: Mapping[str, Any], name: str) -> list[InputRow]:
    """One row per machine-learning component, nested ones and the root included; none twice."""
    parts = [part for part in _components(document) if part.get("type") == "machine-learning-model"]
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
    rows: list[InputRow] = []
    for n, part in enumerate(parts, 1):
        bases = [
            *_dicts(_dict(part.get("pedigree")).get("ancestors")),
            *depends.get(str(part.get("bom-ref")), []),
        ]
        rows += _rows(
            name,
            f"component {n}",
            _cyclonedx_id(part),
            _statement_cyclonedx(part, bases),
            clipped(part.get("name", "")),
        )
    return _without_repeats(rows)


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
    id_, revision = _from_purl(part.get("purl"))
    urls = (one.get("url") for one in _dicts(part.get("externalReferences")))
    id_ = (
        id_
        or next((found for found in map(_from_url, urls) if found), "")
        or _joined(part.get("group"), part.get("name"))
    )
    version = str(part.get("version") or "").lower()
    return id_, revision or (version if COMMIT.match(version) else "")


def _statement_cyclonedx(
    part: Mapping[str, Any], bases: list[Mapping[str, Any]]
) -> SupplierStatement:
    named = [_cyclonedx_id(base)[0] or clipped(base.get("name", "")) for base in bases]
    licences = []
    for choice in _dicts(part.get("licenses")):
        license_ = _dict(choice.get("license"))
        licences.append(
            clipped(license_.get("id") or license_.get("name") or choice.get("expression") or "")
        )
    makers = (_dict(part.get(key)).get("name") for key in ("manufacturer", "supplier"))
    maker = next(
        (
            clipped(m)
            for m in (*makers, part.get("author"), part.get("publisher"))
            if isinstance(m, str) and m.strip()
        ),
        "",
    )
    return SupplierStatement(_unique(named), _unique(licences), _cyclonedx_id(part)[1], maker)


def from_spdx2(document: Mapping[str, Any], name: str) -> list[InputRow]:
    """One row per package that a purl or address places on the
    Hub: SPDX 2 has no word for a model."""
    packages = {str(p.get("SPDXID")): p for p in _dicts(document.get("packages"))}
    ids = {key: _spdx2_id(package) for key, package in packages.items()}
    bases = _bases(
        (
            str(r.get("spdxElementId")),
            str(r.get("relationshipType")),
            [str(r.get("relatedSpdxElement"))],
        )
        for r in _dicts(document.get("relationships"))
    )
    rows: list[InputRow] = []
    for n, (key, package) in enumerate(packages.items(), 1):
        if not ids[key][0]:
            continue
        supplier = re.sub(
            r"^(Organization|Person|Tool):\s*",
            "",
            str(package.get("originator") or package.get("supplier") or ""),
        )
        licence = str(package.get("licenseDeclared") or "")
        named = [ids[base][0] for base in bases.get(key, []) if base in ids]
        statement = SupplierStatement(
            _unique(named),
            _asserted(licence),
            ids[key][1],
            "" if supplier == "NOASSERTION" else clipped(supplier),
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
    bases = _bases(relations_of)
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
        named = [
            _spdx3_id(elements.get(base, {}))[0] or clipped(elements.get(base, {}).get("name", ""))
            for base in bases.get(key, [])
        ]
        maker = clipped(elements.get(str(package.get("suppliedBy")), {}).get("name", ""))
        declared = [word for one in licences.get(key, []) for word in _asserted(one)]
        statement = SupplierStatement(
            _unique(named), _unique(declared), found[1], "" if maker == "NOASSERTION" else maker
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


def _bases(relations_of: Any) -> dict[str, list[str]]:
    """Base elements by element, from relationships of (start, type, ends)."""
    found: dict[str, list[str]] = {}
    for start, kind, ends in relations_of:
        if kind in _BASE_OF:
            for end in ends:
                child, base = (end, start) if _BASE_OF[kind] else (start, end)
                found.setdefault(child, []).append(base)
    return found


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
    if not isinstance(text, str) or not text.lower().startswith("pkg:huggingface/"):
        return "", ""
    try:
        ref = parse_ref(text)
    except InvalidRefError:
        return "", ""
    revision = (ref.revision or "").lower()
    return ref.id, revision if COMMIT.match(revision) else ""


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
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
