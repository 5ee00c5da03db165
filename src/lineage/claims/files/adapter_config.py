"""The base model that PEFT, adapter-transformers and mlx-lm write into `adapter_config.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.wanted import wanted_named
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.relation_signs import is_adapter
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_FILES = (
    "adapter_config.json",
    "lora_config.json",
    "peft_config.json",
    "adapter_model_config.json",
)
_KEYS = (
    "base_model_name_or_path",
    "model_name",
    "model",
    "base_model",
    "base_model_name",
    "model_name_or_path",
    "model_id",
)
"""PEFT's, adapter-transformers' and mlx-lm's own, then those of scripts."""


class AdapterConfig(DocumentReader):
    """Reads every adapter configuration of the repo; without any, the Hub's projection of one."""

    name = "adapter_config"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """All of them: a collection holds adapters of several bases."""
        return wanted_named(record, *_FILES)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """The base model with its revision, and the class of the base where PEFT wrote it."""
        record = opened.trace.record
        beside_a_whole_model = "/" in opened.trace.file and not is_adapter(record)
        for content in opened.first:
            revision = text_of(content.get("revision")) or None
            for key in _KEYS:
                yield from opened.trace.claims(
                    content.get(key),
                    key,
                    Relation.ADAPTER,
                    revision=revision,
                    component="adapter" if beside_a_whole_model else None,
                )
            if built := text_of(mapping_of(content.get("auto_mapping")).get("base_model_class")):
                key = "auto_mapping.base_model_class"
                yield opened.trace.observe(ObservationKind.ARCHITECTURE, key, built)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """What the files say; where they name no base, what the Hub shows of one."""
        found = super().read(record, documents)
        return replace(found, claims=found.claims or _from_projection(record, self.name))


def _from_projection(record: ModelRecord, source: str) -> tuple[Claim, ...]:
    trace = Trace(record, source, "api", Grade.EMBEDDED)
    peft = mapping_of(record.config.get("peft")).get("base_model_name_or_path")
    older = mapping_of(record.config.get("adapter_transformers")).get("model_name")
    return (
        *trace.claims(peft, "config.peft.base_model_name_or_path", Relation.ADAPTER),
        *trace.claims(older, "config.adapter_transformers.model_name", Relation.ADAPTER),
    )
