"""A server over real HTTP on loopback, in this process."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from lineage.core.version import __version__
from lineage.policy.load import load_pack
from lineage.workflows.options import Options

pytest.importorskip("uvicorn")

import uvicorn
from starlette.types import ASGIApp

from lineage.serve.app import application
from lineage.serve.guard.access import Access
from lineage.serve.guard.connection import configured
from lineage.serve.settings import Settings
from serve.published import fits


@dataclass
class Client:
    """Talks to one running server."""

    url: str
    session: requests.Session
    stop: Callable[[], None]

    def get(self, path: str, **how: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=30, **how)

    def post(self, path: str, **how: Any) -> requests.Response:
        return self.session.post(self.url + path, timeout=30, **how)

    def form(self, path: str, fields: Any = None, **how: Any) -> requests.Response:
        """What a form of a page sends, as a browser sends it."""
        token = re.search(r'name="csrf" value="(\w+)"', self.get("/").text)
        assert token, "the first page has no form"
        sent = {**(fields or {}), "csrf": (None, token[1])}
        return self.post(path, files=sent, headers={"Origin": self.url}, **how)

    def audited(self, *targets: str, **more: Any) -> dict[str, Any]:
        """A run, as it is when it is over."""
        asked = self.post("/v1/audits", json={"targets": list(targets), **more})
        assert asked.status_code == 202, asked.text
        return self.over(asked.json()["id"])

    def over(self, id_: str) -> dict[str, Any]:
        for _ in range(600):
            found = self.get(f"/v1/audits/{id_}").json()
            if found["state"] not in ("queued", "running"):
                return found
            time.sleep(0.05)
        raise AssertionError(f"not over: {found}")


def client_of(url: str, stop: Callable[[], None]) -> Client:
    """One that holds every answer of the API against its description."""
    session = requests.Session()
    session.hooks["response"].append(fits)
    return Client(url, session, stop)


def settings(folder: Path, options: Options | None = None, **more: Any) -> Settings:
    """The settings of a server without a network, unless `options` say otherwise."""
    options = options or Options(offline=True)
    options = replace(options, where=replace(options.where, is_distant=True))
    usual: dict[str, Any] = {
        "policies": {name: load_pack(name, __version__) for name in ("default", "strict")},
        "access": Access(is_quiet=True),
    }
    return Settings(options, folder, **{**usual, **more})


@contextmanager
def running(chosen: Settings, app: ASGIApp) -> Iterator[Client]:
    """A server of an application."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(configured(chosen, app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join(30)

    for _ in range(400):
        if server.started:
            break
        time.sleep(0.025)
    try:
        yield client_of(f"http://127.0.0.1:{port}", stop)
    finally:
        stop()


Serve = Callable[..., Client]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server over a folder; it ends with the test."""
    with ExitStack() as stack:

        def start(
            options: Options | None = None, folder: Path | None = None, **more: Any
        ) -> Client:
            chosen = settings(folder or tmp_path / "state", options, **more)
            return stack.enter_context(running(chosen, application(chosen)))

        yield start
