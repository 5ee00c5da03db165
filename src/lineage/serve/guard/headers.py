"""The headers that every answer has: nothing of another site is loaded into a page of ours, and no
page of another site is given an answer of ours."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from lineage.serve.guard.call import Call

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Of a page that says nothing else; the report brings its own, which names its parts by hash."""
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A form sent under `no-referrer` would hide its origin, by which it is known to be ours.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_FRAMES = "frame-ancestors 'none'"
_HSTS = "max-age=31536000"


def with_headers(call: Call, send: Send) -> Send:
    """Sends with them."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers[name] = value
            own = headers.get("Content-Security-Policy")
            if own is None:
                headers["Content-Security-Policy"] = CONTENT_POLICY
            elif _FRAMES not in own:
                headers["Content-Security-Policy"] = f"{own.rstrip('; ')}; {_FRAMES}"
            headers.setdefault("Cache-Control", "no-store")
            if call.is_tls:
                headers["Strict-Transport-Security"] = _HSTS
        await send(message)

    return sent
