"""What the hub's refusals mean: an HTTP status, its headers and its
words, as a Status with the true reason."""

from __future__ import annotations

import re
from typing import Any

from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.web.exchange import Response
from lineage.sources.web.limits import EDGE, is_quota
from lineage.sources.web.payload import PayloadError, parse_json

MISSING = "it does not exist, is private or is disabled; the Hub does not say which"
_BAD_TOKEN = "invalid credentials in authorization header"  # noqa: S105 - the hub's words, no secret
_LONGEST = 160
_UNSAFE = re.compile(r"[^\x20-\x7e]+")


def error_code(response: Response) -> str:
    """`GatedRepo`, `RepoNotFound`, `RevisionNotFound`, `EntryNotFound` … or empty."""
    return response.headers.get("X-Error-Code", "").strip()


def error_message(response: Response) -> str:
    """The hub's own words, clipped and printable; from the header or any of the body's forms."""
    words = response.headers.get("X-Error-Message") or _body_message(response)
    return _UNSAFE.sub(" ", words).strip()[:_LONGEST]


def _body_message(response: Response) -> str:
    try:
        body: Any = parse_json(response.body)
    except PayloadError:
        is_text = response.headers.get("Content-Type", "").startswith("text/plain")
        return response.body[:1000].decode("utf-8", "replace") if is_text else ""
    if not isinstance(body, dict):
        return ""
    message = body.get("error") or body.get("errors") or body.get("message")
    if isinstance(message, list):
        message = next(
            (item.get("message") if isinstance(item, dict) else item for item in message), ""
        )
    return message if isinstance(message, str) else ""


def is_token_refused(response: Response) -> bool:
    """Whether the hub says that the token itself is bad or expired."""
    return response.status == 401 and _BAD_TOKEN in error_message(response).lower()


def may_be_the_token(response: Response) -> bool:
    """Whether the same call without the token may be answered: a
    bad token, or one with narrow rights."""
    return (
        response.status in (401, 403)
        and error_code(response) != "GatedRepo"
        and not _is_disabled(response)
    )


def is_unknown_expand(response: Response) -> bool:
    """Whether a 400 is about a key of the `expand` list that this hub does not know."""
    words = response.body[:20_000].decode("utf-8", "replace")
    return response.status == 400 and any(
        word in words for word in ("expand", "Invalid option", "cardData")
    )


def is_foreign_refusal(response: Response) -> bool:
    """Whether something refuses the question in another way than the Hub does: a registry or
    gateway, which may answer a plainer one."""
    return response.status in (400, 403, 404, 405, 414, 422, 501) and not (
        error_code(response) or response.headers.get("X-Error-Message")
    )


def is_edge_limit(response: Response) -> bool:
    """Whether a 429 comes from something before the Hub: its own names its quota."""
    return response.status == 429 and not is_quota(response.headers)


def refusal(response: Response, ref: ModelRef) -> tuple[Status, str]:
    """Status, and reason as a clause, for any answer but 200.

    Where the hub knows the model but shows nothing of it, that is `unreachable`:
    it is there, and what it declares is not known.
    """
    status, code = response.status, error_code(response)
    if code == "GatedRepo":
        return (
            Status.UNREACHABLE,
            "the hub shows even the metadata of this gated model only to accounts with access",
        )
    if _is_disabled(response):
        return Status.UNREACHABLE, "the hub has disabled this model and does not show its metadata"
    if code == "RevisionNotFound":
        return Status.NOT_FOUND, f"the model exists, but has no revision {ref.revision or 'main'}"
    if is_token_refused(response):
        return (
            Status.UNREACHABLE,
            "the hub refused the token as invalid or expired; whether the model exists was not "
            "stated",
        )
    if status in (401, 404) and _speaks_hub(response):
        return Status.NOT_FOUND, MISSING
    return _unexpected(response)


def _unexpected(response: Response) -> tuple[Status, str]:
    status = response.status
    if status == 429:
        return Status.UNREACHABLE, (
            f"{EDGE} (429)"
            if is_edge_limit(response)
            else "the hub keeps saying that its quota is used up (429)"
        )
    if status == 407:
        return Status.UNREACHABLE, "the proxy asks for a password"
    if status < 400:
        return Status.INVALID, f"the hub answered with a status ({status}) that makes no sense here"
    if status == 400:
        return Status.INVALID, _quoting("the hub did not understand the request", response)
    if status in (401, 403, 404) and not _speaks_hub(response):
        return (
            Status.UNREACHABLE,
            f"something that does not speak as a hub answered with error {status}",
        )
    return Status.UNREACHABLE, _quoting(f"the hub answered with error {status}", response)


def file_refusal(response: Response) -> str:
    """Why a file could not be read, as a clause."""
    code = error_code(response)
    if code == "GatedRepo":
        return "the licence of this gated model was not accepted with the account in use"
    if _is_disabled(response):
        return "the hub has disabled this model"
    if code in ("EntryNotFound", "RevisionNotFound") or response.status == 404:
        return "there is no such file at this revision"
    if response.status == 401:
        return MISSING
    return f"the hub answered with error {response.status}"


def is_withheld(response: Response) -> bool:
    """Whether the hub keeps the file to itself, and did not merely fail to send it."""
    return error_code(response) == "GatedRepo" or _is_disabled(response)


def _is_disabled(response: Response) -> bool:
    return (
        response.status == 403
        and "access to this resource is disabled" in error_message(response).lower()
    )


def _speaks_hub(response: Response) -> bool:
    """Whether the answer has the form of a hub's error, and not
    that of a proxy or another web server."""
    return bool(
        response.headers.get("X-Error-Message") or error_code(response) or _body_message(response)
    )


def _quoting(clause: str, response: Response) -> str:
    words = error_message(response)
    return f"{clause}: {words!r}" if words else clause
