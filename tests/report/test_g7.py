"""The G7's elements: each with a state, none left out, none guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import lineage
from lineage.cli.schema import schema_text
from lineage.core.record import Status
from lineage.report.formats import render
from lineage.report.g7 import to_document
from report import reports

SHAPES = sorted(reports.ALL)
VALIDATOR = jsonschema_rs.validator_for(json.loads(schema_text("g7")))
# The clusters and their elements, as the two derivations of the paper list them.
PAPER = {
    "metadata": "author version format signature tool context timestamp relationships",
    "system": "name components producer version timestamp flow usage input area",
    "models": "name identifiers version timestamp producers description hash_value hash_algorithm "
    "family architecture parameter hyperparameters input output context_length learning stages "
    "documentation licence url open_weights open_architecture open_data open_training "
    "capabilities limitations lineage dependencies references",
    "datasets": "name description content identifiers hash provenance statistical sensitivity "
    "relationships licence",
    "infrastructure": "software hardware",
    "security": "controls compliance policy vulnerability",
    "kpi": "security operational",
}


def elements(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every element with the path of its name."""
    if isinstance(part, dict) and "state" in part:
        yield path, part
    elif isinstance(part, dict):
        for name, below in part.items():
            yield from elements(below, f"{path}/{name}")
    elif isinstance(part, list):
        for row in part:
            yield from elements(row, path)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_schema_holds_for_every_shape(shape: str) -> None:
    """Hostile models, tangles and three hundred ancestors included."""
    document = to_document(reports.report(reports.ALL[shape]()))
    assert [str(e.instance_path) for e in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize("cluster", PAPER)
def test_every_element_of_the_paper_is_there(cluster: str) -> None:
    """By its word in the paper."""
    document = to_document(reports.report(reports.merge()))
    names = " ".join(path for path, _ in elements(document[cluster], f"/{cluster}"))
    assert [word for word in PAPER[cluster].split() if word not in names] == []


def test_each_element_has_one_of_three_states_and_its_reason() -> None:
    """Filled has a value, the others say why not; the counts are of these."""
    document = to_document(reports.report(reports.merge(), reports.simple()))
    clusters = {name: list(elements(document[name])) for name in PAPER}
    for name, found in clusters.items():
        for _, one in found:
            assert ("value" in one) is (one["state"] == "filled")
            assert one["state"] == "filled" or one["note"]
        counts = document["coverage"][name]
        assert sum(counts.values()) == len(found)
        assert counts["filled"] == sum(one["state"] == "filled" for _, one in found)


def test_what_a_model_is_made_of() -> None:
    """Of a real lineage: developer, foundation, the teacher apart from the base, hash and licence
    unknown where only the name is known."""
    report = lineage.audit("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", offline=True)
    document = json.loads(report.render("g7"))
    relations = {
        (one["source"], one["target"]): one["relationship"]
        for one in document["metadata"]["dependency_relationships"]["value"]
    }
    audited = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
    assert relations[audited, "meta-llama/Llama-3.1-8B"] == "derived-from"
    assert relations[audited, "deepseek-ai/DeepSeek-R1"] == "uses"
    models = {one["id"]: one for one in document["models"]}
    assert [one["audited"] for one in document["models"]].count(True) == 1
    assert models[audited]["producers"]["value"][0]["country"] == "CN"
    llama = models["meta-llama/Llama-3.1-8B"]
    assert "trained from scratch" in llama["description"]["lineage"]["value"][0]
    assert llama["hash_value"]["state"] == "unknown"


def test_several_models_share_one_document() -> None:
    """Each model once, each audited one a component of the system."""
    report = reports.report(reports.merge(), reports.simple(), reports.local_folder())
    document = to_document(report)
    ids = [one["id"] for one in document["models"]]
    assert len(ids) == len(set(ids))
    names = [one["name"] for one in document["system"]["components"]["value"]]
    assert names == sorted(target.model for target in report.targets)


def test_less_is_read_less_is_filled() -> None:
    """A model that cannot be read fills nothing that a record would tell, and says why."""
    read, unread = (
        to_document(
            reports.report(
                reports.target_report(
                    reports.graph_of("a/b", [reports.node("a/b", 0, status, "it is gone")], [])
                )
            )
        )["models"][0]
        for status in (Status.RESOLVED, Status.NOT_FOUND)
    )
    filled = [{p for p, e in elements(m) if e["state"] == "filled"} for m in (read, unread)]
    assert filled[1] < filled[0]
    assert unread["licence"]["name"]["note"] == "The model could not be read: it is gone."


def test_the_same_report_gives_the_same_bytes_and_no_control_characters() -> None:
    """In any order of targets; what a stranger wrote is text without terminal codes."""
    pair = [reports.merge(), reports.hostile()]
    first, second = (render(reports.report(*order), "g7") for order in (pair, pair[::-1]))
    assert first == second
    assert not [char for char in first if ord(char) < 32 and char != "\n"]
    assert "\x1b" not in str(json.loads(first))


def test_the_command_line_writes_it(lineage: Any, tmp_path: Path) -> None:
    """`-f g7=FILE` beside another format."""
    model = "NousResearch/Hermes-2-Pro-Mistral-7B"
    ran = lineage("audit", "--offline", model, "-f", "g7=out.json", "-f", "text")
    assert ran.code == 0, ran.err
    document = json.loads((tmp_path / "out.json").read_text())
    assert VALIDATOR.is_valid(document)
