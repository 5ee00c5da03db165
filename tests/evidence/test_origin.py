"""Whose weights, who trained, who taught."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence.graphs import graph
from lineage.evidence.attribution import attribute
from lineage.evidence.origin import find_origin
from lineage.evidence.registry import Registry

REGISTRY = Registry.load()
DISTIL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
R1 = "deepseek-ai/DeepSeek-R1"
UNDER_DISTIL = (
    (DISTIL, "meta-llama/Llama-3.1-8B"),
    (DISTIL, R1, "distilled"),
    (R1, "deepseek-ai/DeepSeek-V3-Base"),
)


def origin(target: str, *edges, **more):
    made = graph(target, *edges, **more)
    return find_origin(made, attribute(made, REGISTRY))


def test_an_r1_distil_has_meta_weights_a_deepseek_trainer_and_r1_as_teacher():
    """The axes stay apart, for the distil itself and for a stranger's quantization of it."""
    for target, edges in (
        (DISTIL, UNDER_DISTIL),
        ("acme/d-AWQ", (("acme/d-AWQ", DISTIL, "quantized"), *UNDER_DISTIL)),
    ):
        found = origin(target, *edges)
        assert [(one.model, one.attribution.jurisdiction) for one in found.foundations] == [
            ("meta-llama/Llama-3.1-8B", "US")
        ]
        assert [(one.model, one.attribution.developer.id) for one in found.trained_by] == [
            (DISTIL, "deepseek")
        ]
        assert [one.model for one in found.teachers] == [R1]
        assert found.jurisdictions == ("CN", "US")
        assert found.unknown == ()
        assert found.foundations[0].path == tuple(
            dict.fromkeys((target, DISTIL, "meta-llama/Llama-3.1-8B"))
        )


def test_a_famous_model_that_was_made_from_another_is_no_foundation():
    """R1 rests on V3-Base, so V3-Base is the foundation of R1's descendants."""
    found = origin("acme/x", ("acme/x", R1), (R1, "deepseek-ai/DeepSeek-V3-Base"))
    assert [one.model for one in found.foundations] == ["deepseek-ai/DeepSeek-V3-Base"]
    assert found.trained_by == ()


def test_a_component_s_root_is_a_foundation_that_says_which_part():
    """Its own bases are followed; what also gave its whole weights is told once, as a whole."""
    edges = (
        ("acme/vlm", "meta-llama/Llama-3.1-8B"),
        ("acme/vlm", "Qwen/v", "unknown", "vision_encoder"),
        ("Qwen/v", "Qwen/v-base"),
    )
    found = origin("acme/vlm", *edges)
    assert [(one.model, one.component) for one in found.foundations] == [
        ("meta-llama/Llama-3.1-8B", None),
        ("Qwen/v-base", "vision_encoder"),
    ]
    assert found.foundations[1].path == ("acme/vlm", "Qwen/v", "Qwen/v-base")
    both = origin("acme/y", ("acme/y", "Qwen/z"), ("acme/y", "Qwen/z", "unknown", "draft_model"))
    assert [(one.model, one.component) for one in both.foundations] == [("Qwen/z", None)]


def test_a_tokenizer_is_no_origin_of_weights():
    """Vocabulary alone brings no foundation and no jurisdiction."""
    found = origin(
        "acme/x",
        ("acme/x", "meta-llama/Llama-3.1-8B"),
        ("acme/x", "Qwen/Qwen2.5-7B", "unknown", "tokenizer"),
    )
    assert found.jurisdictions == ("US",)


def test_a_component_s_teacher_is_not_followed_and_teachers_of_ancestors_are():
    """A teacher of anything in the line of weights taught the audited model too."""
    found = origin("acme/x", ("acme/x", DISTIL), *UNDER_DISTIL)
    assert [one.model for one in found.teachers] == [R1]


def test_unknown_trainers_on_the_way_are_told_and_the_audited_model_s_own_publisher_is_not():
    """An intermediate by nobody known stands among the trainers and among the unknown."""
    found = origin("acme/a", ("acme/a", "hobby/b"), ("hobby/b", "meta-llama/Llama-3.1-8B"))
    assert [one.model for one in found.trained_by] == ["hobby/b"]
    assert found.unknown == ("hobby/b",)


def test_an_unknown_root_is_unknown_not_somebody_s():
    """A hobby merge whose card names no base is unresolved, in no jurisdiction."""
    found = origin("acme/a", ("acme/a", "hobby/b"), lost=["hobby/b"])
    assert [one.attribution.developer for one in found.foundations] == [None]
    assert found.jurisdictions == ()
    assert found.unknown == ("hobby/b",)


NAMES = ("acme/t", "Qwen/a", "meta-llama/b", "hobby/c", "deepseek-ai/d", "unsloth/e")
edges = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(("finetune", "quantized", "merge", "distilled")),
        st.sampled_from((None, None, "vision_encoder")),
    ),
    max_size=14,
)


@given(edges)
def test_every_origin_has_a_foundation_and_true_paths(made):
    """There is always something underneath, each path is a chain of real edges, and unknown and
    established never mix."""
    lineage = graph("acme/t", *made)
    found = find_origin(lineage, attribute(lineage, REGISTRY))
    assert [one for one in found.foundations if one.component is None]
    for one in (*found.foundations, *found.trained_by, *found.teachers):
        assert one.path[0] == "acme/t"
        assert one.path[-1] == one.model
        assert all(
            any(e.parent == parent for e in lineage.parents(child))
            for child, parent in zip(one.path, one.path[1:], strict=False)
        )
        assert (one.model in found.unknown) == (one.attribution.jurisdiction is None)


@given(edges, st.sampled_from(NAMES))
def test_more_unknowns_never_take_an_established_jurisdiction_away(made, child):
    """A new unknown parent may hide a root, but what was trained or taught stays, unless it merely
    moved up to the unknown."""
    before = graph("acme/t", *made)
    after = graph("acme/t", *made, (child, "nobody/new"), lost=["nobody/new"])
    one, other = (find_origin(g, attribute(g, REGISTRY)) for g in (before, after))
    line = {m: a.jurisdiction for m, a in attribute(after, REGISTRY).items()}
    in_line = {line[m] for m in ("acme/t", *after.weight_ancestors("acme/t")) if line[m]}
    assert set(one.jurisdictions) & in_line <= set(other.jurisdictions)
