"""A page of another site, in a real browser, beside a server: it reaches nothing, and a link from it
leads a person to where they are logged in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lineage.serve.guard import tokens
from lineage.serve.guard.access import Access
from serve.conftest import Client, Serve, serve  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>evil</title>
<form id="form" method="post" action="{url}/audits" enctype="multipart/form-data">
<input name="models" value="evil/form"><input name="csrf" value=""></form>
<form id="plain" method="post" action="{url}/v1/audits" enctype="text/plain">
<input name='{{"targets": ["evil/plain"], "x": "' value='"}}'></form>
<form id="out" method="post" action="{url}/logout"></form>
<a id="link" href="{url}/history?q=x">link</a>
"""
TRIES = """async url => {
    const body = JSON.stringify({targets: ["evil/fetch"]}), tries = [
        [url + "/v1/audits", {method: "POST", mode: "no-cors", credentials: "include", body}],
        [url + "/v1/audits", {method: "POST", credentials: "include", body,
            headers: {"Content-Type": "application/json"}}],
        [url + "/v1/audits", {method: "POST", mode: "no-cors", body: new Blob([body])}],
        [url + "/v1/audits", {credentials: "include"}],
        [url + "/history", {mode: "no-cors", credentials: "include"}],
    ], read = [];
    for (const [address, how] of tries)
        read.push(await fetch(address, how).then(a => a.text()).catch(() => ""));
    navigator.sendBeacon(url + "/v1/audits", body);
    for (const kind of ["script", "img", "iframe", "link"]) {
        const one = document.createElement(kind);
        one[kind === "link" ? "href" : "src"] = url + "/v1/audits";
        one.rel = "stylesheet";
        await new Promise(done => { one.onload = one.onerror = done; document.body.append(one); });
    }
    return read;
}"""


@pytest.fixture
def evil() -> Iterator[tuple[str, list[str]]]:
    """Another site, and what its page says."""
    said = [""]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(said[0].encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://evil.localhost:{server.server_port}/", said
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_site_reaches_nothing_and_may_link(
    chromium: Any,
    serve: Serve,  # noqa: F811 - the fixture
    tmp_path: Path,
    evil: tuple[str, list[str]],
) -> None:
    secret = tokens.add(tmp_path / "people", "alice")
    client = serve(access=Access(tokens=tmp_path / "people", is_quiet=True))
    client.session.headers["Authorization"] = f"Bearer {secret}"
    where, said = evil
    said[0] = PAGE.format(url=client.url)
    page = chromium.new_context().new_page()
    _log_in(page, client, secret)
    for name in ("form", "plain", "out"):
        page.goto(where)
        with page.expect_navigation():
            page.evaluate("id => document.getElementById(id).submit()", name)
        assert "Log out" not in page.content() and "evil/" not in page.content(), name
    page.goto(where)
    assert page.evaluate(TRIES, client.url) == [""] * 5
    assert client.get("/v1/audits").json()["audits"] == []
    page.click("#link")
    page.wait_for_url(f"{client.url}/history?q=x")
    page.get_by_role("button", name="Log out").wait_for()


def _log_in(page: Any, client: Client, secret: str) -> None:
    page.goto(f"{client.url}/history")
    assert page.title() == "Log in · lineage"
    page.keyboard.type(secret)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{client.url}/history")
    page.get_by_role("button", name="Log out").wait_for()
