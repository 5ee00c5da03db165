"""Takes every request through the rules, in their order, before the pages or the API see it."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lineage.core.errors import LineageError
from lineage.serve.guard import host, origin, shape
from lineage.serve.guard.acts import Acts
from lineage.serve.guard.answering import Answering
from lineage.serve.guard.answers import again, answer_to, to_login
from lineage.serve.guard.body import Bodies, replayed
from lineage.serve.guard.call import Call
from lineage.serve.guard.cookie import cookie_of, with_cookie
from lineage.serve.guard.forms import Forms
from lineage.serve.guard.headers import with_headers
from lineage.serve.guard.identity import Caller, Identity, no_token
from lineage.serve.guard.metrics import Requests
from lineage.serve.guard.rates import Rates, network_of
from lineage.serve.guard.refusal import Refused
from lineage.serve.guard.sessions import fresh
from lineage.serve.settings import Settings

_LOG = logging.getLogger("lineage.serve")
_OWN = "/admission"
"""Checks for itself who asks, and how much: a cluster has no name and no token like others."""
_ALIVE = ("/healthz", "/readyz")
"""Tell nothing, to whoever asks under whatever name."""
_AROUND = 1 << 20
"""Bytes of a form around the file that it sends: a file that is a little too long is told so beside
the form."""
_OPEN = ("/login", "/static/")
"""What is needed to log in."""
_REFUSALS = frozenset({401, 403, 408, 413, 421, 429})


class Gate:
    """The server as the network sees it. What it lets through has `request.state.who`, the name of
    the token, and `request.state.csrf`, what a form carries in its hidden field `csrf`."""

    stop: Callable[[], None]
    """Lets go of everybody who waits, before the server ends."""

    def __init__(self, app: ASGIApp, settings: Settings, identity: Identity, acts: Acts) -> None:
        limits = settings.limits
        self._app, self._settings = app, settings
        self.identity, self.acts = identity, acts
        self._forms, self._bodies = Forms(), Bodies(limits)
        self._rates = Rates(limits.burst, limits.rate)
        self.answering, self.requests = Answering(app, limits), Requests()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; whatever is not HTTP has no business here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served")
        call, seen = Call(scope), _Seen()
        state = scope.setdefault("state", {})
        state["who"] = state["csrf"] = ""
        state["is_operator"] = state["is_session"] = False
        # An act is kept before anybody hears that it is done.
        send = seen.through(with_headers(call, send), lambda: self._noted(call, seen))
        try:
            await self._passed(call, receive, send)
        except Refused as refused:
            seen.message = refused.message
            await answer_to(call, refused)(scope, receive, send)
        except Exception:  # noqa: BLE001 - whatever it is, nobody outside is shown a trace of it
            _LOG.exception("%s %s", call.method, call.route)
            if not seen.status:
                await answer_to(call, Refused(500, "The server failed; see its log."))(
                    scope, receive, send
                )
        finally:
            self._count(call, seen)

    async def _passed(self, call: Call, receive: Receive, send: Send) -> None:
        access, limits = self._settings.access, self._settings.limits
        shape.check(call, limits)
        if _is_own(call.path) and origin.is_from_browser(call):
            raise Refused(403, "This address answers a cluster, and no page of a browser.")
        if call.path in _ALIVE or _is_own(call.path):
            await self._app(call.scope, receive, send)
            return
        host.check(call, access)
        origin.check(call)
        if origin.is_followed_link(call):
            await again(call)(call.scope, receive, send)
            return
        given = cookie_of(call)
        caller = self.identity.of(call, given)
        client = caller.name or network_of(call.client)
        if self.identity.needs_login:
            self._rates.take(client)
        if not caller.is_let_in and not call.path.startswith(_OPEN):
            if not call.is_for_reader:
                raise no_token()
            await to_login(call)(call.scope, receive, send)
            return
        cookie = given or fresh()
        state = call.scope["state"]
        state["who"], state["is_operator"] = caller.name, caller.is_operator
        state["is_session"] = caller.is_session
        state["csrf"] = self._forms.token(cookie)
        if not given:
            send = with_cookie(call, cookie, send)
        if call.is_safe:
            await self.answering.answer(call, client, receive, send)
        else:
            await self._changed(call, caller, client, given, receive, send)

    async def _changed(
        self, call: Call, caller: Caller, client: str, cookie: str, receive: Receive, send: Send
    ) -> None:
        by_token = caller.is_let_in and bool(caller.name) and not caller.is_session
        if not by_token:
            self._forms.check_head(call, cookie, is_session=caller.is_session)
        body = await self._bodies.read(call, receive, self._settings.limits.upload + _AROUND)
        try:
            if not by_token:
                await self._forms.check_body(call, cookie, body)
            await self.answering.answer(call, client, replayed(body, receive), send)
        finally:
            self._bodies.release(len(body))

    def _count(self, call: Call, seen: _Seen) -> None:
        if not seen.is_stream:
            method = call.method if call.method in shape.METHODS else "other"
            self.requests.count(method, call.route, seen.status, seen.seconds)

    async def _noted(self, call: Call, seen: _Seen) -> None:
        """What changed something, what was taken home, and what was refused."""
        is_refused = seen.status in _REFUSALS
        if _is_own(call.path) or not (is_refused or seen.is_download or not call.is_safe):
            return
        if not self.acts.is_kept(seen.status):
            return
        who, about = call.scope["state"]["who"], seen.location or call.path
        outcome = f"{seen.status} {seen.message}".strip()
        act = (who, call.client, f"{call.method} {call.route}", about, outcome)
        try:
            await anyio.to_thread.run_sync(self.acts.note, *act)
        except (OSError, sqlite3.Error, LineageError) as problem:
            _LOG.error("an act was not logged: %s", problem)


def _is_own(path: str) -> bool:
    return path == _OWN or path.startswith(f"{_OWN}/")


class _Seen:
    """What was answered."""

    def __init__(self) -> None:
        self.status = 0
        self.location = self.message = ""
        self.is_download = self.is_stream = False
        self._since = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since

    def through(self, send: Send, then: Callable[[], Awaitable[None]]) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                self.status = message["status"]
                self.location = headers.get("location", "")
                self.is_download = headers.get("content-disposition", "").startswith("attachment")
                self.is_stream = headers.get("content-type", "").startswith("text/event-stream")
                await then()
            await send(message)

        return sent
