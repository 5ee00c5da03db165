"""The body of a request, read whole before anything looks at it: within a size and a time, and no
more than so much of all requests together."""

from __future__ import annotations

import anyio
from starlette.types import Message, Receive

from lineage.serve.guard.call import Call
from lineage.serve.guard.refusal import Refused
from lineage.serve.settings import Limits


class Bodies:
    """How much is held at the moment."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held = 0

    async def read(self, call: Call, receive: Receive, most: int) -> bytes:
        """The whole body, of at most so many bytes; give it back by `release`. Raises Refused."""
        length = call.one("content-length")
        too_long = Refused(
            413, f"The request has more than {most:,} bytes.", "Send less at a time."
        )
        if length and (not length.isdigit() or len(length) > 12 or int(length) > most):
            raise too_long
        body = bytearray()
        try:
            with anyio.fail_after(self._limits.body_seconds):
                while await self._grows(body, receive):
                    if len(body) > most:
                        raise too_long
        except BaseException as problem:
            self.release(len(body))
            if isinstance(problem, TimeoutError):
                raise Refused(408, "The request did not arrive in time.") from problem
            raise
        return bytes(body)

    async def _grows(self, body: bytearray, receive: Receive) -> bool:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "The request ended early.")
        body += (chunk := message.get("body", b""))
        self._held += len(chunk)
        if self._held > self._limits.held:
            raise Refused(503, "The server is reading other uploads.", "Try again in a minute.")
        return bool(message.get("more_body"))

    def release(self, size: int) -> None:
        """So much is no longer needed."""
        self._held -= size


def replayed(body: bytes, then: Receive | None = None) -> Receive:
    """Gives a body that was read, and then what follows it."""
    is_given = False

    async def receive() -> Message:
        nonlocal is_given
        if is_given and then is not None:
            return await then()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
