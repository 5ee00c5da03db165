"""The Hub as a source: one API call for a model's record, the resolve route for its files."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lineage.core.clock import stamp_of
from lineage.core.errors import ReadError
from lineage.core.record import Cause, ModelRecord, Status
from lineage.core.ref import ModelRef, is_repo_id
from lineage.sources.hub.answers import (
    is_edge_limit,
    is_token_refused,
    may_be_the_token,
    refusal,
)
from lineage.sources.hub.files import read_file, request_file
from lineage.sources.hub.forms import FULL, AskedForm, path_of
from lineage.sources.hub.listing import Page, list_pages
from lineage.sources.hub.payload import id_in_path, record_of
from lineage.sources.hub.prefetch import CAP, PATHS, FilePrefetch, PrefetchedFile
from lineage.sources.hub.response_cache import ResponseCache
from lineage.sources.hub.settings import discover
from lineage.sources.interface import unread
from lineage.sources.web.breaker import NotAskedError
from lineage.sources.web.cache import Cache
from lineage.sources.web.connection import Connection
from lineage.sources.web.exchange import Request, Response, TransportError
from lineage.sources.web.limits import (
    API,
    DEFAULT_MAX_WAIT,
    RESOLVERS,
    Budget,
    Limiter,
    QuotaError,
)
from lineage.sources.web.payload import PayloadError, parse_json

_WEB_PAGE = (
    "a web page came where the hub's answer was expected; a proxy, gateway or network may want a "
    "login first"
)
_CAP = 8 << 20  # a repo of ten thousand files answers with about 3 MB
_FAILURES = (TransportError, NotAskedError, QuotaError)


class HubSource:
    """Asks one hub.

    Safe to share between threads; what is wrong with one model is in its status.

    `token`: None finds the user's own, False is anonymous. `timeout`: seconds for one call with its
    redirects and tries; `backoff`: seconds before the second try, three times that before the
    third. `max_wait`: seconds that quota may delay the whole run; a `limiter` that several clients
    share brings its own. `refresh` asks again and still fills the cache. `prefetch` says of which
    models the usual files are asked for together with the record, because they are known to be open
    to everybody; while the quota for files has room.
    """

    name = "hub"

    def __init__(
        self,
        endpoint: str | None = None,
        token: str | bool | None = None,
        *,
        max_wait: float = DEFAULT_MAX_WAIT,
        limiter: Limiter | None = None,
        timeout: float = 30.0,
        backoff: float = 0.25,
        workers: int = 16,
        cache: Cache | None = None,
        refresh: bool = False,
        record_ttl: float = 600.0,
        prefetch: Callable[[ModelRef], bool] | None = None,
        on_wait: Callable[[float, str], None] | None = None,
        on_notice: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        settings = discover(endpoint, token)
        self._connection = Connection(
            settings.endpoint,
            max_wait=max_wait,
            timeout=timeout,
            backoff=backoff,
            workers=workers * (1 + len(PATHS)) if prefetch else workers,
            on_wait=on_wait,
            limiter=limiter,
            on_sent_on=self._say_sent_on,
        )
        self._responses = ResponseCache(
            cache,
            settings.endpoint.url,
            record_ttl,
            refresh=refresh,
            on_sent_on=self._say_sent_on,
        )
        self._token = settings.token
        self._timeout = timeout
        self._clock = clock
        self._on_notice = on_notice or (lambda _: None)
        self._form = AskedForm()
        self._lock = threading.Lock()
        self._sent_on = ""
        self._is_open = prefetch or (lambda _: False)
        self._prefetch = FilePrefetch(self._fetch_usual, workers * len(PATHS)) if prefetch else None
        self.is_offline = settings.is_offline
        """HF_HUB_OFFLINE is set: nothing is asked."""
        if settings.notice:
            self._on_notice(settings.notice)

    @property
    def endpoint(self) -> str:
        """The hub's address."""
        return self._connection.endpoint.url

    def has_answered(self) -> bool:
        """Whether the hub gave any answer, usable or not; errors of the
        5xx kind and broken connections are none."""
        return self._connection.breaker.answered

    def budget(self) -> Budget:
        """What is left of the quota for API calls, as far as the hub has reported it."""
        return self._connection.limiter.budget(API)

    def close(self) -> None:
        """End every wait, cancel what is running, and drop the connections.

        Nothing can be asked afterwards.
        """
        if self._prefetch is not None:
            self._prefetch.close()
        self._connection.close()

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of `ref`, in one API call (one more for each redirect)."""
        if not is_repo_id(ref.id):
            return self._without(ref, Status.INVALID, "the name has no form of a repo id")
        known = self._responses.record(ref, self._token)
        if known is not None:
            return known
        if self.is_offline:
            return self._without(
                ref, Status.UNREACHABLE, "HF_HUB_OFFLINE is set, so the hub is not asked"
            )
        if self._connection.is_closed:
            return self._without(ref, Status.UNREACHABLE, "interrupted")
        is_ahead = (
            self._prefetch is not None
            and not self._form.is_plain
            and self._is_open(ref)
            and self._has_room()
            and self._prefetch.begin(ref)
        )
        record = self._answered(ref)
        if is_ahead and self._prefetch is not None and record.status is not Status.RESOLVED:
            self._prefetch.failed(ref)
        return record

    def _answered(self, ref: ModelRef) -> ModelRecord:
        try:
            return self._ask(ref)
        except QuotaError as problem:
            cause = Cause.EDGE if problem.is_edge else Cause.QUOTA
            return self._without(ref, Status.UNREACHABLE, str(problem), cause)
        except _FAILURES as problem:
            return self._without(ref, Status.UNREACHABLE, str(problem))
        except PayloadError as problem:
            return self._without(ref, Status.INVALID, str(problem))

    def _ask(self, ref: ModelRef) -> ModelRecord:
        token = self._token
        response = self._detail(ref, token)
        if token and may_be_the_token(response):
            # A bad token, or one with narrow rights, is refused even where everybody may look.
            if is_token_refused(response):
                self._drop_token(token)
            response, token = self._detail(ref, None), None
        if response.status == 200 and response.is_web_page:
            return self._without(ref, Status.UNREACHABLE, _WEB_PAGE)
        if response.status != 200:
            cause = Cause.EDGE if is_edge_limit(response) else None
            cause = Cause.QUOTA if response.status == 429 and cause is None else cause
            record = self._without(ref, *refusal(response, ref), cause)
            self._responses.keep_refusal(ref, token, record)
            return record
        return self._read_detail(ref, token, response)

    def _drop_token(self, token: str) -> None:
        if self._token == token:
            self._token = None
            self._on_notice("The hub refused the token as invalid or expired; asking without it.")

    def _say_sent_on(self, origin: str) -> None:
        with self._lock:
            is_news, self._sent_on = origin != self._sent_on, origin
        if is_news:
            self._on_notice(
                f"{self.endpoint} sends questions about models on to {origin}. They were asked "
                "there, without a token."
            )

    def _read_detail(self, ref: ModelRef, token: str | None, response: Response) -> ModelRecord:
        expected = id_in_path(response.path)
        if expected is None:
            raise PayloadError("the hub redirected to something that is not a model")
        led = tuple(name for hop in response.hops if (name := id_in_path(hop)))
        answer = {
            "payload": parse_json(response.body),
            "requested": ref.id,
            "expected": expected,
            "redirected_from": led,
            "retrieved_at": self._now(),
        }
        record = record_of(**answer, revision=ref.revision, asked=True)
        kept = {**answer, "sent_on": self._sent_on} if self._sent_on else answer
        self._responses.keep_record(ref, token, kept, record)
        return record

    def _detail(self, ref: ModelRef, token: str | None) -> Response:
        form = self._form.number
        while True:
            response = self._connection.transport.get(self._api(path_of(ref, form), token))
            following = self._form.learned(form, response)
            if following is None:
                return response
            form = following

    def _api(self, path: str, token: str | None, cap: int = _CAP) -> Request:
        return Request(
            path,
            API,
            cap,
            {"Accept": "application/json", "Accept-Encoding": "gzip"},
            token,
            seconds=self._timeout,
        )

    def _now(self) -> str:
        return stamp_of(self._clock())

    def _without(
        self, ref: ModelRef, status: Status, reason: str, cause: Cause | None = None
    ) -> ModelRecord:
        found = unread(ref, self.name, status, reason, cause)
        return replace(found, retrieved_at=self._now())

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of one file through the resolve route. Raises ReadError with the reason."""
        known = self._responses.range(record, self._token, path, start, end)
        if known is not None:
            return known
        if self.is_offline:
            raise ReadError(f"{path} of {record.id} could not be read: HF_HUB_OFFLINE is set.")
        prefetched = (
            self._prefetch.take(record, path, start, end) if self._prefetch is not None else None
        )
        if prefetched is not None:
            self._responses.keep_range(record, self._token, path, start, end, prefetched)
            return prefetched
        try:
            data = read_file(
                self._connection.transport, self._token, record, path, start, end, self._timeout
            )
        except _FAILURES as problem:
            raise ReadError(f"{path[:200]} of {record.id} could not be read: {problem}.") from None
        self._responses.keep_range(record, self._token, path, start, end, data)
        return data

    def _read(self, record: ModelRecord, path: str, start: int, end: int | None) -> bytes:
        transport = self._connection.transport
        return read_file(transport, self._token, record, path, start, end, self._timeout)

    def _has_room(self) -> bool:
        """Whether the quota for files can bear a needless request:
        unknown, or more than half of it left."""
        left = self._connection.limiter.budget(RESOLVERS)
        return left.remaining is None or left.limit is None or left.remaining * 2 > left.limit

    def _fetch_usual(self, ref: ModelRef, path: str) -> PrefetchedFile | None:
        """A file of a model that may not be there; any trouble is met
        again, and reported, by whoever reads the file."""
        try:
            response = request_file(
                self._connection.transport, self._token, ref, path, CAP, self._timeout
            )
        except _FAILURES:
            return None
        return (
            PrefetchedFile(response.body, response.headers.get("X-Repo-Commit"))
            if response.status in (200, 206)
            else None
        )

    def list_pages(
        self,
        *,
        author: str | None = None,
        filters: str | Sequence[str] = (),
        search: str | None = None,
        full: bool = False,
        expand: Sequence[str] = (),
        sort: str = "createdAt",
        ascending: bool = True,
        cursor: str | None = None,
        page_size: int = 1000,
        patient: bool = True,
    ) -> Iterator[Page]:
        """The hub's list of models, page by page, one API call each.

        A page's `cursor` resumes after it.

        `full` asks for cards and file lists too, `expand` for keys of one's choice; without either
        tags alone carry the lineage. What is not `patient` waits for no quota and is tried once.
        Raises CannotRunError.
        """
        query = [(key, value) for key, value in (("author", author), ("search", search)) if value]
        query += [
            ("filter", value) for value in ([filters] if isinstance(filters, str) else filters)
        ]
        query += [("expand", key) for key in expand or (FULL if full else ())]
        query += [
            ("limit", str(page_size)),
            ("sort", sort),
            ("direction", "1" if ascending else "-1"),
        ]
        return list_pages(
            self._connection.transport,
            self._token,
            query,
            cursor=cursor,
            now=self._now,
            timeout=self._timeout,
            patient=patient,
        )

    def list_models(self, **asked: Any) -> Iterator[ModelRecord]:
        """The records of `list_pages`, one by one."""
        for page in self.list_pages(**asked):
            yield from page.records
