"""How long an answer may take to begin, and how many answers may go on without an end."""

from __future__ import annotations

from collections import Counter
from math import inf

import anyio
from anyio.lowlevel import checkpoint
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Send

from lineage.serve.guard.call import Call
from lineage.serve.guard.refusal import Refused
from lineage.serve.settings import Limits

_EVENTS = "text/event-stream"


class Answering:
    """The application with these bounds."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits
        self._open: Counter[str] = Counter()

    @property
    def streams(self) -> int:
        """Streams of events that go on."""
        return sum(self._open.values())

    async def answer(self, call: Call, client: str, receive: Receive, send: Send) -> None:
        """Raises Refused where no answer began: it takes too long, or is one stream too many."""
        is_begun = is_stream = False

        async def sent(message: Message) -> None:
            nonlocal is_begun, is_stream
            if message["type"] == "http.response.start":
                scope.deadline = inf
                media = Headers(raw=message["headers"]).get("content-type", "")
                is_stream = media.startswith(_EVENTS)
                if is_stream and self._is_full(client):
                    scope.cancel()
                    await checkpoint()
                is_begun = True
                self._open[client] += is_stream
            await send(message)

        with anyio.move_on_after(self._limits.answer_seconds) as scope:
            try:
                await self._app(call.scope, receive, sent)
            finally:
                if is_begun and is_stream:
                    self._open[client] -= 1
                if not self._open[client]:
                    del self._open[client]
        if is_begun or not scope.cancelled_caught:
            return
        if is_stream:
            next_step = "Close some pages."
            raise Refused(429, "Too many runs are being watched.", next_step, {"Retry-After": "10"})
        raise Refused(503, "The answer took too long.", "Ask for less at a time.")

    def _is_full(self, client: str) -> bool:
        limits = self._limits
        return self._open[client] >= limits.streams_each or self.streams >= limits.streams
