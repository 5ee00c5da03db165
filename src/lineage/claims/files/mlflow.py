"""Base models in MLflow's `MLmodel`, which says what a logged pipeline was loaded from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import bounded, mapping_of, open_all, text_of
from lineage.claims.files.named_models import named_models
from lineage.claims.files.wanted import wanted_named
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation


class MlflowModel:
    """Reads every `MLmodel` file: each flavour may name its source."""

    name = "MLmodel"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """All of them, in any folder."""
        return wanted_named(record, "MLmodel")

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """The source with its revision; with a PEFT adaptor beside it, the base of an adapter."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for opened in open_all(self.name, record, documents, self.wants(record)):
            noticed += opened.trouble
            for held in opened.all:
                claims += _claims(held, opened.trace)
        return bounded(record, self.name, claims, noticed)


def _claims(held: Mapping[str, Any], trace: Trace) -> Iterator[Claim]:
    for flavor, inner in mapping_of(held.get("flavors")).items():
        settings = mapping_of(inner)
        relation = Relation.ADAPTER if settings.get("peft_adaptor") else Relation.UNKNOWN
        place = f"flavors.{flavor}"
        source = text_of(settings.get("source_model_name"))
        revision = text_of(settings.get("source_model_revision")) or None
        yield from trace.claims(source, f"{place}.source_model_name", relation, revision=revision)
        rest = {key: value for key, value in settings.items() if key != "source_model_name"}
        yield from named_models({place: rest}, trace, relation)
    yield from named_models(
        {key: value for key, value in held.items() if key != "flavors"}, trace, Relation.UNKNOWN
    )
