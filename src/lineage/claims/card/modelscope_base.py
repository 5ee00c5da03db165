"""The base models that ModelScope itself tells of a model, in its answer and not in a file."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.claims.card.bounds import within_bound
from lineage.claims.interface import Reading, ReadsNoFile
from lineage.claims.names.relation_signs import relation_by_signs, relation_named
from lineage.claims.trace import Trace
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade


class ModelScopeBases(ReadsNoFile):
    """Reads `BaseModel`, which whoever uploads a model fills in: ids of the same site."""

    name = "ModelScope"

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim for each."""
        tree = record.base_models
        if record.source != "modelscope" or tree is None:
            return Reading()
        trace = Trace(record, self.name, "api", Grade.DECLARED)
        models = tree["models"]
        relation = relation_named(tree["relation"]) or relation_by_signs(record, len(models))
        claims: list[Claim] = []
        for number, model in enumerate(models):
            claims += trace.claims(model["id"], f"BaseModel[{number}]", relation)
        kept, cut = within_bound(claims, trace, "BaseModel")
        return Reading(tuple(kept), tuple(cut))
