"""What a repo's own files, tags and name say about how it was made from its base model."""

from __future__ import annotations

import re

from lineage.claims.words import words
from lineage.core.pattern import late
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_QUANT_NAME = late(
    r"(?:^|[-_.])(?:gguf|ggml|gptq|awq|exl[23]|eetq|hqq|aqlm|quip|squeezellm|quanto|"
    r"torchao|auto-?round|smoothquant|sdnq|w[48]a(?:8|16)|u?int[2-8](?:bit)?|"
    r"float8(?:bit)?|fp8|nf4|fp4|nvfp4|mxfp4|bnb|[234568]-?bits?"
    r"|i?q[2-8](?:[-_][0-9ksml]+)*|[3-8]\.\d{1,2}bpw|[2-8](?:\.\d+)?bpw|h[68]|"
    r"quantized|onnx)(?=$|[-_.])",
    re.IGNORECASE,
)
_QUANT_TAGS = words(
    """
    gguf gptq awq exl2 exl3 4-bit 8-bit bitsandbytes quantized eetq hqq aqlm fp8 int8 int4 3-bit
    2-bit 6-bit nvfp4 mxfp4 onnx quanto torchao auto-round autoround compressed-tensors
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
_ADAPTER_TAGS = words("lora qlora dora lokr loha")
_ADAPTER_TEMPLATES = words("template:diffusion-lora template:sd-lora")
_WHOLE_WEIGHTS = late(
    r"(?:^|/)(?:model|pytorch_model|consolidated|diffusion_pytorch_model)"
    r"[^/]*\.(?:safetensors|bin|pth|pt)\Z"
)
_FULL_TYPES = frozenset({"F64", "F32", "F16", "BF16", "C64"})
_INDEX_TYPES = frozenset({"BOOL", "I64"})
"""Masks and positions, which are in full-precision models too."""
_PACKED_SHARE = 0.01
_MOSTLY = 0.5
"""Bytes are packed weights, or the attention masks that older models keep for each layer: a quarter
of a small one."""
_MULTIMODAL = words(
    """
    image-text-to-text visual-question-answering image-to-text video-text-to-text audio-text-to-text
    any-to-any document-question-answering
    """
)
_ENCODERS = (
    (
        late(
            r"clip|siglip|(?:^|[-_/])vit(?=[-_\d]|$)|internvit|dinov[23]|aimv2|eva(?:0\d|"
            r"-clip)|vision-?(?:tower|encoder)|convnext",
            re.IGNORECASE,
        ),
        "vision_encoder",
    ),
    (
        late(r"whisper|wav2vec|hubert|wavlm|beats|audio-?encoder|w2v-bert|seamless", re.IGNORECASE),
        "audio_encoder",
    ),
)


def relation_named(word: object) -> Relation | None:
    """The relation that a card names in `base_model_relation`, in the Hub's words or close to them;
    None for any other text."""
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
    """The relation that the repo's shape speaks for, as the Hub infers it: merge, adapter,
    quantized, finetune."""
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
    tags = {tag.lower() for tag in record.tags}
    if record.files is None:
        return bool(tags & _ADAPTER_TEMPLATES)
    if has_whole_weights(record):
        return False
    names = {entry.path.rpartition("/")[2] for entry in record.files}
    return bool(names & set(_ADAPTER_FILES)) or bool(
        tags & (_ADAPTER_TAGS | _ADAPTER_TEMPLATES)
        and any(name.endswith((".safetensors", ".bin", ".pt", ".ckpt")) for name in names)
    )


def has_whole_weights(record: ModelRecord) -> bool:
    """Whether the file list shows the weights of a whole model in a format that is trained in."""
    return any(_WHOLE_WEIGHTS.search(entry.path) for entry in record.files or ())


def is_full_precision(record: ModelRecord) -> bool | None:
    """Whether the weights are stored in full, by the types that the safetensors summary counts;
    None where that does not tell."""
    counted = {kind.upper(): count for kind, count in record.dtypes.items()}
    total = sum(count for kind, count in counted.items() if kind not in _INDEX_TYPES)
    if not total:
        return None
    full = sum(count for kind, count in counted.items() if kind in _FULL_TYPES)
    bytes_ = counted.get("U8", 0)
    if total - full - bytes_ > _PACKED_SHARE * total or bytes_ > _MOSTLY * total:
        return False
    return None if bytes_ > _PACKED_SHARE * total else True


def looks_quantized(record: ModelRecord) -> bool:
    """Whether the repo is a quantized copy: by how its weights are stored, else by its files, else
    by what it is called.

    A word in the name or a tag alone says little: the full weights of a model that somebody trained
    may lie beside a converted copy, and who trained them must not vanish behind it.
    """
    full = is_full_precision(record)
    if full:
        return False
    named = bool(_QUANT_NAME.search(record.id.rpartition("/")[2]))
    if (
        full is False
    ):  # some models are trained further in the packed form that they were published in
        return named or _hub_relation(record) is not Relation.FINETUNE
    if record.config.get("quantization_config"):
        return True
    tagged = bool({tag.lower() for tag in record.tags} & _QUANT_TAGS)
    if has_whole_weights(record):
        return named and _hub_relation(record) in (None, Relation.QUANTIZED)
    paths = [entry.path.lower() for entry in record.files or ()]
    return bool(record.gguf) or named or tagged or any(path.endswith(".gguf") for path in paths)


def _hub_relation(record: ModelRecord) -> Relation | None:
    """What the Hub itself says, in its tree or its tags."""
    tree = record.base_models.get("relation") if record.base_models else None
    if found := relation_named(tree):
        return found
    words_ = (tag.split(":")[1] for tag in record.tags if tag.startswith("base_model:"))
    return next((found for word in words_ if (found := relation_named(word))), None)


def component_of(parent: str, others: list[str], record: ModelRecord) -> str | None:
    """The part that an encoder plays beside a language model in a multimodal child; None where the
    parent is the whole."""
    if len(others) < 2 or record.pipeline_tag not in _MULTIMODAL:
        return None
    found = _encoder(parent)
    return found if found and any(_encoder(other) is None for other in others) else None


def _encoder(repo: str) -> str | None:
    name = repo.rpartition("/")[2]
    return next((component for pattern, component in _ENCODERS if pattern.search(name)), None)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
