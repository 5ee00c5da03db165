"""Who developed each model: namespace, family, the model it copies, or nobody known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.graphs import graph
from lineage.evidence.attribution import attribute, bare_name
from lineage.evidence.registry import Registry

REGISTRY = Registry.load()


def attributed(target: str, *edges, **more):
    return attribute(graph(target, *edges, **more), REGISTRY)


def who(attribution) -> tuple[str | None, str]:
    return (attribution.developer.id if attribution.developer else None, attribution.basis)


def test_a_developer_s_own_namespace_tells():
    """In any letter case, by an old name, and for a legacy bare name."""
    assert who(attributed("Qwen/Qwen2.5-7B")["Qwen/Qwen2.5-7B"]) == ("alibaba-qwen", "namespace")
    assert who(attributed("qwen/qwen2.5-7b")["qwen/qwen2.5-7b"]) == ("alibaba-qwen", "namespace")
    assert who(attributed("gpt2")["gpt2"]) == ("openai", "namespace")
    assert attributed("gpt2")["gpt2"].is_foundation


def test_an_uploader_is_not_a_developer():
    """A mirror's quantization is by whoever made the weights: over its base, or by its name where
    it declares none."""
    child = "unsloth/Qwen2.5-7B-bnb-4bit"
    declared = attributed(child, (child, "Qwen/Qwen2.5-7B", "quantized"))
    assert who(declared[child]) == ("alibaba-qwen", "parent")
    assert "copy of Qwen/Qwen2.5-7B" in declared[child].note
    assert who(attributed(child)[child]) == ("alibaba-qwen", "family")


def test_a_mirror_s_same_name_is_a_copy_even_where_the_hub_calls_it_a_finetune():
    """The Hub guesses the relation by file type."""
    child = "unsloth/Llama-3.2-1B-Instruct"
    found = attributed(child, (child, "meta-llama/Llama-3.2-1B-Instruct", "finetune"))
    assert who(found[child]) == ("meta", "parent")


def test_a_registered_company_s_quantization_of_another_s_model_is_the_other_s():
    """NVIDIA publishes it, DeepSeek trained it, with or without a declared base."""
    child = "nvidia/DeepSeek-V3-FP4"
    assert who(attributed(child, (child, "deepseek-ai/DeepSeek-V3", "quantized"))[child]) == (
        "deepseek",
        "parent",
    )
    assert who(attributed(child)[child]) == ("deepseek", "family")


def test_a_quantization_that_names_its_base_and_that_one_s_base_is_a_copy_of_the_first():
    """Both are given on many cards; where neither was made from the other, nobody can tell."""
    child, copy, base = "unsloth/reka-bnb-4bit", "unsloth/reka-flash-3", "RekaAI/reka-flash-3"
    both = [(child, copy, "quantized"), (child, base, "quantized")]
    assert who(attributed(child, *both, (copy, base, "conversion"))[child]) == ("reka", "parent")
    assert who(
        attributed(child, (child, "Qwen/x", "quantized"), (child, "meta-llama/y", "quantized"))[
            child
        ]
    ) == (None, "unknown")


def test_a_registered_publisher_under_the_very_name_mirrors():
    """NousResearch hosts Meta's own Llama under Meta's name."""
    assert who(attributed("NousResearch/Meta-Llama-3-8B")["NousResearch/Meta-Llama-3-8B"]) == (
        "meta",
        "family",
    )


def test_a_stranger_s_finetune_keeps_the_family_and_has_no_known_developer():
    """A name pattern makes nobody a developer."""
    child = "acme/my-qwen-chat"
    found = attributed(child, (child, "Qwen/Qwen2.5-7B"))
    assert who(found[child]) == (None, "unknown")
    assert found[child].family == "qwen2.5"
    assert "acme is not in the registry" in found[child].note
    named = attributed("acme/Qwen2.5-7B-uncensored-GGUF")["acme/Qwen2.5-7B-uncensored-GGUF"]
    assert who(named) == (None, "unknown")
    assert named.jurisdiction is None


def test_a_stranger_who_takes_a_famous_name_is_still_a_stranger():
    """The very name of a foundation in another namespace attributes nothing."""
    found = attributed("acme/Llama-3.1-8B")["acme/Llama-3.1-8B"]
    assert who(found) == (None, "unknown")
    assert not found.is_foundation


def test_a_registered_finetuner_is_the_developer_of_its_finetune():
    """Nous trained Hermes on Mistral's weights."""
    child = "NousResearch/Hermes-2-Pro-Mistral-7B"
    found = attributed(child, (child, "mistralai/Mistral-7B-v0.1"))
    assert who(found[child]) == ("nous", "namespace")


def test_a_mirror_s_copy_of_a_stranger_s_finetune_has_no_known_developer():
    """The line of copies ends at somebody unknown."""
    child, tune = "TheBloke/my-llama-tune-GGUF", "acme/my-llama-tune"
    found = attributed(child, (child, tune, "quantized"), (tune, "meta-llama/Llama-2-7b-hf"))
    assert who(found[child]) == (None, "unknown")
    assert found[child].family == "llama2"


def test_a_merge_of_two_families_has_none():
    """Families are inherited only where all parents agree."""
    found = attributed(
        "acme/qwen2.5-mix",
        ("acme/qwen2.5-mix", "Qwen/Qwen2.5-7B", "merge"),
        ("acme/qwen2.5-mix", "meta-llama/Llama-3.1-8B", "merge"),
    )
    assert found["acme/qwen2.5-mix"].family is None


def test_a_local_folder_named_like_a_repo_is_nobody_s():
    """A path is no namespace, even where it reads like one."""
    found = attributed("Qwen/Qwen2.5-7B", local=["Qwen/Qwen2.5-7B"])["Qwen/Qwen2.5-7B"]
    assert who(found) == (None, "unknown")
    assert not found.is_foundation


def test_only_shown_weights_make_a_foundation():
    """The evidence is carried along, shown or not."""
    shown, listed = (
        attributed("Qwen/Qwen-7B")["Qwen/Qwen-7B"],
        attributed("Qwen/Qwen3.8-27B")["Qwen/Qwen3.8-27B"],
    )
    assert shown.is_foundation
    assert shown.root_evidence.citations
    assert not listed.is_foundation
    assert listed.root_evidence.tried
    assert attributed("acme/mine")["acme/mine"].root_evidence is None


def test_a_derived_repo_is_no_foundation_and_says_so():
    """What the registry cites under it is carried along."""
    found = attributed("microsoft/NextCoder-7B")["microsoft/NextCoder-7B"]
    assert not found.is_foundation
    assert "Qwen2.5-Coder" in found.note


def test_copies_in_a_circle_end():
    """Two repos that each call themselves a quantization of the other."""
    found = attributed(
        "acme/a", ("acme/a", "acme/b", "quantized"), ("acme/b", "acme/a", "quantized")
    )
    assert {who(one) for one in found.values()} == {(None, "unknown")}


@pytest.mark.parametrize(
    ("repo", "bare"),
    [
        ("unsloth/Qwen2.5-7B-bnb-4bit", "qwen2.5-7b"),
        ("TheBloke/Llama-2-7B-GPTQ", "llama-2-7b"),
        ("mlx-community/Meta-Llama-3.1-8B-Instruct-4bit", "meta-llama-3.1-8b-instruct"),
        ("x/Mistral-7B-v0.1-GGUF-Q4", "mistral-7b-v0.1-q4"),
    ],
)
def test_packaging_is_taken_off_names(repo, bare):
    """What tools add, and nothing else."""
    assert bare_name(repo) == bare


MODELS = ("acme/a", "acme/b", "unsloth/c", "TheBloke/d-GGUF", "Qwen/e", "meta-llama/f", "nvidia/g")
edges = st.lists(
    st.tuples(
        st.sampled_from(MODELS),
        st.sampled_from(MODELS),
        st.sampled_from(("finetune", "quantized", "conversion", "merge", "distilled")),
    ),
    max_size=16,
)


@given(edges)
def test_no_developer_is_ever_made_up(made):
    """Whoever a model is attributed to owns its namespace or that of a model below it; a stranger's
    own training stays unknown."""
    lineage = graph("acme/a", *made)
    found = attribute(lineage, REGISTRY)
    assert found.keys() == lineage.nodes.keys()
    for model, own in found.items():
        namespace = model.partition("/")[0]
        if own.developer is None:
            continue
        assert own.developer.develops
        if own.basis == "namespace":
            assert namespace in own.developer.namespaces
        else:
            assert own.basis == "parent"
            below = {
                e.parent.partition("/")[0]
                for m in (model, *lineage.weight_ancestors(model))
                for e in lineage.parents(m)
            }
            assert below & set(own.developer.namespaces)
        trained = [
            e
            for e in lineage.parents(model)
            if e.is_whole and e.parent != model and str(e.relation) in ("finetune", "merge")
        ]
        assert not (trained and namespace == "acme")
