"""Sockets that keep a deadline and refuse private addresses, plugged below requests.

A read timeout alone bounds the gap between two bytes: a server that sends one byte
a second never reaches it. Here every single receive is cut to what is left of the
call's total time, headers and TLS tunnels included.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from lineage.sources.web.address import ForbiddenAddressError, is_public

_CALL = threading.local()


@contextmanager
def bounded(
    deadline: float, idle: float, *, public_only: bool, readers: weakref.WeakSet[Any] | None = None
) -> Iterator[None]:
    """In this thread, until left: no receive lasts past `deadline`
    (monotonic) or is idle for longer than `idle` seconds.

    What is being received is entered in `readers`, through which another thread can end it.
    """
    _CALL.deadline, _CALL.idle, _CALL.public_only, _CALL.readers = (
        deadline,
        idle,
        public_only,
        readers,
    )
    try:
        yield
    finally:
        del _CALL.deadline, _CALL.idle, _CALL.public_only, _CALL.readers


class _BoundedReader(io.RawIOBase):
    """Reads a socket, each time for no longer than the call in this thread still has."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        # makefile keeps the socket open while the response is read,
        # though the connection is closed already.
        self._raw: Any = sock.makefile("rb", 0)
        if (readers := getattr(_CALL, "readers", None)) is not None:
            readers.add(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = getattr(_CALL, "deadline", float("inf")) - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        self._sock.settimeout(min(left, getattr(_CALL, "idle", 30.0)))
        count: int | None = self._raw.readinto(buffer)
        return count

    def abort(self) -> None:
        """End the receive that another thread waits in."""
        with suppress(OSError, ValueError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket:
    """What http.client's response needs of a socket: a file to read from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock))


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_Socket(sock), *args, **kwargs)  # type: ignore[arg-type]


def _checked(sock: socket.socket, proxy: Any) -> socket.socket:
    # The name was resolved by now, so a name that points into a private network shows here.
    if proxy is None and getattr(_CALL, "public_only", False):
        peer = sock.getpeername()[0].partition("%")[0]
        if not is_public(ipaddress.ip_address(peer)):
            sock.close()
            raise ForbiddenAddressError("the redirect leads to a private address")
    return sock


class _Plain(HTTPConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn(), self.proxy)


class _Encrypted(HTTPSConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn(), self.proxy)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class BoundedAdapter(HTTPAdapter):
    """A requests adapter whose connections keep the bounds set by
    `bounded`, and whose calls can be ended from outside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.readers: weakref.WeakSet[_BoundedReader] = weakref.WeakSet()
        super().__init__(*args, **kwargs)

    def abort(self) -> None:
        """End every running receive."""
        for reader in list(self.readers):
            reader.abort()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the pools with our connections."""
        super().init_poolmanager(*args, **kwargs)
        _use_ours(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """The same behind a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        _use_ours(manager)
        return manager


def _use_ours(manager: Any) -> None:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}
