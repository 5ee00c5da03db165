"""Whether a key, a variable or an option says by its name that its value is a model."""

from __future__ import annotations

import re
from functools import lru_cache

_MODEL_KEYS = frozenset(
    [
        "model", "models", "modelid", "modelname", "checkpoint", "ckpt", "encoder", "embedder",
        "embedding", "embeddings", "reranker", "rerank", "llm", "tokenizer", "pretrained",
        "backbone", "adapter", "lora", "teacher", "vae", "unet", "controlnet", "transformer",
        "transformers",
        "generator", "retriever",
    ]
)  # fmt: skip
_OTHER_KEYS = frozenset(
    [
        "dir", "directory", "folder", "type", "class", "dataset", "datasets", "output", "save",
        "saved", "data", "log", "logs", "dtype", "format", "size", "kwargs", "provider", "prefix",
        "endpoint", "server", "version", "device", "url", "urls", "api", "key", "keys", "token",
        "license", "task", "tasks", "template", "image", "registry", "project", "card", "column",
        "columns", "suffix", "field", "upload", "push", "root", "cache", "served", "alias",
        "bucket", "branch", "script", "export", "github", "gitlab", "git", "family", "dependency",
        "doc", "docs", "header", "headers",
    ]
)  # fmt: skip


# Words of machine learning alone: printers, tables of a database and forecasts have models too.
_LEARNING = frozenset(
    [
        "embedding", "embeddings", "embedder", "rerank", "reranker", "llm", "vlm", "tokenizer",
        "pretrained", "lora", "vae", "unet", "controlnet", "hf", "huggingface", "vllm", "tgi",
        "mteb", "diffusion", "diffusers", "gguf", "peft",
    ]
)  # fmt: skip


HUB_WORDS = frozenset({"hf", "huggingface", "hub"})
_ADDRESS = frozenset({"url", "uri", "link", "address"})
_REPO = frozenset({"repo", "repos"})


def _words(key: str) -> tuple[str, set[str]]:
    written = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()
    return written, {w for w in re.split(r"[^a-z0-9]+", written) if w}


@lru_cache(maxsize=50_000)
def says_learning(key: str) -> bool:
    """Whether a key has a word that machine learning alone has."""
    return not _LEARNING.isdisjoint(_words(key)[1])


def says_hub(key: str) -> bool:
    """Whether a key has a word for the Hub."""
    return not HUB_WORDS.isdisjoint(_words(key)[1])


@lru_cache(maxsize=50_000)
def says_address_of_hub(name: str) -> bool:
    """Whether a function's name says that it gives an address on the Hub: `hf_url`."""
    return says_hub(name) and not _ADDRESS.isdisjoint(_words(name)[1])


_FROM_HUB = re.compile(
    r"(?:\w+_)?from_(?:the_)?(?:hf|huggingface|hub)(?:_(?:hub|repo|model|checkpoint|pretrained))?\Z"
)
_OTHER_THINGS = re.compile(r"data|kernel")


@lru_cache(maxsize=50_000)
def says_from_hub(name: str) -> bool:
    """Whether a function's name says that it takes a model from the Hub: `load_from_hf_hub`."""
    return _FROM_HUB.match(name) is not None and not _OTHER_THINGS.search(name)


@lru_cache(maxsize=50_000)
def suggests_model(key: str) -> bool:
    """Whether a key, variable or option name says that its value is a model."""
    written, words = _words(key)
    if words <= _REPO or re.search(r"(?<!hf.)hub.model.id\Z|\Ametric_for_", written):
        return False  # code's repository; where trainers upload to; what they measure
    if (
        words & (_REPO | HUB_WORDS)
        and words & {"id", "model", *_REPO}
        and not words & (_OTHER_KEYS - {"hub"})
    ):
        return True
    if words <= {*HUB_WORDS, "id", "name"} and words & {"hf", "huggingface"}:
        return True
    of_interface = r"_model(?:_id|_name)?\Z|(?:\A|_)model_api_(?:id|name)\Z"
    if re.search(of_interface, written):  # and no interface
        words -= {"api", "provider", "task"}
    is_lm = written.endswith(("vlm", "_lm", "name_or_path")) or written == "lm"
    return (is_lm or bool(words & _MODEL_KEYS)) and not words & _OTHER_KEYS


@lru_cache(maxsize=50_000)
def says_only_repository(key: str) -> bool:
    """Whether a key may hold a model's name and has no word for a model: `HF_REPO`, `path`."""
    written, words = _words(key)
    of_model = words & (_MODEL_KEYS | {"weights"}) or written.endswith("lm")
    return is_telling(key) and not of_model


@lru_cache(maxsize=50_000)
def says_data(key: str) -> bool:
    """Whether a name says that it is of a data set, and has no word for a model."""
    words = _words(key)[1]
    return bool(words & {"dataset", "datasets"}) and not words & _MODEL_KEYS


def suggests_named_model(key: str) -> bool:
    """The same where the value is known to be `namespace/name`, which no address is: `modelURL`."""
    return suggests_model(re.sub(r"_?ur[il]s?\Z", "", key, flags=re.IGNORECASE))


# Names that hold a model's name now and then; only what is shaped
# like one counts, and only as possible.
_WEAK_NAMES = frozenset({"path", "name", "weights", "hub_id", "repo", "source", "model_args"})


@lru_cache(maxsize=50_000)
def is_telling(key: str) -> bool:
    """Whether what a key or variable holds is worth a look: it suggests a model, or may."""
    return suggests_model(key) or is_weak(key)


def is_weak(key: str) -> bool:
    """Whether a key or variable may hold a model's name and as well anything else."""
    return key.lower() in _WEAK_NAMES or key.startswith("DEFAULT")
