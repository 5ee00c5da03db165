"""Takes every request through the rules, in their order, before the pages or the API see it."""

from __future__ import annotations

import logging
import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lineage.serve.guard import host, origin, shape
from lineage.serve.guard.answers import answer_to
from lineage.serve.guard.body import Bodies, replayed
from lineage.serve.guard.call import Call
from lineage.serve.guard.forms import Forms
from lineage.serve.guard.headers import with_headers
from lineage.serve.guard.refusal import Refused
from lineage.serve.settings import Settings

_LOG = logging.getLogger("lineage.serve")
_OWN = "/admission"
"""Checks for itself who asks, and how much: a cluster has no name and no token like others."""
_AROUND = 1 << 20
"""Bytes of a form around the file that it sends: a file that is a little too long is told so beside
the form."""
_COOKIE = 43
"""Characters of a cookie of ours."""


class Gate:
    """The server as the network sees it. What it lets through has `request.state.who`, the name of
    the token, and `request.state.csrf`, what a form carries in its hidden field `csrf`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._forms, self._bodies = Forms(), Bodies(settings.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; whatever is not HTTP has no business here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served")
        call = Call(scope)
        send = with_headers(call, send)
        try:
            await self._passed(call, receive, send)
        except Refused as refused:
            await answer_to(call, refused)(scope, receive, send)

    async def _passed(self, call: Call, receive: Receive, send: Send) -> None:
        settings = self._settings
        shape.check(call, settings.limits)
        if call.path.startswith(_OWN):
            await self._app(call.scope, receive, send)
            return
        host.check(call, settings.access)
        origin.check(call)
        cookie = _cookie(call)
        is_new = not cookie
        cookie = cookie or secrets.token_urlsafe(32)
        state = call.scope.setdefault("state", {})
        state["who"], state["csrf"] = "", self._forms.token(cookie)
        if is_new:
            send = _with_cookie(call, cookie, send)
        if call.is_safe:
            await self._app(call.scope, receive, send)
            return
        self._forms.check_head(call, "" if is_new else cookie, is_session=False)
        body = await self._bodies.read(call, receive, settings.limits.upload + _AROUND)
        try:
            await self._forms.check_body(call, cookie, body)
            await self._app(call.scope, replayed(body, receive), send)
        finally:
            self._bodies.release(len(body))


def _cookie(call: Call) -> str:
    """What the browser has of ours; empty where it has nothing."""
    wanted = _name(call)
    for part in "; ".join(call.all("cookie")).split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted and len(value) == _COOKIE:
            return value
    return ""


def _name(call: Call) -> str:
    """Of the cookie: browsers keep one for all ports of a host."""
    port = call.scope["server"][1] if call.scope.get("server") else ""
    return f"__Host-lineage-{port}" if call.is_tls else f"lineage-{port}"


def _with_cookie(call: Call, value: str, send: Send) -> Send:
    """Gives it to the browser with the first page."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                secure = "; Secure" if call.is_tls else ""
                headers.append(
                    "Set-Cookie",
                    f"{_name(call)}={value}; Path=/; HttpOnly; SameSite=Strict{secure}",
                )
        await send(message)

    return sent
