"""Names of classes, settings and keywords that say a model of the Hub, in whatever library, and
calls that run a command line."""

from __future__ import annotations

import re

_MODEL = (
    "model",
    "model_name",
    "model_id",
    "model_name_or_path",
    "repo_id",
    "model_path",
    "pretrained_model_name_or_path",
)
# A class or function whose name says Hugging Face, of whatever
# framework: its model keyword names a hub model.
TELLING_PARTS = (
    "HuggingFace",
    "Huggingface",
    "SentenceTransformer",
    "SentenceTransformers",
    "Transformers",
    "HF",
    "Hf",
)
TELLING_NAME = re.compile(rf"(?:{'|'.join(TELLING_PARTS)})(?=[A-Z]|$)[A-Za-z0-9]*\Z")
# Names of settings of which a word means that a library's default is loaded: LlamaIndex's `local`.
LOCAL_SETTINGS = {"embed_model": ("llama_index", "HuggingFaceEmbedding")}
TELLING_KEYWORDS = (*_MODEL, "embedding_model", "embed_model")

# Functions of evaluation harnesses and names of texts that hold `pretrained=org/name`.
EVALUATING = ("simple_evaluate", "HFLM")
OTHER_TELLING_NAMES = (*EVALUATING, "model_args")

# Calls that run a command line, and the packages that have them.
SHELL_CALLS = (
    "run",
    "Popen",
    "call",
    "check_call",
    "check_output",
    "system",
    "popen",
    "create_subprocess_exec",
    "create_subprocess_shell",
)
SHELL_PACKAGES = ("subprocess", "os", "asyncio", "sh", "invoke")


def runs_code(name: str) -> bool:
    """Whether a call of that dotted name runs the code which it is given."""
    return name in ("exec", "eval", "compile") or name.rpartition(".")[2] == "run_cell"
