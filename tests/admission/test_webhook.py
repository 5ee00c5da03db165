"""The webhook as a cluster calls it: recorded reviews, over TLS, to the real server."""

from __future__ import annotations

import json
import sqlite3
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from admission.conftest import REVIEWS, Authority, Cluster, Start, serial
from conftest import Ran
from lineage.serve.renewal import renewing

PASSES, REVIEWED, FAILS = (
    "mistralai/Mistral-7B-v0.1",
    "Qwen/Qwen2.5-7B-Instruct",
    "deepseek-ai/DeepSeek-R1",
)
"""By the data that comes with the package."""


def test_models_are_answered_by_their_verdicts(cluster: Cluster) -> None:
    """Pass: in without a word. Review: in with a warning. Fail: out, with what a person needs."""
    assert cluster.asks("pod", PASSES)["allowed"] is True
    reviewed = cluster.asks("pod", REVIEWED)
    assert reviewed["allowed"] is True
    assert REVIEWED in reviewed["warnings"][0] and len(reviewed["warnings"][0]) <= 120
    failed = cluster.asks("deployment", FAILS)
    assert failed["allowed"] is False
    status = failed["status"]
    assert (status["status"], status["code"], status["reason"]) == ("Failure", 403, "Forbidden")
    assert f"{FAILS} (spec.template.spec.containers[engine].args[1]) FAIL on " in status["message"]
    assert "https://lineage.acme.io/audits/" in status["message"]
    assert failed["auditAnnotations"] == {"models": FAILS, "verdict": "denied"}


@pytest.mark.parametrize(
    ("name", "is_allowed"),
    [
        ("web", True), ("scale", True), ("deployment-deleted", True), ("deployment-scaled", True),
        ("deployment-other-model", False), ("exec", False), ("inferenceservice", False),
        ("pod-config-map", False), ("ephemeral", False),
    ],
)  # fmt: skip
def test_every_kind_and_operation(cluster: Cluster, name: str, is_allowed: bool) -> None:
    """With a failing model in it: what starts none or no other one is let through."""
    response = cluster.asks(name, FAILS)
    assert response["allowed"] is is_allowed, response


def test_a_policy_that_was_changed_is_the_one_that_decides(start: Start, tmp_path: Path) -> None:
    """At once when the server starts with it: what was found under another one of the same name
    lets nothing in."""
    policy = tmp_path / "policy.toml"
    options = ("--admission-wait", "25", "--policy", str(policy))
    policy.write_text('name = "ours"\n')
    before = start(*options, folder=tmp_path)
    assert before.asks("pod", PASSES)["allowed"] is True
    before.server.terminate()
    before.server.wait(30)
    stricter = 'jurisdictions = ["FR"]\n[rules]\nfoundation-jurisdiction = "fail"\n'
    policy.write_text(f'name = "ours"\n{stricter}')
    after = start(*options, folder=tmp_path)
    denied = after.asks("pod", PASSES)
    assert denied["allowed"] is False and "FAIL" in denied["status"]["message"], denied


@pytest.mark.parametrize("header", ["origin", "sec-fetch-site"])
def test_no_page_of_a_browser_is_answered(cluster: Cluster, header: str) -> None:
    """A stranger's page whose name was made to point here (DNS rebinding) is of the same origin as
    the server; an API server says nothing of pages."""
    review = (REVIEWS / "pod.json").read_bytes()
    value = f"https://evil.test:{cluster.port}" if header == "origin" else "same-origin"
    answered = cluster.send(review, host=f"evil.test:{cluster.port}", **{header: value})
    assert answered.status_code == 403 and "no page of a browser" in answered.text
    assert cluster.send(review, host="lineage.lineage.svc").status_code == 200


def test_a_dry_run_starts_no_audit(start: Start) -> None:
    """Its webhook promises no effects beside the answer."""
    cluster = start("--admission-wait", "20")
    for _ in range(2):
        response = cluster.asks("pod-dry-run", PASSES)
        assert response["allowed"] is False
        assert "no audit of it was started" in response["status"]["message"]
    assert cluster.asks("pod", PASSES)["allowed"] is True
    assert cluster.asks("pod-dry-run", PASSES)["allowed"] is True


def test_without_time_nothing_unknown_is_let_in(start: Start) -> None:
    """Closed by default, and the client is told to try again, which then helps."""
    cluster = start("--admission-wait", "0.5")
    first = cluster.asks("pod", FAILS)
    assert first["allowed"] is False
    for _ in range(200):
        response = cluster.asks("pod", PASSES)
        if response["allowed"]:
            break
        assert response["status"]["code"] in (403, 503)
        time.sleep(0.2)
    assert response["allowed"] is True


def test_open_settings_still_tell_everything(start: Start) -> None:
    """Unknown may be let in; never without a warning, and a fail never."""
    cluster = start(
        "--admission-wait", "25", "--admission-unknown", "warn", "--admission-inconclusive", "warn"
    )
    for name, model in (("pod-config-map", ""), ("pod", "acme/never-heard-of")):
        response = cluster.asks(name, model)
        assert response["allowed"] is True
        assert response["warnings"]
    assert cluster.asks("pod", FAILS)["allowed"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[" * 200_000, 400), (b'{"kind": "AdmissionReview"}', 400),
        (b"\xff" * 100, 400), (b" " * 8_000_001, 413),
        ((REVIEWS / "pod.json").read_bytes().replace(b"k8s.io/v1", b"k8s.io/v1beta1"), 400),
    ],
)  # fmt: skip
def test_what_is_no_review_gets_no_answer(cluster: Cluster, body: bytes, status: int) -> None:
    """A status that an API server takes for a failed call, after which its failurePolicy holds."""
    answered = cluster.send(body)
    assert answered.status_code == status
    assert "response" not in answered.json()


def test_other_senders_are_turned_away(cluster: Cluster) -> None:
    """Another token, none, another type, another method, no TLS."""
    body = (REVIEWS / "web.json").read_bytes()
    base = f"https://127.0.0.1:{cluster.port}/admission"
    for url in (base, f"{base}/", f"{base}/another-token-of-32-letters-0000", f"{base}/%C3%A9"):
        assert cluster.send(body, url).status_code in (307, 404)
    assert cluster.send(body, **{"content-type": "text/plain"}).status_code == 415
    with pytest.raises(requests.exceptions.ConnectionError):
        cluster.send(body, cluster.url.replace("https", "http"))


@pytest.mark.parametrize("depth", [50, 150, 400, 5_000])
def test_a_bomb_is_denied(cluster: Cluster, depth: int) -> None:
    """Depth hides no model: read, or denied, or no review."""
    review = json.loads((REVIEWS / "pod.json").read_text())
    review["request"]["object"] = "BOMB"
    inner = '{"image": "vllm/vllm-openai", "args": ["--model", "' + FAILS + '"]}'
    bomb = '{"a":[' * depth + inner + "]}" * depth
    answered = cluster.send(json.dumps(review).replace('"BOMB"', bomb).encode())
    if answered.status_code == 200:
        assert answered.json()["response"]["allowed"] is False
    else:
        assert answered.status_code == 400


def test_a_flood_of_values_is_denied(cluster: Cluster) -> None:
    """More than is read: closed."""
    review = json.loads((REVIEWS / "pod.json").read_text())
    review["request"]["object"]["spec"]["x"] = [1] * 250_000
    answered = cluster.send(json.dumps(review).encode()).json()["response"]
    assert answered["allowed"] is False
    assert "more than 5000 values" in answered["status"]["message"]


def test_what_was_answered_stands_in_the_audit_log(start: Start, tmp_path: Path) -> None:
    """Who asked for what, and why it was denied."""
    state = tmp_path / "state"
    start("--admission-wait", "25", "--state", str(state)).asks("pod-config-map")
    with sqlite3.connect(state / "runs-1.sqlite") as database:
        rows = database.execute("SELECT who, action, object, outcome FROM act").fetchall()
    who, action, about, outcome = rows[-1]
    assert (who, action) == ("system:serviceaccount:argocd:deployer", "admission")
    assert about == "CREATE Pod models/chat"
    assert outcome.startswith("denied: ") and "ConfigMap chat (model)" in outcome


def test_only_clients_of_the_authority_are_let_in(start: Start, authority: Authority) -> None:
    """As an API server with a client certificate calls."""
    cluster = start("--tls-client-ca", str(authority.file))
    body = (REVIEWS / "web.json").read_bytes()
    with pytest.raises(requests.exceptions.ConnectionError):
        cluster.send(body)
    session = requests.Session()
    session.trust_env, session.verify = False, str(authority.file)
    session.cert = tuple(map(str, authority.issue("kube-apiserver")))
    headers = {"content-type": "application/json"}
    answered = session.post(cluster.url, data=body, headers=headers, timeout=30)
    assert answered.json()["response"]["allowed"] is True


def test_a_renewed_certificate_is_taken_up(authority: Authority) -> None:
    """Clusters renew theirs every few weeks; nobody restarts a server for it."""
    cert, key = authority.issue("renewed")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    renewing(context, cert, key, look=0.05)
    before = _served(context, authority)
    authority.issue("renewed")
    for _ in range(200):
        if _served(context, authority) != before:
            return
        time.sleep(0.05)
    raise AssertionError("the old certificate is still shown")


def _served(context: ssl.SSLContext, authority: Authority) -> int:
    """The serial number that one connection to this context sees."""
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            plain, _ = listening.accept()
            with context.wrap_socket(plain, server_side=True):
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        found = serial(listening.getsockname()[1], authority.file)
        thread.join(30)
    return found


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "0.0.0.0", "--admission"), "--admission-token-file"),
        (("--tls-cert", "ca.pem"), "given together"),
        (("--tls-cert", "ca.pem", "--tls-key", "ca.pem"), "cannot be used for TLS"),
        (("--admission", "--admission-token-file", "short"), "openssl rand"),
    ],
)
def test_wrong_options_end_at_once(
    tmp_path: Path, options: tuple[str, ...], told: str, lineage: Callable[..., Ran]
) -> None:
    """Exit code 2 and the next step."""
    (tmp_path / "ca.pem").write_text("x")
    (tmp_path / "short").write_text("x")
    paths = [str(tmp_path / one) if one in ("ca.pem", "short") else one for one in options]
    ran = lineage("serve", *paths)
    assert ran.code == 2
    assert told in ran.err
