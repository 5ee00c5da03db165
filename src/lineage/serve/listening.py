"""Takes an address and says so once somebody can reach it."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from lineage.core.errors import CannotRunError


class Server(uvicorn.Server):
    """A server that tells its address when it answers."""

    def __init__(
        self, config: uvicorn.Config, tell: Callable[[str], None], stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._tell, self._stop = tell, stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets go of whoever waits for a run first: their requests would hold up the end."""
        self._stop()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tells it after the last thing that can fail."""
        await super().startup(sockets)
        if self.started and sockets:
            self._tell(_address(sockets[0], is_tls=self.config.is_ssl))


def bound(host: str, port: int) -> socket.socket:
    """The socket to serve at. Raises CannotRunError where the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as problem:
        raise CannotRunError(
            f"{host} port {port} is not available: {problem.strerror or problem}.",
            "Give another --host or --port; port 0 chooses a free one.",
        ) from problem
    return taken


def _address(taken: socket.socket, *, is_tls: bool) -> str:
    host, port = taken.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if is_tls else 'http'}://{shown}:{port}"
