"""Who may come in: tokens for programs, sessions for browsers."""

from __future__ import annotations

import re
import stat
import time
from pathlib import Path

import pytest
import requests

from lineage.core.errors import UsageError
from lineage.serve.guard import tokens
from lineage.serve.guard.access import Access
from lineage.serve.settings import Limits
from serve.conftest import Client, Serve
from serve.guard.raw import JSON, ask


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Where the tokens are."""
    return tmp_path / "people"


def access(people: Path) -> Access:
    return Access(tokens=people, is_quiet=True)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def logged_in(client: Client, secret: str, **fields: str) -> requests.Response:
    """What the form of the login page sends."""
    page = client.get("/login").text
    csrf = re.search(r'name="csrf" value="(\w+)"', page)
    assert csrf
    return client.post(
        "/login",
        data={"csrf": csrf[1], "token": secret, **fields},
        headers={"Origin": client.url},
        allow_redirects=False,
    )


def test_the_file_keeps_no_token_and_is_for_its_owner(people: Path) -> None:
    secret = tokens.add(people, "alice")
    tokens.add(people, "bob@acme.test")
    assert secret not in people.read_text() and len(secret) > 40
    assert stat.S_IMODE(people.stat().st_mode) == 0o600
    assert [one.name for one in tokens.read(people)] == ["alice", "bob@acme.test"]
    known = tokens.Tokens(people)
    assert known.named(secret) == tokens.read(people)[0]
    for wrong in ("", secret[:-1], secret + "x", secret.upper(), tokens.read(people)[0].digest):
        assert known.named(wrong) is None
    for name in ("alice", "a b", "", "x\ny", "a" * 65, "-", "ä"):
        with pytest.raises(UsageError):
            tokens.add(people, name)


@pytest.mark.posix
def test_a_file_that_others_may_read_is_refused(people: Path) -> None:
    tokens.add(people, "alice")
    for mode in (0o644, 0o604, 0o606, 0o660, 0o601):
        people.chmod(mode)
        with pytest.raises(UsageError, match="chmod 600"):
            tokens.read(people)
    people.chmod(0o440)
    assert tokens.read(people)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "# none\n",
        "alice\n",
        "alice secret\n",
        "alice sha256:12\n",
        "a sha256:{} root\n",
        "\xff",
    ],
)
def test_a_file_that_is_none_is_refused(people: Path, content: str) -> None:
    people.write_bytes(content.replace("{}", "0" * 64).encode("latin-1"))
    people.chmod(0o600)
    with pytest.raises(UsageError, match="--new-token"):
        tokens.read(people)


def test_without_a_token_nothing_is_shown(serve: Serve, people: Path) -> None:
    secret = tokens.add(people, "alice")
    client = serve(access=access(people))
    for path in ("/", "/history", "/v1/acts", "/metrics", "/v1/audits/x", "/audits/x", "/nowhere"):
        assert client.get(path).status_code == 401, path
        page = client.get(path, headers={"Accept": "text/html"}, allow_redirects=False)
        assert page.status_code == (401 if path.startswith("/v1") else 303), path
    assert client.post("/v1/audits", json={"targets": ["a/b"]}).status_code == 401
    assert client.get("/v1/acts").headers["www-authenticate"].startswith("Bearer")
    wrong = [bearer(""), bearer("x"), bearer(secret[:-1]), {"Authorization": f"Basic {secret}"}]
    assert [client.get("/history", headers=one).status_code for one in wrong] == [401] * 4
    assert ask(client, "GET /history", f"Authorization: Bearer {secret}")[0] == 200
    two = (f"Authorization: Bearer {secret}", "Authorization: Bearer x")
    assert ask(client, "GET /history", *two)[0] == 400
    for path in ("/healthz", "/readyz"):
        assert client.get(path).status_code == 200


def test_a_program_asks_in_its_own_name(serve: Serve, people: Path) -> None:
    secret = tokens.add(people, "nightly")
    client = serve(access=access(people))
    client.session.headers.update(bearer(secret))
    asked = client.post("/v1/audits", json={"targets": ["a/b"]})
    assert asked.status_code == 202
    foreign = ("Origin: http://evil.test", f"Authorization: Bearer {secret}", JSON)
    assert ask(client, "POST /v1/audits", *foreign, body=b'{"targets": ["a/b"]}')[0] == 403


def test_a_session_begins_and_ends(serve: Serve, people: Path) -> None:
    secret = tokens.add(people, "alice")
    client = serve(access=access(people))
    before = client.get("/login").cookies
    assert logged_in(client, "wrong").status_code == 401
    begun = logged_in(client, secret, next="/history")
    assert (begun.status_code, begun.headers["location"]) == (303, "/history")
    cookie = begun.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="))
    assert not set(before.values()) & set(client.session.cookies.values()), (
        "fixed by who came first"
    )
    page = client.get("/history")
    assert page.status_code == 200 and "alice" in page.text
    # the session is good for pages and for scripts of pages, not for what any page can send
    assert client.form("/audits", {"models": (None, "a/b")}, allow_redirects=False).ok
    own = {"Origin": client.url}
    assert client.post("/v1/audits", json={"targets": ["a/b"]}).status_code == 403
    assert client.post("/v1/audits", json={"targets": ["a/b"]}, headers=own).status_code == 403
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert csrf
    scripted = {**own, "X-CSRF-Token": csrf[1]}
    assert client.post("/v1/audits", json={"targets": ["a/b"]}, headers=scripted).ok
    kept = dict(client.session.cookies)
    assert client.form("/logout", allow_redirects=False).headers["location"] == "/login"
    client.session.cookies.update(kept)
    assert client.get("/history").status_code == 401, "the server forgot it"


def test_a_token_that_is_deleted_ends_its_sessions(serve: Serve, people: Path) -> None:
    alice, bob = tokens.add(people, "alice"), tokens.add(people, "bob")
    client = serve(access=access(people))
    assert logged_in(client, alice).ok and client.get("/history").ok
    lines = people.read_text().splitlines()
    people.write_text(lines[1] + "\n")
    assert client.get("/history").status_code == 401
    assert client.get("/history", headers=bearer(alice)).status_code == 401
    assert client.get("/history", headers=bearer(bob)).ok
    people.write_text("not a token\n")
    assert client.get("/history", headers=bearer(bob)).status_code == 401, (
        "unreadable lets nobody in"
    )


def test_a_session_ends_by_itself(serve: Serve, people: Path) -> None:
    secret = tokens.add(people, "alice")
    client = serve(access=access(people), limits=Limits(session=0.5))
    assert logged_in(client, secret).status_code == 303
    kept = dict(client.session.cookies)
    time.sleep(0.6)
    client.session.cookies.update(kept)
    assert client.get("/history").status_code == 401


def test_guessing_is_slowed_down(serve: Serve, people: Path) -> None:
    secret = tokens.add(people, "alice")
    client = serve(access=access(people))
    found = [client.get("/history", headers=bearer(f"guess-{n}")).status_code for n in range(12)]
    assert found[:10] == [401] * 10 and found[10:] == [429, 429]
    slowed = logged_in(client, secret)
    assert slowed.status_code == 429 and int(slowed.headers["retry-after"]) > 1


def test_many_requests_are_slowed_down(serve: Serve, people: Path) -> None:
    mine, other = tokens.add(people, "mine"), tokens.add(people, "other")
    client = serve(access=access(people), limits=Limits(burst=20, rate=0.1))
    found = [client.get("/about", headers=bearer(mine)).status_code for _ in range(25)]
    assert found == [200] * 20 + [429] * 5
    assert client.get("/about", headers=bearer(mine)).headers["retry-after"]
    assert client.get("/about", headers=bearer(other)).status_code == 200


@pytest.mark.parametrize(
    "way",
    [
        *(
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "\\\\evil.test",
        ),
        *("/\t/evil.test", "/x\r\nSet-Cookie: a=b", "/%0d%0aX: y\r\n", "", "evil.test", "/ /evil"),
    ],
)
def test_the_login_leads_to_no_other_server(serve: Serve, people: Path, way: str) -> None:
    secret = tokens.add(people, "alice")
    client = serve(access=access(people))
    assert "evil" not in client.get("/login", params={"next": way}).text
    begun = logged_in(client, secret, next=way)
    assert (begun.status_code, begun.headers["location"]) == (303, "/")


def test_only_an_operator_reads_the_audit_log(serve: Serve, people: Path) -> None:
    alice, boss = tokens.add(people, "alice"), tokens.add(people, "boss")
    people.write_text(people.read_text().rstrip() + " operator\n")
    client = serve(access=access(people))
    client.get("/history", headers=bearer("wrong"))
    logged_in(client, "wrong")
    logged_in(client, alice)
    client.form("/audits", {"models": (None, "a/b")}, allow_redirects=False)
    assert client.get("/v1/acts", headers=bearer(alice)).status_code == 403
    told = client.get("/v1/acts", headers=bearer(boss)).json()["acts"]
    acts = [(act["who"], act["action"], act["outcome"][:3]) for act in told]
    assert ("alice", "POST /audits", "303") in acts
    assert ("alice", "POST /login", "303") in acts
    assert ("", "POST /login", "401") in acts
    assert ("alice", "GET /v1/acts", "403") in acts
    assert any(act[2] == "401" and act[1].startswith("GET") for act in acts)
    assert all(act["client"] == "127.0.0.1" for act in told)
    run = next(act["about"] for act in told if act["action"] == "POST /audits")
    assert re.fullmatch(r"/audits/[\w-]{16}", run)
