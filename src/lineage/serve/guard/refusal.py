"""A request that is not let through."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):  # noqa: N818 - it is no error of the server
    """Ends a request with a status, one sentence, and what to do. Nothing of the request is
    repeated in it."""

    def __init__(
        self,
        status: int,
        message: str,
        next_step: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.next_step = status, message, next_step
        self.headers = dict(headers or {})
