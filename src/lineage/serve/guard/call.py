"""The head of one request, as the rules read it."""

from __future__ import annotations

from starlette.types import Scope

from lineage.serve.guard.refusal import Refused

SAFE = frozenset({"GET", "HEAD"})


class Call:
    """Reads headers of which a request may have one, and says who sent it."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.client: str = scope["client"][0] if scope.get("client") else ""
        self.is_tls: bool = scope["scheme"] == "https"

    @property
    def is_safe(self) -> bool:
        """Whether its method changes nothing."""
        return self.method in SAFE

    @property
    def is_for_programs(self) -> bool:
        """Whether it asks the API."""
        return self.path.startswith("/v1/")

    @property
    def is_for_reader(self) -> bool:
        """Whether somebody wants to see a page."""
        return self.is_safe and not self.is_for_programs and "text/html" in self.one("accept")

    @property
    def route(self) -> str:
        """The template of its address, once it was found; `none` where there is none."""
        return getattr(self.scope.get("route"), "path", "none")

    @property
    def address(self) -> str:
        """The path and the query, as they were sent."""
        path = self.scope["raw_path"].decode("ascii")
        query = self.scope["query_string"].decode("ascii")
        return f"{path}?{query}" if query else path

    def all(self, name: str) -> list[str]:
        """The values of a header, in their order."""
        wanted = name.encode()
        return [value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted]

    def one(self, name: str) -> str:
        """The value of a header; empty where there is none. Raises Refused where it stands twice:
        the proxy in front may have read the other one."""
        values = self.all(name)
        if len(values) > 1:
            raise Refused(400, f"The header {name} appears more than once.")
        return values[0].strip() if values else ""

    @property
    def media(self) -> str:
        """The content type without its parameters, in lower case."""
        return self.one("content-type").partition(";")[0].strip().lower()
