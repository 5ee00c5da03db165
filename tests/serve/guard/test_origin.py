"""Nothing of another site reaches the server: names that point here, forms, scripts, pictures."""

import json
import re

import pytest
import requests

from lineage.serve.guard.access import Access
from serve.conftest import Serve
from serve.guard.raw import JSON, ask

ORDER = json.dumps({"targets": ["Qwen/QwQ-32B-Preview"]}).encode()


def is_let_through(answer: bytes) -> bool:
    """Whether the application itself answered."""
    return b"There is no such run." in answer


def test_only_its_own_names_are_answered(serve: Serve) -> None:
    client = serve(access=Access(names=("lineage.acme.test",)))
    port = client.url.rpartition(":")[2]
    ours = ("localhost", f"LOCALHOST:{port}", "127.0.0.1:1", "[::1]", "lineage.acme.test:443")
    others = ("evil.test", f"evil.test:{port}", "127.0.0.1.evil.test", "10.0.0.1", "0.0.0.0")
    odd = ("a b", "[::1", "localhost:99999999", "localhost/x", "me@localhost", "lo\xe9")
    for name in ours:
        assert is_let_through(ask(client, "GET /v1/audits/x", host=name)[1]), name
    assert [ask(client, "GET /v1/audits/x", host=name)[0] for name in others] == [421] * len(others)
    assert [ask(client, "GET /v1/audits/x", host=name)[0] for name in odd] == [400] * len(odd)
    for answer in (
        ask(client, "GET /v1/audits/x", host=""),
        ask(client, "GET /v1/audits/x", "Host: evil.test"),
    ):
        assert answer[0] == 400 and not is_let_through(answer[1])


def test_a_proxy_in_front_of_an_open_server_is_noticed(serve: Serve) -> None:
    client = serve()
    for header in ("X-Forwarded-For: 10.0.0.9", "Forwarded: for=10.0.0.9", "Via: 1.1 proxy"):
        assert ask(client, "GET /v1/audits/x", header)[0] == 403


FOREIGN = {
    "a script, told by its origin": ("Origin: http://evil.test",),
    "a script in a sandbox": ("Origin: null",),
    "another port of this machine": ("Origin: http://127.0.0.1:1",),
    "an origin that is none": ("Origin: http://[",),
    "a form, told by its site": ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"),
    "a page of a sister": ("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"),
    "two origins": ("Origin: {own}", "Origin: http://evil.test"),
    "a site no browser names": ("Sec-Fetch-Site: ours",),
}


def test_a_page_of_another_site_asks_for_no_run(serve: Serve) -> None:
    client = serve()
    for what, headers in FOREIGN.items():
        told = [header.replace("{own}", client.url) for header in headers]
        status, answer = ask(client, "POST /v1/audits", *told, JSON, body=ORDER)
        assert status in (400, 403), what
        assert b"access-control" not in answer.lower(), what


def test_a_form_counts_with_the_token_of_its_own_session_alone(serve: Serve) -> None:
    client = serve()
    tokens = []
    for session in (requests.Session(), client.session):
        page = session.get(client.url, timeout=30).text
        found = re.search(r'name="csrf" value="(\w+)"', page)
        assert found
        tokens.append(found[1])
    own = {"Origin": client.url}
    for token in ("", "0" * 64, tokens[0], tokens[1][:-1]):
        fields = {"models": "a/b", "policy": "default", "csrf": token}
        parts = {name: (None, value) for name, value in fields.items()}
        hidden = {**parts, "csrf": ("x.txt", tokens[1])}
        assert client.post("/audits", data=fields, headers=own).status_code == 403
        assert client.post("/audits", files=parts, headers=own).status_code == 403
        assert client.post("/audits", files=hidden, headers=own).status_code == 403
    parts["csrf"] = (None, tokens[1])
    assert client.post("/audits", files=parts).status_code == 403, "nothing says where it is from"
    kept = client.session.cookies.copy()
    client.session.cookies.clear()
    assert client.post("/audits", files=parts, headers=own).status_code == 403
    refused = requests.post(
        f"{client.url}/audits", files={"models": (None, "a/b")}, headers={"Origin": client.url}
    )
    assert refused.status_code == 403 and "allow cookies" in refused.text
    client.session.cookies = kept
    assert client.post("/audits", files=parts, headers=own, allow_redirects=False).ok
    broken = {**own, "Content-Type": "multipart/form-data"}
    assert client.post("/audits", data=b"--x", headers=broken).status_code in (400, 403)


def test_what_any_page_may_send_without_asking_is_no_request_of_the_api(serve: Serve) -> None:
    client = serve()
    simple = (
        ("Content-Type: text/plain",),
        ("Content-Type: TEXT/plain; application/json",),
        ("Content-Type: application/x-www-form-urlencoded",),
        ("Content-Type: multipart/form-data; boundary=x",),
        (),
    )
    for headers in simple:
        assert ask(client, "POST /v1/audits", *headers, body=ORDER)[0] in (403, 415), headers
    two = ("Content-Type: text/plain", JSON)
    assert ask(client, "POST /v1/audits", *two, body=ORDER)[0] == 400
    assert ask(client, "POST /v1/audits", JSON, body=ORDER)[0] == 202


def test_reading_from_another_site_is_refused_too(serve: Serve) -> None:
    client = serve()
    picture = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")
    followed = (
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
    )
    assert ask(client, "GET /v1/audits/x", *picture)[0] == 403
    assert ask(client, "GET /v1/audits/x", *followed)[0] == 403
    assert is_let_through(ask(client, "GET /v1/audits/x", "Sec-Fetch-Site: none")[1])


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "TRACK"])
def test_no_other_method_is_used(serve: Serve, method: str) -> None:
    client = serve()
    status, answer = ask(client, f"{method} /v1/audits", "Origin: http://evil.test")
    assert status in (400, 405)
    assert b"access-control" not in answer.lower()


def test_a_method_in_a_header_counts_for_nothing(serve: Serve) -> None:
    client = serve()
    id_ = client.audited("Qwen/QwQ-32B-Preview")["id"]
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        ask(client, f"GET /v1/audits/{id_}?_method=DELETE", f"{name}: DELETE")
    assert client.get(f"/v1/audits/{id_}").status_code == 200
