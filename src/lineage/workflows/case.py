"""All that is known of one audited model, as the case that a policy judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from lineage.core.record import ModelRecord
from lineage.evidence.attach import Evidence
from lineage.evidence.evidence import Attribution, Developer
from lineage.evidence.leads.undeclared import Undeclared, undeclared
from lineage.evidence.licences import declared
from lineage.evidence.lookalike import Likeness, Lookalikes
from lineage.evidence.registry import Registry
from lineage.evidence.signature import ModelSignature, signature_files
from lineage.evidence.supplied import Compared
from lineage.graph.graph import LineageGraph
from lineage.policy.case import Case
from lineage.report.document import DataVersions, TargetReport
from lineage.sources.interface import Source
from lineage.workflows.options import Options
from lineage.workflows.outside import Outside

if TYPE_CHECKING:
    from lineage.fingerprint.verdict import WeightsVerdict


class Cases:
    """Makes the cases of one run."""

    def __init__(
        self,
        options: Options,
        registry: Registry,
        outside: Outside,
        source: Source,
        data: Callable[[], DataVersions],
        today: date,
    ) -> None:
        self._options, self._registry, self._outside = options, registry, outside
        self._source, self._data, self._today = source, data, today
        self._lookalikes = Lookalikes(registry.namespaces())

    def made(
        self,
        graph: LineageGraph,
        evidence: Evidence,
        source: str,
        *,
        fallback: bool,
        asked: str,
        weights: WeightsVerdict | None,
    ) -> Case:
        """The case of a graph that was walked; `asked` is the source that the target was asked
        of, `source` the one that answered."""
        leads = undeclared(graph, evidence.attributions, self._registry)
        return Case(
            graph,
            evidence.attributions,
            evidence.origin,
            evidence.exposure,
            source,
            fallback,
            data_dates=self._dates(source),
            data_expired=self._expired(),
            today=self._today,
            publishers=self._publishers(graph, evidence.attributions),
            lookalikes=self._alike(graph),
            remembered=self._remembered(graph, asked),
            weights=weights,
            undeclared=leads,
            family_names=self._family_names(leads),
            signatures=self._signatures(graph),
            licences={
                model: declared(node.record, self._registry)
                for model, node in graph.nodes.items()
                if node.record is not None
            },
            offline_wanted=self._options.offline,
        )

    def supplied(self, found: TargetReport, supplied: tuple[Compared, ...]) -> Case:
        """The case of a report, with what a supplier's file says of the model."""
        return Case(
            found.graph,
            found.attributions,
            found.origin,
            found.exposure,
            found.source,
            fallback=False,
            data_dates=self._dates(found.source),
            today=self._today,
            supplied=supplied,
        )

    def _expired(self) -> str:
        """The day on which the data of this run expired; empty where it did not."""
        data = self._outside.circumstances.data
        return data.expired if data else ""

    def _signatures(self, graph: LineageGraph) -> tuple[ModelSignature, ...]:
        """What the repositories of the lineage are signed with; most are not."""
        signed = [node for node in graph.nodes.values() if signature_files(node.record)]
        if not signed:
            return ()
        from lineage.workflows.model_signatures import model_signatures  # loads what verifies

        known = {n.publisher: self._registry.developer_of_namespace(n.publisher) for n in signed}
        names = {one: (d.name, *d.aliases, *d.namespaces) for one, d in known.items() if d}
        signers = self._options.policy.signers
        return model_signatures(signed, self._source, signers, names, self._outside.verifiers)

    def _dates(self, source: str) -> dict[str, str]:
        """Dates of the data behind one answer; an index counts where it answered."""
        index = self._outside.index_date if source == "index" else ""
        return self._data().days | ({"index": index} if index else {})

    def _family_names(self, leads: Iterable[Undeclared]) -> dict[str, str]:
        ids = {id_ for one in leads for id_ in (*one.families, *one.lineage)}
        found = {id_: self._registry.family(id_) for id_ in ids}
        return {id_: family.name for id_, family in found.items() if family}

    def _alike(self, graph: LineageGraph) -> dict[str, Likeness]:
        names = {*graph.nodes, *(claim.value for claim in graph.unlinked)}
        return {name: found for name in names if (found := self._lookalikes.of(name))}

    def _remembered(self, graph: LineageGraph, source: str) -> Mapping[str, ModelRecord]:
        """What the snapshot holds under the names of models that were read live, and under those
        that led to them."""
        if source != "hub":
            return {}
        live = [
            name
            for node in graph.nodes.values()
            if node.record and node.record.source == "hub" and node.record.repo_key
            for name in node.record.names
        ]
        return self._outside.remembered(live)

    def _publishers(
        self, graph: LineageGraph, attributions: Mapping[str, Attribution]
    ) -> dict[str, Developer]:
        """Who hosts each model: the owner of its namespace, or the operator of a service."""
        found = {
            id_: self._registry.developer_of_namespace(node.publisher)
            for id_, node in graph.nodes.items()
            if node.publisher
        }
        found |= {id_: one.operator for id_, one in attributions.items() if one.operator}
        return {id_: developer for id_, developer in found.items() if developer}
