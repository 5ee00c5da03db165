"""Bytes of one file on the hub: the resolve route, ranges,
and the hops to the cache and the CDN."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from lineage.core.errors import ReadError, WithheldError
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef, is_repo_id
from lineage.sources.hub.answers import file_refusal, is_withheld, may_be_the_token
from lineage.sources.web.exchange import Request, Response
from lineage.sources.web.limits import RESOLVERS
from lineage.sources.web.payload import PayloadError
from lineage.sources.web.ranges import part_of

if TYPE_CHECKING:
    from lineage.sources.web.transport import Transport

LARGEST = 64 << 20
"""Most bytes that one call returns; what is read here are cards,
configurations and headers, never weights."""
# beyond the promised size, so that a file that is longer is reported with its length
_SLACK = 1 << 16
_SLOWEST = 200_000  # bytes a second; a larger read gets more time
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_file(
    transport: Transport,
    token: str | None,
    record: ModelRecord,
    path: str,
    start: int,
    end: int | None,
    timeout: float,
) -> bytes:
    """Bytes `start` to `end` of a file. Raises ReadError, or what the transport raises."""
    _check(record, path, start, end)
    if end is not None and end <= start:
        return b""
    entry = record.file(path)
    size = entry.size if entry is not None else None
    ends = min((value for value in (end, size) if value is not None), default=LARGEST)
    wanted = min(LARGEST, max(0, ends - start))
    headers = (
        {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        if start or end is not None
        else {}
    )
    # A whole file is no larger than the list says: many are read at once, and a
    # body without end must not fill the memory.
    cap = LARGEST if size is None or end is not None else min(LARGEST, size + _SLACK)
    request = Request(
        _address(record, path),
        RESOLVERS,
        cap,
        headers,
        token,
        off_host=True,
        seconds=timeout + wanted / _SLOWEST,
        start=start,
        length=None if end is None else end - start,
    )
    response = transport.get(request)
    if token and may_be_the_token(response):
        # A bad token, or one with narrow rights, is refused even where everybody may read.
        without = transport.get(replace(request, token=None))
        response = without if without.status < 400 else response
    if size is None and response.is_web_page and not path.endswith((".html", ".htm")):
        raise _unread(record, path, "a web page came in its place, such as one that wants a login")
    data = _part(response, record, path, start, end)
    if size is not None and record.revision is not None:
        expected = max(0, (size if end is None else min(end, size)) - start)
        if len(data) != expected:
            raise _unread(
                record, path, f"{len(data):,} bytes came where the file list promises {expected:,}"
            )
    return data


def request_file(
    transport: Transport, token: str | None, ref: ModelRef, path: str, cap: int, timeout: float
) -> Response:
    """The first `cap` bytes of a file of a model whose record is not known yet.

    Raises what the transport raises.
    """
    address = f"/{quote(ref.id)}/resolve/{quote(ref.revision or 'main', safe='')}/{quote(path)}"
    headers = {"Range": f"bytes=0-{cap - 1}"}
    return transport.get(
        Request(
            address,
            RESOLVERS,
            cap,
            headers,
            token,
            off_host=True,
            seconds=timeout,
            length=cap,
            patient=False,
        )
    )


def _check(record: ModelRecord, path: str, start: int, end: int | None) -> None:
    steps = path.split("/")
    if (
        not path
        or len(path) > 1024
        or _CONTROL.search(path)
        or any(step in ("", ".", "..") for step in steps)
    ):
        raise _unread(record, path, "its name is not one that a file in a repo can have")
    if not is_repo_id(record.id):
        raise _unread(record, path, "the model's name has not the form of a repo id")
    if start < 0 or (end is not None and end - start > LARGEST):
        raise _unread(record, path, f"more than {LARGEST:,} bytes are asked for at once")


def _address(record: ModelRecord, path: str) -> str:
    revision = quote(record.revision or "main", safe="")
    return f"/{quote(record.id)}/resolve/{revision}/{quote(path.encode('utf-8', 'replace'))}"


def _part(response: Response, record: ModelRecord, path: str, start: int, end: int | None) -> bytes:
    try:
        if (data := part_of(response, start, end, "the hub")) is not None:
            return data
    except PayloadError as problem:
        raise _unread(record, path, str(problem)) from None
    if record.status is Status.DISABLED and response.status == 401:
        # To an unauthorised caller the Hub answers for a disabled
        # model's files as for a missing model's.
        raise WithheldError(_unread(record, path, "the Hub has disabled this model").message)
    refused = _unread(record, path, file_refusal(response))
    raise WithheldError(refused.message) if is_withheld(response) else refused


def _unread(record: ModelRecord, path: str, reason: str) -> ReadError:
    return ReadError(f"{path[:200]} of {record.id} could not be read: {reason}.")
