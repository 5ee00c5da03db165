"""What a server is shown of who asks: nothing, a key, or what it asks for on the way."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import field
from typing import Protocol

from lineage.core.value import dataclass
from lineage.sources.web.exchange import Response


@dataclass(frozen=True)
class Shown:
    """One Authorization header."""

    secret: str = field(repr=False)
    scheme: str = "Bearer"


class Login(Protocol):
    """Knows what goes with each call to one server, and goes to no other."""

    @property
    def name(self) -> str | None:
        """Tells apart whose answers a cache keeps; None is everybody's."""

    def of(self, path: str) -> Shown | None:
        """What goes with a call for `path`; None is nothing."""

    def learn(self, path: str, shown: Shown | None, response: Response) -> bool:
        """Whether an answer asks for another login that could be had: then the call is worth
        repeating. Raises UnansweredError."""


class Key:
    """One fixed key, or none."""

    def __init__(self, secret: str = "", scheme: str = "Bearer") -> None:
        self._shown = Shown(secret, scheme) if secret else None

    @property
    def name(self) -> str | None:
        """The key itself."""
        return self._shown.secret if self._shown is not None else None

    def of(self, path: str) -> Shown | None:
        """The key."""
        return self._shown

    def learn(self, path: str, shown: Shown | None, response: Response) -> bool:
        """There is no other."""
        return False


def basic(user: str, key: str) -> str:
    """What goes into the header for a user name and a key."""
    return f"Basic {b64encode(f'{user}:{key}'.encode()).decode()}"


def from_header(text: str) -> Key | str:
    """The key of a header that is reported with its scheme; a bearer key is the text alone."""
    scheme, _, secret = text.partition(" ")
    return Key(secret, scheme) if scheme == "Basic" else text.removeprefix("Bearer ")
