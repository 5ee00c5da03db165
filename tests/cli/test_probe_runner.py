"""What `lineage probe` does when the endpoint does not do as it should, and when its user stops it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from conftest import Ran, heed_interrupts
from probe.personas import PersonaServer, serving
from probe.strangers import persona, question

OPEN = persona("plain")


def _said(server: PersonaServer, folder: Path) -> list[str]:
    return [
        "probe", "--endpoint", server.url, "--model", "m", "--samples", "1", "--seed", "5", "--languages", "en",
        "-o", str(folder / "run.json"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body", ["<!DOCTYPE html><html>Welcome</html>", '{"choices": []}', '{"choices": null}', ""]
)
def test_a_page_instead_of_an_answer_is_asked_for_twice_and_told(lineage, tmp_path, body):
    """No question is repeated for long, and the report says what came instead."""
    with serving(lambda *_: (200, {}, body)) as server:
        ran: Ran = lineage(*_said(server, tmp_path))
        asked = Counter(request["messages"][0]["content"] for _, request in server.requests)
    assert ran.code == 0, ran.err
    assert set(asked.values()) == {2}
    assert "inconclusive" in ran.out and "0% and 0%" not in ran.out
    assert "24 of 24 replies: the server's answer is not a chat completion (24 times)" in ran.out


@pytest.mark.parametrize(
    "body",
    [
        {"choices": None, "base_resp": {"status_code": 1027, "status_msg": "output new_sensitive"}},
        {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "choices": []},
        {"error": {"code": "1301", "message": "系统检测到输入可能包含敏感内容"}},
    ],
)
def test_a_filter_that_answers_with_200_blocks(lineage, tmp_path, body):
    """Its question was not answered, and the report names the service."""

    def filtered(prompt, draw, call):
        is_blocked = question(prompt).is_sensitive
        return (200, {}, json.dumps(body)) if is_blocked else OPEN(prompt, draw, call)

    with serving(filtered) as server:
        ran = lineage(*_said(server, tmp_path))
    assert "Blocked by the service" in ran.out, ran.out
    told = json.loads((tmp_path / "run.json").read_text())["transcript"]
    assert told["blocked"] > 20 and not told.get("unmeasured")


def test_a_key_that_is_repeated_in_any_spelling_is_kept_nowhere(lineage, tmp_path):
    """In answers, errors and descriptions; plain, with escapes, and as in an address."""
    key = "sk/do+not=tell/4711"

    def leaky(prompt, draw, call):
        written = json.dumps({"choices": [{"message": {"content": f"Your key is {key}."}}]})
        return [
            (200, {}, written.replace("/", "\\/")),
            OPEN(prompt, draw, call),
            (400, {}, f"bad key sk%2Fdo%2Bnot%3Dtell%2F4711 and {key}"),
        ][call % 3]

    with serving(leaky) as server:
        server.documents["/v1/models"] = {"data": [{"id": "m", "root": key}]}
        ran = lineage(*_said(server, tmp_path), env={"LINEAGE_ENDPOINT_KEY": key})
    told = ran.out + ran.err + "".join(one.read_text() for one in tmp_path.glob("run*"))
    assert "Your key is [key]" in told
    assert "4711" not in told


def test_ctrl_c_stops_at_once_and_the_answers_so_far_are_kept(lineage, clean_env, tmp_path):
    """It waits for none that is still being written; the same command goes on from there."""
    reached, ends = threading.Event(), threading.Event()

    def slow(prompt, draw, call):
        if call > 30:
            reached.set()
            ends.wait(120)
        return OPEN(prompt, draw, call)

    with serving(slow) as server:
        said = _said(server, tmp_path)
        running = subprocess.Popen(
            [sys.executable, "-m", "lineage", *said],
            env=clean_env,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_interrupts,
        )
        assert reached.wait(60)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=30)
        ends.set()
        assert (running.returncode, "continues from the answers" in told) == (130, True), told
        kept = len((tmp_path / "run.transcript.jsonl").read_text().splitlines()) - 1
        assert 20 <= kept <= 30
        server.persona = OPEN
        before = len(server.requests)
        assert lineage(*said).code == 0
        replies = json.loads((tmp_path / "run.json").read_text())["transcript"]["replies"]
        assert len(server.requests) - before == replies - kept
