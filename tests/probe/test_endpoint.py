"""The wire: the key, limits, settings that a server does not take, and what it says of what it
serves."""

from __future__ import annotations

import json

import pytest

from lineage.core.errors import CannotRunError, UsageError
from lineage.probe.decoding import Decoding
from lineage.probe.endpoint import ChatEndpoint, chat_address, served
from lineage.probe.reply import ReplyState
from lineage.probe.run import Prober, RunSetting
from probe.personas import serving
from probe.world import battery


def _endpoint(server, **more) -> ChatEndpoint:
    return ChatEndpoint(server.url, "m", Decoding(), pause=0.001, **more)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
        ("https://api.example.com/v1/", "https://api.example.com/v1/chat/completions"),
        (
            "https://x.example/openai/deployments/d/chat/completions?api-version=1",
            "https://x.example/openai/deployments/d/chat/completions?api-version=1",
        ),
    ],
)
def test_addresses_as_people_write_them(written, asked):
    """The server, its /v1, or the whole."""
    assert chat_address(written) == asked


@pytest.mark.parametrize("written", ["localhost:8000", "ftp://x", "http://user:secret@x/v1"])
def test_what_is_no_address(written):
    """And a password in an address, which would end in logs."""
    with pytest.raises(UsageError) as problem:
        chat_address(written)
    assert "secret" not in str(problem.value)


def test_the_key_goes_into_the_header_and_settings_into_the_body():
    """Temperature only where it was asked for."""
    with serving(lambda *_: "fine") as server:
        assert _endpoint(server, key="k-1").ask("hello", 7).text == "fine"
        headers, body = server.requests[0]
    assert headers["Authorization"] == "Bearer k-1"
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "hello"}],
        "max_tokens": 4096,
        "seed": 7,
    }


def test_a_setting_that_is_not_taken_is_left_out_and_told():
    """Newer services know another name for the limit, some no seed."""

    def picky(prompt, draw, call):
        body = server.requests[-1][1]
        for name in ("max_tokens", "seed"):
            if name in body:
                return (
                    400,
                    {},
                    json.dumps({"error": {"message": f"Unsupported parameter: '{name}'"}}),
                )
        return "fine"

    with serving(picky) as server:
        endpoint = _endpoint(server)
        assert endpoint.ask("hello", 7).text == "fine"
        assert server.requests[-1][1]["max_completion_tokens"] == 4096
    assert endpoint.left_out == ("max_tokens", "seed")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_that_passes_is_waited_for(status):
    """Twice, then an answer."""
    with serving(
        lambda p, d, call: (status, {"Retry-After": "0"}, "") if call < 3 else "fine"
    ) as server:
        assert _endpoint(server).ask("hello", 1).text == "fine"


def test_trouble_that_stays_is_not_measured():
    """It is no refusal."""
    with serving(lambda *_: (503, {}, "")) as server:
        assert _endpoint(server).ask("hello", 1).state is ReplyState.UNMEASURED


def test_a_wait_that_is_too_long_is_not_waited_for():
    """The user's limit holds, whatever the server asks."""
    with serving(lambda *_: (429, {"Retry-After": "3600"}, "")) as server:
        assert _endpoint(server, max_wait=1).ask("hello", 1).state is ReplyState.UNMEASURED
        assert len(server.requests) == 1


def test_a_redirect_is_not_followed():
    """The key would go with it."""
    with (
        serving("open") as other,
        serving(lambda *_: (307, {"Location": other.url + "/chat/completions"}, "")) as server,
    ):
        assert _endpoint(server, key="k").ask("hello", 1).state is ReplyState.UNMEASURED
        assert other.requests == []


def test_refused_access_ends_the_run():
    """With what to do."""
    with (
        serving(lambda *_: (401, {}, "")) as server,
        pytest.raises(CannotRunError, match="LINEAGE_ENDPOINT_KEY"),
    ):
        _endpoint(server, key="k-secret").ask("hello", 1)


def test_what_ollama_says_that_it_serves():
    """Digest and quantization."""
    with serving("open") as server:
        server.documents["/api/tags"] = {
            "models": [
                {"name": "m:latest", "digest": "abc", "details": {"quantization_level": "Q4_K_M"}}
            ]
        }
        found = served(_endpoint(server))
    assert (found.server, found.digest, found.quantization) == ("ollama", "abc", "Q4_K_M")


def test_what_vllm_and_llama_cpp_say():
    """Root and parent; the file."""
    with serving("open") as server:
        server.documents["/v1/models"] = {
            "data": [{"id": "m", "root": "org/base", "parent": "org/base"}]
        }
        assert served(_endpoint(server)).root == "org/base"
    with serving("open") as server:
        server.documents["/props"] = {"model_path": "/home/me/models/x.gguf"}
        assert (served(_endpoint(server)).server, served(_endpoint(server)).root) == (
            "llama.cpp",
            "x.gguf",
        )


@pytest.mark.parametrize("status", [307, 400, 403])
def test_an_endpoint_that_takes_no_question_ends_the_run_at_once(status):
    """Moved, no such model, not for us: one question shows it, and no result is written."""
    with serving(lambda *_: (status, {}, '{"error": "no"}')) as server:
        prober = Prober(battery(), _endpoint(server), RunSetting(1, Decoding(samples=1)))
        with pytest.raises(CannotRunError, match=f"HTTP {status}"):
            prober.run(["en"])
        assert len(server.requests) == 1
