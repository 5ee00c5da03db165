"""All calls that load models, by their name, and the keywords that name one more in any of them."""

from __future__ import annotations

from functools import lru_cache

from lineage.scan.python.loaders.elsewhere import OF_ELSEWHERE
from lineage.scan.python.loaders.fields import OF_FIELDS
from lineage.scan.python.loaders.frameworks import OF_FRAMEWORKS
from lineage.scan.python.loaders.hub import OF_HUB
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.loaders.telling import EVALUATING, TELLING_NAME
from lineage.scan.telling import says_from_hub

LOADERS = (*OF_HUB, *OF_FRAMEWORKS, *OF_FIELDS, *OF_ELSEWHERE)

# Calls with a second model beside the first: an adapter on a base, a tokenizer, a draft.
SECOND: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "PeftModel.from_pretrained": (1, ("model_id",)),
    "PeftModelForCausalLM.from_pretrained": (1, ("model_id",)),
    "PeftMixedModel.from_pretrained": (1, ("model_id",)),
}
# Keywords that name one more model in any call of the table.
MORE_KEYWORDS = (
    "tokenizer",
    "tokenizer_name",
    "speculative_model",
    "draft_model_path",
    "assistant_model",
    "adapter_name_or_path",
    "controlnet",
    "vae",
    "text_encoder",
    "speculative_draft_model_path",
    "feature_extractor",
    "image_processor",
    "base_model_name_or_path",
    "prompt_lookup_model",
    "forced_aligner",
)

PACKAGES = frozenset(package for loader in LOADERS for package in loader.packages) - {"?"} | {
    "torch", "tensorflow", "jax", "keras", "mlx", "onnxruntime", "peft", "trl", "accelerate",
    "datasets", "tokenizers", "langchain", "langchain_core", "langchain_community", "llama_index",
}  # fmt: skip
"""Packages of machine learning: those that load models, and those such code is written with."""


def loaders_for(name: str) -> list[Loader]:
    """Table rows for the last part of a callee's name."""
    return _BY_NAME.get(name, [])


@lru_cache(maxsize=50_000)
def is_loading(name: str) -> bool:
    """Whether something of that name loads models, of whatever package."""
    is_known = bool(loaders_for(name)) or name in EVALUATING
    return is_known or TELLING_NAME.match(name) is not None or says_from_hub(name)


_BY_NAME: dict[str, list[Loader]] = {}
for _loader in LOADERS:
    for _name in _loader.names:
        _BY_NAME.setdefault(_name, []).append(_loader)
