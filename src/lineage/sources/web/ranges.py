"""One part of a file, as it came: what a server answers to a Range header."""

from __future__ import annotations

import re

from lineage.sources.web.exchange import Response
from lineage.sources.web.payload import PayloadError

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:\d{1,18}|\*)\Z")


def part_of(response: Response, start: int, end: int | None, who: str) -> bytes | None:
    """Bytes `start` to `end`; None where the answer is a refusal.

    A short answer means that the file ends there. Raises PayloadError, which calls the server
    `who`, where another part came or not all of it.
    """
    if response.status == 416:
        return b""  # the file ends before `start`
    if response.status == 206:
        found = _RANGE.match(response.headers.get("Content-Range", ""))
        if not found or int(found[1]) != start:
            raise PayloadError(f"{who} sent another part of the file than was asked for")
        data = response.body if end is None else response.body[: end - start]
        if len(data) < int(found[2]) - start + 1 and (end is None or len(data) < end - start):
            raise PayloadError("the answer broke off")
        return data
    return response.body[start:end] if response.status == 200 else None
