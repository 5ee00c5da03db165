"""Loaders of other registers than the Hub, and the packages that ask those."""

from __future__ import annotations

from lineage.core.elsewhere import Place
from lineage.scan.names import Bare
from lineage.scan.python.loaders.loader import Loader

OF_ELSEWHERE: tuple[Loader, ...] = (
    # other registries, named as such
    Loader(("model_download",), 0, ("handle",), ("kagglehub",), bare=Bare.OTHER),
    Loader(
        ("load_model", "spark_udf"), 0, ("model_uri",), ("mlflow",), bare=Bare.OTHER, is_sure=False
    ),
    Loader(
        ("launch_model",), None, ("model_name",), ("xinference", "xinference_client"), Bare.OTHER
    ),
    Loader(("llm", "embedding_model", "load_new_instance"), 0, (), ("lmstudio",), Bare.OTHER),
    Loader(("AutoModel",), None, ("model",), ("funasr",), Bare.OTHER),
    Loader(
        ("load",), 0, ("repo_or_dir",), ("torch",), Bare.OTHER, below="hub", register=Place.GITHUB
    ),
    Loader(("from_preset",), 0, ("preset",), ("keras_hub", "keras_nlp"), Bare.OTHER),
    Loader(
        ("chat", "generate", "pull", "embeddings", "embed", "show", "create"),
        0,
        ("model",),
        ("ollama",),
        bare=Bare.OLLAMA,
        tagged=True,
    ),
    Loader(
        (
            "ChatOllama",
            "OllamaLLM",
            "OllamaEmbeddings",
            "OllamaEmbedding",
            "Ollama",
            "OllamaChatGenerator",
            "OllamaGenerator",
        ),
        None,
        ("model", "model_name"),
        bare=Bare.OLLAMA,
        tagged=True,
        is_sure=False,
    ),
)

# Whose `from_pretrained` and downloads go to a registry of their own.
FOREIGN_PACKAGES = frozenset(
    {
        "paddlenlp",
        "paddle",
        "paddleocr",
        "modelscope",
        "efficientnet_pytorch",
        "nemo",
        "mindspore",
        "mindnlp",
        "rl_zoo3",
        "keras_nlp",
        "keras_hub",
        "kaggle",
        "kagglehub",
        "swift",
        "xinference",
        "xinference_client",
        "lmstudio",
        "funasr",
    }
)
HUB_WITH_NAMESPACE = frozenset({"nemo"})
"""Of those packages: names with a namespace are the Hub's, and only bare ones their own."""
ONLY_WITH_NAMESPACE = frozenset({"modelscope"})
"""Of those packages: their register has no names without a namespace."""
REGISTERS = {
    "modelscope": Place.MODELSCOPE,
    "swift": Place.MODELSCOPE,
    "funasr": Place.MODELSCOPE,
    "kagglehub": Place.KAGGLE,
    "xinference": Place.XINFERENCE,
    "xinference_client": Place.XINFERENCE,
    "lmstudio": Place.LMSTUDIO,
}
"""Of those packages: the register in which their names are looked up."""
