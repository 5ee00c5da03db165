"""Many targets on one machine: side by side at a hub, each model asked for once, every report as
alone."""

from __future__ import annotations

import threading
from itertools import pairwise

from hub import HubModel, TestHub
from lineage.batch.audits import SIDE_BY_SIDE, audit_many
from lineage.report.json import to_dict
from lineage.workflows.audit import Auditor
from lineage.workflows.options import HubAccess, Options


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
        with Auditor(Options(hub=HubAccess(hub.url, ""))) as auditor:
            found = dict(audit_many(auditor, names))
        assert len(hub.calls_to("/api/models/")) == 41
        with Auditor(Options(hub=HubAccess(hub.url, ""))) as auditor:
            alone = auditor.report([auditor.audit(names[7])])
            together = auditor.report([found[names[7]]])
    assert set(found) == set(names)
    assert to_dict(together)["targets"][0]["edges"] == to_dict(alone)["targets"][0]["edges"]


def test_they_run_at_the_same_time():
    """Of twenty audits at 50 ms an answer many begin before the one before them has its answer; one
    after the other none would."""
    with (
        TestHub(crowd(20), latency=0.05) as hub,
        Auditor(Options(hub=HubAccess(hub.url, ""))) as auditor,
    ):
        list(audit_many(auditor, [f"org/child-{i}" for i in range(20)]))
        starts = sorted(call.at for call in hub.calls_to("/api/models/org/child"))
    assert sum(later - earlier < 0.025 for earlier, later in pairwise(starts)) >= 5


def test_a_run_keeps_to_one_limit_whatever_its_targets_are_built_on():
    """Sixty targets with ten bases each: no more requests at a time than one target would make, and
    few threads."""
    bases = [HubModel(f"org/base-{i}") for i in range(30)]
    targets = [
        HubModel(f"org/t-{i}", card={"base_model": [f"org/base-{(i + j) % 30}" for j in range(10)]})
        for i in range(60)
    ]
    at_a_time, threads = [], []
    earlier = set(threading.enumerate())
    with TestHub([*bases, *targets], latency=0.02) as hub:
        with Auditor(Options(hub=HubAccess(hub.url, "", prefetch=False))) as auditor:
            fetch = auditor._source.fetch
            under_way = set()

            def watched(ref):
                under_way.add(ref)
                at_a_time.append(len(under_way))
                own = set(threading.enumerate()) - earlier
                threads.append(sum(one.name.startswith("lineage") for one in own))
                try:
                    return fetch(ref)
                finally:
                    under_way.discard(ref)

            auditor._source.fetch = watched
            found = dict(audit_many(auditor, [model.id for model in targets]))
        assert len(found) == 60
        assert len(hub.calls_to("/api/models/")) == 90
    assert max(at_a_time) <= 16
    assert max(threads) <= SIDE_BY_SIDE + 16
