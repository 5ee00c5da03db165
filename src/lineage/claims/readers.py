"""All readers, in the order in which their files are asked for: the most telling trace first."""

from __future__ import annotations

from collections.abc import Callable

from lineage.claims.card.hub_tree import HubTags, HubTree
from lineage.claims.card.metadata import CardMetadata
from lineage.claims.card.modelscope_base import ModelScopeBases
from lineage.claims.card.removal_marks import RemovalMarks
from lineage.claims.card.teachers import Teachers
from lineage.claims.files.lazy import OfFiles
from lineage.claims.interface import ClaimReader
from lineage.claims.names.known_edges import KnownEdgesReader
from lineage.claims.names.own_name import Names


def all_readers(
    is_known_data: Callable[[str], bool] = lambda name: False,
) -> tuple[ClaimReader, ...]:
    """One of each. They hold no state of any model and may be shared by threads.

    `is_known_data` tells the data sets whose teachers a cited table has, so that no reader guesses
    at them.
    """
    return (
        CardMetadata(),
        HubTree(),
        HubTags(),
        ModelScopeBases(),
        KnownEdgesReader(),
        OfFiles("files.adapter_config", "AdapterConfig", or_config=True),
        OfFiles("files.mergekit", "Mergekit"),
        OfFiles("files.gguf_header", "GgufHeader"),
        OfFiles("files.config_json", "ConfigJson", or_config=True),
        OfFiles("files.model_index", "ModelIndex"),
        OfFiles("files.safetensors_metadata", "SafetensorsMetadata"),
        OfFiles("files.sentence_transformers", "SentenceTransformers"),
        OfFiles("files.modelfile", "Modelfile"),
        OfFiles("files.kitfile", "Kitfile"),
        OfFiles("files.ollama", "OllamaFiles"),
        OfFiles("files.oci", "OciFiles"),
        OfFiles("files.served", "ServedModels"),
        OfFiles("files.mlflow", "MlflowModel"),
        OfFiles("files.kaggle", "KaggleFiles"),
        OfFiles("files.model_configs", "ModelConfigs"),
        OfFiles("files.trainer_logs", "TrainerLogs"),
        OfFiles("files.quantizer_configs", "QuantizerConfigs"),
        OfFiles("files.code", "LoadingCode"),
        OfFiles("card.blocks", "EmbeddedBlocks"),
        OfFiles("card.prose", "Prose"),
        OfFiles("card.self_statements", "SelfStatements"),
        RemovalMarks(),
        Teachers(is_known_data),
        Names(),
    )
