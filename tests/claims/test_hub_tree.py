"""The Hub's own tree and tags."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.card.hub_tree import HubTags, HubTree


def test_tree_gives_one_relation_to_all_parents(read: Any, parents: Any) -> None:
    """The Hub has one word for all parents."""
    tree = {
        "relation": "merge",
        "models": [{"_id": "1", "id": "acme/a"}, {"_id": "2", "id": "acme/b"}],
    }
    assert parents(read(HubTree(), base_models=tree)) == [("acme/a", "merge"), ("acme/b", "merge")]


@pytest.mark.parametrize(
    "tree",
    [
        None,
        {},
        {"models": None},
        {"models": "acme/a"},
        {"relation": 3, "models": [None, 4, {"id": None}, {}]},
    ],
)
def test_a_tree_of_another_shape_names_no_parent(tree: Any, read: Any) -> None:
    """What is not the Hub's shape is not believed and not fatal."""
    assert [
        claim.parent for claim in read(HubTree(), base_models=tree).claims if claim.parent
    ] == []


def test_tags_give_the_relation_where_one_names_it(read: Any, parents: Any) -> None:
    """The plain tag alone leaves the relation unknown."""
    tags = (
        "qwen2",
        "base_model:acme/a",
        "base_model:quantized:acme/a",
        "base_model:acme/b",
        "dataset:acme/d",
    )
    assert parents(read(HubTags(), tags=tags)) == [("acme/a", "quantized"), ("acme/b", "unknown")]


def test_ids_from_the_hub_are_never_taken_for_paths(read: Any, parents: Any) -> None:
    """An organisation may have a name that looks like a folder."""
    assert parents(read(HubTags(), tags=("base_model:adapter:models/x-7b",))) == [
        ("models/x-7b", "adapter")
    ]


def test_a_model_that_the_hub_links_to_itself(read: Any) -> None:
    """Renames leave such loops; they are kept and marked."""
    (claim,) = read(HubTags(), tags=("base_model:me/child",)).claims
    assert (claim.parent, claim.problem) == (None, "self")


def test_a_tag_pasted_into_the_card_is_not_the_hubs(read: Any) -> None:
    """Copied cards carry the tag of another repo's base; beside a base of its own it is a weak
    statement."""
    card = {"base_model": "acme/a", "tags": ["base_model:acme/older"]}
    claims = read(HubTags(), card=card, tags=("base_model:acme/a", "base_model:acme/older")).claims
    assert [(claim.parent, str(claim.grade)) for claim in claims] == [
        ("acme/a", "declared"),
        ("acme/older", "stated"),
    ]
