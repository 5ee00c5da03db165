"""Base models in card metadata, in the shapes that real cards have."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.card.metadata import CardMetadata
from lineage.core.claim import ObservationKind
from lineage.core.relation import Grade


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({"base_model": "acme/base"}, [("acme/base", "finetune")]),
        ({"base_model": ["acme/base"]}, [("acme/base", "finetune")]),
        ({"base_model": ["acme/a", "acme/b"]}, [("acme/a", "merge"), ("acme/b", "merge")]),
        ({"base_model": ["acme/a", "ACME/A"]}, [("acme/a", "finetune")]),
        ({"base_model": "acme/a, acme/b"}, [("acme/a", "merge"), ("acme/b", "merge")]),
        ({"base_model": None}, []),
        ({"base_model": []}, []),
        ({"base_model": [None, ""]}, []),
        ({"base_model": {"name": "acme/base"}}, [("acme/base", "finetune")]),
        ({"base_model": [{"model": "acme/base", "weight": "1"}]}, [("acme/base", "finetune")]),
        ({"base model": "acme/base"}, [("acme/base", "finetune")]),
        ({"finetuned_from": "acme/base"}, [("acme/base", "finetune")]),
        ({"base_models": ["acme/base"]}, [("acme/base", "finetune")]),
        (
            {"base_model_sources": [{"repo_url": "https://huggingface.co/acme/base"}]},
            [("acme/base", "finetune")],
        ),
        ({"merged_models": ["acme/a", "acme/b"]}, [("acme/a", "merge"), ("acme/b", "merge")]),
        ({"distilled_from": "acme/teacher"}, [("acme/teacher", "distilled")]),
        (
            {"base_model": "acme/base", "base_model_relation": "quantized"},
            [("acme/base", "quantized")],
        ),
        (
            {"base_model": "acme/base", "base_model_relation": "nonsense"},
            [("acme/base", "finetune")],
        ),
        ({"base_model": "acme/base", "library_name": "peft"}, [("acme/base", "adapter")]),
        ({"new_version": "acme/next"}, []),
        (
            {"model-index": [{"name": "x", "base_model": "acme/base", "results": []}]},
            [("acme/base", "finetune")],
        ),
    ],
)
def test_shapes(
    card: dict[str, Any], expected: list[tuple[str, str]], read: Any, parents: Any
) -> None:
    """Every shape of the key that names a repo gives its declared claim, with the relation that is
    told or shown."""
    reading = read(CardMetadata(), card=card)
    assert parents(reading) == expected
    assert all(claim.grade is Grade.DECLARED for claim in reading.claims)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("me/child", "self"),
        ("ME/Child", "self"),
        ("./run/checkpoint-3", "local path"),
        ("None", "placeholder"),
        ("a large model", "prose"),
        (7, "not a text"),
    ],
)
def test_values_that_name_no_model_are_kept_with_their_problem(
    value: object, problem: str, read: Any
) -> None:
    """What stands there is shown, but no parent is made of it."""
    (claim,) = read(CardMetadata(), card={"base_model": value}).claims
    assert (claim.parent, claim.problem, claim.location) == (None, problem, "base_model")


def test_a_data_set_of_the_same_name_erases_no_base(read: Any) -> None:
    """The text stays, and a model of that name, if there is one, is the base that was declared."""
    card = {"base_model": "acme/base", "datasets": ["ACME/base"]}
    told, followed = read(CardMetadata(), card=card).claims
    assert (told.parent, told.problem) == (None, "dataset")
    assert (followed.parent, followed.tentative, followed.grade) == (
        "acme/base",
        True,
        Grade.DECLARED,
    )


def test_a_bare_name_is_also_looked_for_beside_the_child(read: Any) -> None:
    """Publishers leave their own namespace out; the guess is tentative and graded lowest."""
    told, beside = read(CardMetadata(), card={"base_model": "base-x"}).claims
    assert (told.parent, told.problem) == (None, "bare name")
    assert (beside.parent, beside.tentative, beside.grade) == ("me/base-x", True, Grade.INFERRED)


def test_an_encoder_beside_a_language_model_is_a_component(read: Any) -> None:
    """A vision model's two bases are not a merge of each other."""
    card = {"base_model": ["openai/clip-vit-large-patch14", "acme/llm-7b"]}
    vision, language = read(CardMetadata(), card=card, pipeline_tag="image-text-to-text").claims
    assert (vision.component, str(vision.relation)) == ("vision_encoder", "finetune")
    assert (language.component, str(language.relation)) == (None, "finetune")


def test_a_duplicate_key_is_noticed(read: Any) -> None:
    """YAML keeps the last base model and hides the first: both are claims."""
    readme = b"---\nbase_model: acme/shown\nlicense: mit\nbase_model: acme/kept\n---\n"
    reading = read(CardMetadata(), {"README.md": readme})
    assert [claim.parent for claim in reading.claims] == ["acme/kept", "acme/shown"]
    assert [(seen.kind, seen.location) for seen in reading.observations] == [
        (ObservationKind.DUPLICATE_KEY, "line 4")
    ]


def test_broken_front_matter_still_tells(read: Any) -> None:
    """A base model line of unreadable YAML is read by itself, with its line, and said to be so."""
    readme = b"---\ntags: [a\nbase_model: acme/base\n---\n"
    reading = read(CardMetadata(), {"README.md": readme})
    assert [(c.parent, c.location, c.confidence) for c in reading.claims] == [
        ("acme/base", "line 3", 0.9)
    ]
    assert [seen.kind for seen in reading.observations] == [ObservationKind.UNREADABLE]


def test_the_number_of_claims_is_bounded_and_said(read: Any) -> None:
    """A card with thousands of bases gives a bounded answer that says so."""
    reading = read(CardMetadata(), card={"base_model": [f"acme/m{n}" for n in range(5000)]})
    assert len(reading.claims) == 200
    assert reading.observations[0].kind is ObservationKind.TRUNCATED


def test_copies_of_a_base_hide_nothing(read: Any) -> None:
    """Equal values count once, so a different one behind two hundred copies is still read."""
    reading = read(CardMetadata(), card={"base_model": ["acme/a"] * 205 + ["acme/b"]})
    assert [claim.parent for claim in reading.claims] == ["acme/a", "acme/b"]
    assert reading.observations == ()


def test_what_the_bound_leaves_out_is_named(read: Any) -> None:
    """The observation tells how many names are missing, and the first of them."""
    (cut,) = read(
        CardMetadata(), card={"base_model": [f"acme/m{n}" for n in range(203)]}
    ).observations
    assert (cut.kind, cut.location) == (ObservationKind.TRUNCATED, "base_model")
    assert "3 of 203" in cut.text
    assert "acme/m200" in cut.text


def test_metadata_of_the_hub_and_of_the_readme_are_both_read(read: Any) -> None:
    """Where they differ, both statements are kept."""
    reading = read(
        CardMetadata(),
        {"README.md": b"---\nbase_model: acme/other\n---\n"},
        card={"base_model": "acme/base"},
    )
    assert [claim.parent for claim in reading.claims] == ["acme/base", "acme/other"]


@pytest.mark.parametrize(
    "readme",
    [
        b"---\nlicense: mit\n---\n---\nbase_model: acme/base\n---\n",
        b"---\nlicense: mit\n--- \n\n---\nbase_model: acme/base\ntags: [x\n---\n",
        b"---\nlicense: mit\n...\n%x\nbase_model: acme/base\n---\n",
        b"```yaml\n---\nbase_model: acme/base\n---\n```\n# Child\n",
        b"```\nlicense: mit\nbase_model: acme/base\n```\n# Child\n",
        b"---\nlicense: mit\nbase_model: acme/ba\x00se\n---\n",
        b"--\x00-\nbase_model: acme/base\n---\n",
        b"\xef\xbb\xbf---\r\nbase model: acme/base\r\n---\r\n",
    ],
    ids=[
        "second",
        "broken second",
        "document end",
        "fence",
        "bare fence",
        "nul",
        "nul ruler",
        "bom",
    ],
)
def test_hidden_front_matter_still_tells(readme: bytes, read: Any) -> None:
    """What YAML or the Hub does not look at is the publisher's statement all the same."""
    reading = read(CardMetadata(), {"README.md": readme})
    assert [claim.parent for claim in reading.claims] == ["acme/base"]
