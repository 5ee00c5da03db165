"""How a server is asked: one request at a time, bounded in time and bytes,
redirects by hand, the token for the endpoint only."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import requests

from lineage.sources.web.address import (
    Endpoint,
    ForbiddenAddressError,
    needs_public,
    next_address,
    origin_of,
)
from lineage.sources.web.body import explained, read_body
from lineage.sources.web.breaker import Breaker
from lineage.sources.web.exchange import Request, Response, TransportError
from lineage.sources.web.limits import Limiter
from lineage.sources.web.sockets import BoundedAdapter, bounded
from lineage.sources.web.trust import trusted

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({500, 502, 503, 504})
_MAX_HOPS = 3
_MAX_TRIES = 3
_MAX_LIMITED = 4
_ERROR_BODY = (1 << 20, 1 << 16)  # error pages may be long; their beginning is enough


class Transport:
    """Asks the endpoint; safe to share between threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        limiter: Limiter,
        breaker: Breaker | None = None,
        *,
        user_agent: str,
        workers: int = 8,
        connect_timeout: float = 5.0,
        idle_timeout: float = 10.0,
        backoff: float = 0.25,
        sleep: Callable[[float], None] = time.sleep,
        on_sent_on: Callable[[str], None] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.breaker = breaker or Breaker(endpoint.who)
        self._limiter = limiter
        self._agent = user_agent
        self._connect = connect_timeout
        self._idle = idle_timeout
        self._backoff = backoff
        self._sleep = sleep
        self._on_sent_on = on_sent_on or (lambda _: None)
        self._adapter = BoundedAdapter(
            pool_connections=8, pool_maxsize=max(4, workers), max_retries=0
        )
        self._settings: dict[str, dict[str, Any]] = {}
        self._hosts: dict[str, Breaker] = {}

    def close(self) -> None:
        """Drop the open connections; running calls end at once."""
        self._adapter.abort()
        self._adapter.close()

    def get(self, request: Request) -> Response:
        """The answer, unless its status says to try again and trying did not help.

        Raises TransportError, NotAskedError while the server is down,
        QuotaError when quota would take too long.
        """
        self.breaker.check()
        try:
            response = self._persist(request)
        except TransportError as problem:
            if problem.at_home and problem.is_outage:
                self.breaker.failed(problem.reason, connected=problem.connected)
            elif problem.at_home:
                self.breaker.refused()
            raise
        self.breaker.succeeded()
        return response

    def _persist(self, request: Request) -> Response:
        clock = _Stopwatch(request.seconds)
        tries = limited = 0
        while True:
            try:
                response = self._follow(request, clock)
            except TransportError as failure:
                problem = failure
            else:
                if response.status == 429 and limited < _MAX_LIMITED and request.patient:
                    limited += 1  # the limiter makes the next acquire wait, or raise
                    continue
                if response.status not in _TRY_AGAIN:
                    return response
                problem = TransportError(
                    f"{self.endpoint.who} answered with error {response.status}", again=True
                )
            tries += 1
            pause = self._backoff * 3 ** (tries - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
            if (
                not problem.again
                or tries >= _MAX_TRIES
                or clock.left() <= pause
                or not request.patient
            ):
                raise problem
            self._sleep(pause)

    def _follow(self, request: Request, clock: _Stopwatch) -> Response:
        url, token, hops = self.endpoint.url + request.path, request.token, list[str]()
        seen = {url}
        while True:
            at_home = origin_of(url) == self.endpoint.origin
            # Once a redirect has left the endpoint, no later hop gets
            # the token, not even one back home.
            token = token if at_home else None
            response = self._hop(request, url, token, clock, at_home=at_home)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or location is None:
                return replace(response, hops=tuple(hops))
            if request.content is not None:
                raise TransportError(f"{self.endpoint.who} redirects what was sent to it")
            hops += [response.path] if at_home else []
            left = origin_of(url)
            try:
                url = next_address(self.endpoint, url, location, off_host=request.off_host)
            except ForbiddenAddressError as problem:
                raise TransportError(f"{problem}, which is not followed") from None
            if not request.off_host and (origin := origin_of(url)) != left:
                if not at_home:
                    raise TransportError(f"{self.endpoint.who} redirects from one host to the next")
                self._on_sent_on(str(origin))
            if url in seen:
                raise TransportError(f"{self.endpoint.who} redirects in a circle")
            seen.add(url)
            if len(seen) > _MAX_HOPS + 1:
                raise TransportError(f"{self.endpoint.who} redirects more than {_MAX_HOPS} times")

    def _hop(
        self, request: Request, url: str, token: str | None, clock: _Stopwatch, *, at_home: bool
    ) -> Response:
        if not at_home and request.off_host:
            return self._elsewhere(request, url, clock)
        with clock.stopped():
            self._limiter.acquire(request.bucket, patient=request.patient)
        try:
            response = self._exchange(request, url, token, clock)
        except BaseException:
            self._limiter.release(request.bucket)
            raise
        self._limiter.report(request.bucket, response.headers, limited=response.status == 429)
        return response

    def _elsewhere(self, request: Request, url: str, clock: _Stopwatch) -> Response:
        """At the host where large files lie: without the token, without effect on
        the endpoint's quota, and with a health of its own."""
        host = str(origin_of(url))
        if len(self._hosts) > 100:
            self._hosts.clear()
        breaker = self._hosts.setdefault(host, Breaker("the host of the file", eager=False))
        breaker.check()
        try:
            response = replace(self._exchange(request, url, None, clock), path="")
        except TransportError as problem:
            problem.at_home = False
            if problem.is_outage:
                breaker.failed(problem.reason, connected=problem.connected)
            raise
        breaker.succeeded()
        return response

    def _exchange(
        self, request: Request, url: str, token: str | None, clock: _Stopwatch
    ) -> Response:
        left = clock.left()
        if left <= 0:
            raise TransportError(
                f"{self.endpoint.who} did not answer within {request.seconds:g} s", late=True
            )
        headers = {"User-Agent": self._agent, "Accept-Encoding": "identity", **request.headers}
        if token:
            headers["Authorization"] = f"{request.scheme} {token}"
            if cookie := self.endpoint.server.cookie:
                headers["Cookie"] = f"{cookie}={token}"
        origin = origin_of(url)
        public_only = origin is not None and needs_public(self.endpoint, origin)
        try:
            with bounded(
                time.monotonic() + left,
                self._idle,
                public_only=public_only,
                readers=self._adapter.readers,
            ):
                # The adapter is used directly: a Session would add netrc passwords
                # and cookies, and follow redirects.
                prepared = requests.Request(
                    "GET" if request.content is None else "POST",
                    url,
                    headers=headers,
                    data=request.content,
                ).prepare()
                timeout = (min(self._connect, left), min(self._idle, left))
                raw = self._adapter.send(
                    prepared, stream=True, timeout=timeout, **self._environment(str(origin))
                )
                status = _status(raw, headers)
                try:
                    body = read_body(
                        raw,
                        *_bounds(request, status),
                        packed="gzip" in headers["Accept-Encoding"],
                    )
                finally:
                    raw.close()
        except TransportError as problem:
            raise problem.of(self.endpoint.who) from problem.__cause__
        except (OSError, ValueError, ForbiddenAddressError) as problem:
            explanation = explained(problem, late=clock.left() <= 0, seconds=request.seconds)
            raise explanation.of(self.endpoint.who) from None
        return Response(status, raw.headers, body, self._path(url))

    def _path(self, url: str) -> str:
        if url.startswith(self.endpoint.url + "/"):
            return url.removeprefix(self.endpoint.url)
        # A redirect to another host, or out of the path below which the endpoint lies.
        parts = urlsplit(url)
        below = urlsplit(self.endpoint.url).path
        path = parts.path.removeprefix(below) if parts.path.startswith(below + "/") else parts.path
        return f"{path}?{parts.query}"

    def _environment(self, origin: str) -> dict[str, Any]:
        """Proxies and certificate bundles as the environment sets
        them, looked up once for each origin."""
        known = self._settings.get(origin)
        if known is None:
            found = requests.Session().merge_environment_settings(origin, {}, None, None, None)
            known = {key: found[key] for key in ("proxies", "cert")}
            known["verify"] = trusted() if origin.startswith("https:") else True
            if len(self._settings) < 100:
                self._settings[origin] = known
        return known


def _status(raw: requests.Response, asked: Mapping[str, str]) -> int:
    """The status; some servers send a part with 200 and say in another header that it is one."""
    is_part = raw.status_code == 200 and "Range" in asked and "Content-Range" in raw.headers
    return 206 if is_part else raw.status_code


def _bounds(request: Request, status: int) -> tuple[int, int | None]:
    """The most bytes to take of a body, and how many are enough."""
    if not 200 <= status < 300:
        return _ERROR_BODY
    if request.length is None:
        return request.cap, None
    # A server that ignores Range sends the file from its beginning:
    # what lies before the part comes too.
    enough = request.length if status == 206 else request.start + request.length
    if enough > request.cap:
        raise TransportError("the server ignores ranges, and the part lies too far into the file")
    return request.cap, enough


class _Stopwatch:
    """The time that a call has left, standing still while it waits for quota."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        return self._ends - time.monotonic()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._ends += time.monotonic() - began
