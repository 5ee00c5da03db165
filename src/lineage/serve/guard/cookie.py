"""The one cookie: it names a session, or only the browser to which a form was given."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from lineage.serve.guard.call import Call
from lineage.serve.guard.sessions import LENGTH


def cookie_of(call: Call) -> str:
    """What the browser has of ours; empty where it has nothing."""
    wanted = _name(call)
    for part in "; ".join(call.all("cookie")).split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted and len(value) == LENGTH:
            return value
    return ""


def setting(call: Call, value: str, *, seconds: int | None = None) -> str:
    """The header that gives it to the browser, until that is closed or for so long."""
    secure = "; Secure" if call.is_tls else ""
    age = "" if seconds is None else f"; Max-Age={seconds}"
    return f"{_name(call)}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}"


def with_cookie(call: Call, value: str, send: Send) -> Send:
    """Gives it along with a page, should the page not give one itself."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page and "set-cookie" not in headers:
                headers.append("Set-Cookie", setting(call, value))
        await send(message)

    return sent


def _name(call: Call) -> str:
    """Browsers keep one for all ports of a host, so the port is in it. Under `__Host-` they take it
    from this host alone, and by TLS alone."""
    port = call.scope["server"][1] if call.scope.get("server") else ""
    return f"__Host-lineage-{port}" if call.is_tls else f"lineage-{port}"
