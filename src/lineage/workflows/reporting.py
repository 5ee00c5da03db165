"""Put finished targets into one report; without any, nothing but the dates of the data is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lineage.core import clock
from lineage.core.version import __version__
from lineage.evidence.document import load
from lineage.policy.finding import Verdict
from lineage.policy.policy import Policy
from lineage.report.circumstances import Circumstances
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


def report_of_nothing(policy: Policy, *, offline: bool, dated: datetime | None) -> Report:
    """What a run says that had no model to audit and so opened no source: it passes."""
    from lineage.sources.snapshot.source import SnapshotSource

    registry, results = (str(load(f"{name}.json")["version"]) for name in ("registry", "results"))
    data = DataVersions(registry, results, SnapshotSource.embedded().info().built_on)
    told = Circumstances(offline=offline, date_given=dated is not None)
    return report_of((), Verdict.PASS, policy, data, dated or clock.now(), told)
