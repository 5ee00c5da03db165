"""Random lineages: more unknowns, more parents and another order never make an exposure better."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from effort import steps
from evidence.graphs import edge, graph
from lineage.evidence.attach import attach
from lineage.evidence.evidence import Applicability, Exposure, ExposureState, State
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results

MODELS = (
    "acme/t",
    "acme/u",
    "Qwen/Qwen2.5-72B-Instruct",
    "deepseek-ai/DeepSeek-R1",
    "deepseek-ai/DeepSeek-R1-Zero",
    "perplexity-ai/r1-1776",
    "meta-llama/Llama-3.3-70B-Instruct",
    "cognitivecomputations/dolphin-2.9.2-qwen2-7b",
    "Qwen/Qwen3-8B",
)
edges = st.lists(
    st.tuples(
        st.sampled_from(MODELS),
        st.sampled_from(MODELS),
        st.sampled_from(
            ("finetune", "adapter", "merge", "quantized", "distilled", "conversion", "unknown")
        ),
        st.sampled_from((None, None, None, "vision_encoder")),
    ),
    max_size=12,
)
BEST_LAST = (
    ExposureState.TESTED_CENSORS,
    ExposureState.INHERITED_CENSORS,
    ExposureState.TESTED_MIXED,
    ExposureState.INHERITED_MIXED,
    ExposureState.UNKNOWN,
    ExposureState.UNTESTED,
    ExposureState.INHERITED_CLEAR,
    ExposureState.TESTED_CLEAR,
)
SEVERITY = {state: str(state).partition("-")[2] or str(state) for state in BEST_LAST}
ORDER = ("censors", "mixed", "unknown", "untested", "clear")


def found(*made, lost=(), target="acme/t") -> Exposure:
    return attach(graph(target, *made, lost=lost), Registry.load(), Results.load()).exposure


def rank(exposure: Exposure) -> int:
    """0 for the worst; tested and inherited weigh the same."""
    return ORDER.index(SEVERITY[exposure.state])


@settings(deadline=None)
@given(
    edges,
    st.sampled_from(MODELS),
    st.sampled_from(("finetune", "merge", "quantized", "distilled", "unknown")),
)
def test_an_unknown_parent_never_improves_the_state(made, child, relation):
    """Wherever it is added, and however it is related."""
    more = found(*made, (child, "nobody/new", relation), lost=["nobody/new"])
    assert rank(more) <= rank(found(*made))


@settings(deadline=None)
@given(
    edges,
    st.tuples(
        st.sampled_from(MODELS),
        st.sampled_from(MODELS),
        st.sampled_from(("finetune", "merge", "distilled")),
        st.none(),
    ),
)
def test_no_further_parent_ever_hides_what_was_found(made, added):
    """Any parent more, tested or not, clean or not: a language that was flagged stays flagged as
    badly."""
    before, after = found(*made), found(*made, added)
    for language, state in before.by_language.items():
        if SEVERITY[state] != "clear":
            assert ORDER.index(SEVERITY[after.by_language[language]]) <= ORDER.index(
                SEVERITY[state]
            )


@settings(deadline=None)
@given(edges, st.randoms())
def test_the_order_of_claims_changes_nothing(made, shuffle: random.Random):
    """The same exposure, hit for hit."""
    mixed = list(dict.fromkeys(made))
    shuffle.shuffle(mixed)
    assert found(*mixed) == found(*dict.fromkeys(made))


@settings(deadline=None)
@given(edges)
def test_the_state_is_the_worst_of_its_languages_and_rests_on_results_that_count(made):
    """Every adverse standing has a result that counts, on a real path; the model's own rests on
    tests of itself or a copy."""
    lineage = graph("Qwen/Qwen3-8B", *made)
    exposure = attach(lineage, Registry.load(), Results.load()).exposure
    assert rank(exposure) == min(
        (ORDER.index(SEVERITY[s]) for s in exposure.by_language.values()), default=rank(exposure)
    )
    counting = [hit for hit in exposure.hits if hit.counts]
    spoken = {"zh" if hit.result.language == "zh-Hans" else hit.result.language for hit in counting}
    assert spoken <= {*exposure.by_language, *exposure.own.by_language}
    near = (Applicability.DIRECT, Applicability.SAME_WEIGHTS, Applicability.QUANTIZED)
    adverse = {
        id
        for one in (exposure.own, *(one.standing for one in exposure.ancestors))
        for id in one.adverse
    }
    if exposure.own.state in (State.CENSORS, State.PARTLY):
        assert any(hit.result.id in adverse and hit.applicability in near for hit in counting)
    for one in exposure.ancestors:
        if one.standing.state in (State.CENSORS, State.PARTLY):
            assert any(hit.result.id in one.standing.adverse for hit in counting)
    for hit in counting:
        assert not hit.reason
        assert all(
            any(e.parent == p for e in lineage.parents(c))
            for c, p in zip(hit.path, hit.path[1:], strict=False)
        )
    assert all(hit.reason for hit in exposure.hits if not hit.counts)


def test_five_thousand_models_are_weighed_in_linear_work():
    """A long chain of strangers over a tested model, with a cross link at every step: twice the
    models, twice the steps."""
    registry, results = Registry.load(), Results.load()

    def weigh(n):
        return attach(chain_of_strangers(n), registry, results)

    assert steps(lambda: weigh(400)) < 2.5 * steps(lambda: weigh(200))
    evidence = weigh(5000)
    assert evidence.exposure.state == "inherited-censors"
    assert [one.model for one in evidence.origin.foundations] == ["deepseek-ai/DeepSeek-R1"]


def chain_of_strangers(n):
    """Each is built on the next two; the last was tested."""
    names = [f"acme/m{i}" for i in range(n)] + ["deepseek-ai/DeepSeek-R1"]
    made = [edge(names[i], names[min(i + step, n)]) for i in range(n) for step in (1, 2)]
    return graph(names[0], *made)
