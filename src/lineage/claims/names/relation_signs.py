"""What a repo's own files, tags and name say about how it was made from its base model."""

from __future__ import annotations

import re

from lineage.claims.words import words
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_QUANT_NAME = re.compile(
    r"(?:^|[-_.])(?:gguf|ggml|gptq|awq|exl[23]|eetq|hqq|aqlm|quip|squeezellm|w[48]a(?:8|16)|int[48]|fp8|nf4|fp4|nvfp4|mxfp4|bnb|[234568]-?bits?"
    r"|i?q[2-8](?:[-_][0-9ksml]+)*|[3-8]\.\d{1,2}bpw|[2-8](?:\.\d+)?bpw|h[68]|quantized|onnx)(?=$|[-_.])",
    re.IGNORECASE,
)
_QUANT_TAGS = words(
    """
    gguf gptq awq exl2 exl3 4-bit 8-bit bitsandbytes quantized eetq hqq aqlm fp8 int8 int4 3-bit 2-bit 6-bit nvfp4 mxfp4 onnx
    """
)
_MERGE_TAGS = words("merge mergekit lazymergekit moerge model-merge frankenmerge")
_ADAPTER_LIBRARIES = words("peft adapter-transformers adapters lora")
_ADAPTER_FILES = (
    "adapter_config.json",
    "adapter_model.safetensors",
    "adapter_model.bin",
    "pytorch_lora_weights.safetensors",
    "pytorch_lora_weights.bin",
)
_WHOLE_WEIGHTS = re.compile(
    r"(?:^|/)(?:model|pytorch_model|consolidated|diffusion_pytorch_model)[^/]*\.(?:safetensors|bin|pth|pt)\Z"
)
_MULTIMODAL = words(
    """
    image-text-to-text visual-question-answering image-to-text video-text-to-text audio-text-to-text any-to-any
    document-question-answering
    """
)
_ENCODERS = (
    (
        re.compile(
            r"clip|siglip|(?:^|[-_/])vit(?=[-_\d]|$)|internvit|dinov[23]|aimv2|eva(?:0\d|-clip)|vision-?(?:tower|encoder)|convnext",
            re.IGNORECASE,
        ),
        "vision_encoder",
    ),
    (
        re.compile(
            r"whisper|wav2vec|hubert|wavlm|beats|audio-?encoder|w2v-bert|seamless", re.IGNORECASE
        ),
        "audio_encoder",
    ),
)


def relation_named(word: object) -> Relation | None:
    """The relation that a card names in `base_model_relation`, in the Hub's words or close to them; None for any other text."""
    if not isinstance(word, str):
        return None
    low = word.strip().lower().replace("-", "").replace("_", "")
    return _WORDS.get(low)


_WORDS = {
    "finetune": Relation.FINETUNE,
    "finetuned": Relation.FINETUNE,
    "finetuning": Relation.FINETUNE,
    "adapter": Relation.ADAPTER,
    "lora": Relation.ADAPTER,
    "quantized": Relation.QUANTIZED,
    "quantization": Relation.QUANTIZED,
    "quantised": Relation.QUANTIZED,
    "quant": Relation.QUANTIZED,
    "merge": Relation.MERGE,
    "merged": Relation.MERGE,
    "distilled": Relation.DISTILLED,
    "distillation": Relation.DISTILLED,
    "distill": Relation.DISTILLED,
    "conversion": Relation.CONVERSION,
    "converted": Relation.CONVERSION,
}


def relation_by_signs(record: ModelRecord, parents: int = 1) -> Relation:
    """The relation that the repo's shape speaks for, as the Hub infers it: merge, adapter, quantized, finetune."""
    if parents > 1:
        return Relation.MERGE
    tags = {tag.lower() for tag in record.tags}
    if is_adapter(record):
        return Relation.ADAPTER
    if looks_quantized(record):
        return Relation.QUANTIZED
    return Relation.MERGE if tags & _MERGE_TAGS else Relation.FINETUNE


def is_adapter(record: ModelRecord) -> bool:
    """Whether the repo holds an adapter and not a whole model beside it."""
    if (record.library or _text(record.card.get("library_name"))).lower() in _ADAPTER_LIBRARIES:
        return True
    paths = [entry.path for entry in record.files or ()]
    return any(path in _ADAPTER_FILES for path in paths) and not any(
        _WHOLE_WEIGHTS.search(path) for path in paths
    )


def looks_quantized(record: ModelRecord) -> bool:
    """Whether name, tags, files or configuration tell of a quantized copy."""
    if (
        record.gguf
        or record.config.get("quantization_config")
        or _QUANT_NAME.search(record.id.rpartition("/")[2])
    ):
        return True
    if {tag.lower() for tag in record.tags} & _QUANT_TAGS:
        return True
    paths = [entry.path for entry in record.files or ()]
    whole = [path for path in paths if _WHOLE_WEIGHTS.search(path)]
    return any(path.lower().endswith(".gguf") for path in paths) and not whole


def component_of(parent: str, others: list[str], record: ModelRecord) -> str | None:
    """The part that an encoder plays beside a language model in a multimodal child; None where the parent is the whole."""
    if len(others) < 2 or record.pipeline_tag not in _MULTIMODAL:
        return None
    found = _encoder(parent)
    return found if found and any(_encoder(other) is None for other in others) else None


def _encoder(repo: str) -> str | None:
    name = repo.rpartition("/")[2]
    return next((component for pattern, component in _ENCODERS if pattern.search(name)), None)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
