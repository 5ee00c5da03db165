"""Names outside the Hub through the real command line: one table of places behind every command."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL

from conftest import Ran
from hub import HubModel, TestHub
from places import (
    DEEPSEEK_R1_8B,
    DIGEST,
    ModelServer,
    OllamaDaemon,
    OllamaModel,
    OllamaRegistry,
    vllm_row,
)

Run = Callable[..., Ran]
TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"
DISTILL = "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B"
BASE = "Qwen/Qwen3-8B-Base"


@pytest.fixture
def hub() -> Iterator[TestHub]:
    models = [
        HubModel(DISTILL, card={"license": "mit", "base_model": BASE}),
        HubModel(BASE, card={"license": "apache-2.0"}),
        HubModel("acme/repo", files={"Modelfile": "FROM deepseek-r1:8b\n", "README.md": "# x"}),
    ]
    with TestHub(models, tokens={TOKEN: "full"}) as server:
        yield server


@pytest.fixture
def registry() -> Iterator[OllamaRegistry]:
    with OllamaRegistry([DEEPSEEK_R1_8B]) as server:
        yield server


@pytest.fixture
def env(hub: TestHub, registry: OllamaRegistry) -> dict[str, str]:
    return {
        "HF_ENDPOINT": hub.url,
        "HF_TOKEN": TOKEN,
        "LINEAGE_OLLAMA_REGISTRY": registry.url,
        "LINEAGE_ENDPOINT_KEY": "sk-endpointendpointendpoint",
    }


def report(ran: Ran) -> dict[str, Any]:
    assert ran.out, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


@pytest.mark.parametrize(
    "target",
    [
        "ollama:deepseek-r1:8b",
        "https://ollama.com/library/deepseek-r1:8b",
        "ollama://deepseek-r1:8b",
    ],
)
def test_a_tag_is_what_its_digest_says(
    lineage: Run, env: dict[str, str], registry: OllamaRegistry, target: str
) -> None:
    """The edge crosses from one register to the other, cited; no token reaches the registry."""
    found = report(lineage("audit", target, "-f", "json", env=env))
    (one,) = found["targets"]
    assert (one["model"], one["revision"]) == ("ollama:deepseek-r1:8b", f"sha256:{DIGEST}")
    assert one["source"] == "ollama"
    edges = {(edge["child"], edge["parent"]): edge for edge in one["edges"]}
    edge = edges["ollama:deepseek-r1:8b", DISTILL]
    assert (edge["relation"], edge["grade"]) == ("quantized", "stated")
    assert edge["claims"][0]["file"].startswith("https://github.com/")
    assert (DISTILL, BASE) in edges
    assert "deepseek-ai/DeepSeek-R1-Distill-Llama-8B" not in {n["id"] for n in one["nodes"]}
    assert {call.token for call in registry.calls} == {None}
    assert registry.sent < 200_000


def test_a_digest_that_no_table_has_stays_open(
    lineage: Run, env: dict[str, str], registry: OllamaRegistry
) -> None:
    """What the tag held at other digests is shown as a lead and decides nothing."""
    registry.routes.models = [OllamaModel("deepseek-r1:8b", gguf={"general.architecture": "qwen3"})]
    ran = lineage(
        "audit", "ollama:deepseek-r1:8b", "--policy", "us-fascsa-dhs-2026-01", "-f", "json", env=env
    )
    (one,) = report(ran)["targets"]
    grades = {edge["parent"]: edge["grade"] for edge in one["edges"]}
    assert grades[DISTILL] == "inferred"
    assert one["verdict"] != "pass" and ran.code != 0


def test_a_modelfile_of_the_hub_leads_to_ollama_and_back(lineage: Run, env: dict[str, str]) -> None:
    """Three models of two registers in one chain."""
    (one,) = report(lineage("audit", "acme/repo", "-f", "json", env=env))["targets"]
    path = ["acme/repo", "ollama:deepseek-r1:8b", DISTILL, BASE]
    edges = {(edge["child"], edge["parent"]) for edge in one["edges"]}
    assert all(step in edges for step in itertools.pairwise(path))


def test_code_locks_and_packs_go_through_the_same_table(
    lineage: Run, env: dict[str, str], tmp_path: Path
) -> None:
    """A lock holds the digest, and a moved tag breaks it."""
    (tmp_path / "app.py").write_text('import ollama\nollama.chat(model="deepseek-r1:8b")\n')
    ran = lineage("check", "-f", "json", env=env, cwd=tmp_path)
    (one,) = report(ran)["targets"]
    assert one["revision"] == f"sha256:{DIGEST}" and one["uses"][0]["file"] == "app.py"
    assert lineage("lock", env=env, cwd=tmp_path).code == 0
    lock = (tmp_path / "lineage.lock").read_text()
    assert DIGEST in lock
    with OllamaRegistry([OllamaModel("deepseek-r1:8b")]) as moved:
        again = lineage(
            "check", "--locked", env={**env, "LINEAGE_OLLAMA_REGISTRY": moved.url}, cwd=tmp_path
        )
    assert again.code in (1, 3) and "deepseek-r1:8b" in again.out


def test_a_list_and_a_bill_of_materials_name_the_place(
    lineage: Run, env: dict[str, str], tmp_path: Path
) -> None:
    """`--input` takes such names, and the purl says where the model is."""
    (tmp_path / "models.csv").write_text("model\nollama:deepseek-r1:8b\n")
    ran = lineage("audit", "--input", "models.csv", "-f", "cyclonedx", env=env, cwd=tmp_path)
    made = json.loads(ran.out)["metadata"]["component"]["purl"]
    assert made == (
        f"pkg:oci/deepseek-r1@sha256:{DIGEST}"
        "?repository_url=registry.ollama.ai/library/deepseek-r1&tag=8b"
    )
    assert PackageURL.from_string(made).to_string() == made


def test_a_running_ollama_or_a_store_that_the_user_names(
    lineage: Run, env: dict[str, str], registry: OllamaRegistry, tmp_path: Path
) -> None:
    """They answer first; the store also offline."""
    own = OllamaModel("mine:1", show={"modelfile": "FROM deepseek-r1:8b\n"})
    with OllamaDaemon([own]) as daemon:
        words = ("audit", "ollama:mine:1", "-f", "json", "--ollama", daemon.url)
        (one,) = report(lineage(*words, env=env))["targets"]
        assert {call.token for call in daemon.calls} == {None}
    assert one["source"] == "ollama-server"
    assert ("ollama:mine:1", "ollama:deepseek-r1:8b") in {
        (edge["child"], edge["parent"]) for edge in one["edges"]
    }
    registry.forget()
    DEEPSEEK_R1_8B.write(tmp_path / "models")
    words = ("audit", "ollama:deepseek-r1:8b", "--offline", "--ollama", "models", "-f", "json")
    (one,) = report(lineage(*words, env=env, cwd=tmp_path))["targets"]
    assert (one["source"], one["revision"]) == ("ollama-store", f"sha256:{DIGEST}")
    assert registry.calls == []


@pytest.mark.parametrize("given", ["nowhere", "http://", "http://user:pw@127.0.0.1:11434"])
def test_what_is_no_ollama_is_wrong_usage(lineage: Run, given: str) -> None:
    """Exit 2 and the next step."""
    ran = lineage("audit", "ollama:x:1", "--ollama", given)
    assert ran.code == 2 and "127.0.0.1:11434" in ran.err + "127.0.0.1:11434" * ("pw" in given)
    assert "pw@" not in ran.err


def test_offline_answers_from_the_tables_as_ever(
    lineage: Run, env: dict[str, str], registry: OllamaRegistry
) -> None:
    """Both models that the tag stood for, and nobody is called."""
    ran = lineage("audit", "--offline", "ollama:deepseek-r1:8b", "-f", "json", env=env)
    (one,) = report(ran)["targets"]
    assert {edge["parent"] for edge in one["edges"] if edge["child"] == one["model"]} == {
        DISTILL,
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    }
    assert registry.calls == []


def test_every_model_of_a_running_server(lineage: Run, env: dict[str, str]) -> None:
    """Its bare address is one target for each; the adapter stands on the model beside it."""
    rows = [vllm_row("chat", DISTILL), vllm_row("mine", "/srv/adapters/mine", "chat")]
    with ModelServer(rows) as server:
        found = report(lineage("audit", server.url, "-f", "json", env=env))
        assert {call.token for call in server.calls} == {"Bearer sk-endpointendpointendpoint"}
    targets = {one["model"]: one for one in found["targets"]}
    chat, mine = f"{server.url}/v1#chat", f"{server.url}/v1#mine"
    assert set(targets) == {chat, mine}
    assert (chat, DISTILL) in {(e["child"], e["parent"]) for e in targets[mine]["edges"]}
    assert [one["value"] for one in targets[mine]["unlinked"]] == ["/srv/adapters/mine"]
    assert targets[chat]["source"] == "server"


def test_a_server_that_is_not_there_is_no_answer(lineage: Run, env: dict[str, str]) -> None:
    """Exit 4; a server in a list is not called at all."""
    ran = lineage("audit", "http://127.0.0.1:9", env=env)
    assert ran.code == 4 and "127.0.0.1:9" in ran.err


def test_a_list_calls_no_server(lineage: Run, env: dict[str, str], tmp_path: Path) -> None:
    """Whoever writes the list could have any address called, with the key."""
    with ModelServer([vllm_row("chat", DISTILL)]) as server:
        (tmp_path / "models.csv").write_text(f"model\n{server.url}/v1#chat\n")
        ran = lineage("audit", "--input", "models.csv", "-f", "json", env=env, cwd=tmp_path)
        assert server.calls == []
    assert ran.code != 0 or report(ran)["verdict"] != "pass"
