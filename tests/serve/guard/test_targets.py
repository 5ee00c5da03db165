"""Names in a list are names: none of them is a file of the server's machine or makes it call
somebody, in whatever form it is sent."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from hub import HubModel, TestHub
from lineage.workflows.options import HubAccess, Options
from serve.conftest import Client, Serve

openpyxl = pytest.importorskip("openpyxl")


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A port that nobody may call, and what it was told."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    try:
                        heard.append(connection.recv(1000))
                    except OSError:
                        heard.append(b"")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def targets(port: int) -> list[str]:
    """Whatever could be taken for an address or a path."""
    here = f"127.0.0.1:{port}"
    return [
        *(f"http://{here}", f"http://{here}/acme/m1", f"https://{here}/v1/models", here),
        *(f"http://localhost:{port}/api/tags", f"localhost:{port}", f"http://[::1]:{port}/x"),
        *(f"http://huggingface.co@{here}/a/b", f"http://{here}#huggingface.co/a/b"),
        *(f"http://2130706433:{port}/a/b", f"http://0x7f.1:{port}/", f"//{here}/a/b"),
        *(f"hf://{here}/a/b", f"oci://{here}/a/b:1", f"{here}/library/a:1", f"ollama://{here}/a"),
        *(f"ollama:{here}/a", f"vllm://{here}", f"ftp://{here}/x", f"file://{here}/etc/passwd"),
        *("file:///etc/passwd", "/etc/passwd", "../../etc/passwd", "~/.ssh/id_rsa", "C:\\x"),
        *("\\\\127.0.0.1\\share", "/proc/self/environ", "./x", "hf://../../etc/passwd"),
    ]


def as_csv(names: list[str]) -> bytes:
    return "\n".join(["model", *(f'"{name}"' for name in names)]).encode()


def as_workbook(names: list[str]) -> bytes:
    """With links behind the cells too."""
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["model"])
    for name in names:
        book.active.append([name])
        book.active.cell(book.active.max_row, 1).hyperlink = name
    book.save(packed)
    return packed.getvalue()


def as_cyclonedx(names: list[str]) -> bytes:
    parts = [
        {
            "type": "machine-learning-model",
            "name": name,
            "bom-ref": f"pkg:huggingface/{name}",
            "purl": f"pkg:huggingface/a/b?repository_url={name}",
            "externalReferences": [{"type": "distribution", "url": name}],
        }
        for name in names
    ]
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": parts}
    ).encode()


def as_spdx(names: list[str]) -> bytes:
    parts = [
        {
            "SPDXID": f"SPDXRef-{number}",
            "name": name,
            "downloadLocation": name,
            "primaryPackagePurpose": "MODEL",
        }
        for number, name in enumerate(names)
    ]
    return json.dumps({"spdxVersion": "SPDX-2.3", "packages": parts}).encode()


FORMS: dict[str, Callable[[list[str]], bytes]] = {
    "list.csv": as_csv,
    "list.xlsx": as_workbook,
    "list.cdx.json": as_cyclonedx,
    "list.spdx.json": as_spdx,
    "list.json": lambda names: json.dumps(names).encode(),
    "list.yaml": lambda names: json.dumps({"models": names}).encode(),
    "list.txt": lambda names: "\n".join(names).encode(),
    "list.md": lambda names: "\n".join(
        ["| model |", "| --- |", *(f"| {name} |" for name in names)]
    ).encode(),
}


def sent(client: Client, name: str, content: bytes) -> dict[str, object]:
    """The run of a file."""
    fields = {"policy": (None, "default"), "file": (name, content)}
    answer = client.form("/audits", fields, allow_redirects=False)
    assert answer.status_code == 303, (name, answer.text[:3000])
    return client.over(answer.headers["location"].removeprefix("/audits/"))


def test_no_form_of_a_list_makes_the_server_call_or_read(serve: Serve) -> None:
    card = {"base_model": ["http://127.0.0.1:1/a/b", "file:///etc/passwd", "../../etc/passwd"]}
    with listening() as (port, heard):
        card["base_model"] += targets(port)
        text = f"[base](http://127.0.0.1:{port}/a) ![x](http://127.0.0.1:{port}/x.png)"
        lured = HubModel("acme/lured", card=card, files={"README.md": text})
        with TestHub([lured]) as hub:
            client = serve(Options(hub=HubAccess(endpoint=hub.url, token="")))
            typed = client.audited(*targets(port), "acme/lured")
            runs = [sent(client, name, form(targets(port))) for name, form in FORMS.items()]
            called = {call.path for call in hub.calls}
    assert heard == []
    assert {run["state"] for run in (typed, *runs)} == {"done"}
    shown = json.dumps([typed, *runs])
    assert "root:" not in shown and "PATH=" not in shown
    assert "/api/models/acme/lured" in called
    assert not any("passwd" in path or ".." in path or ":" in path for path in called), called
