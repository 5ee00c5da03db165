"""Merge recipes."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.files.mergekit import Mergekit
from lineage.core.claim import ObservationKind

_FILE = "mergekit_config.yml"
_RECIPES = {
    "linear": (
        "models:\n- model: a/x\n  parameters: {weight: 0.5}\n- model: b/y\nmerge_method: linear\n",
        ["a/x", "b/y"],
    ),
    "base among models": (
        "models:\n- model: a/x\n- model: b/y\nmerge_method: slerp\nbase_model: a/x\n",
        ["a/x", "b/y"],
    ),
    "task arithmetic": (
        "base_model: a/x\nmodels:\n- model: b/y\nmerge_method: task_arithmetic\n",
        ["a/x", "b/y"],
    ),
    "slices": (
        "slices:\n- sources:\n  - model: a/x\n    layer_range: [0, 16]\n- sources:\n  - model: b/y\n    layer_range: [8, 32]\n"
        "merge_method: passthrough\n",
        ["a/x", "b/y"],
    ),
    "experts": (
        "base_model: a/x\ngate_mode: hidden\nexperts:\n- source_model: b/y\n  positive_prompts: [code]\n- source_model: c/z\n",
        ["a/x", "b/y", "c/z"],
    ),
    "genome": (
        "genome:\n  models:\n  - a/x\n  - b/y\n  merge_method: linear\ntasks: []\n",
        ["a/x", "b/y"],
    ),
    "modules": (
        "merge_method: linear\nmodules:\n  text_decoder:\n    slices:\n    - sources:\n      - model: a/x\n  vision:\n    models:\n"
        "    - model: b/y\n",
        ["a/x", "b/y"],
    ),
    "nested path": (
        "merge_method: linear\nmodels:\n- model: {model: {path: a/x, revision: main}}\n- model: b/y+c/lora\n",
        ["a/x", "b/y", "c/lora"],
    ),
    "several documents": (
        "name: step-1\nmerge_method: slerp\nmodels:\n- model: a/x\n- model: b/y\n---\nname: step-2\nmerge_method: linear\nmodels:\n"
        "- model: step-1\n- model: c/z\n",
        ["a/x", "b/y", "c/z"],
    ),
}


@pytest.mark.parametrize(("recipe", "expected"), _RECIPES.values(), ids=_RECIPES)
def test_recipes(recipe: str, expected: list[str], read: Any) -> None:
    """Every form in which mergekit names a model gives its parent once, as a merge."""
    claims = read(Mergekit(), {_FILE: recipe.encode()}).claims
    assert sorted(claim.parent for claim in claims) == expected
    assert {str(claim.relation) for claim in claims} == {"merge"}


def test_method_and_weight_are_the_excerpt(read: Any) -> None:
    """How much of a parent is in a merge stands beside it."""
    claims = read(Mergekit(), {_FILE: _RECIPES["linear"][0].encode()}).claims
    assert [claim.excerpt for claim in claims] == [
        "merge_method: linear, weight: 0.5",
        "merge_method: linear",
    ]


def test_a_tokenizer_source_is_a_component(read: Any) -> None:
    """The vocabulary of one model does not carry its weights."""
    recipe = b"merge_method: linear\ntokenizer_source: c/z\nmodels:\n- model: a/x\n"
    claims = read(Mergekit(), {_FILE: recipe}).claims
    assert sorted((claim.parent, claim.component) for claim in claims) == [
        ("a/x", None),
        ("c/z", "tokenizer"),
    ]


def test_some_other_yaml_is_no_recipe(read: Any) -> None:
    """A training configuration called config.yaml is for another reader."""
    assert read(Mergekit(), {"config.yaml": b"base_model: a/x\nlearning_rate: 1\n"}).claims == ()


def test_broken_yaml_is_told(read: Any) -> None:
    """A recipe that cannot be read may hide parents."""
    assert [o.kind for o in read(Mergekit(), {_FILE: b"models: [a"}).observations] == [
        ObservationKind.UNREADABLE
    ]


def test_the_number_of_claims_is_bounded(read: Any) -> None:
    """A recipe of thousands ends."""
    recipe = "merge_method: linear\nmodels:\n" + "".join(f"- model: a/m{n}\n" for n in range(3000))
    assert len(read(Mergekit(), {_FILE: recipe.encode()}).claims) == 200
