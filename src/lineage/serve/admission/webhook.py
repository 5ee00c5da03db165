"""The endpoint that an API server calls: bounded in time and size, and never an answer by
accident."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lineage.core.errors import LineageError
from lineage.scan.services import Services
from lineage.serve.admission.decision import (
    Admission,
    Decided,
    decide,
    decide_update,
    fresh,
    pending,
    refused,
)
from lineage.serve.admission.reading import started_by
from lineage.serve.admission.review import (
    MOST_BYTES,
    NoReviewError,
    Operation,
    Review,
    parsed,
    rendered,
)
from lineage.serve.admission.started import Started
from lineage.serve.admission.verdicts import Known, Verdicts

_LOG = logging.getLogger("lineage.serve.admission")
_READERS = 2
"""Resources read at a time: reading takes the processor, not the network."""
_LOOK = 0.1
"""Seconds between looks for a verdict."""
_SLOW_BODY = 5.0
_Result = TypeVar("_Result")
Note = Callable[[str, str, str], None]
"""Keeps a line of the audit log: who asks, for what, and the outcome."""


class Webhook:
    """One server's answers to reviews."""

    def __init__(
        self, settings: Admission, verdicts: Verdicts, services: Services, note: Note
    ) -> None:
        self._settings, self._verdicts = settings, verdicts
        self._services, self._note = services, note
        self._readers: anyio.CapacityLimiter | None = None

    @property
    def routes(self) -> list[Route]:
        """Where it answers."""
        return [
            Route("/admission", self.answer, methods=["POST"]),
            Route("/admission/{token}", self.answer, methods=["POST"]),
        ]

    async def answer(self, request: Request) -> Response:
        """The answer to one review; a status of HTTP that an API server takes for a failed call
        where the request is none."""
        if not hmac.compare_digest(
            request.path_params.get("token", "").encode(), self._settings.token.encode()
        ):
            return _failed(404, "There is no such address.")
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _failed(415, "Send application/json.")
        body = await _body(request)
        if body is None:
            return _failed(413, f"A review has at most {MOST_BYTES:,} bytes, sent without delay.")
        try:
            review = await anyio.to_thread.run_sync(parsed, body)
        except NoReviewError as problem:
            return _failed(400, str(problem))
        decided = await self._decided(review)
        return JSONResponse(rendered(review.uid, decided.answer))

    async def _decided(self, review: Review) -> Decided:
        """Whatever happens, an answer in time."""
        deadline = anyio.current_time() + self._settings.wait
        try:
            decided = await self._judged(review, deadline)
        except Exception:  # noqa: BLE001 - a bug must not let a model in where failures are ignored
            _LOG.exception("%s", review.subject)
            decided = refused(f"{review.subject} could not be judged", self._settings)
        if decided.outcome != "allowed" or decided.answer.audit[:-1]:
            message = decided.answer.message or "; ".join(decided.answer.warnings)
            dry = " (dry run)" if review.is_dry_run else ""
            outcome = f"{decided.outcome}{dry}: {message}"[:2000]
            what = f"{review.operation} {review.subject}"
            await anyio.to_thread.run_sync(self._note, review.user, what, outcome)
        return decided

    async def _judged(self, review: Review, deadline: float) -> Decided:
        if review.operation is Operation.DELETE:
            return decide(Started(), {}, self._settings)
        if review.resource is None:
            return refused(f"{review.subject} came without its object", self._settings)
        started = await self._read(review.resource, deadline)
        if started is None:
            return refused(f"{review.subject} could not be read in time", self._settings)
        known, is_asked = await self._known(started, review, deadline)
        decided = decide(started, known, self._settings, is_asked=is_asked)
        if review.operation is Operation.UPDATE and not decided.answer.is_allowed:
            before = await self._read(review.before, deadline + 1)
            if before is not None:
                decided = decide_update(started, before, decided)
        return decided

    async def _read(self, resource: object, deadline: float) -> Started | None:
        self._readers = self._readers or anyio.CapacityLimiter(_READERS)
        with anyio.CancelScope(deadline=deadline):
            return await anyio.to_thread.run_sync(
                lambda: started_by(resource, self._services),
                abandon_on_cancel=True,
                limiter=self._readers,
            )
        return None

    async def _known(
        self, started: Started, review: Review, deadline: float
    ) -> tuple[dict[str, Known], bool]:
        """What is known of the models, after the wait; and whether the others are being audited."""
        known = await self._looked(started)
        if review.is_dry_run:
            return known, False
        missing = pending(started, known)
        old = self._growing_old(known)
        is_asked = await _quiet(lambda: self._verdicts.ask((*missing, *old)), missing or old)
        while missing and is_asked and anyio.current_time() < deadline:
            await anyio.sleep(_LOOK)
            known = await self._looked(started)
            missing = pending(started, known)
        return known, is_asked

    async def _looked(self, started: Started) -> dict[str, Known]:
        def looked() -> dict[str, Known]:
            now = datetime.now(timezone.utc)
            found = {one.target: self._verdicts.known(one.target) for one in started.models}
            kept = {target: fresh(one, self._settings, now) for target, one in found.items()}
            return {target: one for target, one in kept.items() if one is not None}

        return await anyio.to_thread.run_sync(looked)

    def _growing_old(self, known: dict[str, Known]) -> tuple[str, ...]:
        """Those that are audited anew before their verdict is too old, so that nobody waits."""
        half = datetime.now(timezone.utc) - self._settings.max_age / 2
        return tuple(target for target, one in known.items() if one.audited_at < half)


async def _quiet(ask: Callable[[], bool], is_needed: object) -> bool:
    """Whether what is needed is being audited; a name that no audit takes is not."""
    if not is_needed:
        return True
    try:
        return await anyio.to_thread.run_sync(ask)
    except LineageError as problem:
        _LOG.warning("%s", problem)
        return False


async def _body(request: Request) -> bytes | None:
    """The body; None where it is too long or too slow."""
    body = bytearray()
    with anyio.move_on_after(_SLOW_BODY):
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
        return bytes(body)
    return None


def _failed(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)
