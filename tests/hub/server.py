"""The sockets of the test Hub: two real threaded HTTP servers (the Hub, and its CDN on another
port), recording every call."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from .faults import REPLACED, Fault, Trouble, Troubles
from .model import HubModel
from .quota import Quota
from .routes import Answer, Routes, as_json

AUTHORITY = Path(__file__).parent.parent / "fixtures" / "tls" / "authority.pem"
"""The certificate of the encrypted Hub, which nobody trusts by himself."""
_REASON = {200: "OK", 206: "Partial Content", 302: "Found", 307: "Temporary Redirect"}


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    server: str
    method: str
    target: str
    """Path and query as sent."""
    headers: Mapping[str, str]
    """Names in lower case."""
    at: float
    """Monotonic seconds."""
    content: bytes = b""
    """What a POST sent."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def token(self) -> str | None:
        """The text of the Authorization header."""
        return self.headers.get("authorization")


class Served(Protocol):
    """What a test server answers."""

    cdn_url: str
    """Where large files lie."""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET of path and query."""

    def post(self, target: str, content: bytes) -> Answer:
        """The answer to a POST."""

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer of the host where large files lie."""


class TestServer:
    """A server on 127.0.0.1, and a second one where its large files lie. Use as a context manager;
    `url` is the endpoint, `calls` what was asked."""

    __test__ = False  # not a test class, whatever pytest thinks of its name

    def __init__(
        self,
        routes: Served,
        *,
        quota: Quota | None = None,
        latency: float = 0.0,
        port: int = 0,
        encrypted: bool = False,
    ) -> None:
        self.routes: Any = routes
        self.quota = quota or Quota()
        self.latency = latency
        self.troubles = Troubles()
        self.calls: list[Call] = []
        self.sent = 0
        """Bytes of all bodies that were sent."""
        self.gone = threading.Event()
        """Set at the end, so that stalled answers let go."""
        self._port = port
        self._encrypted = encrypted
        self._servers: list[_Server] = []

    def __enter__(self) -> Any:
        self._servers = [
            _Server(self, "hub", self._port, encrypted=self._encrypted),
            _Server(self, "cdn", 0, encrypted=self._encrypted),
        ]
        self.routes.cdn_url = self._servers[1].url
        for server in self._servers:
            threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
            ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gone.set()
        for server in self._servers:
            server.shutdown()
            server.drop()

    @property
    def url(self) -> str:
        return self._servers[0].url

    @property
    def cdn_url(self) -> str:
        return self._servers[1].url

    def trouble(self, fault: Fault, match: str = "", **how: Any) -> Trouble:
        """From now on, spoil the calls that match."""
        return self.troubles.add(fault, match, **how)

    def calls_to(self, part: str) -> list[Call]:
        """The calls whose path holds `part`."""
        return [call for call in list(self.calls) if part in call.path]

    def forget(self) -> None:
        """Forget the recorded calls."""
        self.calls.clear()

    def close_door(self) -> None:
        """Stop listening: from now on connections are refused, and the open ones end."""
        for server in self._servers:
            server.shutdown()
            server.drop()


class TestHub(TestServer):
    """A Hub."""

    routes: Routes

    def __init__(
        self,
        models: Iterable[HubModel] = (),
        *,
        tokens: Mapping[str, str] | None = None,
        page_size: int = 1000,
        **how: Any,
    ) -> None:
        super().__init__(Routes(list(models), tokens or {}, page_size), **how)

    def add(self, model: HubModel) -> HubModel:
        """Publish a model."""
        self.routes.add(model)
        return model


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, hub: TestServer, label: str, port: int, *, encrypted: bool = False) -> None:
        self.hub = hub
        self.label = label
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        if encrypted:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(AUTHORITY, AUTHORITY.with_name("key.pem"))
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.url = f"https://localhost:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def drop(self) -> None:
        """Close the listening socket and every open connection."""
        self.server_close()
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up on a spoilt answer are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        hub, label = self.server.hub, self.server.label
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length") or 0) if self.command == "POST" else 0
        content = self.rfile.read(length)
        hub.calls.append(Call(label, self.command, self.path, headers, time.monotonic(), content))
        if hub.latency:
            time.sleep(hub.latency)
        trouble = hub.troubles.take(label, self.path)
        if trouble is not None and trouble.fault is Fault.NO_RANGE:
            headers.pop("range", None)
            trouble = None
        answer = (
            hub.routes.deliver(self.path, headers)
            if label == "cdn"
            else self._from_hub(headers, content)
        )
        if trouble is not None and trouble.fault in REPLACED:
            answer = Answer(*REPLACED[trouble.fault](trouble, self.path))
        self._send(answer, trouble)

    do_HEAD = do_POST = do_GET  # noqa: N815 - http.server's names

    def _from_hub(self, headers: Mapping[str, str], content: bytes = b"") -> Answer:
        bucket = (
            "resolvers"
            if "/resolve/" in self.path or "/resolve-cache/" in self.path
            else "api"
            if self.path.startswith("/api/")
            else "pages"
        )
        allowed, quota = self.server.hub.quota.take(
            headers.get("authorization", "anonymous"), bucket
        )
        if allowed:
            routes = self.server.hub.routes
            answer = (
                routes.post(self.path, content)
                if self.command == "POST"
                else routes.answer(self.path, headers)
            )
        else:
            limit = getattr(self.server.hub.quota, bucket)
            words = f"We had to rate limit you, you hit the quota of {limit} {bucket} requests per 5 minutes period."
            answer = as_json({"error": words}, 429)
        answer.headers |= quota
        return answer

    def _send(self, answer: Answer, trouble: Trouble | None) -> None:
        fault = trouble.fault if trouble else None
        body = b"" if self.command == "HEAD" else answer.body
        self.server.hub.sent += len(body)
        head = f"HTTP/1.1 {answer.status} {_REASON.get(answer.status, 'Error')}\r\n"
        headers = {"Date": self.date_time_string(), "X-Request-Id": "Root=1-test", **answer.headers}
        if fault is Fault.HUGE:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(answer.body))
        raw = (
            head + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        ).encode("latin-1")
        if fault is None or fault in REPLACED:
            self.wfile.write(raw + body)
            self.wfile.flush()
            return
        assert trouble is not None
        self.close_connection = True
        _SPOIL[fault](self, raw, body, trouble)


def _reset(handler: _Handler, head: bytes, body: bytes, trouble: Trouble) -> None:
    handler.wfile.write((head + body)[: trouble.at])
    handler.wfile.flush()
    # Lingering for zero seconds makes close() send RST instead of FIN.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.server.open.discard(handler.connection)
    handler.connection.close()


def _close(handler: _Handler, head: bytes, body: bytes, trouble: Trouble) -> None:
    handler.wfile.write((head + body)[: trouble.at])
    handler.wfile.flush()


def _stall(handler: _Handler, head: bytes, body: bytes, trouble: Trouble) -> None:
    _close(handler, head, body, trouble)
    handler.server.hub.gone.wait(60)


def _drip(handler: _Handler, head: bytes, body: bytes, trouble: Trouble) -> None:
    _close(handler, head, body, trouble)
    for byte in (head + body)[trouble.at :]:
        if handler.server.hub.gone.wait(trouble.pause):
            return
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


def _garbage(handler: _Handler, head: bytes, body: bytes, trouble: Trouble) -> None:
    handler.wfile.write(b"\x16\x03\x01\x00\xff not http at all \x00\n" * 20)
    handler.wfile.flush()


def _huge(handler: _Handler, head: bytes, body: bytes, trouble: Trouble) -> None:
    handler.wfile.write(head)
    chunk = b"10000\r\n" + b'"' + b"x" * 0xFFFF + b"\r\n"
    while not handler.server.hub.gone.is_set():
        handler.wfile.write(chunk)


def _huge_headers(handler: _Handler, head: bytes, body: bytes, trouble: Trouble) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.server.hub.gone.is_set():
        handler.wfile.write(b"X-Padding: " + b"y" * 8000 + b"\r\n")


_SPOIL = {
    Fault.RESET: _reset,
    Fault.CLOSE: _close,
    Fault.STALL: _stall,
    Fault.DRIP: _drip,
    Fault.GARBAGE: _garbage,
    Fault.HUGE: _huge,
    Fault.HUGE_HEADERS: _huge_headers,
}
