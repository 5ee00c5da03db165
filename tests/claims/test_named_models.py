"""Configurations of many libraries, read by the form of their keys; MLflow; code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lineage.claims.files.code import COMPONENT, LoadingCode
from lineage.claims.files.config_json import ConfigJson
from lineage.claims.files.mlflow import MlflowModel
from lineage.claims.files.model_configs import ModelConfigs
from lineage.claims.files.trainer_logs import TrainerLogs


def _named(reading: Any) -> set[tuple[str | None, str | None]]:
    return {(claim.parent, claim.component) for claim in reading.claims if not claim.tentative}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (
            {"pretrained_llm": "acme/llm", "pretrained_asr": "acme/ears"},
            {("acme/llm", "language_model"), ("acme/ears", "audio_encoder")},
        ),
        ({"type": "policy", "vlm_model_name": "acme/eyes"}, {("acme/eyes", "backbone")}),
        ({"policy": {"vlmModelNameOrPath": "acme/eyes"}}, {("acme/eyes", "backbone")}),
        ({"model_name": "acme/whole"}, {("acme/whole", None)}),
        ({"speech_encoder": {"model_path": "acme/ears"}}, {("acme/ears", "audio_encoder")}),
        (
            {"speculators_config": {"verifier": {"name_or_path": "acme/big"}}},
            {("acme/big", "draft_model")},
        ),
        ({"teacher_model_id": "acme/teacher"}, {("acme/teacher", None)}),
        ({"train_ds": {"model_name": "acme/no"}, "evaluation": {"judge_model": "acme/no"}}, set()),
        (
            {
                "model_name": "resnet",
                "hidden_act": "a/b",
                "auto_map": {"AutoModel": "acme/code--x.Y"},
            },
            set(),
        ),
    ],
)
def test_config_json(held: Any, expected: set[Any], read: Any) -> None:
    """What a key names and what it holds are told by its words; data and scoring are left alone."""
    assert _named(read(ConfigJson(), {"config.json": json.dumps(held).encode()})) == expected


def test_a_folder_called_after_a_part_holds_that_part(read: Any) -> None:
    """A speech model keeps its language model in a folder."""
    files = {"LLM/config.json": json.dumps({"_name_or_path": "acme/llm"}).encode()}
    assert _named(read(ConfigJson(), files)) == {("acme/llm", "language_model")}


def test_configurations_under_other_names(read: Any) -> None:
    """GLiNER and OpenCLIP have files of their own; a tokenizer's and a generation's name no
    model."""
    files = {
        "gliner_config.json": b'{"model_name": "acme/encoder"}',
        "open_clip_config.json": b'{"model_cfg": {"text_cfg": {"hf_model_name": "acme/text"}}}',
        "tokenizer_config.json": b'{"name_or_path": "acme/no"}',
    }
    found = {claim.parent for claim in read(ModelConfigs(), files).claims}
    assert found == {"acme/encoder", "acme/text"}


@pytest.mark.parametrize(
    ("path", "content", "parent"),
    [
        ("model_config.yaml", "language_model:\n  pretrained_model_name: acme/base\n", "acme/base"),
        ("recipes/full.yaml", "model:\n  hf_model_name: acme/base\nconfig: 1\n", "acme/base"),
        ("conf/full.yaml", "checkpointer:\n  model:\n    name_or_path: acme/base\n", "acme/base"),
        ("train.yaml", "top.model_path: acme/base\n", "acme/base"),
        ("config.yaml", "model:\n  llm:\n    path: acme/base\n", "acme/base"),
        ("config.yaml", "logger:\n  path: acme/no\nname: acme/no\n", None),
        (".hydra/config.yaml", "actor:\n  model:\n    path: acme/base\n", "acme/base"),
        (".github/train.yaml", "model_name_or_path: acme/base\n", None),
        ("sd/train.toml", '[model]\npretrained_model_name_or_path = "acme/base"\n', "acme/base"),
        ("pyproject.toml", 'base_model = "acme/base"\n', None),
        ("conda.yaml", "model_name_or_path: acme/base\n", None),
        ("run/train_args.json", '{"model": {"name_or_path": "acme/base"}}', "acme/base"),
    ],
)
def test_training_configurations(path: str, content: str, parent: str | None, read: Any) -> None:
    """In any folder, nested as deeply as hydra does; an environment is none."""
    found = {claim.parent for claim in read(TrainerLogs(), {path: content.encode()}).claims}
    assert found == ({parent} if parent else set())


def test_mlflow(read: Any) -> None:
    """A flavour names what it was loaded from, and whether an adapter was."""
    content = (
        "flavors:\n  transformers:\n    source_model_name: acme/base\n    peft_adaptor: peft\n"
        f"    source_model_revision: {'a' * 40}\n"
    )
    (claim,) = read(MlflowModel(), {"model/MLmodel": content.encode()}).claims
    assert (claim.parent, str(claim.relation), claim.parent_revision) == (
        "acme/base",
        "adapter",
        "a" * 40,
    )


def test_code(read: Any) -> None:
    """What runs is a guess; examples, comments and tokenizers are none."""
    content = b'''"""Use:
    model = AutoModel.from_pretrained("acme/in-a-docstring")
"""
# model = AutoModel.from_pretrained("acme/in-a-comment")
>>> AutoModel.from_pretrained("acme/in-an-example")
BASE_MODEL = "acme/constant"
tok = AutoTokenizer.from_pretrained("acme/tokenizer")
model = AutoModelForCausalLM.from_pretrained(
    "acme/loaded", torch_dtype="auto")
'''
    claims = read(LoadingCode(), {"inference.py": content}).claims
    assert {(claim.parent, claim.location) for claim in claims} == {
        ("acme/constant", "line 6"),
        ("acme/loaded", "line 9"),
    }
    assert all(claim.tentative and claim.component == COMPONENT for claim in claims)


def test_a_script_that_starts_a_training(read: Any) -> None:
    """The flag names the start."""
    content = b"python train.py --model_name_or_path acme/base --dataset acme/data\n"
    assert [claim.parent for claim in read(LoadingCode(), {"train.sh": content}).claims] == [
        "acme/base"
    ]
