"""Who is logged in with a browser. Only this process knows: when it ends, so do the sessions."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict

from lineage.core.value import dataclass
from lineage.serve.guard.tokens import Token, Tokens

LENGTH = 43
"""Characters of a cookie."""


@dataclass(frozen=True)
class _Session:
    token: Token
    ends: float


class Sessions:
    """Cookies are kept as digests, so that a dump of the memory is no bunch of keys."""

    def __init__(self, tokens: Tokens, seconds: float, most: int) -> None:
        self._tokens, self._seconds, self._most = tokens, seconds, most
        self._open: OrderedDict[str, _Session] = OrderedDict()

    def begin(self, token: Token) -> str:
        """A new session: its cookie was never anybody's before. The oldest makes room."""
        cookie = fresh()
        self._open[_key(cookie)] = _Session(token, time.monotonic() + self._seconds)
        while len(self._open) > self._most:
            self._open.popitem(last=False)
        return cookie

    def of(self, cookie: str) -> Token | None:
        """Whose session it is; None where it is over, or the token is gone from the file."""
        session = self._open.get(_key(cookie))
        if session is None:
            return None
        token = self._tokens.current(session.token)
        if token is None or session.ends < time.monotonic():
            self.end(cookie)
            return None
        return token

    def end(self, cookie: str) -> None:
        """Log out."""
        self._open.pop(_key(cookie), None)


def fresh() -> str:
    """A cookie that nobody has."""
    return secrets.token_urlsafe(32)


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
