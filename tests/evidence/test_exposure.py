"""Which results reach a model and what they add up to, on the published results themselves."""

from __future__ import annotations

import pytest

from evidence.graphs import graph
from lineage.core.claim import Noticed, Observation
from lineage.evidence.attach import attach
from lineage.evidence.evidence import Applicability, ExposureState
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results

QWEN = "Qwen/Qwen2.5-72B-Instruct"
R1 = "deepseek-ai/DeepSeek-R1"
R1776 = "perplexity-ai/r1-1776"
DISTIL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"


def exposure(target: str, *edges, **more):
    return attach(graph(target, *edges, **more), Registry.load(), Results.load()).exposure


def states(found) -> dict[str, str]:
    return {language: str(state) for language, state in found.by_language.items()}


def reasons(found, model: str) -> set[str]:
    return {hit.reason for hit in found.hits if hit.result.model == model and not hit.counts}


def test_a_child_of_qwen_72b_is_clear_in_english_and_not_in_chinese():
    """The languages stay apart and the worst is the state."""
    found = exposure("acme/a", ("acme/a", QWEN), (QWEN, "Qwen/Qwen2.5-72B"))
    assert found.state == "inherited-censors"
    assert states(found) == {
        "en": "inherited-clear",
        "zh": "inherited-censors",
        "fi": "inherited-mixed",
    }
    (techcrunch,) = [hit for hit in found.hits if "TechCrunch" in hit.result.suite]
    assert (techcrunch.applicability, techcrunch.counts) == (Applicability.INHERITED, False)
    assert techcrunch.path == ("acme/a", QWEN)


def test_the_tested_model_itself_is_tested():
    """The same results are direct."""
    found = exposure(QWEN, (QWEN, "Qwen/Qwen2.5-72B"))
    assert states(found) == {"en": "tested-clear", "zh": "tested-censors", "fi": "tested-mixed"}
    assert found.state == "tested-censors"


@pytest.mark.parametrize(
    "relation", ["finetune", "adapter", "merge", "quantized", "conversion", "unknown"]
)
def test_censoring_is_inherited_over_every_way_that_carries_weights(relation):
    """QwQ's refusal and R1's figures reach whatever was made from them."""
    assert (
        exposure("acme/a", ("acme/a", "Qwen/QwQ-32B-Preview", relation)).state
        == "inherited-censors"
    )
    assert (
        exposure("acme/a", ("acme/a", "acme/b", relation), ("acme/b", R1, relation)).state
        == "inherited-censors"
    )


@pytest.mark.parametrize("relation", ["merge", "quantized", "unknown"])
def test_a_clean_result_is_not_carried_over_quantizing_merging_or_the_unknown(relation):
    """English is not cleared; it says why."""
    found = exposure("acme/a", ("acme/a", QWEN, relation))
    assert "en" not in found.by_language
    assert found.by_language["zh"] == "inherited-censors"
    assert any("not carried over" in reason for reason in reasons(found, QWEN))


def test_a_second_base_keeps_a_clean_result_from_clearing():
    """Which of two bases a behaviour came from cannot be told."""
    assert "en" not in exposure("acme/a", ("acme/a", QWEN), ("acme/a", "acme/other")).by_language


def test_r1_1776_claims_removal_and_was_tested():
    """Clear in English, part of the questions answered in Chinese; its base's results stay in the report and do not decide."""
    found = exposure(R1776, (R1776, R1))
    assert found.removal_claimed
    assert "https://" in found.removal_evidence
    assert states(found) == {"en": "tested-clear", "fi": "tested-clear", "zh": "tested-mixed"}
    assert found.state == "tested-mixed"
    assert {hit.counts for hit in found.hits if hit.result.model == R1} == {False}


def test_a_vendor_s_service_says_nothing_of_a_child():
    """r1-1776 was tested as Perplexity serves it; a child goes back to what R1's weights did."""
    found = exposure("acme/a", ("acme/a", R1776), (R1776, R1))
    assert states(found)["en"] == "inherited-censors"
    assert states(found)["zh"] == "inherited-censors"
    served = [
        hit
        for hit in found.hits
        if hit.result.model == R1776 and hit.result.layer == "vendor service"
    ]
    assert served
    assert {(hit.applicability, hit.counts) for hit in served} == {(Applicability.FAMILY, False)}
    assert found.removal_claimed
    assert R1776 in found.removal_evidence


def test_a_copy_of_a_model_with_removal_claimed_says_so_too():
    """A quantization repeats its base's claim; refusals may come back in it."""
    found = exposure("acme/r1-1776-GGUF", ("acme/r1-1776-GGUF", R1776, "quantized"), (R1776, R1))
    assert found.removal_claimed
    assert found.state == "inherited-censors"


def test_a_claim_of_removal_on_the_card_is_marked_and_improves_nothing():
    """An abliterated child of a censoring model is still a child of it."""
    said = Observation(
        Noticed.REMOVAL_CLAIM, "acme/a", "README.md", "line 3", "Refusals were removed."
    )
    found = exposure("acme/a", ("acme/a", R1), seen=[said])
    assert found.removal_claimed
    assert "line 3" in found.removal_evidence
    assert found.state == "inherited-censors"


def test_a_maker_s_own_clean_statement_is_no_test():
    """Microsoft's card says that MAI-DS-R1 answers; R1's results still stand."""
    mai = "microsoft/MAI-DS-R1"
    found = exposure(mai, (mai, R1))
    assert found.removal_claimed
    assert found.state == "inherited-censors"
    assert any("maker's own statement" in reason for reason in reasons(found, mai))


def test_a_distil_takes_after_its_teacher():
    """An anecdote about it and R1's figures; Llama's weights clear nothing."""
    found = exposure(DISTIL, (DISTIL, "meta-llama/Llama-3.1-8B"), (DISTIL, R1, "distilled"))
    assert found.state == "tested-censors"
    assert states(found)["zh"] == "inherited-censors"
    assert {hit.applicability for hit in found.hits if hit.result.model == R1} == {
        Applicability.TEACHER
    }
    other = "acme/distil"
    untested = exposure(
        other, (other, "meta-llama/Llama-3.3-70B-Instruct"), (other, R1, "distilled")
    )
    assert untested.state == "inherited-censors"
    assert "inherited-clear" not in states(untested).values()


def test_an_untested_teacher_keeps_the_base_s_clean_result_from_clearing():
    """Llama's clean results say nothing of a model that took its behaviour from somebody unknown."""
    llama = "meta-llama/Llama-3.3-70B-Instruct"
    assert exposure("acme/a", ("acme/a", llama)).state == "inherited-clear"
    assert (
        exposure("acme/a", ("acme/a", llama), ("acme/a", "acme/teacher", "distilled")).state
        == "untested"
    )


def test_a_clear_teacher_clears_nobody():
    """Only what a teacher leaves out is taken on trust."""
    found = exposure("acme/a", ("acme/a", "meta-llama/Llama-3.3-70B-Instruct", "distilled"))
    assert found.by_language == {}
    assert found.state == "untested"


@pytest.mark.parametrize("base", ["meta-llama/Llama-3.1-8B", "mistralai/Mistral-7B-v0.1"])
def test_controls_are_untested_and_not_flagged(base):
    """A bigger sibling's result informs and decides nothing."""
    found = exposure("acme/a", ("acme/a", base))
    assert found.state == "untested"
    assert found.by_language == {}
    assert {(hit.applicability, hit.counts) for hit in found.hits} <= {
        (Applicability.FAMILY, False)
    }


def test_a_clean_base_checkpoint_does_not_clear_what_was_post_trained_from_it():
    """Qwen3.5-9B-Base answers; that says nothing of an instruct child."""
    found = exposure("acme/chat", ("acme/chat", "Qwen/Qwen3.5-9B-Base"))
    assert found.by_language == {}
    assert any("base checkpoint" in reason for reason in reasons(found, "Qwen/Qwen3.5-9B-Base"))


def test_a_nearer_result_hides_a_farther_one_on_its_line_only():
    """A tested child stands for itself; another parent of a merge still counts."""
    zero = "deepseek-ai/DeepSeek-R1-Zero"
    line = exposure("acme/a", ("acme/a", zero), (zero, "acme/b"), ("acme/b", R1))
    assert line.state == "inherited-clear"
    merged = exposure(
        "acme/m", ("acme/m", zero, "merge"), ("acme/m", "acme/b", "merge"), ("acme/b", R1)
    )
    assert merged.state == "inherited-censors"


def test_a_clean_anecdote_does_not_hide_a_measured_result_farther_on():
    """Dolphin seemed clean to one reader; a measured ancestor would still decide."""
    dolphin = "cognitivecomputations/dolphin-2.9.2-qwen2-7b"
    assert exposure(dolphin, (dolphin, "Qwen/Qwen2-7B")).state == "tested-clear"
    assert exposure(dolphin, (dolphin, "Qwen/Qwen2-7B-Instruct")).state == "inherited-censors"


def test_a_nearer_anecdote_hides_a_farther_anecdote():
    """The same writer tried the distil and CyberAgent's Japanese tune of it; the tune's own trial stands."""
    tune, distil = (
        "cyberagent/DeepSeek-R1-Distill-Qwen-14B-Japanese",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",
    )
    found = exposure(tune, (tune, distil))
    assert states(found)["ja"] == "tested-clear"
    assert states(found)["zh"] == "inherited-censors"


def test_suites_that_disagree_show_the_worst():
    """FreedomBench passed Qwen3-Next, ChinaBench did not."""
    found = exposure("Qwen/Qwen3-Next-80B-A3B-Instruct")
    assert found.state == "tested-censors"
    outvoted = [
        hit for hit in found.hits if hit.applicability is Applicability.DIRECT and not hit.counts
    ]
    assert {hit.result.outcome for hit in outvoted} == {"does-not-censor"}


def test_a_part_of_a_record_does_not_count_beside_the_whole():
    """R1 on two hosts is shown and counted once."""
    found = exposure(R1)
    assert {hit.counts for hit in found.hits if hit.result.subset_of} == {False}


def test_a_component_s_results_only_inform():
    """A censoring vision-language model lent its encoder, not its answers."""
    found = exposure(
        "acme/a", ("acme/a", "Qwen/Qwen2.5-VL-72B-Instruct", "unknown", "vision_encoder")
    )
    assert found.by_language == {}
    assert {hit.applicability for hit in found.hits} == {Applicability.FAMILY}


def test_a_conversion_has_the_same_weights():
    """Nearer than inherited, and clean results are carried."""
    found = exposure("acme/a", ("acme/a", QWEN, "conversion"))
    assert found.by_language["en"] == "inherited-clear"
    assert {hit.applicability for hit in found.hits if hit.counts} == {Applicability.SAME_WEIGHTS}


def test_untested_needs_a_complete_lineage():
    """What could not be read may have been tested."""
    assert exposure("acme/a", ("acme/a", "acme/b")).state == "untested"
    assert exposure("acme/a", ("acme/a", "acme/b"), lost=["acme/b"]).state == "unknown"


def test_an_unreadable_ancestor_s_results_still_count():
    """Its name is enough: the results are about that very repo."""
    assert exposure("acme/a", ("acme/a", R1), lost=[R1]).state == "inherited-censors"


def test_a_local_folder_named_like_a_tested_model_is_not_that_model():
    """A path has no results of its own."""
    found = exposure(R1776, local=[R1776])
    assert found.state == "untested"
    assert not found.removal_claimed


def test_hits_come_nearest_first_and_each_result_once():
    """Whatever the number of ways to it."""
    found = exposure("acme/a", ("acme/a", QWEN), ("acme/a", "acme/b"), ("acme/b", QWEN))
    order = [list(Applicability).index(hit.applicability) for hit in found.hits]
    assert order == sorted(order)
    ids = [hit.result.id for hit in found.hits]
    assert len(ids) == len(set(ids))
    assert found.state in ExposureState
