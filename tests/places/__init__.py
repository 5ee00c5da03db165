"""Stand-ins for the places outside the Hub: real HTTP servers with the fields that were recorded of
the live ones."""

from .modelscope import ModelScope, ModelScopeModel, readme
from .ollama import OllamaDaemon, OllamaModel, OllamaRegistry, gguf_head
from .recorded import DEEPSEEK_R1_8B, DIGEST
from .served import ModelServer, row, vllm_row

__all__ = [
    "DEEPSEEK_R1_8B",
    "DIGEST",
    "ModelScope",
    "ModelScopeModel",
    "ModelServer",
    "OllamaDaemon",
    "OllamaModel",
    "OllamaRegistry",
    "gguf_head",
    "readme",
    "row",
    "vllm_row",
]
