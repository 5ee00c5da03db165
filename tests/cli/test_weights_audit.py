"""`lineage audit --weights` and `--evidence` through the real command line, on small models written
byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from fingerprint import made

Run = Callable[..., Ran]
# a model that the snapshot knows, so that a found base can be followed
BASE = "HuggingFaceTB/SmolLM2-135M"

EVIDENCE = {
    "tool_version": "0.1.0",
    "target": "me/x",
    "verdict": {"verdict": "FINE_TUNE", "probability": 0.97, "best_candidate": BASE},
}


def folder(place: Path, weights: made.Weights, card: str = "") -> Path:
    """A local model with one safetensors file."""
    place.mkdir()
    (place / "model.safetensors").write_bytes(made.safetensors(weights))
    (place / "README.md").write_text(card)
    return place


@pytest.fixture
def store(lineage: Run, tmp_path: Path) -> Path:
    """References that hold the base's fingerprint."""
    folder(tmp_path / "base", made.model(1))
    path = tmp_path / "references.jsonl"
    ran = lineage("fingerprint", "add", str(tmp_path / "base"), "--as", BASE, "--store", str(path))
    assert ran.code == 0, ran.err
    return path


def audited(lineage: Run, *args: str) -> dict[str, Any]:
    ran = lineage("audit", "--offline", "-f", "json", *args)
    assert ran.code in (0, 3), ran.err
    (target,) = json.loads(ran.out)["targets"]
    return target


def rules(target: dict[str, Any]) -> set[str]:
    return {f["rule"] for f in target["findings"]}


def test_a_base_that_nobody_declares_is_found_in_the_weights_and_asks_for_a_review(
    lineage: Run, store: Path, tmp_path: Path
):
    """The edge is inferred with its confidence and figures, and the model is reviewed, never
    failed, for it."""
    child = folder(tmp_path / "child", made.tuned(made.model(1), 7))
    target = audited(lineage, str(child), "--weights", "--store", str(store))
    assert target["weights"]["kind"] == "derived_or_parent"
    assert target["weights"]["declared_vs_found"] == "undeclared"
    (edge,) = [e for e in target["edges"] if e["parent"] == BASE]
    assert edge["grade"] == "inferred"
    assert edge["claims"][0]["source"] == "weights fingerprint"
    assert 0.5 < edge["claims"][0]["confidence"] < 1
    assert "weights-undeclared" in rules(target)
    assert target["verdict"] in ("review", "inconclusive")
    assert all(f["level"] != "fail" for f in target["findings"])
    asked = ("audit", "--offline", str(child), "--weights", "--store", str(store))
    assert "statistically consistent with" in " ".join(lineage(*asked).out.split())
    assert "Class: derived_or_parent" in " ".join(lineage(*asked, "-v").out.split())


def test_a_stranger_of_the_same_shape_has_no_match_and_no_edge(
    lineage: Run, store: Path, tmp_path: Path
):
    """Independent weights are told as such, with the power of the comparison."""
    stranger = folder(tmp_path / "stranger", made.model(99))
    target = audited(lineage, str(stranger), "--weights", "--store", str(store))
    assert target["weights"]["kind"] == "no_match_indexed"
    assert target["weights"]["power_r"] is not None
    assert target["edges"] == []
    assert not rules(target) & {"weights-undeclared", "weights-contradict"}


def test_without_the_option_no_weights_are_looked_at(lineage: Run, tmp_path: Path):
    """The report says so with a null."""
    assert audited(lineage, str(folder(tmp_path / "child", made.model(1))))["weights"] is None


def test_what_another_tool_found_stands_in_the_graph_as_its_claim(lineage: Run, tmp_path: Path):
    """Inferred, named as the tool's, and followed like any other claim."""
    child = folder(tmp_path / "child", made.model(5))
    answer = tmp_path / "dna.json"
    answer.write_text(json.dumps(EVIDENCE))
    target = audited(lineage, str(child), "--evidence", str(answer))
    (edge,) = [e for e in target["edges"] if e["parent"] == BASE]
    assert edge["grade"] == "inferred"
    assert "modelDNA" in edge["claims"][0]["source"]
    assert edge["claims"][0]["file"] == "dna.json"


@pytest.mark.parametrize(
    ("text", "told"),
    [("{}", "not a known answer"), ("nonsense", "not JSON"), (None, "cannot be read")],
)
def test_evidence_that_is_none_is_wrong_usage(
    lineage: Run, tmp_path: Path, text: str | None, told: str
):
    """The file is named."""
    answer = tmp_path / "odd.json"
    if text is not None:
        answer.write_text(text)
    ran = lineage("audit", "--offline", "Qwen/Qwen2.5-72B", "--evidence", str(answer))
    assert ran.code == 2
    assert "odd.json" in ran.err
    assert told in ran.err
