"""What goes wrong, as RFC 9457 writes it: `application/problem+json`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

from lineage.core.errors import LineageError, UsageError
from lineage.serve.database import StoreError
from lineage.serve.files import NoSuchFileError
from lineage.serve.runs import BusyError
from lineage.serve.store import NoSuchRunError, NotOverError

MEDIA = "application/problem+json"
_RETRY = {429: "60", 503: "30"}


class MalformedError(UsageError):
    """A body that is not what its Content-Type says."""


class UnsupportedError(UsageError):
    """A body of a kind that is not read here."""


class TooLargeError(UsageError):
    """A body over the bound."""


class NotAuditedError(LineageError):
    """A run ended without a report, so nothing can be told of its model."""


STATUS: Mapping[type[LineageError], int] = {
    BusyError: 503,
    StoreError: 503,
    NotAuditedError: 503,
    NoSuchRunError: 404,
    NoSuchFileError: 404,
    NotOverError: 409,
    MalformedError: 400,
    UnsupportedError: 415,
    TooLargeError: 413,
    UsageError: 422,
    LineageError: 500,
}
"""By kind of error, the first that fits."""


def problem(
    status: int, detail: str, next_step: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """One answer that says what is wrong and what to do."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "next_step": next_step or None,
    }
    retry = {"Retry-After": _RETRY[status]} if status in _RETRY else {}
    return JSONResponse(body, status, {**retry, **(headers or {})}, media_type=MEDIA)


def of_error(error: LineageError) -> JSONResponse:
    """The answer for an error of ours."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    return problem(status, error.message, error.next_step)
