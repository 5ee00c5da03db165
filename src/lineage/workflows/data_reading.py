"""Reads a release of the data as an audit would, all of it, before it is installed."""

from __future__ import annotations

from lineage.core.errors import DataError
from lineage.core.packaged import SNAPSHOT, DataSet
from lineage.evidence.document import load
from lineage.evidence.names_elsewhere import NamesElsewhere
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.sources.snapshot.check import verify_snapshot
from lineage.workflows.audit import Auditor
from lineage.workflows.check import services_of
from lineage.workflows.options import Options, Where

_AUDITED = 3


def read_through(data: DataSet) -> None:
    """Build every value from its record, and audit a few models. Raises whatever reading raises
    where the records are not what this lineage knows."""
    registry, results = Registry.load(data), Results.load(data)
    for developer in registry.developers():
        for namespace in developer.namespaces:
            registry.namespace_citations(namespace)
    for family in registry.families():
        for root in family.roots:
            registry.root_evidence(root)
    for model in registry.stated_by_makers():
        registry.stated_bases(model)
    registry.prehashes()
    for result in results.all():
        results.appraise(result)
    results.units()
    NamesElsewhere.load(data).hosts_of_models()
    services_of(data)
    load("names.json", data)
    _, problems = verify_snapshot(data.folder / SNAPSHOT)
    if problems:
        raise DataError(f"The snapshot of {data.version} is damaged: {problems[0]}.")
    with Auditor(Options(offline=True, where=Where(data=data))) as auditor:
        for model in results.models()[:_AUDITED]:
            auditor.audit(model)
