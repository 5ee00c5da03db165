"""One thing that the API does: where, with what, and everything that it may answer. Routes and the
published document come from the same table."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lineage.core.errors import LineageError
from lineage.core.value import dataclass
from lineage.serve.api import problem
from lineage.serve.api.parameters import Parameter, read
from lineage.serve.site import Site, site_of

JSON = "application/json"


@dataclass(frozen=True)
class Call:
    """One request to an operation."""

    site: Site
    request: Request
    values: Mapping[str, Any] = field(hash=False)
    """Of the path and the query."""
    body: bytes = b""

    @property
    def who(self) -> str:
        """The name of the token; empty where none is needed."""
        return getattr(self.request.state, "who", "") or ""


Handler = Callable[[Call], Response] | Callable[[Call], Awaitable[Response]]
"""What waits for nothing but the database runs in a thread of its own; what is `async` must not."""


@dataclass(frozen=True)
class Answer:
    """One status that an operation may answer with."""

    description: str
    content: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By media type: the name of a schema; empty for what is no JSON."""
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    """As Starlette writes it."""
    id: str
    summary: str
    handler: Handler
    answers: Mapping[int, Answer] = field(hash=False)
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By media type: the name of a schema; empty for bytes."""
    problems: tuple[int, ...] = ()
    """Further statuses, each with what is wrong."""
    description: str = ""

    @property
    def public_path(self) -> str:
        """As OpenAPI writes it."""
        return self.path.replace(":path}", "}").replace(":int}", "}")

    async def __call__(self, request: Request) -> Response:
        """Read what is asked, and answer."""
        site = site_of(request)
        try:
            values = read(self.parameters, request.query_params)
            body = await _body(request, site.settings.limits.upload) if self.body else b""
            call = Call(site, request, {**request.path_params, **values}, body)
            if inspect.iscoroutinefunction(self.handler):
                found: Response = await self.handler(call)
                return found
            return await run_in_threadpool(self.handler, call)  # type: ignore[arg-type]
        except LineageError as error:
            return problem.of_error(error)


async def _body(request: Request, most: int) -> bytes:
    """The whole body, and no byte more than the bound. Raises TooLargeError."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > most:
            raise problem.TooLargeError(
                f"The body has more than {most / 2**20:.0f} MB.", "Split the list."
            )
    return bytes(found)


def routes(operations: Iterable[Operation]) -> list[Route]:
    """One for each path, which knows all its methods."""
    by_path: defaultdict[str, dict[str, Operation]] = defaultdict(dict)
    for one in operations:
        by_path[one.path][one.method] = one
    return [Route(path, _Methods(found), methods=None) for path, found in by_path.items()]


class _Methods:
    """The operations of one path, as an ASGI application."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self._operations = operations
        allowed = {*operations} | ({"HEAD"} if "GET" in operations else set())
        self._allow = ", ".join(sorted(allowed))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        method = "GET" if request.method == "HEAD" else request.method
        operation = self._operations.get(method)
        if operation is not None:
            response = await operation(request)
        else:
            response = problem.problem(
                405,
                f"{request.method[:20]} is not possible here.",
                f"Possible: {self._allow}.",
                {"Allow": self._allow},
            )
        await response(scope, receive, send)


def checked(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The table. Raises ValueError where two of them have one id."""
    ids = [one.id for one in operations]
    if len(set(ids)) != len(ids):
        raise ValueError("two operations have one id")
    return tuple(operations)
