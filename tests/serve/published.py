"""Holds every answer of the API that a test sees against the published description."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from jsonschema_rs import Draft202012Validator

from lineage.serve.api.openapi import document
from lineage.serve.api.table import OPERATIONS

DOCUMENT = document(OPERATIONS)
_VARYING = re.compile(r"\{(\w+)\}")


@cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Fixed paths before those that vary."""
    found = []
    for path in sorted(DOCUMENT["paths"], key=lambda path: (path.count("{"), path)):
        inner = ".+" if path.startswith("/v1/models/") else "[^/]+"
        found.append((re.compile(_VARYING.sub(inner, path)), DOCUMENT["paths"][path]))
    return found


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference, "components": DOCUMENT["components"]})


def fits(response: requests.Response, *_: Any, **__: Any) -> None:
    """Raises AssertionError for an answer that is not declared, or not as it is declared."""
    path, method = urlsplit(response.url).path, (response.request.method or "").lower()
    if not path.startswith("/v1/") or method in ("options",):
        return
    item = next((item for pattern, item in _paths() if pattern.fullmatch(path)), None)
    operation = item.get("get" if method == "head" else method) if item else None
    if operation is None:
        assert response.status_code in (403, 404, 405), (method, path, response.status_code)
        _problem(response)
        return
    declared = operation["responses"].get(str(response.status_code))
    assert declared is not None, f"{method} {path}: {response.status_code} is not declared"
    for name in declared.get("headers", {}):
        optional = name == "Link"
        assert optional or name in response.headers, f"{method} {path}: no {name}"
    media = response.headers.get("content-type", "").partition(";")[0]
    content = declared.get("content", {})
    if method == "head" or not content:
        assert response.content == b""
        return
    assert media in content, f"{method} {path}: {media} is not declared"
    if "schema" in content[media]:
        _validator(content[media]["schema"]["$ref"]).validate(response.json())


def _problem(response: requests.Response) -> None:
    if response.request.method != "HEAD":
        assert response.headers["content-type"] == "application/problem+json"
        _validator("#/components/schemas/Problem").validate(response.json())
