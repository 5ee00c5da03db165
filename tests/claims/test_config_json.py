"""Configurations: where weights were loaded from, and the models inside."""

from __future__ import annotations

import json
from typing import Any

from lineage.claims.files.config_json import ConfigJson
from lineage.core.claim import ObservationKind


def _read(read: Any, held: Any, **more: Any) -> Any:
    return read(ConfigJson(), {"config.json": json.dumps(held).encode()}, **more)


def test_name_or_path(read: Any, parents: Any) -> None:
    """Transformers writes where the weights were loaded from."""
    assert parents(_read(read, {"_name_or_path": "acme/base", "model_type": "llama"})) == [
        ("acme/base", "finetune")
    ]


def test_own_name_and_local_paths_are_no_parents(read: Any, parents: Any) -> None:
    """A resaved model names itself; a training machine names a folder."""
    assert parents(_read(read, {"_name_or_path": "me/child"})) == [(None, "finetune")]
    assert parents(_read(read, {"_name_or_path": "./out"})) == [(None, "finetune")]


def test_a_quantized_configuration_says_so(read: Any, parents: Any) -> None:
    """With a quantization section the loaded model is what was quantized."""
    held = {
        "_name_or_path": "acme/base",
        "quantization_config": {"quant_method": "gptq", "bits": 4},
    }
    assert parents(_read(read, held)) == [("acme/base", "quantized")]


def test_configurations_inside_are_components(read: Any) -> None:
    """A vision language model holds two models; neither is the whole."""
    held = {
        "model_type": "llava",
        "text_config": {"_name_or_path": "acme/llm"},
        "vision_config": {"_name_or_path": "acme/vit"},
        "mm_audio_tower": "acme/ears",
    }
    claims = _read(read, held).claims
    assert {(claim.parent, claim.component, claim.location) for claim in claims} == {
        ("acme/llm", "language_model", "text_config._name_or_path"),
        ("acme/vit", "vision_encoder", "vision_config._name_or_path"),
        ("acme/ears", "audio_encoder", "mm_audio_tower"),
    }


def test_encoder_and_decoder(read: Any) -> None:
    """An encoder-decoder is made of two."""
    held = {
        "encoder": {"_name_or_path": "google-bert/bert-base-uncased"},
        "decoder": {"_name_or_path": "gpt2"},
    }
    assert sorted((claim.parent, claim.component) for claim in _read(read, held).claims) == [
        ("google-bert/bert-base-uncased", "encoder"),
        ("openai-community/gpt2", "decoder"),
    ]


def test_architecture_from_the_file_or_the_hubs_projection(read: Any) -> None:
    """Rules compare it with what the card says."""
    seen = _read(read, {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]}).observations
    assert [(o.kind, o.file, o.text) for o in seen] == [
        (ObservationKind.ARCHITECTURE, "config.json", "qwen2 Qwen2ForCausalLM")
    ]
    seen = read(ConfigJson(), config={"model_type": "qwen2"}).observations
    assert [(o.file, o.text) for o in seen] == [("api", "qwen2")]


def test_values_of_other_types_are_ignored(read: Any) -> None:
    """Every key may hold anything."""
    held = {
        "_name_or_path": 3,
        "text_config": "x",
        "vision_config": [1],
        "mm_vision_tower": {"a": 1},
        "architectures": {"b": 2},
    }
    assert _read(read, held).claims == ()


def test_deep_nesting_is_refused(read: Any) -> None:
    """A file of brackets ends as unreadable."""
    reading = read(ConfigJson(), {"config.json": b'{"a":' + b"[" * 200_000})
    assert [o.kind for o in reading.observations] == [ObservationKind.UNREADABLE]
