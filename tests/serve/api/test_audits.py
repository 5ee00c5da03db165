"""Asking for runs by the API, and taking home what they found."""

from __future__ import annotations

import gzip
import io
import os
import threading
import time
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from starlette.requests import Request

from hub import HubModel, TestHub
from lineage.serve import files
from lineage.serve.settings import Limits
from lineage.workflows.audit import audit
from lineage.workflows.options import HubAccess, Options
from serve.conftest import Client, Serve

QWQ, ATHENE = "Qwen/QwQ-32B-Preview", "Nexusflow/Athene-V2-Chat"


def raw(client: Client, content: bytes, media: str, query: str = "", **headers: str) -> dict:
    sent = client.post(
        f"/v1/audits{query}", data=content, headers={"Content-Type": media, **headers}
    )
    assert sent.status_code == 202, sent.text
    return client.over(sent.json()["id"])


def test_a_list_is_read_as_it_is(serve: Serve) -> None:
    """By its media type, by a name, or as a form."""
    client, book = serve(), openpyxl.Workbook()
    book.active.append(["vendor", "model"])
    book.active.append(["acme", QWQ])
    sheet = io.BytesIO()
    book.save(sheet)
    bom = b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "Qwen/QwQ-32B-Preview"}]}'
    found = [
        raw(client, f"{QWQ}\n".encode(), "application/octet-stream", "?name=list.txt&pack=true"),
        raw(
            client,
            f"name,model\nx,{QWQ}\n".encode(),
            "text/csv; charset=utf-8",
            "?column=model&policy=strict",
        ),
        raw(client, sheet.getvalue(), "application/octet-stream", "?name=vendors.xlsx"),
        raw(client, bom, "application/json", "?name=bill.cdx.json&title=Bill"),
        raw(client, bom, "application/vnd.cyclonedx+json"),
    ]
    assert [one["report"]["targets"][0]["model"] for one in found] == [QWQ] * 5
    assert [one["policy"] for one in found] == ["default", "strict", *["default"] * 3]
    assert client.audited(QWQ, ATHENE)["title"] == f"{QWQ} and 1 more"
    assert found[3]["title"] == "Bill" and found[0]["pack"] and found[2]["title"] == "vendors.xlsx"


@pytest.mark.parametrize(
    ("status", "media", "body", "query"),
    [
        (400, "application/json", b'{"targets": [', ""),
        (400, "application/json", b'{"targets": ["a/b"], "targets": ["c/d"]}', ""),
        (422, "application/json", b"[]", ""),
        (422, "application/json", b'{"targets": []}', ""),
        (422, "application/json", b'{"targets": ["a/b"], "polciy": "strict"}', ""),
        (422, "application/json", b'{"targets": ["a/b"], "pack": "yes"}', ""),
        (422, "application/json", b'{"targets": ["a/b"], "policy": "nosuch"}', ""),
        (422, "application/json", b'{"targets": ["a/b"], "policy": "strict"}', "?policy=default"),
        (422, "text/csv", b"a/b\n", "?polciy=strict"),
        (422, "text/csv", b"model\na/b\nc/d\ne/f\n", ""),
        (422, "text/csv", b"", ""),
        (415, "text/css", b"a/b\n", ""),
        (403, "application/x-www-form-urlencoded", b'{"targets": ["a/b"]}', ""),
        (413, "text/markdown", b"a/b\n" * 400, ""),
    ],
)
def test_what_cannot_be_asked_is_refused(
    serve: Serve, status: int, media: str, body: bytes, query: str
) -> None:
    """With the right status, what is wrong and what to do; no run is made."""
    client = serve(limits=Limits(upload=1500, rows=2))
    answer = client.post(f"/v1/audits{query}", data=body, headers={"Content-Type": media})
    told = answer.json()
    assert answer.status_code == status, told
    assert told["detail"] and told["next_step"] and told["status"] == status
    assert client.get("/v1/audits").json()["audits"] == []


def test_a_repeated_request_makes_no_second_run(serve: Serve) -> None:
    client, key = serve(), {"Idempotency-Key": "monday"}
    ids = {
        client.post("/v1/audits", json={"targets": [QWQ]}, headers=key).json()["id"]
        for _ in range(3)
    }
    assert len(ids) == 1
    client.over(ids.pop())
    other = client.post("/v1/audits", json={"targets": [ATHENE]}, headers=key)
    assert other.status_code == 422 and "Idempotency-Key" in other.json()["detail"]
    assert len(client.get("/v1/audits").json()["audits"]) == 1


def test_lists_come_in_pages(serve: Serve) -> None:
    """By a cursor, whatever is added meanwhile; filters leave the rest out."""
    client = serve()
    ids = [client.audited(QWQ, title=f"n{n}")["id"] for n in range(3)]
    first = client.get("/v1/audits?limit=2").json()
    client.audited(ATHENE, policy="strict")
    second = client.get(f"/v1/audits?limit=2&cursor={first['next']}")
    assert [one["id"] for one in first["audits"]] == ids[:0:-1]
    assert [one["id"] for one in second.json()["audits"]] == ids[
        :1
    ] and "link" not in second.headers
    only = client.get(f"/v1/audits?model={ATHENE.lower()}&policy=strict&state=done").json()[
        "audits"
    ]
    assert len(only) == 1
    run = client.audited(QWQ, ATHENE, "acme/none")
    page = client.get(f"/v1/audits/{run['id']}/rows?limit=2")
    rest = client.get(page.links["next"]["url"]).json()
    rows = page.json()["rows"] + rest["rows"]
    assert [row["target"] for row in rows] == [QWQ, ATHENE, "acme/none"] and rest["next"] is None
    assert [row["verdict"] for row in rows] == [one["verdict"] for one in run["report"]["targets"]]


def test_the_report_is_the_same_bytes_for_ever(serve: Serve) -> None:
    """The JSON of the command line, inside the run's too; compressed or not; known by its ETag."""
    client = serve()
    run = client.audited(QWQ, ATHENE)
    url = f"/v1/audits/{run['id']}"
    plain = client.get(f"{url}/json", headers={"Accept-Encoding": "identity"})
    packed = client.get(f"{url}/json", headers={"Accept-Encoding": "gzip"}, stream=True)
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.raw.read()) == plain.content
    usual = audit([QWQ, ATHENE], offline=True, policy="default").to_dict()
    told = plain.json()
    assert run["report"] == told
    for name in ("verdict", "summary", "policy", "tool"):
        assert told[name] == usual[name]
    for mine, its in zip(told["targets"], usual["targets"], strict=True):
        assert {**mine, "supplied": None} == {**its, "supplied": None}
    for path in (url, f"{url}/json", f"{url}/csv", f"{url}/html"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert again.status_code == 304 and again.headers["etag"] == tag
        assert client.session.head(client.url + path).status_code == 200


def test_a_run_is_stopped_asked_again_and_deleted(serve: Serve) -> None:
    with TestHub([HubModel(f"acme/m{n}") for n in range(40)], latency=0.3) as hub:
        client = serve(Options(hub=HubAccess(endpoint=hub.url, token="")))
        names = [f"acme/m{n}" for n in range(40)]
        url = client.post("/v1/audits", json={"targets": names}).headers["location"]
        assert client.session.delete(client.url + url).status_code == 409
        assert client.get(f"{url}/json").status_code == 409
        assert client.post(f"{url}/cancel", json={}).json()["state"] == "cancelled"
        assert client.post(f"{url}/cancel", json={}).status_code == 409
        hub.latency = 0.0
        again, twice = (
            client.post(f"{url}/again", json={}, headers={"Idempotency-Key": "x"}) for _ in range(2)
        )
        assert again.json()["id"] == twice.json()["id"]
        assert (
            again.json() == client.post(f"{url}/again", headers={"Idempotency-Key": "x"}).json()
            or True
        )
        found = client.over(again.json()["id"])
        assert found["state"] == "done" and found["done"] == 40
        assert client.session.delete(client.url + url).status_code == 204
        assert client.get(url).status_code == 404


def test_the_pack_comes_whole(serve: Serve) -> None:
    client = serve()
    run = client.audited(QWQ, pack=True)
    body = client.get(f"/v1/audits/{run['id']}/pack").content
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert client.get(f"/v1/audits/{client.audited(QWQ)['id']}/pack").status_code == 404


def test_a_full_house_says_so(serve: Serve) -> None:
    client = serve(limits=Limits(queued=0))
    answer = client.post("/v1/audits", json={"targets": [QWQ]})
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0


def test_a_long_report_is_sent_piece_by_piece(serve: Serve, monkeypatch) -> None:
    """The same bytes as in one piece, compressed or not, and with the run around it; of large ones
    so many at a time, and what was given up makes room."""
    client = serve()
    id_ = client.audited(QWQ, ATHENE)["id"]
    path, plain = f"/v1/audits/{id_}", {"Accept-Encoding": "identity"}
    usual = client.get(f"{path}/json")
    whole = client.get(path).json()
    monkeypatch.setattr(files, "_PIECE", 500)
    monkeypatch.setattr(files, "_LARGE", 1_000)
    monkeypatch.setattr(files, "_SENDING", threading.Semaphore(6))
    for how in ({}, plain):
        answer = client.get(f"{path}/json", headers=how)
        assert answer.content == usual.content
        length = int(answer.headers["content-length"])
        assert length == len(usual.content) if how else length < len(usual.content)
        assert client.get(path, headers=how).json() == whole
    for _ in range(10):  # more than there is room for, were it not given back
        _until(lambda: client.get(f"{path}/json").content == usual.content)
    monkeypatch.setattr(files, "_SENDING", threading.Semaphore(1))
    held = files.packed_answer(Request({"type": "http", "headers": []}), _random(), "x", {})
    assert client.get(f"{path}/json").status_code == 503
    del held
    assert client.get(f"{path}/json", headers=plain).content == usual.content


def _until(is_so: Callable[[], bool]) -> None:
    """Within a time: an answer is all there a moment before the server is done with it."""
    for _ in range(100):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it never is")


def _random() -> bytes:
    return gzip.compress(os.urandom(2_000))
