"""Adapter configurations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lineage.claims.files.adapter_config import AdapterConfig
from lineage.core.claim import ObservationKind
from lineage.core.relation import Grade

_FILE = "adapter_config.json"


def _file(**held: Any) -> bytes:
    return json.dumps(held).encode()


def test_base_with_revision_and_class(read: Any) -> None:
    """PEFT writes the base, the revision it was loaded at, and the class of the base."""
    content = _file(
        base_model_name_or_path="acme/base",
        revision="abc",
        auto_mapping={"base_model_class": "LlamaForCausalLM"},
    )
    reading = read(AdapterConfig(), {_FILE: content})
    (claim,) = reading.claims
    assert (claim.parent, claim.parent_revision, str(claim.relation), claim.grade) == (
        "acme/base",
        "abc",
        "adapter",
        Grade.EMBEDDED,
    )
    assert (claim.file, claim.location) == (_FILE, "base_model_name_or_path")
    assert [(o.kind, o.text) for o in reading.observations] == [
        (ObservationKind.ARCHITECTURE, "LlamaForCausalLM")
    ]


def test_a_path_of_a_training_machine_is_kept_and_its_tail_is_a_guess(read: Any) -> None:
    """`/root/models/Qwen2.5-7B-Instruct` says something; how sure, its grade says."""
    told, guess = read(
        AdapterConfig(), {_FILE: _file(base_model_name_or_path="/root/models/Qwen2.5-7B-Instruct")}
    ).claims
    assert (told.parent, told.problem, told.grade) == (None, "local path", Grade.EMBEDDED)
    assert (guess.parent, guess.tentative, guess.grade) == (
        "Qwen/Qwen2.5-7B-Instruct",
        True,
        Grade.INFERRED,
    )


def test_a_path_is_a_guess_beside_a_declared_base_too(read: Any) -> None:
    """A declared base ends nothing: the path may tell of another model than the card."""
    content = _file(base_model_name_or_path="/root/models/Qwen2.5-7B-Instruct")
    told, guess = read(AdapterConfig(), {_FILE: content}, card={"base_model": "acme/other"}).claims
    assert told.problem == "local path"
    assert (guess.parent, guess.tentative) == ("Qwen/Qwen2.5-7B-Instruct", True)


def test_the_hub_cache_in_a_path_is_nearly_certain(read: Any) -> None:
    """The cache folder spells the repo out, whatever else is declared."""
    path = "/home/x/.cache/huggingface/hub/models--acme--base/snapshots/" + "b" * 40
    _, guess = read(
        AdapterConfig(),
        {_FILE: _file(base_model_name_or_path=path)},
        card={"base_model": "acme/other"},
    ).claims
    assert (guess.parent, guess.parent_revision) == ("acme/base", "b" * 40)
    assert guess.confidence is not None and guess.confidence > 0.9


@pytest.mark.parametrize("value", [None, "", 7, [], {}])
def test_an_empty_base_gives_no_parent(value: Any, read: Any) -> None:
    """Adapters of unnamed bases exist."""
    claims = read(AdapterConfig(), {_FILE: _file(base_model_name_or_path=value)}).claims
    assert [claim.parent for claim in claims if claim.parent] == []


def test_an_unreadable_file_is_told_and_the_hubs_projection_stands_in(read: Any) -> None:
    """What the Hub saw in the file is still known."""
    reading = read(
        AdapterConfig(),
        {_FILE: b"{not json"},
        config={"peft": {"base_model_name_or_path": "acme/base"}},
    )
    assert [(claim.parent, claim.file) for claim in reading.claims] == [("acme/base", "api")]
    assert [o.kind for o in reading.observations] == [ObservationKind.UNREADABLE]


def test_an_adapter_inside_a_whole_model_is_a_component(read: Any) -> None:
    """Some models ship adapters in folders beside their own weights."""
    files = {
        "model.safetensors": b"",
        "speech-lora/adapter_config.json": _file(base_model_name_or_path="acme/base"),
    }
    (claim,) = read(AdapterConfig(), files).claims
    assert claim.component == "adapter"


def test_every_adapter_is_read_and_folders_of_another_kind_come_first(record: Any) -> None:
    """Checkpoints of one run wait until every other folder had its turn."""
    found = AdapterConfig().wants(
        record(
            files={
                f"checkpoint-1/{_FILE}": b"",
                f"checkpoint-2/{_FILE}": b"",
                f"z/{_FILE}": b"",
                _FILE: b"",
            }
        )
    )
    folders = ("", "checkpoint-1/", "z/", "checkpoint-2/")
    assert [request.path for request in found] == [folder + _FILE for folder in folders]


def test_a_collection_of_adapters_names_all_its_bases(read: Any) -> None:
    """Each folder's adapter stands on a base of its own; without whole weights beside them they are
    the model."""
    files = {
        f"a/{_FILE}": _file(base_model_name_or_path="acme/one"),
        f"b/{_FILE}": _file(base_model_name_or_path="acme/two"),
    }
    claims = read(AdapterConfig(), files).claims
    assert [(claim.parent, claim.component) for claim in claims] == [
        ("acme/one", None),
        ("acme/two", None),
    ]


def test_mlx_writes_the_base_under_another_key(read: Any) -> None:
    """Its file has the same name as PEFT's and the key `model`."""
    content = _file(fine_tune_type="lora", model="acme/base", adapter_path="adapters")
    assert [claim.parent for claim in read(AdapterConfig(), {_FILE: content}).claims] == [
        "acme/base"
    ]
