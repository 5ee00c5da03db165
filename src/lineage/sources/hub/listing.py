"""The hub's list route: pages of models behind an opaque cursor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from lineage.core.errors import CannotRunError
from lineage.core.record import ModelRecord
from lineage.core.value import dataclass
from lineage.sources.hub.answers import error_message
from lineage.sources.hub.payload import record_of
from lineage.sources.web.breaker import NotAskedError
from lineage.sources.web.exchange import Request, Response, TransportError
from lineage.sources.web.limits import API, QuotaError
from lineage.sources.web.payload import PayloadError, parse_json

if TYPE_CHECKING:
    from lineage.sources.web.transport import Transport

_CAP = 64 << 20  # a thousand rows with their cards take about 10 MB
_NEXT = re.compile(r'<([^<>]{1,8192})>\s*;\s*rel="?next"?')


@dataclass(frozen=True)
class Page:
    """One page of the list."""

    records: tuple[ModelRecord, ...]
    cursor: str | None
    """Asks for the page after this one; None on the last."""
    unreadable: int = 0
    """Rows that name no model."""


def list_pages(
    transport: Transport,
    token: str | None,
    query: list[tuple[str, str]],
    *,
    cursor: str | None,
    now: Callable[[], str],
    timeout: float,
    patient: bool = True,
) -> Iterator[Page]:
    """Page after page until the hub names no next one.

    Raises CannotRunError; what was yielded before remains valid.
    """
    used: set[str] = set()
    while True:
        asked = [*query, ("cursor", cursor)] if cursor else query
        page = _page(transport, token, asked, now(), timeout, patient)
        if page.cursor is not None and page.cursor in used:
            raise CannotRunError("The hub's list of models goes in a circle.", "Try again later.")
        yield page
        if page.cursor is None:
            return
        cursor = page.cursor
        used.add(cursor)


def _page(
    transport: Transport,
    token: str | None,
    query: list[tuple[str, str]],
    now: str,
    timeout: float,
    patient: bool,
) -> Page:
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
    try:
        response = transport.get(
            Request(
                "/api/models?" + urlencode(query),
                API,
                _CAP,
                headers,
                token,
                seconds=timeout * 2,
                patient=patient,
            )
        )
        if response.status != 200:
            raise PayloadError(
                error_message(response) or f"the hub answered with error {response.status}"
            )
        rows = parse_json(response.body)
        if not isinstance(rows, list):
            raise PayloadError("the hub's answer is not a list")
    except (TransportError, NotAskedError, QuotaError, PayloadError) as problem:
        raise CannotRunError(
            f"The hub's list of models could not be read: {problem}.",
            "Try again later; a token raises the quota.",
        ) from None
    asked = {("expand", "tags"), ("expand", "siblings")} <= {*query}
    records = tuple(record for row in rows if (record := _record(row, now, asked)) is not None)
    return Page(records, _next_cursor(response), len(rows) - len(records))


def _record(row: object, now: str, asked: bool) -> ModelRecord | None:
    name = row.get("id") if isinstance(row, dict) else None
    if not isinstance(name, str):
        return None
    try:
        return record_of(row, requested=name, expected=name, retrieved_at=now, asked=asked)
    except PayloadError:
        return None  # counted by the caller as unreadable


def _next_cursor(response: Response) -> str | None:
    # Only the cursor is taken from the link: its host and path are
    # the hub's words, and not where we go.
    found = _NEXT.search(response.headers.get("Link", ""))
    if not found:
        return None
    try:
        return parse_qs(urlsplit(found[1]).query).get("cursor", [None])[0]
    except ValueError:
        return None
