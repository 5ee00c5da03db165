"""Stand-ins for the places outside the Hub: real HTTP servers with the fields that were recorded of
the live ones."""

from .kaggle import Kaggle, KaggleModel
from .mlflow import Mlflow, Version
from .modelscope import ModelScope, ModelScopeModel, readme
from .oci import Artefact, OciRegistry, archive, docker_model, kit, layer, model_pack
from .ollama import OllamaDaemon, OllamaModel, OllamaRegistry, gguf_head
from .recorded import DEEPSEEK_R1_8B, DIGEST
from .served import ModelServer, row, vllm_row

__all__ = [
    "DEEPSEEK_R1_8B",
    "DIGEST",
    "Artefact",
    "Kaggle",
    "KaggleModel",
    "Mlflow",
    "ModelScope",
    "ModelScopeModel",
    "ModelServer",
    "OciRegistry",
    "OllamaDaemon",
    "OllamaModel",
    "OllamaRegistry",
    "Version",
    "archive",
    "docker_model",
    "gguf_head",
    "kit",
    "layer",
    "model_pack",
    "readme",
    "row",
    "vllm_row",
]
