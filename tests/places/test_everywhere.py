"""One run over many places: the same weights in all of them, in every format, and a pack of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hub import HubFile, HubModel, TestHub

from . import (
    DEEPSEEK_R1_8B,
    Kaggle,
    KaggleModel,
    Mlflow,
    ModelScope,
    ModelScopeModel,
    OciRegistry,
    OllamaModel,
    OllamaRegistry,
    Version,
    docker_model,
    gguf_head,
    layer,
)

QWEN = "Qwen/Qwen2.5-7B-Instruct"
GGUF = "acme/nova-7b-GGUF"
VALUES = {"general.architecture": "qwen2"}
SAME = HubFile(gguf_head(VALUES), 4_683_074_240, lfs=True)
"""One file that lies at four places."""
OLLAMA, DOCKER, MODELSCOPE = "ollama:other/nova:7b", "docker:other/nova:7b", "modelscope:other/nova"
TWINS = (OLLAMA, DOCKER, MODELSCOPE)
MANY = (
    *TWINS,
    GGUF,
    "ollama:deepseek-r1:8b",
    "kaggle:acme/chat/gguf/tuned",
    "mlflow:sql-bot@champion",
)
Run = Callable[..., Any]


@pytest.fixture
def everywhere() -> Iterator[dict[str, Any]]:
    """A stand-in for every place, and the environment that leads to them."""
    hub = [
        HubModel(GGUF, card={"base_model": QWEN, "license": "mit"}, files={"nova-q4.gguf": SAME}),
        HubModel(QWEN, card={"base_model": "Qwen/Qwen2.5-7B", "license": "apache-2.0"}),
        HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"}),
    ]
    kaggle = KaggleModel("acme/chat/gguf/tuned", external=f"https://huggingface.co/{QWEN}")
    flavour = f"flavors:\n  transformers:\n    source_model_name: {QWEN}\n".encode()
    version = Version("sql-bot", 2, files={"MLmodel": flavour}, aliases=("champion",))
    image = docker_model(
        "other/nova:7b",
        {"config": {"format": "gguf"}},
        layer("application/vnd.docker.ai.gguf.v3", SAME),
    )
    servers = {
        "HF_ENDPOINT": TestHub(hub),
        "LINEAGE_OLLAMA_REGISTRY": OllamaRegistry(
            [OllamaModel("other/nova:7b", gguf=VALUES, size=SAME.length), DEEPSEEK_R1_8B]
        ),
        "LINEAGE_DOCKER_REGISTRY": OciRegistry([image]),
        "MODELSCOPE_ENDPOINT": ModelScope([ModelScopeModel("other/nova", {"n.gguf": SAME})]),
        "KAGGLE_API_ENDPOINT": Kaggle([kaggle]),
        "MLFLOW_TRACKING_URI": Mlflow([version]),
    }
    with ExitStack() as running:
        for server in servers.values():
            running.enter_context(server)
        yield servers


@pytest.fixture
def ask(lineage: Run, everywhere: dict[str, Any]) -> Run:
    """The command line, led to the stand-ins."""
    env = {variable: server.url for variable, server in everywhere.items()}
    return partial(lineage, env=env)


def test_the_same_file_is_found_at_every_place(ask: Run, everywhere: dict[str, Any]) -> None:
    """Three silent places are led to the Hub's repository that names the base; each edge carries
    both files, and nothing is asked for it that an audit of each would not ask."""
    ran = ask("audit", "--no-cache", "-f", "json", *TWINS, GGUF)
    targets = {one["model"]: one for one in json.loads(ran.out)["targets"]}
    for twin in TWINS:
        (edge,) = [e for e in targets[twin]["edges"] if e["parent"] == GGUF]
        assert (edge["relation"], edge["grade"], edge["child"]) == (
            "same-weights",
            "embedded",
            twin,
        )
        (claim,) = edge["claims"]
        assert claim["location"] == f"sha256 {SAME.sha256}"
        assert "nova-q4.gguf" in claim["excerpt"] and claim["file"].endswith(".gguf")
        assert targets[twin]["origin"]["jurisdictions"] == ["CN"]
    assert [e["relation"] for e in targets[GGUF]["edges"] if e["child"] == GGUF] == ["quantized"]
    assert len(everywhere["HF_ENDPOINT"].calls_to(f"/api/models/{GGUF}")) == 1
    assert len(everywhere["LINEAGE_OLLAMA_REGISTRY"].calls_to("/manifests/")) == 1


FORMATS = {
    "text": f"[same-weights, embedded] {GGUF}",
    "markdown": f"sha256 {SAME.sha256}, embedded",
    "html": "same weights",
    "csv": GGUF,
    "cyclonedx": f"pkg:huggingface/{GGUF}",
    "spdx": f"pkg:huggingface/{GGUF}",
    "g7": f"pkg:huggingface/{GGUF}",
    "sarif": GGUF,
    "junit": GGUF,
    "dot": "same-weights",
    "mermaid": "same",
    "json": '"same-weights"',
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_an_edge_across_places(ask: Run, name: str) -> None:
    """The id of the place and the name on the Hub, each as the format says them."""
    ran = ask("audit", "--no-cache", "--full", "-f", name, OLLAMA, GGUF)
    assert ran.code in (0, 1, 3), ran.err
    assert FORMATS[name] in ran.out
    spelled = re.sub(r"[^a-z0-9]", "", ran.out.lower())
    assert "ollamaothernova7b" in spelled or "othernova" in spelled


def test_a_pack_of_a_run_over_many_places(ask: Run, tmp_path: Path) -> None:
    """Ids with their places, digests and versions as revisions, no key; it verifies, and one
    changed byte of a place's record does not."""
    made = ask("pack", *MANY, "-o", str(tmp_path / "pack"))
    assert made.code in (0, 1, 3), made.err
    records = json.loads((tmp_path / "pack/inputs/records.json").read_text())["records"]
    by_id = {one["id"]: one["record"] for one in records}
    assert {*TWINS, GGUF, "mlflow:sql-bot/2", "kaggle:acme/chat/gguf/tuned"} <= set(by_id)
    assert by_id[OLLAMA]["revision"].startswith("sha256:")
    assert by_id["mlflow:sql-bot/2"]["revision"] == "2"
    assert SAME.sha256 in json.dumps(by_id[OLLAMA]) and SAME.sha256 in json.dumps(by_id[GGUF])
    report = json.loads((tmp_path / "pack/report.json").read_text())
    edges = {(e["child"], e["parent"]) for one in report["targets"] for e in one["edges"]}
    assert {(twin, GGUF) for twin in TWINS} <= edges
    assert ("kaggle:acme/chat/gguf/tuned", QWEN) in edges and ("mlflow:sql-bot/2", QWEN) in edges
    everything = b"".join(p.read_bytes() for p in (tmp_path / "pack").rglob("*") if p.is_file())
    assert OLLAMA.encode() in everything
    verified = ask("pack", "verify", str(tmp_path / "pack"))
    assert verified.code == 0, verified.err
    told = tmp_path / "pack/inputs/records.json"
    told.write_text(told.read_text().replace(SAME.sha256, "0" * 64, 1))
    assert ask("pack", "verify", str(tmp_path / "pack")).code == 1
