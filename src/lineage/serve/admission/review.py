"""AdmissionReview of admission.k8s.io/v1: what an API server asks, and the answer it understands.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

import json
from typing import Any

from lineage.core.errors import LineageError
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.report.printable import printable

VERSION = "admission.k8s.io/v1"
KIND = "AdmissionReview"
MOST_BYTES = 8_000_000
"""An API server takes 3 MB of a request; a review holds the object as it was beside it."""
_LONGEST_WARNING = 120
_MOST_WARNINGS = 20
_LONGEST_MESSAGE = 2_000
_LONGEST_UID = 256


class NoReviewError(LineageError):
    """A request that is no review which can be answered."""


class Operation(Word):
    """What the API server is asked to do."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    CONNECT = "CONNECT"


@dataclass(frozen=True)
class Review:
    """One request of an API server."""

    uid: str
    operation: Operation
    resource: object
    """What shall be: `object`; None where nothing is left of it."""
    before: object
    """What is: `oldObject`."""
    is_dry_run: bool
    subject: str
    """What a person calls it: `Pod default/chat`."""
    user: str


@dataclass(frozen=True)
class Answer:
    """What the API server is told."""

    is_allowed: bool
    message: str = ""
    code: int = 0
    reason: str = ""
    retry_after: int = 0
    """Seconds after which a client may try again; 0 where that would not help."""
    warnings: tuple[str, ...] = ()
    audit: tuple[tuple[str, str], ...] = ()
    """For the API server's own audit log."""


def parsed(body: bytes) -> Review:
    """The review in a request's body.

    Raises NoReviewError for anything else, an older version among it.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise NoReviewError("The body is not JSON, or nested too deep.") from None
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise NoReviewError(f"The body is not an {KIND}.", f"Send kind {KIND} of {VERSION}.")
    if document.get("apiVersion") != VERSION:
        written = printable(document.get("apiVersion"), 60)
        raise NoReviewError(
            f"{KIND} of version {written} is not understood.",
            f"Set admissionReviewVersions: [v1] in the webhook's configuration ({VERSION}).",
        )
    request = document.get("request")
    uid = request.get("uid") if isinstance(request, dict) else None
    if not isinstance(request, dict) or not isinstance(uid, str) or not 0 < len(uid) < _LONGEST_UID:
        raise NoReviewError("The review has no request with a uid.")
    try:
        operation = Operation(request.get("operation"))
    except ValueError:
        raise NoReviewError("The review's operation is not one of Kubernetes'.") from None
    return Review(
        uid,
        operation,
        request.get("object"),
        request.get("oldObject"),
        request.get("dryRun") is True,
        _subject(request),
        printable(_inside(request, "userInfo", "username"), 200),
    )


def _subject(request: dict[str, Any]) -> str:
    kind = _inside(request, "kind", "kind") or "resource"
    below = request.get("subResource")
    name = _inside(request, "name") or _inside(request, "object", "metadata", "generateName")
    where = "/".join(part for part in (_inside(request, "namespace"), name) if part)
    return printable(" ".join(filter(None, (f"{kind}{f'/{below}' if below else ''}", where))), 200)


def _inside(node: object, *keys: str) -> str:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, str) else ""


def rendered(uid: str, answer: Answer) -> dict[str, Any]:
    """The document that answers the request with that uid."""
    response: dict[str, Any] = {"uid": uid, "allowed": answer.is_allowed}
    if not answer.is_allowed:
        response["status"] = {
            "status": "Failure",
            "message": _clipped(answer.message, _LONGEST_MESSAGE),
            "reason": answer.reason,
            "code": answer.code,
        }
        if answer.retry_after:
            response["status"]["details"] = {"retryAfterSeconds": answer.retry_after}
    if answer.warnings:
        response["warnings"] = _bounded(answer.warnings)
    if answer.audit:
        response["auditAnnotations"] = {key: _clipped(text, 1000) for key, text in answer.audit}
    return {"apiVersion": VERSION, "kind": KIND, "response": response}


def _bounded(warnings: tuple[str, ...]) -> list[str]:
    """As many and as long as clients show: an API server cuts longer ones off without a word."""
    shown = [_clipped(one, _LONGEST_WARNING) for one in dict.fromkeys(warnings)]
    if len(shown) > _MOST_WARNINGS:
        more = len(shown) - _MOST_WARNINGS + 1
        shown = [*shown[: _MOST_WARNINGS - 1], f"and {more} more: see the audit log of lineage"]
    return shown


def _clipped(text: str, most: int) -> str:
    return printable(text, most - 1)[:most] if len(text) > most else printable(text, most)[:most]
