"""SPDX 2 in its tag-value form, as the document that its JSON form is."""

from __future__ import annotations

from typing import Any

_OF_A_PACKAGE = {
    "SPDXID": "SPDXID",
    "PackageVersion": "versionInfo",
    "PackageDownloadLocation": "downloadLocation",
    "PackageHomePage": "homepage",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PackageLicenseDeclared": "licenseDeclared",
}


def document_of_tags(text: str) -> dict[str, Any]:
    """Packages and relationships; other tags, and files and snippets, hold no model."""
    packages: list[dict[str, Any]] = []
    relationships: list[dict[str, str]] = []
    here: dict[str, Any] = {}
    for line in text.splitlines():
        tag, _, rest = line.strip().partition(":")
        value = rest.strip()
        if tag == "PackageName":
            here = {"name": value, "externalRefs": []}
            packages.append(here)
        elif tag in ("FileName", "SnippetSPDXID"):
            here = {}
        elif tag in _OF_A_PACKAGE and here:
            here[_OF_A_PACKAGE[tag]] = value
        elif tag == "ExternalRef" and here and len(value.split()) == 3:
            here["externalRefs"].append({"referenceLocator": value.split()[2]})
        elif tag == "Relationship" and len(value.split()) == 3:
            start, kind, end = value.split()
            relationships.append(
                {"spdxElementId": start, "relationshipType": kind, "relatedSpdxElement": end}
            )
    return {"spdxVersion": "SPDX-2", "packages": packages, "relationships": relationships}
