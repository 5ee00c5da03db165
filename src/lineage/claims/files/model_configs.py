"""Models named in configurations that go by another name than config.json: GLiNER, OpenCLIP, NeMo,
speculators, robots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.claims.files.config_json import all_claims
from lineage.claims.files.documents import DocumentReader, Opened
from lineage.claims.files.named_models import part_named
from lineage.claims.files.wanted import folder_of, is_of_tools, wanted_where
from lineage.claims.interface import FileRequest
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_READ_ELSEWHERE = frozenset(
    {
        "config.json",
        "adapter_config.json",
        "config_sentence_transformers.json",
        "router_config.json",
    }
)
_OF_NUMBERS = (
    "tokenizer",
    "generation",
    "processor",
    "scheduler",
    "special_tokens",
    "quant",
    "train",
)
"""Words in the names of configurations that hold settings and no model, or that other readers
read."""


class ModelConfigs(DocumentReader):
    """Reads every other JSON file that is called a configuration."""

    name = "model configuration"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """`*config*.json`, `hparams.json` and `params.json`, in any folder."""
        return wanted_where(record, _is_config)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from every key that by its form names a model."""
        record = opened.trace.record
        folder = folder_of(opened.trace.file).rpartition("/")[2]
        part = part_named(folder) if folder else None
        relation = Relation.FINETUNE if part else relation_by_signs(record)
        for content in opened.first:
            yield from all_claims(content, opened.trace, relation, part)


def _is_config(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return (
        name.endswith(".json")
        and name not in _READ_ELSEWHERE
        and (
            "config" in name
            or name in ("hparams.json", "params.json", "cfg.json", "model.json", "io.json")
        )
        and not any(word in name for word in _OF_NUMBERS)
        and not is_of_tools(path)
    )
