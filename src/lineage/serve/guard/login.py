"""The page on which somebody shows their token, and the way out again."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from lineage.report.html.markup import tag
from lineage.serve.guard.call import Call
from lineage.serve.guard.cookie import cookie_of, setting
from lineage.serve.guard.identity import Identity
from lineage.serve.guard.refusal import Refused
from lineage.serve.pages.frame import button, form, page, paragraphs

_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""An address of this server: no host, no backslash, no control character."""
_START = "/"


async def login(request: Request) -> Response:
    """Ask for the token."""
    way = _way(request.query_params.get("next", ""))
    if not _identity(request).needs_login or request.state.who:
        return RedirectResponse(way, 303)
    return _page(request, way)


async def logged_in(request: Request) -> Response:
    """Take it, and begin a session under a cookie that is new."""
    identity, call = _identity(request), Call(request.scope)
    async with request.form(max_files=0, max_fields=4) as sent:
        secret, way = str(sent.get("token", "")), _way(str(sent.get("next", "")))
    try:
        token = identity.checked(call.client, secret.strip())
    except Refused as refused:
        return _page(request, way, refused)
    request.state.who = token.name
    cookie = identity.begin(token, instead_of=cookie_of(call))
    headers = {"Set-Cookie": setting(call, cookie, seconds=identity.seconds)}
    return RedirectResponse(way, 303, headers)


async def logged_out(request: Request) -> Response:
    """End the session, here and in the browser."""
    call = Call(request.scope)
    _identity(request).end(cookie_of(call))
    headers = {"Set-Cookie": setting(call, "", seconds=0), "Clear-Site-Data": '"cache"'}
    return RedirectResponse("/login", 303, headers)


def _page(request: Request, way: str, refused: Refused | None = None) -> Response:
    wrong = None
    if refused is not None:
        wrong = tag(
            "div",
            tag("p", f"{refused.message} {refused.next_step}", id="token-wrong"),
            class_="notice wrong",
            role="alert",
        )
    entry = form(
        request,
        "/login",
        tag("input", type="hidden", name="next", value=way),
        tag("label", "Token", for_="token"),
        tag(
            "input",
            type="password",
            name="token",
            id="token",
            autocomplete="current-password",
            required=True,
            autofocus=True,
            aria_invalid="true" if refused else None,
            aria_describedby="token-wrong" if refused else None,
        ),
        tag("p", button("Log in", "first"), class_="acts"),
    )
    hint = paragraphs("The operator of this server gives you a token.")
    content = tag("section", tag("h1", "Log in"), wrong, hint, entry)
    status = refused.status if refused else 200
    answer = page(request, "Log in", content, status=status, is_open=False)
    if refused is not None:
        answer.headers.update(refused.headers)
    return answer


def _way(wanted: str) -> str:
    """Where to go afterwards: never to another server."""
    return wanted if len(wanted) < 2000 and _PATH.fullmatch(wanted) else _START


def _identity(request: Request) -> Identity:
    found: Identity = request.app.state.gate.identity
    return found


ROUTES = [
    Route("/login", login, methods=["GET"]),
    Route("/login", logged_in, methods=["POST"]),
    Route("/logout", logged_out, methods=["POST"]),
]
