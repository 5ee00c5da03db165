"""The main job through the real command line, offline, on real models of the embedded snapshot."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran

Run = Callable[..., Ran]


def audited(lineage: Run, model: str) -> dict[str, Any]:
    """The JSON report's one target."""
    ran = lineage("audit", "--offline", "--format", "json", model)
    assert ran.code in (0, 1, 3), ran.err
    report = json.loads(ran.out)
    assert report["schema"] == "lineage-report/1"
    (target,) = report["targets"]
    assert target["source"] == "snapshot"
    return target


def results_of(target: dict[str, Any], model: str) -> list[dict[str, Any]]:
    return [r for r in target["exposure"]["results"] if r["model"] == model]


def foundations(target: dict[str, Any]) -> dict[str, str]:
    return {f["model"]: f["jurisdiction"] for f in target["origin"]["foundations"]}


def bearing(target: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """By ancestor whose finding bears on the model: how near, and its standing."""
    return {
        one["model"]: (one["applicability"], one["state"])
        for one in target["exposure"]["ancestors"]
    }


def test_a_child_of_qwen_72b_shows_both_tests_side_by_side(lineage: Run):
    """TechCrunch's spot check stands beside SpeechMap; one test below in an ancestor asks for a
    review and fails nobody."""
    target = audited(lineage, "Nexusflow/Athene-V2-Chat")
    assert target["exposure"]["standing"]["state"] == "untested"
    assert bearing(target) == {"Qwen/Qwen2.5-72B-Instruct": ("inherited", "partly")}
    assert target["exposure"]["ancestors"][0]["by_language"]["zh"] == "partly"
    assert target["exposure"]["by_language"]["zh"] == "inherited-mixed"
    suites = {r["suite"] for r in results_of(target, "Qwen/Qwen2.5-72B-Instruct")}
    assert any("TechCrunch" in s for s in suites)
    assert any("SpeechMap" in s for s in suites)
    assert all(r["path"][0] == "Nexusflow/Athene-V2-Chat" for r in target["exposure"]["results"])
    assert "CN" in target["origin"]["jurisdictions"]
    assert target["verdict"] == "review"


def test_qwen_72b_itself_is_tested_directly(lineage: Run):
    """The same results are direct on the tested model: one language below is one finding."""
    standing = audited(lineage, "Qwen/Qwen2.5-72B-Instruct")["exposure"]["standing"]
    assert standing["state"] == "partly"
    assert standing["by_language"]["en"] == "mixed"
    assert standing["by_language"]["zh"] == "partly"


@pytest.mark.parametrize(
    "model",
    [
        "deepseek-ai/DeepSeek-R1",
        "deepseek-ai/DeepSeek-R1-0528",
        "deepseek-ai/DeepSeek-V3-0324",
        "Qwen/Qwen2.5-VL-72B-Instruct",
        "cognitivecomputations/DeepSeek-R1-AWQ",
    ],
)
def test_models_that_tests_found_to_censor_fail(lineage: Run, model: str):
    """The tested model and its quantizations, by tests that may decide."""
    target = audited(lineage, model)
    assert target["exposure"]["standing"]["state"] == "censors"
    assert target["verdict"] == "fail"
    deciding = [r for r in target["exposure"]["results"] if r["counts"]]
    assert deciding
    assert {r["kind"] for r in deciding} == {"full-control"}
    assert {r["applicability"] for r in deciding} <= {"direct", "quantized"}
    assert all(r["beside"]["controls"] >= 5 and r["beside"]["n"] >= 40 for r in deciding)


@pytest.mark.parametrize(
    ("model", "state"),
    [
        ("zai-org/GLM-4.7", "thin"),
        ("MiniMaxAI/MiniMax-M2", "thin"),
        ("moonshotai/Kimi-K2-Thinking", "thin"),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "thin"),
        ("Qwen/QwQ-32B-Preview", "thin"),
        ("Qwen/Qwen2.5-0.5B-Instruct", "thin"),
        ("Qwen/Qwen2.5-7B-Instruct", "mixed"),
        ("deepseek-ai/DeepSeek-V3", "mixed"),
    ],
)
def test_no_model_fails_by_a_report_a_service_or_five_questions(
    lineage: Run, model: str, state: str
):
    """Their published results are still shown, each with its source and why it decides nothing."""
    ran = lineage("audit", "--offline", "-f", "json", model)
    (target,) = json.loads(ran.out)["targets"]
    own = [r for r in target["exposure"]["results"] if r["applicability"] == "direct"]
    assert own
    assert all(r["url"].startswith("https://") for r in own)
    assert all(r["counts"] or r["why_not"] for r in own)
    assert target["exposure"]["standing"]["state"] == state
    failing = {f["rule"] for f in target["findings"] if f["level"] == "fail"}
    assert not {rule for rule in failing if rule.startswith("exposure-")}
    assert target["verdict"] != "fail"


@pytest.mark.parametrize(
    ("child", "tested"),
    [
        ("maldv/Awqward2.5-32B-Instruct", "Qwen/QwQ-32B-Preview"),
        ("nvidia/DeepSeek-V3-FP4", "deepseek-ai/DeepSeek-V3"),
    ],
)
def test_results_of_the_tested_model_are_shown_in_its_children(
    lineage: Run, child: str, tested: str
):
    """With their path, whether they decide or not."""
    target = audited(lineage, child)
    hits = results_of(target, tested)
    assert hits
    assert hits[0]["path"][0].lower() == target["model"].lower()
    assert hits[0]["path"][-1] == tested


def test_r1_1776_claims_removal_and_its_own_service_was_tested(lineage: Run):
    """Perplexity served all answers of the test itself: open in English, less so in Chinese, and
    for the weights it informs."""
    target = audited(lineage, "perplexity-ai/r1-1776")
    assert target["exposure"]["removal_claimed"] is True
    assert target["exposure"]["standing"]["state"] == "thin"
    assert bearing(target) == {"deepseek-ai/DeepSeek-R1": ("inherited", "censors")}
    served = [r for r in results_of(target, "perplexity-ai/r1-1776") if r["kind"] == "service"]
    assert {r["language"]: r["beside"]["complete"] for r in served} == {
        "en": 48,
        "zh": 31,
        "fi": 47,
    }
    assert foundations(target).keys() & {"deepseek-ai/DeepSeek-V3-Base", "deepseek-ai/DeepSeek-R1"}
    assert target["verdict"] == "review"


def test_a_child_of_r1_1776_shows_the_claim_the_tests_of_it_and_what_decides(
    lineage: Run, tmp_path: Path
):
    """What its vendor's service was tested for informs; what R1's weights did bears on it until
    somebody tests the child."""
    (tmp_path / "adapter_config.json").write_text(
        '{"base_model_name_or_path": "perplexity-ai/r1-1776", "peft_type": "LORA"}'
    )
    ran = lineage("audit", "--offline", "-f", "json", str(tmp_path))
    (target,) = json.loads(ran.out)["targets"]
    assert target["exposure"]["removal_claimed"] is True
    assert bearing(target) == {"deepseek-ai/DeepSeek-R1": ("inherited", "censors")}
    assert target["exposure"]["state"] == "inherited-censors"
    served = [
        r for r in results_of(target, "perplexity-ai/r1-1776") if r["layer"] == "vendor service"
    ]
    assert {(r["language"], r["outcome"]) for r in served} >= {
        ("en", "does-not-censor"),
        ("zh", "partially-censors"),
    }
    assert not any(r["counts"] for r in served)
    text = " ".join(lineage("audit", "--offline", "-v", str(tmp_path)).out.split())
    assert (
        "96% of 50 (complete response rate), 100% on its own control questions, no censorship found · in perplexity-ai/r1-1776"
        in text
    )


def test_an_r1_distil_onto_llama_has_meta_weights_deepseek_training_and_r1_as_teacher(lineage: Run):
    """The four axes stay apart."""
    for model in (
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "jakiAJK/DeepSeek-R1-Distill-Llama-8B_AWQ",
    ):
        target = audited(lineage, model)
        assert foundations(target) == {"meta-llama/Llama-3.1-8B": "US"}
        assert [t["developer_id"] for t in target["origin"]["trained_by"]] == ["deepseek"]
        assert [t["model"] for t in target["origin"]["teachers"]] == ["deepseek-ai/DeepSeek-R1"]
        assert "CN" in target["origin"]["jurisdictions"]


@pytest.mark.parametrize(
    ("child", "base", "jurisdiction"),
    [
        ("argilla-warehouse/Llama-3.1-8B-MagPie-Ultra", "meta-llama/Llama-3.1-8B", "US"),
        ("NousResearch/Hermes-2-Pro-Mistral-7B", "mistralai/Mistral-7B-v0.1", "FR"),
    ],
)
def test_controls_have_no_chinese_ancestor_and_are_not_flagged(
    lineage: Run, child: str, base: str, jurisdiction: str
):
    """A derivative of Llama or Mistral is neither failed nor sent to review for its origin."""
    target = audited(lineage, child)
    assert foundations(target) == {base: jurisdiction}
    assert "CN" not in target["origin"]["jurisdictions"]
    assert target["exposure"]["state"] == "untested"
    assert target["verdict"] == "pass"


def test_the_text_report_says_it_in_words(lineage: Run):
    """The answer stands first: verdict, then sentences that name the foundation, its developer and
    what was found where."""
    ran = lineage("audit", "--offline", "Nexusflow/Athene-V2-Chat")
    assert ran.code == 0
    first, *rest = ran.out.splitlines()
    assert first.startswith("REVIEW  Nexusflow/Athene-V2-Chat")
    told = " ".join(line.strip() for line in rest)
    assert "Built on Qwen2.5-72B by Qwen team, Alibaba Cloud (China)" in told
    assert re.search(r"▸ Chinese +Qwen2.5-72B-Instruct +20 of 50 +88 %, lowest 52 %", told)
    loud = " ".join(lineage("audit", "--offline", "-v", "Nexusflow/Athene-V2-Chat").out.split())
    assert (
        "In Chinese Qwen/Qwen2.5-72B-Instruct fully answered 20 of 50 critical questions (40 %); "
        "comparison models answered 88 % on average, the lowest 52 %" in loud
    )
    assert "https://" in loud
    assert not {"violates", "proves", "is censored"} & set(told.split())
