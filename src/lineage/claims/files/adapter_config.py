"""The base model that PEFT and adapter-transformers write into `adapter_config.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineage.claims.files.documents import mapping_of, open_all, text_of
from lineage.claims.files.wanted import wanted, wanted_where
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.relation_signs import is_adapter
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Noticed, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_FILE = "adapter_config.json"


class AdapterConfig:
    """Reads the file at the root, or else the one nearest to it; without any, the Hub's projection of it."""

    name = "adapter_config"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """One adapter configuration."""
        return wanted(record, _FILE) or wanted_where(
            record, lambda path: path.endswith("/" + _FILE), most=1
        )

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """The base model with its revision, and the class of the base where PEFT wrote it."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for opened in open_all(self.name, record, documents, self.wants(record)):
            noticed += opened.trouble
            beside_a_whole_model = "/" in opened.trace.file and not is_adapter(record)
            for held in opened.objects[:1]:
                revision = text_of(held.get("revision")) or None
                for key in ("base_model_name_or_path", "model_name"):
                    claims += opened.trace.claims(
                        held.get(key),
                        key,
                        Relation.ADAPTER,
                        revision=revision,
                        component="adapter" if beside_a_whole_model else None,
                    )
                if built := text_of(mapping_of(held.get("auto_mapping")).get("base_model_class")):
                    noticed.append(
                        opened.trace.observe(
                            Noticed.ARCHITECTURE, "auto_mapping.base_model_class", built
                        )
                    )
        return Reading(tuple(claims or _from_projection(record, self.name)), tuple(noticed))


def _from_projection(record: ModelRecord, source: str) -> tuple[Claim, ...]:
    trace = Trace(record, source, "api", Grade.EMBEDDED)
    peft = mapping_of(record.config.get("peft")).get("base_model_name_or_path")
    older = mapping_of(record.config.get("adapter_transformers")).get("model_name")
    return (
        *trace.claims(peft, "config.peft.base_model_name_or_path", Relation.ADAPTER),
        *trace.claims(older, "config.adapter_transformers.model_name", Relation.ADAPTER),
    )
