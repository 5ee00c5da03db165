"""One server outside the Hub, asked within the bounds that the Hub's calls have: what every other
place shares."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field, replace

from lineage.core.clock import stamp_of
from lineage.core.errors import UsageError
from lineage.core.record import Cause, Status
from lineage.core.value import dataclass
from lineage.sources.web.address import Endpoint
from lineage.sources.web.breaker import NotAskedError
from lineage.sources.web.cache import Cache, CacheKey
from lineage.sources.web.connection import Connection
from lineage.sources.web.exchange import Request, Response, TransportError
from lineage.sources.web.limits import DEFAULT_MAX_WAIT, QuotaError
from lineage.sources.web.login import Key, Login
from lineage.sources.web.payload import PayloadError
from lineage.sources.web.ranges import part_of

_SLOWEST = 200_000  # bytes a second; a larger part gets more time
_LARGEST_KEPT = 8 << 20
_CALLS = "calls"
_MOST_LOGINS = 3


class UnansweredError(Exception):
    """A server gave no usable answer; the text is a clause for a report."""

    def __init__(
        self, reason: str, status: Status = Status.UNREACHABLE, cause: Cause | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.cause = cause


@dataclass(frozen=True)
class Manner:
    """How patiently servers are asked, and what is kept of their answers."""

    timeout: float = 30.0
    """Seconds for one call with its redirects and tries."""
    max_wait: float = DEFAULT_MAX_WAIT
    backoff: float = 0.25
    workers: int = 16
    cache: Cache | None = None
    refresh: bool = False
    on_wait: Callable[[float, str], None] | None = None


@dataclass(frozen=True)
class Answer:
    """A body that was found good, and when the server gave it."""

    body: bytes = field(repr=False)
    at: str
    """UTC, ISO 8601."""


class Site:
    """Asks one server; safe to share between threads. `key` goes to it and nowhere else."""

    def __init__(self, endpoint: Endpoint, manner: Manner, key: str | Login = "") -> None:
        self.endpoint = endpoint
        self._manner = manner
        if isinstance(key, str) and not (
            key.isascii() and key.isprintable() and not set(key) & set(' ;,"')
        ):
            # Such a text cannot be in a header, and an error of the HTTP library would print it.
            raise UsageError(
                f"The key for {endpoint.who} contains characters that no key has.",
                f"Correct {endpoint.server.key_variable or 'it'} or remove it.",
            )
        self._login = Key(key) if isinstance(key, str) else key
        self._connection = Connection(
            endpoint,
            max_wait=manner.max_wait,
            timeout=manner.timeout,
            backoff=manner.backoff,
            workers=manner.workers,
            on_wait=manner.on_wait,
        )

    @property
    def who(self) -> str:
        """What a sentence calls it."""
        return self.endpoint.who

    def close(self) -> None:
        """End every wait, cancel what is running, and drop the connections."""
        self._connection.close()

    def ask(
        self,
        path: str,
        check: Callable[[Response], None],
        *,
        cap: int,
        accept: str = "application/json",
        fresh_for: float | None = 600.0,
        off_host: bool = False,
        content: bytes | None = None,
        content_type: str = "application/json",
    ) -> Answer:
        """The body at `path`, once `check` found it good; kept for `fresh_for` seconds (None: for
        ever, where the path tells the content; 0: not at all).

        `check` raises PayloadError, or UnansweredError for a refusal. Raises UnansweredError.
        """
        place = f"{path} {content.decode('utf-8', 'replace')}" if content else path
        if (kept := self._kept(place, fresh_for)) is not None:
            return kept
        headers = {"Accept": accept}
        if content is not None:
            headers["Content-Type"] = content_type
        response = self._get(
            Request(
                path,
                _CALLS,
                cap,
                headers,
                off_host=off_host,
                seconds=self._manner.timeout,
                content=content,
            )
        )
        try:
            check(response)
        except PayloadError as problem:
            raise UnansweredError(str(problem), Status.INVALID) from None
        answer = Answer(response.body, stamp_of(time.time()))
        self._keep(place, answer, fresh_for)
        return answer

    def part(
        self,
        path: str,
        start: int,
        end: int,
        refused: Callable[[Response], Exception],
        *,
        fresh_for: float | None = None,
    ) -> bytes:
        """Bytes `start` to `end` of the file at `path`, kept as `ask` keeps; it may lie at another
        host, which gets no key. Raises UnansweredError, or what `refused` makes of a refusal."""
        place = f"{path} {start}-{end}"
        if (kept := self._kept(place, fresh_for)) is not None:
            return kept.body
        length = end - start
        response = self._get(
            Request(
                path,
                _CALLS,
                length + (1 << 16),
                {"Range": f"bytes={start}-{end - 1}"},
                off_host=True,
                seconds=self._manner.timeout + length / _SLOWEST,
                start=start,
                length=length,
            )
        )
        if response.is_web_page:
            raise UnansweredError("a web page came in its place, such as one that wants a login")
        try:
            data = part_of(response, start, end, self.who)
        except PayloadError as problem:
            raise UnansweredError(str(problem)) from None
        if data is None:
            raise refused(response)
        self._keep(place, Answer(data, stamp_of(time.time())), fresh_for)
        return data

    def _get(self, request: Request) -> Response:
        for _ in range(_MOST_LOGINS):
            shown = self._login.of(request.path)
            if shown is not None:
                request = replace(request, token=shown.secret, scheme=shown.scheme)
            response = self._once(request)
            # Where a redirect led asks for nothing that this server's login could answer.
            if response.hops or not response.path:
                break
            if not self._login.learn(request.path, shown, response):
                break
        return response

    def _once(self, request: Request) -> Response:
        if self._connection.is_closed:
            raise UnansweredError("interrupted")
        try:
            return self._connection.transport.get(request)
        except QuotaError as problem:
            waits = f"{self.who} turns calls away (429) for longer than --max-wait allows"
            cause = Cause.EDGE if problem.is_edge else Cause.QUOTA
            raise UnansweredError(waits, cause=cause) from None
        except (TransportError, NotAskedError) as problem:
            raise UnansweredError(str(problem)) from None

    def _kept(self, place: str, fresh_for: float | None) -> Answer | None:
        cache = self._manner.cache
        if cache is None or fresh_for == 0 or (self._manner.refresh and fresh_for is not None):
            return None
        aged = {} if fresh_for is None else {"most_age": fresh_for}
        stored = cache.get(self._address(cache, place), **aged)
        at, line_end, body = (stored or b"").partition(b"\n")
        return Answer(body, at.decode("ascii", "replace")) if line_end else None

    def _keep(self, place: str, answer: Answer, fresh_for: float | None) -> None:
        cache = self._manner.cache
        if cache is not None and fresh_for != 0 and len(answer.body) <= _LARGEST_KEPT:
            stored = answer.at.encode() + b"\n" + answer.body
            cache.put_all({self._address(cache, place): (stored, fresh_for)})

    def _address(self, cache: Cache, place: str) -> CacheKey:
        return CacheKey(
            self.endpoint.url, cache.access_class(self._login.name), place, "", "answer"
        )


def refusal(response: Response, who: str) -> UnansweredError:
    """What an answer other than 200 means that no rule of the place explains."""
    status = response.status
    if status in (401, 403):
        return UnansweredError(f"{who} asks for a key ({status})")
    if status == 429:
        return UnansweredError(f"{who} turns calls away (429)", cause=Cause.EDGE)
    if status == 407:
        return UnansweredError("the proxy asks for a password")
    if status < 400:
        words = f"{who} answered with a status ({status}) that makes no sense here"
        return UnansweredError(words, Status.INVALID)
    return UnansweredError(f"{who} answered with error {status}")
