"""Many targets on one machine: side by side at a hub, each model asked for once, every report as alone."""

from __future__ import annotations

from itertools import pairwise

from hub import HubModel, TestHub
from lineage.batch.audits import audit_many
from lineage.report.json import to_dict
from lineage.workflows.audit import Auditor, Options


def crowd(count: int) -> list[HubModel]:
    """Many children of one base."""
    return [
        HubModel("org/base"),
        *(HubModel(f"org/child-{i}", card={"base_model": "org/base"}) for i in range(count)),
    ]


def test_a_crowd_on_one_base_asks_for_each_model_once_and_reports_as_alone():
    """Forty children and their base are forty-one calls, whatever runs at the same time."""
    names = [f"org/child-{i}" for i in range(40)]
    with TestHub(crowd(40)) as hub:
        with Auditor(Options(endpoint=hub.url, token="")) as auditor:
            found = dict(audit_many(auditor, names))
        assert len(hub.calls_to("/api/models/")) == 41
        with Auditor(Options(endpoint=hub.url, token="")) as auditor:
            alone = auditor.report([auditor.audit(names[7])])
            together = auditor.report([found[names[7]]])
    assert set(found) == set(names)
    assert to_dict(together)["targets"][0]["edges"] == to_dict(alone)["targets"][0]["edges"]


def test_they_run_at_the_same_time():
    """Twenty audits at 50 ms an answer take far less than one after the other would; counted in answers under way, not in seconds."""
    with (
        TestHub(crowd(20), latency=0.05) as hub,
        Auditor(Options(endpoint=hub.url, token="")) as auditor,
    ):
        list(audit_many(auditor, [f"org/child-{i}" for i in range(20)]))
        starts = sorted(call.at for call in hub.calls_to("/api/models/org/child"))
    assert sum(later - earlier < 0.025 for earlier, later in pairwise(starts)) >= 10
