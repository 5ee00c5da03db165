"""What goes to a server and what comes back: values that need no HTTP
library, so that an answer from the cache loads none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lineage.core.value import dataclass

SERVER = "{server}"
"""Stands in a reason for what the server is called in a sentence, until somebody who knows fills
it in."""


class TransportError(Exception):
    """No usable answer came. The text is a clause for a report: no address, no header, no token."""

    def __init__(
        self, reason: str, *, connected: bool = True, again: bool = False, late: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.connected = connected
        """False where not even a connection was made."""
        self.again = again
        """Whether another try may help."""
        self.is_outage = again or late or not connected
        """Whether it shows something about the server's health, and not of one answer."""
        self.at_home = True
        """Whether it happened at the endpoint, and not at a host that files were redirected to."""

    def of(self, who: str) -> TransportError:
        """Itself, with the server named."""
        self.reason = self.reason.replace(SERVER, who)
        self.args = (self.reason,)
        return self


@dataclass(frozen=True)
class Request:
    """One thing wanted from a server."""

    path: str
    """Quoted path and query, from the endpoint on."""
    bucket: str
    cap: int
    """Most bytes of the body that are taken, before and after unpacking."""
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str | None = field(default=None, repr=False)
    off_host: bool = False
    """Whether redirects may leave the endpoint."""
    seconds: float = 30.0
    """For all hops and tries together; waiting for quota is not counted."""
    patient: bool = True
    """False for what nobody needs yet: it waits for no quota and is tried once."""
    start: int = 0
    length: int | None = None
    """Bytes wanted from `start` on, however many come: all of a 206, or the beginning of a 200.

    None: the whole body.
    """
    content: bytes | None = None
    """What a POST sends; None is a GET. A POST is not sent on by a redirect."""
    scheme: str = "Bearer"
    """Of the Authorization header in which the token goes."""


@dataclass(frozen=True)
class Response:
    """A whole answer, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    path: str
    """Of the last address asked, from the endpoint on; empty when it was elsewhere."""
    hops: tuple[str, ...] = ()
    """Paths at the endpoint that redirected, oldest first."""

    @property
    def is_web_page(self) -> bool:
        """Whether a page for people came where data was asked for."""
        return "text/html" in self.headers.get("Content-Type", "").lower()
