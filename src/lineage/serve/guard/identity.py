"""Who asks: by the token in the request, or by the session of the browser."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.serve.guard.access import Access
from lineage.serve.guard.call import Call
from lineage.serve.guard.rates import Rates, network_of
from lineage.serve.guard.refusal import Refused
from lineage.serve.guard.sessions import Sessions
from lineage.serve.guard.tokens import Token, Tokens
from lineage.serve.settings import Limits

_WRONG = 10
"""Wrong tokens at once from one client; after that one in so many seconds."""
_WRONG_SECONDS = 12.0
_BEARER = {"WWW-Authenticate": 'Bearer realm="lineage"'}


@dataclass(frozen=True)
class Caller:
    """Whoever sent one request."""

    name: str = ""
    """Of the token; empty where none is needed, or none was shown."""
    is_let_in: bool = False
    is_operator: bool = False
    """Whether the audit log may be read."""
    is_session: bool = False
    """Whether a cookie says so, which a browser sends by itself."""


class Identity:
    """Those whom one server knows."""

    def __init__(self, access: Access, limits: Limits) -> None:
        """Raises UsageError where the file of tokens cannot be used."""
        self._tokens = Tokens(access.tokens) if access.tokens else None
        self._wrong = Rates(_WRONG, 1 / _WRONG_SECONDS)
        self._sessions = (
            Sessions(self._tokens, limits.session, limits.sessions) if self._tokens else None
        )
        self.seconds = int(limits.session)
        """How long a session lasts."""

    @property
    def needs_login(self) -> bool:
        """Whether a token is needed."""
        return self._tokens is not None

    def of(self, call: Call, cookie: str) -> Caller:
        """Raises Refused for a token that is none."""
        if self._sessions is None:
            return Caller(is_let_in=True, is_operator=True)
        kind, _, secret = call.one("authorization").partition(" ")
        if kind:
            if kind.lower() != "bearer":
                raise Refused(401, "Log in with a token.", "Send it as a Bearer.", _BEARER)
            return _caller(self.checked(call.client, secret.strip()))
        token = self._sessions.of(cookie) if cookie else None
        return _caller(token, is_session=True) if token else Caller()

    def checked(self, client: str, secret: str) -> Token:
        """The token that a client shows. Raises Refused; after many that were wrong without a
        look."""
        network = network_of(client)
        self._wrong.check(network)
        token = self._tokens.named(secret) if self._tokens and len(secret) < 1000 else None
        if token is None:
            self._wrong.take(network)
            raise Refused(
                401, "This token is not known.", "Ask the operator of the server.", _BEARER
            )
        return token

    def begin(self, token: Token, *, instead_of: str) -> str:
        """The cookie of a new session."""
        assert self._sessions is not None  # noqa: S101 - there is a token
        self._sessions.end(instead_of)
        return self._sessions.begin(token)

    def end(self, cookie: str) -> None:
        """Log out."""
        if self._sessions is not None:
            self._sessions.end(cookie)


def no_token() -> Refused:
    """For who shows none."""
    return Refused(
        401, "This server needs a token.", "Send Authorization: Bearer TOKEN, or log in.", _BEARER
    )


def _caller(token: Token, *, is_session: bool = False) -> Caller:
    return Caller(token.name, True, token.is_operator, is_session)
