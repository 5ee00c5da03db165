"""Reads what is sent to `POST /v1/audits`: names as JSON, or a list as it is."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from lineage.core.codec import strict_json
from lineage.core.errors import UsageError
from lineage.report.printable import printable
from lineage.serve.api.operation import JSON, Call
from lineage.serve.api.problem import MalformedError, UnsupportedError
from lineage.serve.orders import NAMED, order_of
from lineage.serve.run import Order

# Forms and plain text are no part of it: any page of any site may send them without asking first.
LISTS = {
    "text/csv": ".csv",
    "text/markdown": ".md",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.cyclonedx+json": ".cdx.json",
    "application/vnd.cyclonedx+xml": ".cdx.xml",
    "application/spdx+json": ".spdx.json",
    "application/yaml": ".yaml",
    "application/octet-stream": "",
}
"""Media types of lists, with the ending of a file that has no name."""
_FIELDS = {"targets": list, "policy": str, "title": str, "pack": bool}
_BODY = (
    'Send {"targets": ["org/name"]} with Content-Type: application/json, or a list as its own '
    "type, such as text/csv."
)
_KEY = 255


def order_from(call: Call) -> Order:
    """The order in a request. Raises MalformedError, UnsupportedError, or UsageError for one that
    cannot be carried out."""
    media = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    name = call.values.get("name", "")
    if media == JSON and not name:
        return _named(call)
    if media != JSON and media not in LISTS:
        message = f"A body of type {printable(media, 80)!r} is not read here." if media else ""
        raise UnsupportedError(message or "The body has no Content-Type.", _BODY)
    name = name or f"list{LISTS.get(media, '')}"
    return _listed(call, call.body, name, call.values)


def key_of(call: Call) -> tuple[str, str]:
    """The Idempotency-Key and a digest of all that was sent under it; both empty without one."""
    key = call.request.headers.get("idempotency-key", "").strip()
    if not key:
        return "", ""
    if len(key) > _KEY or not key.isprintable():
        raise UsageError(f"Idempotency-Key has more than {_KEY} characters, or odd ones.")
    media = call.request.headers.get("content-type", "")
    sent = (call.request.url.path, call.request.url.query, media)
    return key, hashlib.sha256("\n".join(sent).encode() + b"\n" + call.body).hexdigest()


def _named(call: Call) -> Order:
    wanted = _object(call.body)
    for field, value in wanted.items():
        kind = _FIELDS.get(field)
        if kind is None:
            known = ", ".join(_FIELDS)
            raise UsageError(f"There is no field {printable(field, 60)!r}.", f"Known: {known}.")
        if type(value) is not kind:
            raise UsageError(f"`{field}` is not of type {kind.__name__}.", _BODY)
    targets = wanted.get("targets")
    if not targets or not all(isinstance(one, str) for one in targets):
        raise UsageError("`targets` is not a list of names.", _BODY)
    both = sorted({*wanted} & {*call.values})
    if both:
        raise UsageError(f"`{both[0]}` is in the address and in the body.", "Give it once.")
    content = json.dumps(targets).encode()
    return _listed(call, content, NAMED, {**call.values, **wanted})


def _object(body: bytes) -> dict[str, Any]:
    try:
        wanted = strict_json(body)
    except (ValueError, RecursionError) as problem:
        raise MalformedError(f"The body is not JSON: {printable(str(problem), 100)}.", _BODY) from (
            problem
        )
    if not isinstance(wanted, dict):
        raise UsageError("The body is not a JSON object.", _BODY)
    return wanted


def _listed(call: Call, content: bytes, name: str, fields: Any) -> Order:
    return order_of(
        call.site.settings,
        content,
        name=name,
        column=fields.get("column", ""),
        policy=fields.get("policy", ""),
        title=fields.get("title", ""),
        by=call.who,
        has_pack=bool(fields.get("pack", False)),
    )
