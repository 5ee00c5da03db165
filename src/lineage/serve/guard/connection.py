"""What holds for one connection, and what uvicorn is told of all of them."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from lineage.serve.settings import Limits, Settings

_BROKEN = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
    (b"connection", b"close"),
]


def configured(settings: Settings, app: ASGIApp, **more: Any) -> uvicorn.Config:
    """What uvicorn goes by. HTTP is read by h11, which takes nothing that two readers could take
    for different requests."""
    proxies, limits = settings.access.proxies, settings.limits
    return uvicorn.Config(
        app,
        http=bounded(limits),
        ws="none",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        h11_max_incomplete_event_size=limits.head,
        timeout_keep_alive=int(limits.head_seconds) or 1,
        timeout_graceful_shutdown=5,  # streams of events have no end of their own
        **more,
    )


def bounded(limits: Limits) -> type[H11Protocol]:
    """Connections within bounds that uvicorn does not have."""

    class Connection(H11Protocol):
        """Ends where a request's head takes too long, where nothing of an answer is taken, and at
        once where there are too many."""

        _waiting: asyncio.TimerHandle | None = None
        _looking: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if len(self.connections) > limits.connections:
                transport.abort()
                return
            self._wait()
            self._look(0)

        def connection_lost(self, exc: Exception | None) -> None:
            for timer in (self._waiting, self._looking):
                if timer is not None:
                    timer.cancel()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._wait()

        def send_400_response(self, msg: str) -> None:
            if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
                self.transport.abort()  # in the middle of an answer there is no room for another
                return
            response = h11.Response(status_code=400, headers=_BROKEN, reason=b"Bad Request")
            for event in (response, h11.Data(data=msg.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
            self.transport.close()

        def _wait(self) -> None:
            """For the rest of a head, if it is not there."""
            is_waiting = self.conn.their_state is h11.IDLE
            if is_waiting and self._waiting is None:
                self._waiting = self.loop.call_later(limits.head_seconds, self.transport.abort)
            elif not is_waiting and self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _look(self, before: int) -> None:
            """Whether somebody takes what was written."""
            left = self.transport.get_write_buffer_size()
            if before and left >= before:
                self.transport.abort()
                return
            self._looking = self.loop.call_later(limits.stalled_seconds, self._look, left)

    return Connection
