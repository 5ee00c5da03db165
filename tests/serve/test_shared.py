"""What runs share: the answers, and nothing that would make one report differ from its own."""

from __future__ import annotations

from pathlib import Path

from hub import Fault, HubFile, HubModel, TestHub
from lineage.serve.settings import Limits
from lineage.workflows.audit import audit
from lineage.workflows.options import HubAccess, Options
from serve.conftest import Client, Serve

QWQ = "Qwen/QwQ-32B-Preview"
WEIGHTS = {"README.md": "# x\n", "model.safetensors": HubFile(b"the same weights", lfs=True)}
COPIES = [
    HubModel("acme/base", card={"license": "mit"}, files=WEIGHTS),
    HubModel("acme/copy", card={"base_model": "acme/base"}, files=WEIGHTS),
    HubModel("other/same", files=WEIGHTS),
]


def access(hub: TestHub) -> Options:
    return Options(hub=HubAccess(endpoint=hub.url, token="", timeout=2.0, max_wait=1.0))


def plain(report: dict) -> list[dict]:
    """The targets, without what a list adds and when each answer came."""
    found = [{**one, "supplied": None} for one in report["targets"]]
    for one in found:
        for node in one["nodes"]:
            node.pop("retrieved_at", None)
    return found


def test_a_report_is_that_of_the_command_whoever_asked_before(serve: Serve) -> None:
    """Whatever other runs show of the same weights stays in them, also where answers are shared."""
    with TestHub(COPIES) as hub:
        client = serve(access(hub))
        lists = [
            ["acme/base", "acme/copy", "other/same"],
            ["other/same"],
            ["other/same", "acme/copy"],
        ]
        for names in lists:
            told = client.audited(*names)["report"]
            alone = audit(names, access(hub), policy="default").to_dict()
            assert plain(told) == plain(alone), names


def test_an_outage_is_told_while_it_lasts_and_no_longer(serve: Serve) -> None:
    """In each report that it concerns; afterwards the Hub is asked again and nothing is left of
    it."""
    with TestHub([HubModel(QWQ, card={"base_model": "acme/x"}), HubModel("acme/x")]) as hub:
        client = serve(access(hub), limits=Limits(rest=0.0))
        trouble = hub.trouble(Fault.STATUS, "", status=503)
        down = [
            client.audited(QWQ, "acme/x", policy=name)["report"] for name in ("default", "strict")
        ]
        for report in down:
            first, second = report["targets"]
            assert first["source"] == "snapshot" and "Could not reach the Hub" in first["notice"]
            assert second["nodes"][0]["status"] == "unreachable" and second["verdict"] != "pass"
        assert (
            client.get(f"/v1/models/{QWQ}/lineage?wait=30").json()["targets"][0]["source"]
            == "snapshot"
        )
        hub.troubles.clear()
        assert trouble
        up = client.audited(QWQ, "acme/x")["report"]
        assert {(one["source"], one["notice"]) for one in up["targets"]} == {("hub", None)}
        fresh = client.get(f"/v1/models/{QWQ}/lineage?wait=30").json()
        assert fresh["targets"][0]["source"] == "hub"


def test_an_older_answer_does_not_claim_to_be_new(serve: Serve) -> None:
    """The report says how many answers are older than itself, and how old; another model's are
    not counted."""
    with TestHub([HubModel(f"acme/m{n}") for n in range(4)]) as hub:
        client = serve(access(hub))
        first = client.audited("acme/m0", "acme/m1", "acme/m2")["report"]
        assert first["circumstances"].get("cache") is None
        stamp = first["targets"][0]["nodes"][0]["retrieved_at"]
        while client.audited("acme/m3")["report"]["generated_at"] <= stamp:
            pass
        again = client.audited("acme/m0")["report"]
        assert again["circumstances"]["cache"] == {"answers": 1, "oldest": stamp}
        assert len(hub.calls_to("/api/models/acme/m0")) == 1


def test_one_model_does_not_wait_for_a_long_list(serve: Serve, tmp_path: Path) -> None:
    """Each run has its turn, target by target."""
    models = [HubModel(f"acme/m{n}") for n in range(400)] + [HubModel("acme/one")]
    with TestHub(models, latency=0.05) as hub:
        client = serve(access(hub), limits=Limits(audits=3, runs=1))
        long = [
            client.post("/v1/audits", json={"targets": [f"acme/m{n}" for n in range(start, 400)]})
            for start in (0, 1)
        ]
        assert client.audited("acme/one")["state"] == "done"
        states = [client.get(one.headers["location"]).json() for one in long]
        assert [one["state"] for one in states] == ["running", "queued"]
        assert states[0]["done"] < 300
        for one in long:
            client.post(f"{one.headers['location']}/cancel", json={})


def test_that_there_is_no_such_model_is_not_believed_for_long(serve: Serve, tmp_path: Path) -> None:
    """It may have been published just now; until it is time to ask again, nobody does."""

    def told(client: Client) -> tuple[set[str], set[str]]:
        """The status of acme/new: in a list, and alone."""
        alone = client.get("/v1/models/acme/new/lineage?wait=60").json()
        listed = client.audited("acme/new", "acme/child")["report"]
        found = [
            {
                one["status"]
                for target in report["targets"]
                for one in target["nodes"]
                if one["id"] == "acme/new"
            }
            for report in (listed, alone)
        ]
        return found[0], found[1]

    child = HubModel("acme/child", card={"base_model": "acme/new"})
    for absent, later in ((0.0, "resolved"), (60.0, "not-found")):
        with TestHub([child]) as hub:
            client = serve(access(hub), tmp_path / later, limits=Limits(absent=absent))
            assert told(client) == ({"not-found"}, {"not-found"})
            asked = len(hub.calls)
            hub.add(HubModel("acme/new"))
            assert told(client) == ({later}, {later})
            assert (len(hub.calls) > asked) is (later == "resolved")
