"""Requests that are too long, too slow, too many or written to be read in two ways."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from lineage.serve import orders
from lineage.serve.guard.answering import Answering
from lineage.serve.guard.call import Call
from lineage.serve.guard.refusal import Refused
from lineage.serve.settings import Limits
from serve.conftest import Client, Serve, running, settings
from serve.guard.raw import JSON, ask, exchange

ORDER = b'{"targets": ["a/b"]}'


def opened(client: Client) -> socket.socket:
    parts = urlsplit(client.url)
    assert parts.hostname and parts.port
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def is_ended(connection: socket.socket) -> bool:
    """Whether the server ends it, within the timeout."""
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionResetError:
        pass
    return True


def head(client: Client, *lines: str) -> bytes:
    host = f"Host: {urlsplit(client.url).netloc}"
    return "\r\n".join(("POST /v1/audits HTTP/1.1", host, JSON, *lines)).encode() + b"\r\n\r\n"


def test_heads_and_addresses_have_a_length(serve: Serve) -> None:
    client = serve(limits=Limits(address=500, headers=20, head=4000))
    assert ask(client, f"GET /v1/{'a' * 600}")[0] == 414
    assert ask(client, f"GET /v1/acts?limit={'1' * 600}")[0] == 414
    assert ask(client, "GET /v1/acts", *(f"X-{n}: 1" for n in range(30)))[0] == 431
    assert ask(client, "GET /v1/acts", f"X: {'a' * 3990}")[0] == 431
    assert ask(client, "GET /v1/acts", f"X: {'a' * 300_000}")[0] in (400, 431)
    assert client.get("/v1/acts").status_code == 200


def test_a_body_has_a_length_whether_told_or_not(serve: Serve) -> None:
    client = serve(limits=Limits(upload=1000))
    told = head(client, "Content-Length: 99999999")
    assert exchange(client, told).startswith(b"HTTP/1.1 413")
    assert exchange(client, head(client, f"Content-Length: {'9' * 40}"))[9:12] in (b"400", b"413")
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    untold = head(client, "Transfer-Encoding: chunked") + chunk * 20
    assert exchange(client, untold).startswith(b"HTTP/1.1 413")
    assert client.get("/healthz").ok


def test_a_body_arrives_in_time(serve: Serve) -> None:
    client = serve(limits=Limits(body_seconds=0.3))
    slow = head(client, f"Content-Length: {len(ORDER)}") + ORDER[:5]
    assert exchange(client, slow).startswith(b"HTTP/1.1 408")


def test_a_head_arrives_in_time(serve: Serve) -> None:
    """Dripped for ever, never sent at all, or begun again on a connection that was used."""
    client = serve(limits=Limits(head_seconds=0.4))
    with opened(client) as silent:
        assert is_ended(silent)
    with opened(client) as used:
        used.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
        assert is_ended(used)
    with opened(client) as dripping, pytest.raises(OSError):
        for _ in range(200):
            dripping.sendall(b"G")
            time.sleep(0.05)


def test_so_many_connections_and_no_more(serve: Serve) -> None:
    client = serve(limits=Limits(connections=3, head_seconds=30))
    client.session.close()
    held = [opened(client) for _ in range(3)]
    time.sleep(0.2)
    with opened(client) as one_more:
        assert is_ended(one_more)
    for one in held:
        one.close()
    for _ in range(100):
        if ask(client, "GET /healthz")[0] == 200:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("it did not recover")


def test_a_reader_that_takes_nothing_is_given_up(tmp_path: Path) -> None:
    """Its answer would be kept in memory for as long as it likes."""
    lost: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Response(b"x" * 2**26)(scope, receive, send)
            while (await receive())["type"] != "http.disconnect":
                pass
            lost.append(True)

    with running(settings(tmp_path, limits=Limits(stalled_seconds=0.3)), app) as client:
        with opened(client) as greedy:
            greedy.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for _ in range(200):
                if lost:
                    break
                time.sleep(0.05)
        assert lost


TWO_WAYS = {
    "two lengths": ("Content-Length: 20", "Content-Length: 5"),
    "two lengths in one": ("Content-Length: 20, 5",),
    "a length and chunks": ("Content-Length: 20", "Transfer-Encoding: chunked"),
    "chunks twice": ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
    "chunks in disguise": ("Transfer-Encoding: xchunked",),
    "chunks after a space": ("Transfer-Encoding : chunked",),
    "a negative length": ("Content-Length: -1",),
    "a length with a sign": ("Content-Length: +20",),
    "a folded header": ("X: a\r\n b: c", "Content-Length: abc"),
    "a line that is none": ("nonsense",),
    "a NUL": ("X: a\x00b",),
    "a bare line feed": ("X: a\nContent-Length: 3", "Content-Length: 20"),
}


def test_what_two_readers_could_take_for_two_requests_is_none(serve: Serve) -> None:
    client = serve()
    second = b"GET /v1/acts HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for what, lines in TWO_WAYS.items():
        answer = exchange(client, head(client, *lines) + ORDER + second, waits=5)
        assert answer[9:12] in (b"400", b"413", b"501"), (what, answer[:100])
        assert answer.count(b"HTTP/1.1") == 1, what


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"GET\r\n\r\n",
        b"GET /v1/acts HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /v1/acts HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
    ],
)
def test_what_is_no_request_of_ours_does_no_harm(serve: Serve, content: bytes) -> None:
    client = serve(limits=Limits(head_seconds=0.5))
    answer = exchange(client, content, waits=5)
    assert b"Traceback" not in answer and not answer.startswith(b"HTTP/1.1 101")
    assert client.get("/healthz").text == "alive\n"


def test_an_answer_begins_in_time_and_streams_are_counted() -> None:
    """Asked of the bound itself, with an application that is slow and one that never ends."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            await anyio.sleep(60)
        if scope["path"] == "/events":
            body = StreamingResponse(events(), media_type="text/event-stream")
            await body(scope, receive, send)
        await PlainTextResponse("done")(scope, receive, send)

    async def events():  # type: ignore[no-untyped-def]
        while True:
            yield "data: x\n\n"
            await anyio.sleep(0.05)

    async def ask_it() -> None:
        answering = Answering(app, Limits(answer_seconds=0.2, streams_each=2, streams=3))
        sent: list[Message] = []

        async def receive() -> Message:
            await anyio.sleep_forever()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        def call(path: str) -> Call:
            scope = {"type": "http", "method": "GET", "path": path, "headers": []}
            return Call({**scope, "scheme": "http", "asgi": {"spec_version": "2.3"}})

        with pytest.raises(Refused) as slow:
            await answering.answer(call("/slow"), "a", receive, send)
        assert slow.value.status == 503 and not sent
        async with anyio.create_task_group() as group:
            for client in ("a", "a", "b"):
                group.start_soon(answering.answer, call("/events"), client, receive, send)
            await anyio.sleep(0.5)
            assert answering.streams == 3, "they go on past the time within which they begin"
            for client in ("a", "c"):
                with pytest.raises(Refused) as full:
                    await answering.answer(call("/events"), client, receive, send)
                assert full.value.status == 429
            group.cancel_scope.cancel()
        assert answering.streams == 0

    anyio.run(ask_it)


def test_a_list_of_many_cells_is_refused_and_another_is_read_meanwhile(serve: Serve) -> None:
    """What is beside the models is bounded too; a long list that is read holds up other long ones,
    which are told so, and no short one."""
    client = serve(limits=Limits(cells=1_000, reading_seconds=0.2))
    typed = {"Content-Type": "text/csv"}
    wide = "model," + ",".join(f"c{n}" for n in range(30)) + "\n"
    wide += "".join(f"acme/m{n}," + ",".join(["1"] * 30) + "\n" for n in range(50))
    refused = client.post("/v1/audits", data=wide, headers=typed)
    assert refused.status_code == 422 and "1,500 cells" in refused.json()["detail"]
    long = "model\n" + f"acme/m {' ' * 100}\n" * 3_000
    with orders._READING:
        assert client.post("/v1/audits", data="model\nacme/m\n", headers=typed).status_code == 202
        busy = client.post("/v1/audits", data=long, headers=typed)
        assert busy.status_code == 503 and "other long lists" in busy.json()["detail"]
    assert client.post("/v1/audits", data=long, headers=typed).status_code == 202
