"""Requests as no library would send them."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from serve.conftest import Client

JSON = "Content-Type: application/json"


def exchange(client: Client, content: bytes, *, waits: float = 10.0) -> bytes:
    """What comes back until the server closes or is silent."""
    parts = urlsplit(client.url)
    assert parts.hostname and parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=waits) as connection:
        connection.sendall(content)
        found = bytearray()
        try:
            while chunk := connection.recv(65536):
                found += chunk
        except (TimeoutError, ConnectionResetError):
            pass
    return bytes(found)


def ask(
    client: Client,
    first: str,
    *headers: str,
    body: bytes = b"",
    host: str | None = None,
    has_length: bool = True,
) -> tuple[int, bytes]:
    """The status and the whole answer to one request whose lines are sent as they are."""
    lines = [first + " HTTP/1.1", "Connection: close", *headers]
    if host != "":
        lines.append(f"Host: {host or urlsplit(client.url).netloc}")
    if body and has_length:
        lines.append(f"Content-Length: {len(body)}")
    answer = exchange(client, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    return (int(answer.split(b" ", 2)[1]) if answer else 0), answer
