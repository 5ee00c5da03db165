"""CycloneDX and SPDX 2 in XML, as the documents that their JSON forms are.

The official libraries refuse a whole file for one word they do not know, and leave out the model
card; so the tree is turned into the JSON form, of which only what is known is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lineage.core.errors import UsageError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEEPEST = 80
_LISTS = frozenset(
    {"components", "ancestors", "descendants", "variants", "externalReferences", "dependencies"}
)
"""Elements of CycloneDX that JSON writes as a list of what is in them."""


def document_of(raw: bytes, name: str) -> dict[str, Any]:
    """The document in its JSON form.

    Raises UsageError where it is broken, declares entities, or is of another kind, and where the
    package that reads XML safely is missing.
    """
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError as problem:
        raise UsageError(
            f"{name} is XML, and reading that safely needs defusedxml.",
            "Run: pip install 'lineage-audit[inputs]', or give the file as JSON.",
        ) from problem
    try:
        root = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise UsageError(
            f"{name} is XML with a document type or entities, which are not read.",
            "Ask for it without a DOCTYPE, or give it as JSON.",
        ) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise UsageError(f"{name} is not valid XML: {problem}.", "Ask for it as JSON.") from problem
    kind = _plain(root.tag)
    if kind not in ("bom", "Document"):
        raise UsageError(
            f"{name} is XML, but no CycloneDX or SPDX document (its root is <{kind[:40]}>).",
            "Give the bill of materials as CycloneDX or SPDX, in JSON where you can.",
        )
    found = _value(root, name, 0)
    document = found if isinstance(found, dict) else {}
    return {**document, "bomFormat": "CycloneDX"} if kind == "bom" else document


def _value(element: Element, name: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise UsageError(f"{name} is XML nested deeper than {_DEEPEST} levels.", "Give it as JSON.")
    tag = _plain(element.tag)
    inner = [(_plain(child.tag), _value(child, name, depth + 1)) for child in element]
    text = (element.text or "").strip()
    if tag in _LISTS and inner:
        return [value for _, value in inner if isinstance(value, dict)]
    if tag == "licenses":
        return [{kind: value} for kind, value in inner]
    if tag == "properties":
        return [_property(child) for child in element]
    if tag == "dependency":
        return {
            "ref": element.get("ref"),
            "dependsOn": [v["ref"] for _, v in inner if isinstance(v, dict) and v.get("ref")],
        }
    found: dict[str, Any] = {_plain(key): value for key, value in element.attrib.items()}
    for key, value in inner:
        if key not in found:
            found[key] = value
        elif isinstance(found[key], list) and key not in _LISTS:
            found[key].append(value)
        else:
            found[key] = [found[key], value]
    return found or text


def _property(element: Element) -> dict[str, str]:
    return {"name": element.get("name", ""), "value": "".join(element.itertext()).strip()}


def _plain(tag: object) -> str:
    return str(tag).rpartition("}")[2]
