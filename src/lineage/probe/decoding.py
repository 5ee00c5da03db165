"""How a model is asked, and what its server says that it serves."""

from __future__ import annotations

from lineage.core.value import dataclass


@dataclass(frozen=True)
class Decoding:
    """How answers are drawn; what is None is left to the endpoint."""

    temperature: float | None = None
    max_tokens: int = 4096
    """A low limit starves models that reason first, which looks like refusal."""
    samples: int = 3


@dataclass(frozen=True)
class Served:
    """What an endpoint says that it serves; empty where it does not."""

    server: str = ""
    """`ollama`, `llama.cpp`, or empty."""
    id: str = ""
    root: str = ""
    parent: str = ""
    digest: str = ""
    quantization: str = ""
