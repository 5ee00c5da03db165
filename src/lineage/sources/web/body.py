"""Reads an answer's body within its bounds, and says in plain words what went wrong on the wire."""

from __future__ import annotations

import socket
import ssl
import zlib
from http.client import HTTPException

import requests
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, ReadTimeoutError

from lineage.sources.web.address import ForbiddenAddressError
from lineage.sources.web.exchange import SERVER, TransportError
from lineage.sources.web.trust import refused

_CHUNK = 1 << 16


def read_body(response: requests.Response, cap: int, enough: int | None, *, packed: bool) -> bytes:
    """The body, unpacked where gzip was asked for.

    Raises TransportError where it is longer than `cap`.

    With `enough`, so many bytes of it will do.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("gzip", "x-gzip") and packed:
        return _unpack(_receive(response, cap, None), cap)[:enough]
    if encoding not in ("", "identity"):
        raise TransportError("the answer came packed in an encoding that was not requested")
    return _receive(response, cap, enough)


def _receive(response: requests.Response, cap: int, enough: int | None) -> bytes:
    received = bytearray()
    stop = cap + 1 if enough is None else enough
    try:
        while len(received) < stop and (
            chunk := response.raw.read(min(_CHUNK, stop - len(received)), decode_content=False)
        ):
            received += chunk
    except ReadTimeoutError:
        raise TimeoutError from None
    except (HTTPError, HTTPException) as problem:
        raise TransportError(f"{SERVER}'s answer broke off", again=True) from problem
    if enough is None and len(received) > cap:
        raise TransportError(f"{SERVER}'s answer is larger than the {cap:,} bytes that are taken")
    if len(received) < stop and _is_cut(response, len(received)):
        raise TransportError(f"{SERVER}'s answer broke off", again=True)
    return bytes(received)


def _is_cut(response: requests.Response, received: int) -> bool:
    announced = response.headers.get("Content-Length", "").strip()
    if announced.isdigit():
        return received < int(announced[:18])
    # A connection that ends amid the headers looks like an answer without a
    # body, and a Location cut short like a whole one.
    chunked = "Transfer-Encoding" in response.headers
    return not chunked and received == 0 and response.status_code not in (204, 304)


def _unpack(raw: bytes, cap: int) -> bytes:
    unpacker = zlib.decompressobj(31)
    try:
        body = unpacker.decompress(raw, cap + 1)
    except zlib.error as problem:
        raise TransportError(
            f"{SERVER}'s answer is not the gzip it says it is", again=True
        ) from problem
    # Trailing members are never sent by proper servers; unpacking
    # them one by one is a way to burn time.
    if len(body) > cap or unpacker.unused_data:
        raise TransportError(
            f"{SERVER}'s answer unpacks to more than the {cap:,} bytes that are taken"
        )
    if not unpacker.eof:
        raise TransportError(f"{SERVER}'s answer broke off", again=True)
    return body


def explained(problem: Exception, *, late: bool, seconds: float) -> TransportError:
    """The TransportError for anything that requests, urllib3 or a socket raised."""
    if isinstance(problem, ForbiddenAddressError):
        return TransportError(f"{problem}, which is not followed")
    if late:
        return TransportError(f"{SERVER} did not finish its answer within {seconds:g} s", late=True)
    causes = list(_causes(problem))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TransportError(refused(cause), connected=False)
    for kind, reason, connected in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            return TransportError(reason, connected=connected, again=kind is not ssl.SSLError)
    if isinstance(problem, _PROXY_PROBLEMS):
        reason = "the proxy that the environment names is not an http proxy that can be used"
        return TransportError(reason, connected=False)
    if isinstance(problem, ValueError):
        reason = f"{SERVER}'s address, or that of the proxy, cannot be asked"
        return TransportError(reason, connected=False)
    return TransportError(f"{SERVER} closed the connection or did not speak HTTP", again=True)


_PROXY_PROBLEMS = (requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema)
_REASONS: tuple[tuple[type[BaseException], str, bool], ...] = (
    (requests.exceptions.ProxyError, "the proxy did not let the call through", False),
    (ssl.SSLError, f"no encrypted connection to {SERVER} could be made", False),
    (socket.gaierror, f"{SERVER}'s host name could not be resolved", False),
    (ConnectionRefusedError, f"{SERVER} refused the connection", False),
    (requests.exceptions.ConnectTimeout, f"{SERVER} could not be connected to in time", False),
    (ReadTimeoutError, f"{SERVER} stopped answering", True),
    (requests.exceptions.ReadTimeout, f"{SERVER} stopped answering", True),
    (NewConnectionError, f"no connection to {SERVER} could be made", False),
    (TimeoutError, f"{SERVER} stopped answering", True),
)


def _causes(problem: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    queue: list[BaseException | None] = [problem]
    while queue and len(found) < 20:
        current = queue.pop()
        if current is None or current in found:
            continue
        found.append(current)
        queue += [
            current.__cause__,
            current.__context__,
            *(item for item in current.args if isinstance(item, BaseException)),
        ]
        if isinstance(current, MaxRetryError):
            queue.append(current.reason)
    return found
