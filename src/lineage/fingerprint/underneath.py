"""What weights, configurations and other tools add to a graph: the probe over a model, and claims as readers hand them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.evidence.registry import Registry
from lineage.graph.claims.interface import FileRequest, Reading
from lineage.graph.graph import LineageGraph
from lineage.sources.interface import Source

if TYPE_CHECKING:
    from lineage.fingerprint.references import References
    from lineage.fingerprint.verdict import WeightsVerdict


def probe_target(graph: LineageGraph, source: Source, references: References, registry: Registry, *, deep: bool) -> WeightsVerdict | None:
    """The audited model's weights against what its lineage says; None where the model itself could not be read."""
    from lineage.fingerprint.probe import probe

    record = graph.nodes[graph.target].record
    if record is None:
        return None
    declared = sorted(graph.weight_ancestors(graph.target), key=lambda model: (graph.nodes[model].depth, model))
    return probe(record, source, references, registry, declared=declared, deep=deep)


class GivenClaims:
    """Hands claims that were made elsewhere to a walk: what the weights say, or what another tool found."""

    def __init__(self, name: str, claims: Sequence[Claim]) -> None:
        self.name = name
        self._claims = tuple(claims)

    def __bool__(self) -> bool:
        """Whether there is any claim."""
        return bool(self._claims)

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Nothing."""
        return ()

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """The claims about this model, under whichever of its names they were made."""
        names = {name.casefold() for name in (record.id, record.requested, *record.redirected_from)}
        return Reading(tuple(replace(claim, child=record.id) for claim in self._claims if claim.child.casefold() in names))


class Resemblance:
    """Notes that a configuration looks like a known family's, where files or the hub show one."""

    name = "configuration"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Nothing of its own: another reader wants config.json already."""
        return ()

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Observations only."""
        if not record.config and "config.json" not in documents:
            return Reading()
        from lineage.fingerprint.suspicion import observe

        return Reading(observations=observe(record, documents, self._registry))
