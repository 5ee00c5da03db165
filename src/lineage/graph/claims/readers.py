"""All readers, in the order in which their files are asked for: the most telling trace first."""

from __future__ import annotations

from lineage.graph.claims.adapter_config import AdapterConfig
from lineage.graph.claims.card_metadata import CardMetadata
from lineage.graph.claims.config_json import ConfigJson
from lineage.graph.claims.hub_tree import HubTags, HubTree
from lineage.graph.claims.interface import ClaimReader
from lineage.graph.claims.known_edges import KnownEdgesReader
from lineage.graph.claims.names import Names
from lineage.graph.claims.of_files import OfFiles
from lineage.graph.claims.removal_marks import RemovalMarks
from lineage.graph.claims.teachers import Teachers


def all_readers() -> tuple[ClaimReader, ...]:
    """One of each. They hold no state of any model and may be shared by threads."""
    return (
        CardMetadata(),
        HubTree(),
        HubTags(),
        KnownEdgesReader(),
        AdapterConfig(),
        OfFiles("mergekit", "Mergekit"),
        OfFiles("gguf_header", "GgufHeader"),
        ConfigJson(),
        OfFiles("model_index", "ModelIndex"),
        OfFiles("safetensors_metadata", "SafetensorsMetadata"),
        OfFiles("sentence_transformers", "SentenceTransformers"),
        OfFiles("modelfile", "Modelfile"),
        OfFiles("trainer_logs", "TrainerLogs"),
        OfFiles("quantizer_configs", "QuantizerConfigs"),
        OfFiles("embedded_blocks", "EmbeddedBlocks"),
        OfFiles("prose", "Prose"),
        OfFiles("self_statements", "SelfStatements"),
        RemovalMarks(),
        Teachers(),
        Names(),
    )
