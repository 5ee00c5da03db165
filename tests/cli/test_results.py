"""`lineage results`: the reckoning of each test, and why every other record decides nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

from conftest import Ran

Run = Callable[..., Ran]


def test_a_model_s_tests_come_with_their_reckoning(lineage: Run) -> None:
    """Counts, limits, average and lowest of the comparison models with name, judges, hosts,
    revision and date."""
    ran = lineage("results", "Qwen/Qwen2.5-72B-Instruct", "--language", "zh")
    assert ran.code == 0, ran.err
    first, *_ = ran.out.splitlines()
    told = " ".join(ran.out.split())
    assert first == "Qwen/Qwen2.5-72B-Instruct: tested: well below comparison models in one test"
    for said in (
        "Chinese · SpeechMap government-criticism: China (Simplified Chinese) · below",
        "judge x-ai/grok-4.1-fast: 20 of 50 complete (40.0 %; 95 % limits 27.6 % to 53.8 %)",
        "11 comparison models: mean 84.9 %, spread 15.1 points, "
        "lowest meta-llama/llama-3.1-70b-instruct with 26 of 50 (52.0 %)",
        "on other governments 150 of 150; general caution 0.0 points; shortfall 44.9 points, lower limit 27.8 points",
        "judge openai/gpt-4o-2024-11-20: 21 of 50 complete",
        "hosts: DeepInfra 17, Hyperbolic 1, Nebius 31, Novita 1; 50 of 50 answers not from the maker's own service",
        "revision tested: not named by the source; tested 2025-03-16",
        "https://github.com/xlr8harder/speechmap-data/",
    ):
        assert said in told, said


def test_every_other_record_says_why_it_decides_nothing(lineage: Run) -> None:
    """Its kind, its number of questions, the reason, the address; nothing of it is called a test
    that counts."""
    ran = lineage("results", "MiniMaxAI/MiniMax-M2")
    assert ran.out.startswith("MiniMaxAI/MiniMax-M2: no test that could decide; only reports\n")
    told = " ".join(ran.out.split())
    assert "Also reported, and not used for the verdict:" in told
    assert "report or spot check, 5 questions, published" in told
    assert "Decides nothing: 5 questions are too few to decide anything." in told
    assert "https://github.com/hsiaoa/ai-taiwan-sovereignty-benchmark/" in told


def test_a_unit_with_few_neutral_answers_is_marked(lineage: Run) -> None:
    """DeepSeek served 24 of 50 English answers of V3-0324 itself; most are neutral, so it counts,
    and the share is printed."""
    ran = lineage("results", "deepseek-ai/DeepSeek-V3-0324", "--language", "en")
    assert (
        "26 of 50 answers not from the maker's own service, fewer than a test needs by themselves"
        in " ".join(ran.out.split())
    )


def test_json_has_the_class_and_the_reason(lineage: Run) -> None:
    """For programs, beside every field of the record."""
    rows = json.loads(lineage("results", "zai-org/GLM-4.7", "-f", "json").out)
    assert {row["kind"] for row in rows} == {"uncontrolled", "multiple-choice", "service"}
    assert all(row["why_not"].endswith(".") for row in rows)


def test_a_model_without_a_record_is_not_cleared(lineage: Run) -> None:
    """The message says so."""
    ran = lineage("results", "acme/nothing-like-it")
    assert ran.code == 2
    assert "That does not clear it." in ran.err
