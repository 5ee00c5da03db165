"""What a browser sends to change something must come from a page that this server made for it.

Each page carries a token that goes with the browser's cookie: in the hidden field `csrf` of a form,
or in the header `X-CSRF-Token` of a script. A form of another site knows neither. Programs send
what no form can send: a token of their own, or a content type of the API's.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from lineage.serve.guard.body import replayed
from lineage.serve.guard.call import Call
from lineage.serve.guard.origin import is_from_browser
from lineage.serve.guard.refusal import Refused

FIELD = "csrf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SIMPLE = (*_FORMS, "text/plain", "")
"""What any page may send anywhere without asking first."""


class Forms:
    """The tokens of one server; they end with it."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def token(self, cookie: str) -> str:
        """What a page for the browser with this cookie carries."""
        return hmac.new(self._key, cookie.encode(), hashlib.sha256).hexdigest()

    def check_head(self, call: Call, cookie: str, *, is_session: bool) -> None:
        """Raises Refused for what its head alone shows to be no request of ours."""
        if is_form(call):
            if not (cookie and is_from_browser(call)):
                raise _stale()
            return
        if call.method == "POST" and call.media in _SIMPLE:
            raise Refused(
                415,
                "The request has no Content-Type of the API.",
                "Send it with the header Content-Type: application/json.",
            )
        if (is_session or is_from_browser(call)) and not self._fits(
            call.one("x-csrf-token"), cookie
        ):
            raise _stale()

    async def check_body(self, call: Call, cookie: str, body: bytes) -> None:
        """Raises Refused for a form without the token."""
        if is_form(call) and not self._fits(await _field(call, body), cookie):
            raise _stale()

    def _fits(self, given: str, cookie: str) -> bool:
        return bool(cookie) and hmac.compare_digest(given.encode(), self.token(cookie).encode())


def is_form(call: Call) -> bool:
    """Whether a form of a page could have sent it."""
    return not call.is_safe and call.media in _FORMS


async def _field(call: Call, body: bytes) -> str:
    """As the page's own handler will read it, so that nobody can show two forms in one."""
    request = Request(call.scope, replayed(body))
    try:
        async with request.form(max_fields=1000, max_part_size=len(body) + 1) as form:
            found = form.get(FIELD)
    except (MultiPartException, HTTPException) as problem:
        raise Refused(400, "The form could not be read.") from problem
    return found if isinstance(found, str) else ""


def _stale() -> Refused:
    return Refused(
        403,
        "This page does not belong to the session, or is older than the server.",
        "Go back, allow cookies of this server, load the page again, and send it once more.",
    )
