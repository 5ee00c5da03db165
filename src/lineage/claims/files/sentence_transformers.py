"""Base models of sentence-transformers repos: the transformer module's own configuration and the
two index files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.claims.files.config_json import all_claims
from lineage.claims.files.documents import DocumentReader, Opened, text_of
from lineage.claims.files.wanted import wanted, wanted_where
from lineage.claims.interface import FileRequest
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_INDEXES = ("modules.json", "config_sentence_transformers.json", "router_config.json")


class SentenceTransformers(DocumentReader):
    """Old repos keep the transformer in `0_Transformer/`; the index says which modules there
    are."""

    name = "sentence_transformers"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The transformer module's configuration where it is not at the root, then the index
        files."""
        if record.file("modules.json") is None:
            return ()
        return (*wanted_where(record, _is_module), *wanted(record, *_INDEXES))

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from the module configuration, and from the keys by which an index may name a
        model."""
        for content in opened.all:
            yield from all_claims(content, opened.trace, Relation.FINETUNE)
            kind = text_of(content.get("type"))
            if kind.endswith((".StaticEmbedding", ".BoW", ".WordEmbeddings")):
                yield opened.trace.observe(ObservationKind.ARCHITECTURE, "type", kind)


def _is_module(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name == "config.json" and bool(folder) and "/" not in folder
