"""What leaves the server: headers on every answer, and nothing that is nobody's business."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from hub import HubModel, TestHub
from lineage.serve.guard import tokens
from lineage.serve.guard.access import Access
from lineage.serve.settings import Limits
from lineage.workflows.options import HubAccess, Options
from serve.conftest import Client, Serve
from serve.guard.raw import ask
from serve.guard.test_tokens import logged_in

ODD_PATHS = [
    *(
        "/static/../../etc/passwd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fetc/passwd",
    ),
    *("/static/....//etc/passwd", "/static/%252e%252e/etc/passwd", "//evil.test/", "/\\evil.test"),
    *(
        "/%5cevil.test",
        "/static/x%00.css",
        "/audits/..",
        "/audits/%2e%2e/%2e%2e",
        "/audits/a%2fb/c",
    ),
    *("/v1/audits/../../etc/passwd", "/v1/audits/x/..%2f..%2fpacks", "/v1/audits/%0d%0aX:%20y"),
    *("/audits/x/files/../../../etc/passwd", "/audits/" + "a" * 3000, "/models/%ff%fe", "/."),
    *("/v1/audits/'%20OR%201=1--", "/audits/x/files/%2fetc%2fpasswd", "/history?q=%00&page=-1"),
    *("/compare?before=../x&after=/etc/passwd", "/static//", "/history/", "/v1/audits/x/json/"),
]


def headers_of(answer: bytes) -> dict[str, str]:
    lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def test_no_path_leads_anywhere_else(serve: Serve) -> None:
    client = serve()
    client.audited("a/b")
    for path in ODD_PATHS:
        status, answer = ask(client, f"GET {path}")
        told = headers_of(answer)
        assert status in (200, 307, 400, 404), (path, status)
        assert b"root:" not in answer and b"Traceback" not in answer, path
        assert "evil" not in told.get("location", "") and "x" not in told, path
        assert "default-src 'none'" in told["content-security-policy"], path
        assert status != 200 or path.startswith("/history"), path


def test_every_answer_has_the_headers(serve: Serve) -> None:
    client = serve(limits=Limits(upload=100))
    id_ = client.audited("a/b")["id"]
    asked = [
        *("GET /", "GET /history", f"GET /v1/audits/{id_}", f"GET /v1/audits/{id_}/html"),
        *(f"GET /audits/{id_}/report", "GET /nowhere", "GET /v1/nowhere", "OPTIONS /"),
        *("GET /healthz", "GET /metrics", "HEAD /", "DELETE /history", "POST /audits", "GET //x"),
        *("POST /v1/audits", "NONSENSE", "GET /login", f"GET /audits/{id_}/files/json"),
    ]
    for line in asked:
        _, answer = ask(client, line)
        told = headers_of(answer)
        assert told["x-content-type-options"] == "nosniff", line
        assert "frame-ancestors 'none'" in told["content-security-policy"], line
        assert told["cache-control"] in ("no-store", "private, no-cache"), line
        assert not {"server", "x-powered-by", "strict-transport-security"} & told.keys(), line
        assert not [name for name in told if name.startswith("access-control")], line
        if line != "NONSENSE":
            assert told["cross-origin-resource-policy"] == "same-origin", line
            assert told["referrer-policy"] == "same-origin", line
    page = client.get("/").text
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in client.get(style).headers["cache-control"]


def test_what_is_taken_home_is_a_file_with_a_plain_name(serve: Serve) -> None:
    client = serve()
    title = 'x"; filename=evil.html\r\nX-Evil: 1\r\n\r\n<script>'
    id_ = client.audited("a/b", title=title)["id"]
    for path in (f"/v1/audits/{id_}/html", f"/v1/audits/{id_}/json", f"/audits/{id_}/files/csv"):
        told = client.get(path).headers
        assert told["content-disposition"].startswith("attachment; filename="), path
        assert "evil" not in str(told).lower()


def test_an_error_tells_no_trace_and_no_path(serve: Serve, tmp_path: Path) -> None:
    """Where the kept runs are broken in the middle of the work."""
    logging.getLogger("lineage.serve").setLevel(logging.CRITICAL)
    client = serve()
    id_ = client.audited("a/b")["id"]
    (file,) = (tmp_path / "state").glob("*.sqlite")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE model SET report = x'00'")
        database.execute("UPDATE run SET head = x'00', list = x'00'")
        database.execute("UPDATE document SET body = x'1f8b00'")
    database.close()
    paths = [f"/v1/audits/{id_}", f"/v1/audits/{id_}/html", f"/audits/{id_}/report"]
    paths += [f"/v1/audits/{id_}/json", f"/v1/audits/{id_}/csv", f"/v1/audits/{id_}/rows"]
    told: list[int] = []
    for path in paths:
        answer = client.get(path)
        told.append(answer.status_code)
        for word in ("Traceback", str(tmp_path), "zlib", ".py", "sqlite", "line "):
            assert word not in answer.text, (path, word)
    assert sum(status in (500, 503) for status in told) >= 3, told
    assert client.get("/healthz").ok


def test_metrics_are_what_prometheus_reads(serve: Serve) -> None:
    parser = pytest.importorskip("prometheus_client.parser")
    with TestHub([HubModel("acme/m", card={"license": "mit"})]) as hub:
        client = serve(Options(hub=HubAccess(endpoint=hub.url, token="")))
        client.audited("acme/m")
        client.audited("acme/m")
        for name in ("evil{}", 'a"b', "x\ny", "%0a", "a" * 100):
            client.get(f"/nowhere/{name}", headers={"User-Agent": name.strip()[:1]})
            client.get(f"/audits/{name}")
        ask(client, "BREW /pot")
        told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {family.name: family for family in parser.text_string_to_metric_families(told.text)}
    runs = {one.labels["state"]: one.value for one in found["lineage_runs"].samples}
    assert runs == {"queued": 0, "running": 0, "done": 2, "failed": 0, "cancelled": 0}
    audits = {one.labels["verdict"]: one.value for one in found["lineage_audits"].samples}
    assert sum(audits.values()) == 1 and found["lineage_audits_shared"].samples[0].value == 1
    assert sum(one.value for one in found["lineage_hub_calls"].samples) >= 1
    requests = found["lineage_requests"].samples
    assert {one.labels["method"] for one in requests} <= {"GET", "POST", "other"}
    assert {one.labels["route"] for one in requests} <= {
        *("none", "/", "/v1/audits", "/v1/audits/{id}", "/audits/{id}", "/metrics"),
    }
    steps = [
        one for one in found["lineage_request_duration_seconds"].samples if one.labels.get("le")
    ]
    assert {one.labels["le"] for one in steps} >= {"0.1", "+Inf"}
    assert found["lineage_build_info"].samples[0].labels["version"]


SECRETS = {
    "HF_TOKEN": "hf_PlantedTokenOfTheHub0000000000000",
    "HUGGING_FACE_HUB_TOKEN": "hf_AnotherPlantedToken000000000000",
    "AWS_SECRET_ACCESS_KEY": "PlantedKeyOfSomebodyElse",
    "OPENAI_API_KEY": "sk-PlantedKeyOfAnotherService",
}


def test_no_secret_is_in_an_answer_a_log_or_a_file(tmp_path: Path) -> None:
    """As a process of its own, with secrets all around it, and tokens for its people."""
    secret = tokens.add(tmp_path / "people", "alice")
    (tmp_path / "people").write_text((tmp_path / "people").read_text().strip() + " operator\n")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "LINEAGE_"))}
    with TestHub([HubModel("acme/m", card={"license": "mit"})]) as hub:
        log = (tmp_path / "log").open("wb")
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "lineage", "serve", "--port", "0", "-v", "--no-cache"),
                *("--token-file", "people", "--state", "state", "--audit-log", "acts.jsonl"),
            ],
            cwd=tmp_path,
            env={**kept, **SECRETS, "HF_ENDPOINT": hub.url, "HOME": str(tmp_path)},
            stderr=log,
        )
        try:
            client = _started(tmp_path / "log")
            answers = _used(client, secret)
            assert hub.calls and all(
                call.token in (None, f"Bearer {SECRETS['HF_TOKEN']}") for call in hub.calls
            )
        finally:
            process.terminate()
            process.wait(60)
            log.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"acts.jsonl", "log"} <= {path.name for path in files} and len(files) > 4
    texts = {str(path): path.read_bytes() for path in files} | answers
    cookies = [value for value in client.session.cookies.values() if value]
    assert cookies
    for where, content in texts.items():
        for word in (*SECRETS.values(), secret, *cookies):
            assert word.encode() not in content, (where, word)


def _started(log: Path) -> Client:
    for _ in range(1200):
        found = log.read_text().partition("Serving at ")[2].partition(" ")[0]
        if found:
            return Client(found, requests.Session(), lambda: None)
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _used(client: Client, secret: str) -> dict[str, bytes]:
    """The answers to a whole way through the server, and to wrong ones."""
    assert logged_in(client, secret).status_code == 303
    logged_in(client, f"{secret}x")
    own = {"Authorization": f"Bearer {secret}"}
    asked = client.post("/v1/audits", json={"targets": ["acme/m"], "pack": True}, headers=own)
    id_ = asked.json()["id"]
    client.over(id_)
    paths = [
        *("/", "/history", "/about", f"/audits/{id_}", f"/audits/{id_}/report", "/metrics"),
        *(f"/v1/audits/{id_}", f"/v1/audits/{id_}/json", f"/v1/audits/{id_}/pack", "/v1/acts"),
        *("/nowhere", f"/v1/audits/{secret}", "/login?next=/x"),
    ]
    found = {path: client.get(path, headers=own) for path in paths}
    assert found[f"/v1/audits/{id_}/pack"].content.startswith(b"PK")
    return {
        path: answer.content + str(answer.headers).encode()
        for path, answer in found.items()
        if secret not in path
    }


def test_acts_are_lines_that_nobody_can_forge(serve: Serve, tmp_path: Path) -> None:
    log = tmp_path / "acts.jsonl"
    client = serve(access=Access(log=log))
    forged = "/v1/x%0a%7B%22who%22:%22boss%22%7D%0d%0a%1b%5b31m"
    assert ask(client, f"DELETE {forged}")[0] == 400
    assert ask(client, "DELETE /v1/%E2%80%A8x%22%7D", "Origin: http://evil.test")[0] == 403
    id_ = client.audited("a/b")["id"]
    client.get(f"/v1/audits/{id_}/json")
    lines = [json.loads(line) for line in log.read_text().split("\n") if line]
    assert [line["action"].split()[0] for line in lines] == ["DELETE", "DELETE", "POST", "GET"]
    assert lines[2]["about"] == f"/v1/audits/{id_}" and lines[3]["outcome"] == "200"
    assert all(set(line) == {"at", "who", "client", "action", "about", "outcome"} for line in lines)
    assert log.read_text().isascii()
    if os.name == "posix":
        assert log.stat().st_mode & 0o077 == 0


def test_a_proxy_is_believed_where_it_is_named(serve: Serve, tmp_path: Path) -> None:
    """That the browser came by TLS, and from where."""
    people = tmp_path / "people"
    tokens.add(people, "alice")
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Host": "l.acme.test"}
    access = Access(names=("l.acme.test",), tokens=people, is_quiet=True, log=tmp_path / "acts")
    believed = serve(access=replace(access, proxies=("127.0.0.1",)))
    other = serve(access=access, folder=tmp_path / "other")
    answers = [client.get("/login", headers=told) for client in (believed, other)]
    assert answers[0].headers["set-cookie"].startswith("__Host-lineage")
    assert answers[0].headers["set-cookie"].endswith("; Secure")
    assert answers[0].headers["strict-transport-security"]
    assert "Secure" not in answers[1].headers["set-cookie"]
    assert "strict-transport-security" not in answers[1].headers
    for client in (believed, other):
        client.get("/history", headers=told)
    acts = [json.loads(line)["client"] for line in (tmp_path / "acts").read_text().splitlines()]
    assert acts == ["203.0.113.9", "127.0.0.1"]
