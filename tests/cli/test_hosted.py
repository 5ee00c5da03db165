"""Models behind an API through the real command line: judged by the same packs, shown in every format, never silently green."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
PACK = ("--policy", "us-fascsa-dhs-2026-01")
CLEAN = "google-bert/bert-base-uncased"
CODE = f"""import ollama
from openai import OpenAI
from transformers import AutoModel

AutoModel.from_pretrained("{CLEAN}")
"""
ASKS = """ollama.chat(model="deepseek-r1:8b", messages=[])
client = OpenAI(base_url="https://api.deepseek.com")
client.chat.completions.create(model="deepseek-chat", messages=[])
"""
FOUND = {"ollama:deepseek-r1:8b": 6, "api://api.deepseek.com/deepseek-chat": 8}


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub([HubModel(CLEAN, card={"license": "apache-2.0"})]) as server:
        yield server


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    return folder


@pytest.fixture(params=["online", "offline"])
def asked(request: pytest.FixtureRequest, hub: TestHub) -> dict[str, Any]:
    """Where the records come from: as words and environment of the command line."""
    if request.param == "offline":
        return {"words": ("--offline",), "env": {}}
    return {"words": (), "env": {"HF_ENDPOINT": hub.url}}


@pytest.mark.parametrize("strict", [(), ("--strict",)], ids=["plain", "strict"])
def test_both_uses_fail_the_gate_in_every_format(
    lineage: Run, repo: Path, asked: dict[str, Any], strict: tuple[str, ...], tmp_path: Path
) -> None:
    """Exit 1, and both models are named with file and line, whatever reads the report."""
    (repo / "app.py").write_text(CODE + ASKS)
    formats = ("sarif", "junit", "github", "markdown", "json", "csv", "html")
    files = [f"-f{name}={tmp_path / name}" for name in formats]
    words = ("check", *PACK, *strict, *asked["words"], "-f", "text", *files)
    ran = lineage(*words, env=asked["env"], cwd=repo)
    assert ran.code == 1, ran.err
    reports = {"text": ran.out, **{n: (tmp_path / n).read_text() for n in formats}}
    for model, line in FOUND.items():
        for name, report in reports.items():
            assert model in html.unescape(report), (name, model)
        assert f"app.py:{line}" in reports["text"]
        assert f"app.py:{line}" in reports["junit"]
        assert f"file=app.py,line={line}" in reports["github"]
    targets = {t["model"]: t for t in json.loads(reports["json"])["targets"]}
    assert {m: targets[m]["uses"][0]["line"] for m in FOUND} == FOUND
    assert {targets[m]["verdict"] for m in FOUND} == {"fail"}
    places = {
        place["physicalLocation"]["region"]["startLine"]
        for result in json.loads(reports["sarif"])["runs"][0]["results"]
        for place in result["locations"]
        if result["level"] == "error"
    }
    assert set(FOUND.values()) <= places


def test_without_them_the_same_repository_passes_the_gate(
    lineage: Run, repo: Path, asked: dict[str, Any]
) -> None:
    """Imports of clients are no uses."""
    (repo / "app.py").write_text(CODE)
    ran = lineage("check", *PACK, *asked["words"], env=asked["env"], cwd=repo)
    assert ran.code == 0, ran.out + ran.err


def test_a_private_address_is_never_silently_green(lineage: Run, repo: Path) -> None:
    """Nobody knows what answers there: the gate says so."""
    (repo / "app.py").write_text(
        "from openai import OpenAI\nc = OpenAI(base_url='http://vllm:8000/v1')\nc.chat.completions.create(model='acme-chat')\n"
    )
    ran = lineage("check", *PACK, "--offline", cwd=repo)
    assert ran.code == 3
    assert "app.py:3" in ran.out
    assert "developer unknown" in " ".join(ran.out.split())


def test_a_closed_model_of_which_something_is_told_is_not_open_for_ever(
    lineage: Run, repo: Path
) -> None:
    """Its developer tells what it started from, so the pack's question about somebody else is answered."""
    (repo / "app.py").write_text(
        "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o')\n"
    )
    ran = lineage("check", *PACK, "--offline", "-f", "json", cwd=repo)
    (target,) = json.loads(ran.out)["targets"]
    (node,) = target["nodes"]
    assert ran.code == 0 and target["verdict"] == "review"
    assert (node["developer"], node["operator"]) == ("OpenAI", "OpenAI")


def test_an_operator_in_a_named_country_is_told_where_the_policy_asks(
    lineage: Run, repo: Path
) -> None:
    """Who serves a model is told by the rule about publishers, apart from who developed it."""
    (repo / "lineage.toml").write_text(
        'extends = ["default"]\njurisdictions = ["CN"]\n[rules]\npublisher-jurisdiction = "fail"\n'
    )
    (repo / "app.py").write_text(
        "from openai import OpenAI\nc = OpenAI(base_url='https://dashscope.aliyuncs.com/compatible-mode/v1')\nc.chat.completions.create(model='llama3.1-8b-instruct')\n"
    )
    ran = lineage("check", "--offline", "-f", "json", cwd=repo)
    (target,) = json.loads(ran.out)["targets"]
    told = [f["message"] for f in target["findings"] if f["rule"] == "publisher-jurisdiction"]
    assert ran.code == 1 and any("served by" in message for message in told)


def test_a_name_elsewhere_can_be_audited_by_hand(lineage: Run) -> None:
    """The id that a report shows is a target."""
    ran = lineage("audit", "--offline", "ollama:llama3.1:8b")
    assert "meta-llama/Llama-3.1-8B-Instruct" in ran.out
    assert "Ollama's library" in ran.out
