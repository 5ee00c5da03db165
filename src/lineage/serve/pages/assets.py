"""The style and the script of the pages, under names that change with their content, so that a
browser keeps them."""

from __future__ import annotations

import hashlib
from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lineage.core.packaged import DATA
from lineage.core.value import dataclass

_PARTS = {
    "css": ("text/css", ("html/report.css", "serve/serve.css")),
    "js": ("text/javascript", ("serve/serve.js",)),
}
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True)
class Asset:
    """One file that the pages ask for."""

    name: str
    media: str
    body: bytes

    @property
    def address(self) -> str:
        """Where it is."""
        return f"/static/{self.name}"


@cache
def asset(kind: str) -> Asset:
    """The one style (`css`) or the one script (`js`)."""
    media, parts = _PARTS[kind]
    body = b"".join((DATA / part).read_bytes() for part in parts)
    return Asset(f"lineage-{hashlib.sha256(body).hexdigest()[:16]}.{kind}", media, body)


def static(request: Request) -> Response:
    """One of them; there is no folder behind it."""
    for kind in _PARTS:
        one = asset(kind)
        if one.name == request.path_params["name"]:
            return Response(one.body, media_type=one.media, headers=_FOREVER)
    raise HTTPException(404)


ROUTES = [Route("/static/{name}", static, methods=["GET"])]
