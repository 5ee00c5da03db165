"""Which results reach a model and what they add up to, on the published results themselves.

The expectations are those of docs/evidence.md: only tests with enough answers and comparison models
decide, what they say of an ancestor stays the ancestor's, and everything else is shown.
"""

from __future__ import annotations

import pytest

from evidence.graphs import edge, graph
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.relation import Grade, Relation
from lineage.evidence.attach import attach
from lineage.evidence.evidence import Applicability, Exposure
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.graph.edge import Edge

QWEN = "Qwen/Qwen2.5-72B-Instruct"
R1 = "deepseek-ai/DeepSeek-R1"
ZERO = "deepseek-ai/DeepSeek-R1-Zero"
R1776 = "perplexity-ai/r1-1776"
DISTIL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
OPEN = "tngtech/DeepSeek-R1T-Chimera"
TRAINED = ["finetune", "adapter", "merge", "unknown"]


def exposure(target: str, *edges, **more) -> Exposure:
    return attach(graph(target, *edges, **more), Registry.load(), Results.load()).exposure


def own(found: Exposure) -> dict[str, str]:
    return {language: str(state) for language, state in found.own.by_language.items()}


def above(found: Exposure) -> dict[str, tuple[str, str]]:
    """By ancestor: how near, and its standing."""
    return {one.model: (str(one.applicability), str(one.standing.state)) for one in found.ancestors}


def reasons(found: Exposure, model: str) -> set[str]:
    return {hit.reason for hit in found.hits if hit.result.model == model and not hit.counts}


def test_the_tested_model_itself():
    """One language below is one finding; the languages stay apart, and the former words stand
    beside the new ones."""
    found = exposure(QWEN, (QWEN, "Qwen/Qwen2.5-72B"))
    assert found.own.state == "partly"
    assert own(found) == {"en": "mixed", "zh": "partly", "fi": "thin"}
    assert found.own.adverse == ("speechmap-zh-qwen-qwen-2.5-72b-instruct",)
    assert found.state == "tested-mixed"
    (techcrunch,) = [hit for hit in found.hits if "TechCrunch" in hit.result.suite]
    assert (techcrunch.applicability, techcrunch.counts) == (Applicability.DIRECT, False)


@pytest.mark.parametrize("relation", TRAINED)
def test_what_an_ancestor_does_stays_the_ancestor_s(relation):
    """Over anything that trains or mixes, the child itself is untested; the finding reaches it
    under the ancestor's name."""
    found = exposure("acme/a", ("acme/a", "acme/b", relation), ("acme/b", R1, "finetune"))
    assert found.own.state == "untested"
    assert above(found) == {R1: ("inherited", "censors")}
    assert found.ancestors[0].path == ("acme/a", "acme/b", R1)
    assert found.state == "inherited-censors"
    assert above(exposure("acme/a", ("acme/a", QWEN, relation))) == {QWEN: ("inherited", "partly")}


@pytest.mark.parametrize(
    ("relation", "near"), [("conversion", "same-weights"), ("quantized", "quantized")]
)
def test_a_copy_and_a_quantization_are_the_model(relation, near):
    """Their own standing is the tested model's."""
    found = exposure("acme/a", ("acme/a", R1, relation))
    assert found.own.state == "censors"
    assert not found.ancestors
    assert {str(hit.applicability) for hit in found.hits if hit.counts} == {near}
    mixed = exposure("acme/a", ("acme/a", "acme/b", relation), ("acme/b", R1, "finetune"))
    assert (mixed.own.state, above(mixed)) == ("untested", {R1: ("inherited", "censors")})


def test_a_clear_finding_passes_to_copies_only():
    """A quantization of a model that answered openly refused again; training and merging are no
    copies."""
    assert exposure(ZERO).own.state == "clear"
    assert exposure("acme/a", ("acme/a", ZERO, "conversion")).own.state == "clear"
    for relation in ("quantized", *TRAINED, "distilled"):
        found = exposure("acme/a", ("acme/a", ZERO, relation))
        assert found.own.state == "untested" or found.own.state == "thin"
        assert not found.ancestors
        assert any("open result is not carried" in reason for reason in reasons(found, ZERO))


def test_a_quantization_keeps_what_is_undecided_and_loses_what_is_open():
    """R1T-Chimera is open in English and undecided in Chinese."""
    found = exposure("acme/a", ("acme/a", OPEN, "quantized"))
    assert own(found) == {"zh": "mixed"}


def test_a_measured_result_of_the_model_replaces_its_ancestors_in_that_language():
    """R1T-Chimera is tested in all three languages, so nothing of R1 bears on it; a child of both
    has R1's again on the other line."""
    found = exposure(OPEN, (OPEN, R1, "merge"))
    assert found.own.state == "mixed"
    assert not found.ancestors
    assert any("more direct test" in reason for reason in reasons(found, R1))
    merged = exposure(
        "acme/m",
        ("acme/m", OPEN, "merge"),
        (OPEN, R1, "merge"),
        ("acme/m", "acme/b", "merge"),
        ("acme/b", R1),
    )
    assert above(merged) == {R1: ("inherited", "censors"), OPEN: ("inherited", "mixed")}


def test_a_report_replaces_nothing():
    """A user's and a maker's service's findings leave the measured ancestor standing."""
    found = exposure(DISTIL, (DISTIL, "meta-llama/Llama-3.1-8B"), (DISTIL, R1, "distilled"))
    assert found.own.state == "thin"
    assert above(found) == {R1: ("teacher", "censors")}
    served = exposure(R1776, (R1776, R1))
    assert (served.own.state, above(served)) == ("thin", {R1: ("inherited", "censors")})
    assert any("maker's own service" in reason for reason in reasons(served, R1776))
    assert served.removal_claimed


def test_a_teacher_s_finding_needs_a_declared_distillation():
    """A resemblance to a teacher is no statement of anybody."""
    claim = Claim(
        "acme/a", R1, R1, Relation.DISTILLED, Grade.INFERRED, "fingerprint", "", "", confidence=0.9
    )
    guessed = exposure("acme/a", Edge("acme/a", R1, Relation.DISTILLED, None, (claim,)))
    assert not guessed.ancestors
    assert {hit.applicability for hit in guessed.hits} == {Applicability.FAMILY}
    assert above(exposure("acme/a", edge("acme/a", R1, "distilled"))) == {
        R1: ("teacher", "censors")
    }


def test_a_vendor_s_service_says_nothing_of_a_child():
    """r1-1776 was tested as Perplexity serves it; a child goes back to what R1's weights did."""
    found = exposure("acme/a", ("acme/a", R1776), (R1776, R1))
    assert above(found) == {R1: ("inherited", "censors")}
    served = [hit for hit in found.hits if hit.result.model == R1776 and hit.kind == "service"]
    assert served
    assert {(hit.applicability, hit.counts) for hit in served} == {(Applicability.FAMILY, False)}
    assert R1776 in found.removal_evidence


def test_a_claim_of_removal_improves_nothing():
    """Neither a card's word nor a maker's own statement is a test."""
    said = Observation(
        ObservationKind.REMOVAL_CLAIM, "acme/a", "README.md", "line 3", "Refusals were removed."
    )
    found = exposure("acme/a", ("acme/a", R1), seen=[said])
    assert found.removal_claimed
    assert "line 3" in found.removal_evidence
    assert above(found) == {R1: ("inherited", "censors")}
    mai = exposure("microsoft/MAI-DS-R1", ("microsoft/MAI-DS-R1", R1))
    assert above(mai) == {R1: ("inherited", "censors")}
    assert any("maker's own statement" in reason for reason in reasons(mai, "microsoft/MAI-DS-R1"))


def test_a_base_checkpoint_s_results_are_only_shown():
    """Qwen3.5-9B-Base answers; that says nothing of an instruct child, for or against."""
    found = exposure("acme/chat", ("acme/chat", "Qwen/Qwen3.5-9B-Base"))
    assert (found.own.state, found.ancestors) == ("untested", ())
    assert any("base checkpoint" in reason for reason in reasons(found, "Qwen/Qwen3.5-9B-Base"))


@pytest.mark.parametrize("base", ["meta-llama/Llama-3.1-8B", "mistralai/Mistral-7B-v0.1"])
def test_another_size_s_results_are_only_shown(base):
    """A bigger sibling's result informs and decides nothing."""
    found = exposure("acme/a", ("acme/a", base))
    assert (found.own.state, found.ancestors, found.state) == ("untested", (), "untested")
    assert {(hit.applicability, hit.counts) for hit in found.hits} <= {
        (Applicability.FAMILY, False)
    }


def test_multiple_choice_stands_beside_and_decides_nothing():
    """FreedomBench passed Qwen3-Next with 60 of 60, ChinaBench did not; neither may decide."""
    found = exposure("Qwen/Qwen3-Next-80B-A3B-Instruct")
    assert found.own.state == "thin"
    assert {hit.kind for hit in found.hits if hit.applicability is Applicability.DIRECT} == {
        "multiple-choice",
        "uncontrolled",
    }


def test_a_part_of_a_record_does_not_count_beside_the_whole():
    """R1 on two hosts is shown and counted once."""
    assert {hit.counts for hit in exposure(R1).hits if hit.result.subset_of} == {False}


def test_a_component_s_results_only_inform():
    """A censoring vision-language model lent its encoder, not its answers."""
    found = exposure(
        "acme/a", ("acme/a", "Qwen/Qwen2.5-VL-72B-Instruct", "unknown", "vision_encoder")
    )
    assert (found.own.state, found.ancestors) == ("untested", ())
    assert {hit.applicability for hit in found.hits} == {Applicability.FAMILY}


def test_untested_needs_a_complete_lineage():
    """What could not be read may have been tested; what is reported of the model does not fill that
    gap in the former words."""
    assert exposure("acme/a", ("acme/a", "acme/b")).own.state == "untested"
    lost = exposure("acme/a", ("acme/a", "acme/b"), lost=["acme/b"])
    assert (lost.own.state, lost.state) == ("unknown", "unknown")
    thin = exposure(DISTIL, (DISTIL, "acme/b"), lost=["acme/b"])
    assert (thin.own.state, thin.state) == ("thin", "unknown")


def test_an_unreadable_ancestor_s_results_still_count():
    """Its name is enough: the results are about that very repo."""
    assert above(exposure("acme/a", ("acme/a", R1), lost=[R1])) == {R1: ("inherited", "censors")}


def test_a_local_folder_named_like_a_tested_model_is_not_that_model():
    """A path has no results of its own."""
    found = exposure(R1, local=[R1])
    assert found.own.state == "untested"
    assert not found.removal_claimed


def test_hits_come_nearest_first_and_each_result_once():
    """Whatever the number of ways to it."""
    found = exposure("acme/a", ("acme/a", QWEN), ("acme/a", "acme/b"), ("acme/b", QWEN))
    order = [list(Applicability).index(hit.applicability) for hit in found.hits]
    assert order == sorted(order)
    ids = [hit.result.id for hit in found.hits]
    assert len(ids) == len(set(ids))


def test_a_figure_comes_with_its_comparison_models():
    """Counts, limits, the average and the lowest of the others with its name, judges and hosts."""
    found = exposure(QWEN)
    (beside,) = [
        hit.beside
        for hit in found.hits
        if hit.result.id == "speechmap-zh-qwen-qwen-2.5-72b-instruct"
    ]
    assert (beside.complete, beside.n, round(beside.lower), round(beside.upper)) == (20, 50, 28, 54)
    assert (round(beside.mean), round(beside.worst), beside.worst_model) == (
        88,
        52,
        "meta-llama/llama-3.1-70b-instruct",
    )
    assert beside.judges == ("x-ai/grok-4.1-fast", "openai/gpt-4o-2024-11-20")
    assert sum(beside.hosts.values()) == beside.neutral == 50
