"""The published results: looked up by model, family and text."""

from __future__ import annotations

import pytest

from lineage.evidence.evidence import Outcome
from lineage.evidence.results import Results


@pytest.fixture(scope="module")
def results() -> Results:
    return Results.load()


def test_only_verified_results_are_there(results):
    """Every one has an address, a publisher, an outcome and a layer; none is marked as not to be
    used."""
    assert len(results.all()) > 250
    for one in results.all():
        assert one.url.startswith("http")
        assert one.publisher
        assert isinstance(one.outcome, Outcome)
    assert not [one for one in results.all() if "do-not-use" in one.id]


def test_results_are_found_in_any_letter_case_and_under_former_names(results):
    """A model that moved keeps its results under both names."""
    old = {one.id for one in results.for_model("THUDM/GLM-4-32B-0414")}
    assert old
    assert {one.id for one in results.for_model("zai-org/glm-4-32b-0414")} == old
    assert {one.language for one in results.for_model("qwen/qwen2.5-72b-instruct")} == {
        "en",
        "fi",
        "zh",
    }
    assert results.for_model("acme/nothing") == []


def test_another_size_has_results_of_its_own(results):
    """Results are about exact models: the 7B's are not the 72B's."""
    small = {one.id for one in results.for_model("Qwen/Qwen2.5-7B-Instruct")}
    large = {one.id for one in results.for_model("Qwen/Qwen2.5-72B-Instruct")}
    assert small and large and not small & large
    assert small | large <= {one.id for one in results.for_family("qwen2.5")}


def test_a_figure_stands_beside_its_control(results):
    """SpeechMap's rows carry the same model's mean on the other criticism sets."""
    (found,) = [
        one
        for one in results.for_model("Qwen/Qwen2.5-72B-Instruct")
        if one.language == "zh" and one.suite.startswith("SpeechMap")
    ]
    assert (found.value, found.n, found.control_value) == (40.0, 50, 100.0)
    assert found.higher_is == "more open"


def test_search_and_ids(results):
    """Text in a model, suite or publisher finds a result; an id finds exactly one."""
    assert {one.publisher for one in results.search("techcrunch")} == {"TechCrunch"}
    assert results.search("") == []
    assert results.result("techcrunch-qwq-32b").model == "Qwen/QwQ-32B-Preview"
    assert results.result("no-such-result") is None
    assert results.version >= "2026-11-21"
    assert "deepseek-ai/DeepSeek-R1" in results.models()
    moved = results.for_model("ZAI-ORG/glm-z1-32b-0414")
    assert moved and moved == results.for_model("THUDM/GLM-Z1-32B-0414")
