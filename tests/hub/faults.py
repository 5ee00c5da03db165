"""Everything a server can do wrong, on demand: which calls it strikes, how often, and how."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache


class Fault(Enum):
    """How the answer is spoilt. `at` of a Trouble says after how many bytes, where that has a
    meaning."""

    RESET = "reset"
    """The connection is torn down (RST) after `at` bytes of the answer."""
    CLOSE = "close"
    """The connection ends in order (FIN) after `at` bytes: truncated."""
    STALL = "stall"
    """Nothing more comes after `at` bytes, and the connection stays open."""
    DRIP = "drip"
    """After `at` bytes, one byte every `pause` seconds."""
    GARBAGE = "garbage"
    """Bytes that are not HTTP."""
    HTML = "html"
    """200 with a login page, as captive portals give."""
    PAGE = "page"
    """A proxy's or web server's own error page, with `status`."""
    NOT_JSON = "not-json"
    LIST = "list"
    """200 with JSON of another type."""
    WRONG_ID = "wrong-id"
    """200 with the record of another model."""
    EMPTY = "empty"
    DEEP_JSON = "deep-json"
    HUGE = "huge"
    """A body without end."""
    HUGE_HEADERS = "huge-headers"
    GZIP_BOMB = "gzip-bomb"
    BAD_GZIP = "bad-gzip"
    REDIRECT = "redirect"
    """307 to `target`."""
    LOOP = "loop"
    """307 to itself."""
    STATUS = "status"
    """`status` with a JSON error."""
    NO_RANGE = "no-range"
    """The Range header is ignored: 200 with the whole file."""
    WRONG_RANGE = "wrong-range"
    """206 that says it starts elsewhere."""


@dataclass
class Trouble:
    """One fault and the calls it strikes."""

    fault: Fault
    match: str = ""
    """A regular expression searched in the path with its query; empty strikes every call."""
    times: int | None = None
    """How many calls; None for ever."""
    at: int = 0
    pause: float = 0.05
    status: int = 500
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    server: str = "hub"
    """`hub` or `cdn`."""


class Troubles:
    """The plan of faults; `take` hands out at most one for a call."""

    def __init__(self) -> None:
        self.struck = 0
        """Calls that were spoilt."""
        self._plan: list[Trouble] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, match: str = "", **how: object) -> Trouble:
        trouble = Trouble(fault, match, **how)  # type: ignore[arg-type]
        with self._lock:
            self._plan.append(trouble)
        return trouble

    def clear(self) -> None:
        with self._lock:
            self._plan.clear()

    def take(self, server: str, target: str) -> Trouble | None:
        with self._lock:
            for trouble in self._plan:
                if (
                    trouble.server == server
                    and trouble.times != 0
                    and re.search(trouble.match, target)
                ):
                    if trouble.times is not None:
                        trouble.times -= 1
                    self.struck += 1
                    return trouble
        return None


@lru_cache
def gzip_bomb(megabytes: int = 64) -> bytes:
    """A valid gzip body of some 60 KB that unpacks to 64 MB of spaces."""
    return gzip.compress(b" " * (megabytes << 20), 9)


Spoilt = tuple[int, dict[str, str], bytes]
_JSON = {"Content-Type": "application/json; charset=utf-8"}

REPLACED: dict[Fault, Callable[[Trouble, str], Spoilt]] = {
    Fault.HTML: lambda t, _: (
        200,
        {"Content-Type": "text/html"},
        b"<html><body>Please log in to the airport wifi</body></html>",
    ),
    Fault.PAGE: lambda t, _: (
        t.status,
        {"Content-Type": "text/html"},
        b"<html><h1>Not here</h1></html>",
    ),
    Fault.NOT_JSON: lambda t, _: (200, _JSON, b'{"id": "org/na'),
    Fault.LIST: lambda t, _: (200, _JSON, b'["not", "a", "model"]'),
    Fault.WRONG_ID: lambda t, _: (
        200,
        _JSON,
        b'{"_id":"0123456789abcdef01234567","id":"somebody/else","sha":"%s","tags":[]}'
        % (b"a" * 40),
    ),
    Fault.EMPTY: lambda t, _: (200, _JSON, b""),
    Fault.DEEP_JSON: lambda t, _: (200, _JSON, b"[" * 200_000),
    Fault.GZIP_BOMB: lambda t, _: (200, {**_JSON, "Content-Encoding": "gzip"}, gzip_bomb()),
    Fault.BAD_GZIP: lambda t, _: (
        200,
        {**_JSON, "Content-Encoding": "gzip"},
        b"this was never compressed",
    ),
    Fault.REDIRECT: lambda t, _: (307, {"Location": t.target}, b""),
    Fault.LOOP: lambda t, target: (307, {"Location": target}, b""),
    Fault.STATUS: lambda t, _: (
        t.status,
        {**_JSON, **t.headers},
        json.dumps({"error": f"spoilt with {t.status}"}).encode(),
    ),
    Fault.WRONG_RANGE: lambda t, _: (206, {"Content-Range": "bytes 7-16/9999"}, b"elsewhere!"),
}
"""Faults that are a whole other answer; the rest spoil the sending of the true one."""
