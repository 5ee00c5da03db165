"""Runs beside each other: one set of sources, and each its own policy."""

import json
from dataclasses import replace

from hub import HubModel, TestHub
from lineage.core.codec import decode, encode
from lineage.core.version import __version__
from lineage.policy.load import load_pack
from lineage.report.document import Report
from lineage.workflows.audit import Auditor, audit
from lineage.workflows.options import HubAccess, Options

MODELS = [
    HubModel("acme/base", card={"license": "mit"}, files={"README.md": "# base\n"}),
    HubModel("acme/a", card={"base_model": "acme/base"}, files={"README.md": "# a\n"}),
    HubModel("acme/b", card={"base_model": "acme/base"}, files={"README.md": "# b\n"}),
]


def test_runs_beside_each_other_ask_once_and_judge_apart() -> None:
    with TestHub(MODELS) as hub:
        options = Options(hub=HubAccess(endpoint=hub.url, token=""))
        strict = replace(options, policy=load_pack("strict", __version__))
        with Auditor(options) as first:
            with Auditor(strict, first) as second:
                judged = second.report([second.audit("hf://acme/a")])
            after_the_guest = first.report([first.audit("hf://acme/b")])
        asked = [call.path for call in hub.calls]
    assert judged.policy_name == "strict" and after_the_guest.policy_name != "strict"
    assert {one.model for one in judged.targets} == {"acme/a"}
    assert "acme/base" in after_the_guest.targets[0].graph.nodes
    assert len([path for path in asked if path == "/api/models/acme/base"]) == 1


def test_a_stored_report_is_written_to_the_same_bytes() -> None:
    report = audit(["Nexusflow/Athene-V2-Chat", "nobody/knows-this"], offline=True)
    again = decode(Report, json.loads(json.dumps(encode(report))))
    assert again == report
    for form in ("json", "cyclonedx", "csv", "html"):
        assert again.render(form) == report.render(form)
