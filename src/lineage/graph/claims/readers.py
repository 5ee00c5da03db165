"""All readers, in the order in which their files are asked for: the most telling trace first."""

from __future__ import annotations

from lineage.graph.claims.adapter_config import AdapterConfig
from lineage.graph.claims.card_metadata import CardMetadata
from lineage.graph.claims.config_json import ConfigJson
from lineage.graph.claims.embedded_blocks import EmbeddedBlocks
from lineage.graph.claims.gguf_header import GgufHeader
from lineage.graph.claims.hub_tree import HubTags, HubTree
from lineage.graph.claims.interface import ClaimReader
from lineage.graph.claims.known_edges import KnownEdgesReader
from lineage.graph.claims.mergekit import Mergekit
from lineage.graph.claims.model_index import ModelIndex
from lineage.graph.claims.modelfile import Modelfile
from lineage.graph.claims.names import Names
from lineage.graph.claims.prose import Prose
from lineage.graph.claims.quantizer_configs import QuantizerConfigs
from lineage.graph.claims.safetensors_metadata import SafetensorsMetadata
from lineage.graph.claims.self_statements import SelfStatements
from lineage.graph.claims.sentence_transformers import SentenceTransformers
from lineage.graph.claims.teachers import Teachers
from lineage.graph.claims.trainer_logs import TrainerLogs


def all_readers() -> tuple[ClaimReader, ...]:
    """One of each. They hold no state and may be shared by threads."""
    return (
        CardMetadata(),
        HubTree(),
        HubTags(),
        KnownEdgesReader(),
        AdapterConfig(),
        Mergekit(),
        GgufHeader(),
        ConfigJson(),
        ModelIndex(),
        SafetensorsMetadata(),
        SentenceTransformers(),
        Modelfile(),
        TrainerLogs(),
        QuantizerConfigs(),
        EmbeddedBlocks(),
        Prose(),
        SelfStatements(),
        Teachers(),
        Names(),
    )
