"""What a configuration or a GGUF header says of a model's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.core.config import text_config
from lineage.core.value import dataclass

_LARGEST = 2**40


@dataclass(frozen=True)
class Looks:
    """Type, classes and sizes; None where the file does not say."""

    model_type: str = ""
    architectures: tuple[str, ...] = ()
    vocabulary: int | None = None
    width: int | None = None
    layers: int | None = None
    pre_tokenizer: str = ""
    """`tokenizer.ggml.pre` of a GGUF header."""
    is_gguf: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Type and classes, as far as the file has them."""
        return tuple(name for name in (self.model_type, *self.architectures) if name)

    @property
    def sizes(self) -> str:
        """In words: `vocabulary 152064, width 3584, 28 layers`."""
        lines = (
            ("vocabulary {}", self.vocabulary),
            ("width {}", self.width),
            ("{} layers", self.layers),
        )
        return ", ".join(text.format(value) for text, value in lines if value is not None)


def looks_of(config: Mapping[str, Any]) -> Looks:
    """From config.json (of a multimodal model the language part) or from GGUF key-values."""
    text = text_config(config)
    architecture = config.get("general.architecture")
    if isinstance(architecture, str):
        return Looks(
            architecture[:100],
            (),
            _number((config,), "tokenizer.ggml.tokens.length", f"{architecture}.vocab_size"),
            _number((config,), f"{architecture}.embedding_length"),
            _number((config,), f"{architecture}.block_count"),
            str(config.get("tokenizer.ggml.pre") or "")[:100],
            True,
        )
    named = config.get("architectures")
    architectures = (
        tuple(name[:200] for name in named[:8] if isinstance(name, str))
        if isinstance(named, list)
        else ()
    )
    kind = text.get("model_type") or config.get("model_type") or ""
    return Looks(
        kind[:100] if isinstance(kind, str) else "",
        architectures,
        _number((text, config), "vocab_size", "padded_vocab_size"),
        _number((text, config), "hidden_size", "n_embd", "d_model", "dim"),
        _number((text, config), "num_hidden_layers", "n_layer", "num_layers", "n_layers"),
    )


def _number(sources: tuple[Mapping[str, Any], ...], *keys: str) -> int | None:
    for source in sources:
        for key in keys:
            value = source.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST:
                return value
    return None
