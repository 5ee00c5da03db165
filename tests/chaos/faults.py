"""Everything that is put wrong in a chaos run, by name: one trouble at the Hub, or the way to it
cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub import Fault

Spoiling = tuple[Fault, Mapping[str, Any]]

FAULTS: dict[str, Spoiling] = {
    "reset at once": (Fault.RESET, {"at": 0}),
    "reset in the headers": (Fault.RESET, {"at": 60}),
    "reset in the body": (Fault.RESET, {"at": 450}),
    "closed at once": (Fault.CLOSE, {"at": 0}),
    "closed in the status line": (Fault.CLOSE, {"at": 11}),
    "closed in the headers": (Fault.CLOSE, {"at": 90}),
    "cut in the body": (Fault.CLOSE, {"at": 420}),
    "stalled at once": (Fault.STALL, {"at": 0}),
    "stalled in the headers": (Fault.STALL, {"at": 100}),
    "stalled in the body": (Fault.STALL, {"at": 430}),
    "slow drip": (Fault.DRIP, {"at": 0, "pause": 0.05}),
    "slow drip of the body": (Fault.DRIP, {"at": 400, "pause": 0.04}),
    "garbage for HTTP": (Fault.GARBAGE, {}),
    "login page": (Fault.HTML, {}),
    "proxy's 403": (Fault.PAGE, {"status": 403}),
    "proxy's 404": (Fault.PAGE, {"status": 404}),
    "proxy's 407": (Fault.PAGE, {"status": 407}),
    "gateway's 502": (Fault.PAGE, {"status": 502}),
    "half a JSON": (Fault.NOT_JSON, {}),
    "JSON of another type": (Fault.LIST, {}),
    "another model's record": (Fault.WRONG_ID, {}),
    "empty body": (Fault.EMPTY, {}),
    "JSON nested 200,000 deep": (Fault.DEEP_JSON, {}),
    "body without end": (Fault.HUGE, {}),
    "headers without end": (Fault.HUGE_HEADERS, {}),
    "gzip bomb": (Fault.GZIP_BOMB, {}),
    "broken gzip": (Fault.BAD_GZIP, {}),
    "redirect to a file": (Fault.REDIRECT, {"target": "file:///etc/passwd"}),
    "redirect to a private address": (
        Fault.REDIRECT,
        {"target": "http://169.254.169.254/latest/meta-data/"},
    ),
    "redirect to another host": (Fault.REDIRECT, {"target": "{elsewhere}/api/models/chaos/clean"}),
    "redirect to nowhere": (Fault.REDIRECT, {"target": ""}),
    "redirect loop": (Fault.LOOP, {}),
    "400": (Fault.STATUS, {"status": 400}),
    "401": (Fault.STATUS, {"status": 401}),
    "403": (Fault.STATUS, {"status": 403}),
    "404": (Fault.STATUS, {"status": 404}),
    "410": (Fault.STATUS, {"status": 410}),
    "418": (Fault.STATUS, {"status": 418}),
    "429 for an hour": (Fault.STATUS, {"status": 429, "headers": {"Retry-After": "3600"}}),
    "429 without a word": (Fault.STATUS, {"status": 429}),
    "500": (Fault.STATUS, {"status": 500}),
    "503": (Fault.STATUS, {"status": 503}),
    "204": (Fault.STATUS, {"status": 204}),
    "no ranges": (Fault.NO_RANGE, {}),
    "another range": (Fault.WRONG_RANGE, {}),
}
"""Each of the 21 faults of the test Hub, most of them in several places or forms."""

CUTS = ("refused", "no such host", "TLS failure", "hub goes away", "quota of one call")
"""What befalls the way to the Hub and no single call."""


@dataclass(frozen=True)
class Strike:
    """One thing that goes wrong."""

    fault: str
    step: str
    times: int | None = None
    """Calls that it strikes; None for ever."""


@dataclass(frozen=True)
class Plan:
    """Everything that goes wrong in one run."""

    shape: str
    strikes: tuple[Strike, ...] = ()
    cut: str = ""
    warm: bool = False
    """A run without faults filled the cache before."""
    seed: int = 0

    def __str__(self) -> str:
        struck = ", ".join(
            f"{s.fault} at {s.step}" + ("" if s.times is None else f" x{s.times}")
            for s in self.strikes
        )
        return (
            f"{self.shape}: {self.cut or struck or 'nothing'}{' (warm cache)' if self.warm else ''}"
        )
