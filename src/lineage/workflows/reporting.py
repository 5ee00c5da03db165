"""Put finished targets into one report; without any, nothing but the dates of the data is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lineage.core import clock
from lineage.core.packaged import DOCUMENTS, SNAPSHOT, DataSet
from lineage.core.version import __version__
from lineage.evidence.document import load
from lineage.policy.finding import Verdict
from lineage.policy.policy import Policy
from lineage.report.circumstances import Circumstances, InstalledData
from lineage.report.document import DataVersions, Report, TargetReport


def report_of(
    targets: Iterable[TargetReport],
    verdict: Verdict,
    policy: Policy,
    data: DataVersions,
    at: datetime,
    circumstances: Circumstances,
) -> Report:
    """All targets in one document."""
    return Report(
        tuple(targets),
        clock.stamp(at),
        __version__,
        data,
        policy.name,
        policy.source,
        verdict,
        circumstances=circumstances,
        jurisdictions=policy.named_jurisdictions,
        requirements=tuple((one.id, str(one.status)) for one in policy.requirements),
    )


def report_of_nothing(
    policy: Policy, data: DataSet, *, offline: bool, dated: datetime | None
) -> Report:
    """What a run says that had no model to audit and so opened no source: it passes."""
    now = clock.now()
    installed = InstalledData.of(data, now)
    circumstances = Circumstances(offline=offline, data=installed, date_given=dated is not None)
    return report_of((), Verdict.PASS, policy, data_versions(data), dated or now, circumstances)


def data_versions(data: DataSet) -> DataVersions:
    """The days of the facts, as every report tells them; no other source is opened."""
    from lineage.sources.snapshot.source import SnapshotSource

    registry, results = (str(load(name, data)["version"]) for name in DOCUMENTS[:2])
    snapshot = SnapshotSource(data.folder / SNAPSHOT).info().built_on
    return DataVersions(registry, results, snapshot, data.version)
