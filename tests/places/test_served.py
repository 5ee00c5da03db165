"""Running servers: what each kind tells of its weights, which are asked, and who gets the key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hub import Fault
from lineage.core.errors import InvalidRefError
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.graph.graph import LineageGraph
from lineage.sources.auto import named_servers, target_ref
from lineage.sources.places import Places

from . import ModelServer, row, vllm_row
from .opening import Opener, openings, walked

QWEN = "Qwen/Qwen2.5-7B-Instruct"
LORA = [vllm_row("chat", QWEN), vllm_row("sql-lora", "acme/sql-lora", "chat")]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Open the table of places with these servers named by the user."""
    with openings() as open_:

        def opener(*servers: str, key: str = "", offline: bool = False) -> Places:
            return open_(servers=servers, endpoint_key=key, offline=offline)

        yield opener


def edges_of(graph: LineageGraph) -> set[tuple[str, str, str, str]]:
    return {
        (edge.child, edge.parent, str(edge.relation), str(edge.claims[0].grade))
        for edge in graph.edges
    }


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        ("http://gw.example.com/team/v1/chat/completions", "http://gw.example.com/team/v1"),
        ("https://gw.example.com/v1#Qwen/Qwen2.5-7B", "https://gw.example.com/v1#Qwen/Qwen2.5-7B"),
    ],
)
def test_an_address_is_a_running_server(text: str, id_: str) -> None:
    """A bare host, or anything up to `/v1`; a model behind a #."""
    assert target_ref(text).id == id_
    assert named_servers([text, "org/name", "ollama:x:1"]) == (id_.partition("/v1")[0],)


@pytest.mark.parametrize(
    "text", ["https://example.com/some/page", "http://user:pw@127.0.0.1:8000", "http://"]
)
def test_other_addresses_are_not(text: str) -> None:
    """A page is no server, and nobody's password goes into a report."""
    with pytest.raises(InvalidRefError):
        target_ref(text)


def test_vllm_tells_root_and_parent(opened: Opener) -> None:
    """An adapter stands on the model that it is served on, and is its own repository as well."""
    with ModelServer(LORA) as server:
        places = opened(server.url)
        assert places.expanded(ModelRef(f"{server.url}/v1")) == (
            f"{server.url}/v1#chat",
            f"{server.url}/v1#sql-lora",
        )
        graph = walked(places, f"{server.url}/v1#sql-lora")
        assert [call.path for call in server.calls] == ["/v1/models"]
    base, lora = f"{server.url}/v1#chat", f"{server.url}/v1#sql-lora"
    assert {edge for edge in edges_of(graph) if edge[0] in (base, lora)} == {
        (lora, base, "adapter", "embedded"),
        (lora, "acme/sql-lora", "conversion", "embedded"),
        (base, QWEN, "conversion", "embedded"),
    }


KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "SGLang": (
        row("alias", "sglang", root="alias"),
        {"/get_model_info": {"model_path": QWEN, "tokenizer_path": QWEN, "is_generation": True}},
        QWEN,
    ),
    "TGI": (
        row("tgi", "tgi"),
        {"/info": {"model_id": QWEN, "model_sha": "a" * 40, "model_dtype": "torch.bfloat16"}},
        QWEN,
    ),
    "llama.cpp": (
        row("gpt-3.5-turbo", "llamacpp"),
        {"/props": {"model_path": "/models/Qwen--Qwen2.5-7B-Instruct", "chat_template": ""}},
        QWEN,
    ),
    "Ollama": (
        row("qwen2.5:7b", "library"),
        {"/api/tags": {"models": [{"name": "qwen2.5:7b", "model": "qwen2.5:7b"}]}},
        "ollama:qwen2.5:7b",
    ),
    "LiteLLM to Ollama": (
        row("fast", "openai"),
        {
            "/model/info": {
                "data": [
                    {"model_name": "fast", "litellm_params": {"model": "ollama/deepseek-r1:8b"}}
                ]
            }
        },
        "ollama:deepseek-r1:8b",
    ),
    "LiteLLM to a service": (
        row("smart", "openai"),
        {
            "/model/info": {
                "data": [
                    {
                        "model_name": "smart",
                        "litellm_params": {
                            "model": "openai/deepseek-chat",
                            "api_base": "https://api.deepseek.com/v1",
                        },
                    }
                ]
            }
        },
        "api://api.deepseek.com/deepseek-chat",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_tells_its_weights(opened: Opener, kind: str) -> None:
    """By its own route; the alias alone decides nothing."""
    listed, answers, parent = KINDS[kind]
    with ModelServer([listed], answers) as server:
        graph = walked(opened(server.url), f"{server.url}/v1")
        assert len(server.calls) <= 7
    assert graph.target == f"{server.url}/v1#{listed['id']}"
    (edge,) = [one for one in graph.edges if one.child == graph.target]
    assert (edge.parent, str(edge.relation)) == (parent, "conversion")
    assert not graph.nodes[graph.target].observations


def test_lm_studio_names_a_publisher(opened: Opener) -> None:
    """Which repository it was is a guess, kept where such a one exists."""
    data = [{"id": "qwen2.5-7b-instruct", "publisher": "Qwen", "arch": "qwen2"}]
    listed = row("qwen2.5-7b-instruct", "organization_owner")
    with ModelServer([listed], {"/api/v0/models": {"data": data}}) as server:
        graph = walked(opened(server.url), f"{server.url}/v1")
    assert {edge.parent.casefold() for edge in graph.edges if edge.child == graph.target} & {
        "qwen/qwen2.5-7b-instruct",
        "qwen/qwen2.5-7b-instruct-gguf",
    }
    assert {str(edge.grade) for edge in graph.edges if edge.child == graph.target} == {"inferred"}


@pytest.mark.parametrize("alias", [QWEN, "gpt-4o", "my-model"])
def test_an_alias_is_what_somebody_chose(opened: Opener, alias: str) -> None:
    """It may name the model, and what answers stays an open point."""
    with ModelServer([row(alias, "somebody")]) as server:
        graph = walked(opened(server.url), f"{server.url}/v1")
    texts = [seen.text for seen in graph.nodes[graph.target].observations]
    assert any("does not tell which weights" in text for text in texts)
    grades = {str(edge.grade) for edge in graph.edges if edge.child == graph.target}
    assert grades == ({"stated"} if alias == QWEN else set())


def test_a_root_that_repeats_the_alias_tells_nothing(opened: Opener) -> None:
    """Only vLLM's `root` is where the weights come from."""
    with ModelServer([row(QWEN, "fastchat", root=QWEN)]) as server:
        graph = walked(opened(server.url), f"{server.url}/v1")
    assert graph.nodes[graph.target].observations


def test_several_models_are_named_apart(opened: Opener) -> None:
    """The bare address of a server with several is none of them."""
    with ModelServer(LORA) as server:
        record = opened(server.url).fetch(ModelRef(f"{server.url}/v1"))
    assert record is not None and record.status is Status.INVALID
    assert "chat, sql-lora" in record.reason


def test_only_servers_that_the_user_named_are_asked(opened: Opener) -> None:
    """An address in a card or a list is not called, loopback or not."""
    with ModelServer(LORA) as named, ModelServer(LORA) as other:
        places = opened(named.url)
        record = places.fetch(ModelRef(f"{other.url}/v1#chat"))
        assert record is not None and record.status is Status.NOT_READ
        assert other.calls == []
        assert places.fetch(ModelRef(f"{named.url}/v1#chat"))
        offline = opened(other.url, offline=True)
        assert offline.fetch(ModelRef(f"{other.url}/v1#chat"))
        assert other.calls == []


def test_the_key_goes_to_the_first_server_alone(opened: Opener) -> None:
    """Not to a second one, nor where the first redirects to."""
    key = "sk-endpointendpointendpoint"
    with ModelServer(LORA) as first, ModelServer(LORA) as second:
        places = opened(first.url, second.url, key=key)
        places.fetch(ModelRef(f"{first.url}/v1#chat"))
        places.fetch(ModelRef(f"{second.url}/v1#chat"))
        assert {call.token for call in first.calls} == {f"Bearer {key}"}
        assert {call.token for call in second.calls} == {None}
    with ModelServer(LORA) as first, ModelServer(LORA) as second:
        first.trouble(Fault.REDIRECT, "", target=f"{second.url}/v1/models")
        opened(first.url, key=key).fetch(ModelRef(f"{first.url}/v1#chat"))
        assert {call.token for call in second.calls} <= {None}


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (Fault.STALL, {"at": 60}),
        (Fault.RESET, {}),
        (Fault.GARBAGE, {}),
        (Fault.HTML, {}),
        (Fault.NOT_JSON, {}),
        (Fault.LIST, {}),
        (Fault.EMPTY, {}),
        (Fault.DEEP_JSON, {}),
        (Fault.HUGE, {}),
        (Fault.STATUS, {"status": 401}),
        (Fault.STATUS, {"status": 404}),
        (Fault.STATUS, {"status": 429}),
        (Fault.STATUS, {"status": 500}),
        (Fault.REDIRECT, {"target": "http://169.254.169.254/latest/"}),
        (Fault.LOOP, {}),
    ],
)
def test_a_server_that_answers_wrongly_is_not_read(
    opened: Opener, fault: Fault, how: dict[str, Any]
) -> None:
    """Nothing is believed of it, and the reason says what went wrong."""
    with ModelServer(LORA) as server:
        server.trouble(fault, "/v1/models", **how)
        record = opened(server.url).fetch(ModelRef(f"{server.url}/v1#chat"))
    assert record is not None and record.reason
    assert record.status in (Status.UNREACHABLE, Status.INVALID)


@pytest.mark.parametrize("fault", [Fault.STALL, Fault.RESET, Fault.NOT_JSON, Fault.LIST])
def test_a_route_that_fails_leaves_the_weights_open(opened: Opener, fault: Fault) -> None:
    """As where there is no such route: the alias alone is known."""
    listed, answers, _ = KINDS["SGLang"]
    with ModelServer([listed], answers) as server:
        server.trouble(fault, "/get_model_info", at=60)
        graph = walked(opened(server.url), f"{server.url}/v1")
    texts = " ".join(seen.text for seen in graph.nodes[graph.target].observations)
    assert "does not tell which weights" in texts and not graph.edges
