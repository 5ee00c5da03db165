"""How a repo was made, by its weights before its tags."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.names.relation_signs import relation_by_signs
from lineage.core.relation import Relation

_FULL = {"BF16": 8_000_000_000}
_PACKED = {"I32": 900_000_000, "F16": 600_000_000}


@pytest.mark.parametrize("tag", ["onnx", "gguf", "int8", "4-bit", "gptq"])
@pytest.mark.parametrize("name", ["acme/tuned", "acme/tuned-int8", "acme/tuned-GGUF"])
def test_full_weights_are_no_quantization_whatever_they_are_called(
    tag: str, name: str, record: Any
) -> None:
    """Who trained them must not vanish behind a word."""
    made = record(name, {"model.safetensors": b""}, tags=(tag,), dtypes=_FULL)
    assert relation_by_signs(made) is Relation.FINETUNE


def test_packed_weights_are_a_quantization_without_any_word(record: Any) -> None:
    """The summary counts what is stored."""
    made = record("acme/tuned", {"model.safetensors": b""}, dtypes=_PACKED)
    assert relation_by_signs(made) is Relation.QUANTIZED


def test_masks_are_no_packed_weights(record: Any) -> None:
    """Older models store attention masks as bytes; bytes with a word beside them are packed
    weights."""
    masks = {"F16": 120_000_000, "U8": 50_000_000}
    assert relation_by_signs(record("acme/small", dtypes=masks)) is Relation.FINETUNE
    assert relation_by_signs(record("acme/small-bnb-4bit", dtypes=masks)) is Relation.QUANTIZED
    mostly = {"F16": 50_000_000, "U8": 120_000_000}
    assert relation_by_signs(record("acme/small", dtypes=mostly)) is Relation.QUANTIZED


def test_a_model_trained_in_packed_form_stays_one_where_the_hub_says_so(record: Any) -> None:
    """Some foundations are published packed, and are trained further so."""
    tags = ("base_model:finetune:acme/base",)
    made = record("acme/tuned", {"model.safetensors": b""}, dtypes=_PACKED, tags=tags)
    assert relation_by_signs(made) is Relation.FINETUNE


def test_without_a_summary_the_file_list_decides_over_tags(record: Any) -> None:
    """Whole weights beside a converted copy; a converted copy alone."""
    both = record("acme/tuned", {"model.safetensors": b"", "q4.gguf": b""}, tags=("gguf", "4-bit"))
    alone = record("acme/tuned", {"q4.gguf": b""})
    assert relation_by_signs(both) is Relation.FINETUNE
    assert relation_by_signs(alone) is Relation.QUANTIZED


@pytest.mark.parametrize("name", ["acme/x-QUANTO-int4bit-smashed", "acme/x-int4", "acme/x-w8a8"])
def test_names_of_quantized_copies(name: str, record: Any) -> None:
    """Where nothing shows full weights the name is believed, also in a row without a file list."""
    assert relation_by_signs(record(name, {"model.pt": b""})) is Relation.QUANTIZED
    assert relation_by_signs(record(name)) is Relation.QUANTIZED


def test_adapters_in_folders_and_by_tag(record: Any) -> None:
    """A collection holds only folders; an image adapter has a tag and one file."""
    assert relation_by_signs(record(files={"a/adapter_config.json": b""})) is Relation.ADAPTER
    made = record(files={"style.safetensors": b""}, tags=("lora", "diffusers"))
    assert relation_by_signs(made) is Relation.ADAPTER
    made = record(files={"model.safetensors": b""}, tags=("lora",))
    assert relation_by_signs(made) is Relation.FINETUNE
