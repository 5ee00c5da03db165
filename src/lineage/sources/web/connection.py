"""What is open to one server: its quota, its health, and the transport."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lineage.core.version import __version__
from lineage.sources.web.address import Endpoint
from lineage.sources.web.breaker import Breaker, NotAskedError
from lineage.sources.web.limits import Limiter

if TYPE_CHECKING:
    from lineage.sources.web.transport import Transport


class Connection:
    """Opened at the first call: what a cache answers whole never loads an HTTP library."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        max_wait: float,
        timeout: float,
        backoff: float,
        workers: int,
        on_wait: Callable[[float, str], None] | None = None,
        limiter: Limiter | None = None,
        on_sent_on: Callable[[str], None] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.limiter = limiter or Limiter(max_wait=max_wait, on_wait=on_wait, sleep=self._sleep)
        self.breaker = Breaker(endpoint.who)
        self._timeout = timeout
        self._backoff = backoff
        self._workers = workers
        self._on_sent_on = on_sent_on
        self._closing = threading.Event()
        self._opening = threading.Lock()
        self._opened: Transport | None = None

    @property
    def is_closed(self) -> bool:
        """Nothing can be asked any more."""
        return self._closing.is_set()

    @property
    def transport(self) -> Transport:
        """The transport, opened now if it was not."""
        with self._opening:
            if self._opened is None:
                from lineage.sources.web.transport import Transport

                self._opened = Transport(
                    self.endpoint,
                    self.limiter,
                    self.breaker,
                    user_agent=f"lineage/{__version__}",
                    workers=self._workers,
                    connect_timeout=min(5.0, self._timeout),
                    idle_timeout=min(10.0, self._timeout),
                    backoff=self._backoff,
                    sleep=self._sleep,
                    on_sent_on=self._on_sent_on,
                )
            return self._opened

    def close(self) -> None:
        """End every wait, cancel what is running, and drop the connections."""
        self._closing.set()
        with self._opening:
            if self._opened is not None:
                self._opened.close()

    def _sleep(self, seconds: float) -> None:
        if self._closing.wait(seconds):
            raise NotAskedError("interrupted")
