"""Configuration blocks, statements, teachers and names."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.card.blocks import EmbeddedBlocks
from lineage.claims.card.removal_marks import RemovalMarks
from lineage.claims.card.self_statements import SelfStatements
from lineage.claims.card.teachers import Teachers
from lineage.claims.names.own_name import Names
from lineage.claims.readers import all_readers
from lineage.core.claim import ObservationKind
from lineage.core.relation import Grade

_AXOLOTL = "# Child\n\n```yaml\nbase_model: acme/base-7b\nsequence_len: 2048\ndatasets:\n- path: acme/data\n```\n"
_MERGE = "# Child\n\n```yaml\nmerge_method: ties\nbase_model: acme/base\nmodels:\n- model: acme/one\n- model: acme/two\n```\n"


def test_an_axolotl_block(read: Any) -> None:
    """A trainer's configuration pasted into the card is as good as the file."""
    (claim,) = read(EmbeddedBlocks(), {"README.md": _AXOLOTL.encode()}).claims
    assert (claim.parent, claim.grade, claim.location) == (
        "acme/base-7b",
        Grade.EMBEDDED,
        "line 3, base_model",
    )


def test_a_merge_block(read: Any, parents: Any) -> None:
    """A recipe in the card names all parents."""
    reading = read(EmbeddedBlocks(), {"README.md": _MERGE.encode()})
    assert parents(reading) == [
        ("acme/base", "merge"),
        ("acme/one", "merge"),
        ("acme/two", "merge"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "```yaml\nbase_model: acme/base-7b\n```",
        "```python\nbase_model: acme/base-7b\nsequence_len: 1\ndatasets: []\n```",
        "# Original model card\n\n" + _AXOLOTL,
        "```yaml\nbase_model: [\nmerge_method: x\n```",
    ],
    ids=["an example", "another language", "copied card", "broken"],
)
def test_blocks_that_are_no_configuration_of_this_model(body: str, read: Any) -> None:
    """Usage examples, code and the parent's own card are left alone."""
    assert (
        read(EmbeddedBlocks(), {"README.md": body.replace("# Child\n\n", "").encode()}).claims == ()
    )


def test_a_quantized_copy_keeps_its_parents_block(read: Any) -> None:
    """The block tells of the parent, whose own card tells it too."""
    assert (
        read(EmbeddedBlocks(), {"README.md": _AXOLOTL.encode()}, id_="me/child-GGUF").claims == ()
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The model was trained from scratch on prose.", ObservationKind.FROM_SCRATCH),
        ("This model is pretrained entirely from scratch.", ObservationKind.FROM_SCRATCH),
        ("该模型从零开始预训练。", ObservationKind.FROM_SCRATCH),
        ("An uncensored version of Base.", ObservationKind.REMOVAL_CLAIM),
        ("Created with abliteration.", ObservationKind.REMOVAL_CLAIM),
        (
            "It has been post-trained to provide unbiased, accurate, and factual information.",
            ObservationKind.REMOVAL_CLAIM,
        ),
        ("We removed the refusal direction.", ObservationKind.REMOVAL_CLAIM),
        ("This is a mirror of acme/base-7b.", ObservationKind.IDENTITY),
        ("All credit goes to the authors.", ObservationKind.IDENTITY),
    ],
)
def test_statements(text: str, kind: ObservationKind, read: Any) -> None:
    """What the card says of itself is kept with its line; it is a statement, no result."""
    seen = read(SelfStatements(), {"README.md": f"# Child\n\n{text}\n".encode()}).observations
    assert [(o.kind, o.location) for o in seen] == [(kind, "line 3")]


@pytest.mark.parametrize(
    "text",
    [
        "The model was not trained from scratch.",
        "Rather than training from scratch, we tuned.",
        "If you want an uncensored model, look elsewhere.",
        "The dataset removes nothing.",
        "Copy the code below.",
    ],
)
def test_sentences_that_state_nothing_of_the_kind(text: str, read: Any) -> None:
    """Denials and advice are no statements."""
    assert read(SelfStatements(), {"README.md": f"# Child\n\n{text}\n".encode()}).observations == ()


@pytest.mark.parametrize(
    "text",
    [
        "The base model was trained from scratch on two trillion tokens.",
        "Our tokenizer was trained from scratch.",
        "Llama 2 was pretrained from scratch by its makers.",
        "[Sister](https://huggingface.co/acme/sister-7b) was trained from scratch.",
        "It is tuned from a model which was trained from scratch.",
        "## Related models\n\nA larger one, trained from scratch, exists.",
        "ベースモデルはスクラッチから学習されています。",
    ],
)
def test_another_model_from_scratch_is_not_this_one(text: str, read: Any) -> None:
    """What is said of a base, a part or a sister line contradicts nothing."""
    assert read(SelfStatements(), {"README.md": f"# Child\n\n{text}\n".encode()}).observations == ()


@pytest.mark.parametrize(
    "text",
    [
        "We trained this model from scratch.",
        "The base model was trained from scratch; child itself is unlike it. We trained ours from scratch too.",
        "Trained from scratch.\n\nIt was, we repeat, trained from scratch.",
        "Child-7B was trained from scratch with Llama 2's recipe.",
    ],
)
def test_one_statement_about_a_beginning_from_scratch(text: str, read: Any) -> None:
    """However often a card repeats it, and whatever it says of others before."""
    seen = read(SelfStatements(), {"README.md": f"# Child\n\n{text}\n".encode()}).observations
    assert [o.kind for o in seen] == [ObservationKind.FROM_SCRATCH]


def test_names_and_tags_state_it_too(read: Any) -> None:
    """Without any file."""
    seen = read(
        RemovalMarks(), id_="me/child-abliterated", tags=("uncensored", "region:us")
    ).observations
    assert [(o.kind, o.location) for o in seen] == [
        (ObservationKind.REMOVAL_CLAIM, "id"),
        (ObservationKind.REMOVAL_CLAIM, "tags"),
    ]


def test_a_teacher_by_data_and_by_name(read: Any) -> None:
    """Leads only: lowest grade, kept where the teacher exists."""
    (claim,) = read(
        Teachers(), card={"datasets": ["acme/DeepSeek-R1-Distill-110k", "acme/recipes"]}
    ).claims
    assert (claim.parent, str(claim.relation), claim.grade, claim.tentative) == (
        "deepseek-ai/DeepSeek-R1",
        "distilled",
        Grade.INFERRED,
        True,
    )
    assert claim.location == "datasets[0]"
    (claim,) = read(Teachers(), id_="me/R1-Distill-Mini").claims
    assert (claim.parent, claim.location) == ("deepseek-ai/DeepSeek-R1", "id")


def test_further_training_of_a_distilled_model_adds_no_teacher(read: Any) -> None:
    """It inherits the teacher through its parent."""
    card = {"base_model": "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"}
    assert read(Teachers(), id_="me/DeepSeek-R1-Distill-Qwen-7B-tuned", card=card).claims == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TheBloke/Base-7B-GGUF", ["TheBloke/Base-7B"]),
        (
            "unsloth/Qwen2.5-7B-Instruct-bnb-4bit",
            ["unsloth/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct"],
        ),
        (
            "mlx-community/Qwen2.5-7B-Instruct-4bit",
            ["mlx-community/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct"],
        ),
        ("me/base-AWQ", ["me/base"]),
        ("me/base-4.0bpw-h6-exl2", ["me/base"]),
        ("bartowski/acme_base-7b-GGUF", ["bartowski/acme_base-7b", "acme/base-7b"]),
        ("me/base-i1-GGUF", ["me/base"]),
        ("me/base", []),
        ("gpt2", []),
    ],
)
def test_names_of_copies(name: str, expected: list[str], read: Any) -> None:
    """The name without its format, beside it and under the family's developer where the publisher
    converts others' models."""
    claims = read(Names(), id_=name).claims
    assert [claim.parent for claim in claims] == expected
    assert all(claim.tentative and claim.grade is Grade.INFERRED for claim in claims)


def test_no_guess_from_the_name_where_a_base_is_declared(read: Any) -> None:
    """Each guess costs the walk a question."""
    assert read(Names(), id_="me/base-GGUF", card={"base_model": "acme/base"}).claims == ()


def test_all_readers_have_names_of_their_own() -> None:
    """The name stands as the source of a claim."""
    names = [reader.name for reader in all_readers()]
    assert len(names) == len(set(names))
