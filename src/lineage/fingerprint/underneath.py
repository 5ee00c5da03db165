"""What the weights of an audited model add to its graph: the probe over it, and its claims as a reader hands them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.evidence.registry import Registry
from lineage.fingerprint.probe import CLAIM_SOURCE, probe, to_claims
from lineage.fingerprint.references import References
from lineage.fingerprint.verdict import WeightsVerdict
from lineage.graph.claims.interface import FileRequest, Reading
from lineage.graph.graph import LineageGraph
from lineage.sources.interface import Source


def probe_target(graph: LineageGraph, source: Source, references: References, registry: Registry, *, deep: bool) -> WeightsVerdict | None:
    """The audited model's weights against what its lineage says; None where the model itself could not be read."""
    record = graph.nodes[graph.target].record
    if record is None:
        return None
    declared = sorted(graph.weight_ancestors(graph.target), key=lambda model: (graph.nodes[model].depth, model))
    return probe(record, source, references, registry, declared=declared, deep=deep)


class WeightsClaims:
    """Hands the claims of one verdict to a walk: inferred, and dropped where the named model does not exist."""

    name = CLAIM_SOURCE

    def __init__(self, verdict: WeightsVerdict) -> None:
        self._claims: tuple[Claim, ...] = to_claims(verdict)

    def __bool__(self) -> bool:
        """Whether there is any claim."""
        return bool(self._claims)

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Nothing: the weights were read by ranges before."""
        return ()

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """The claims about this model."""
        return Reading(tuple(claim for claim in self._claims if claim.child == record.id))
